"""What a host has still to list: kept with the notes' own numbers, through every crash."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agent import own_list
from agent.own_list import FILE, MAX_SESSIONS, OwnList
from agent.pins_store import StateDamaged
from audit import instant
from audit.log_records import SessionsListed
from audit.session_list import LISTED
from tests.agent.orders import AT

SINCE = instant.to_text(AT)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    own_list.begin(tmp_path, AT)
    return tmp_path


def minutes(count: int) -> str:
    return instant.to_text(AT + timedelta(minutes=count))


class Host:
    """`n` is the number of the next note."""

    def __init__(self, state: Path) -> None:
        self.state, self.n = state, 1
        self.again()

    def again(self, next_n: int | None = None) -> None:
        self.n = self.n if next_n is None else next_n
        self.own = OwnList(self.state, self.n)

    def told(self, kind: str, session: str | None = None, reason: str = "") -> None:
        body: dict[str, Any] = {"reason": reason} if reason else {}
        self.own.hear(self.n, kind, session, AT + timedelta(minutes=self.n), body)
        self.n += 1

    @property
    def sessions(self) -> list[str]:
        return list(self.own.body(self.n)["sessions"])


@pytest.fixture
def host(state: Path) -> Host:
    return Host(state)


def test_an_idle_host_lists_none(host: Host) -> None:
    assert host.own.body(1) == {"first_n": 1, "since": SINCE, "sessions": []}
    host.told("host.heartbeat")
    host.again()
    assert host.own.body(2) == {"first_n": 1, "since": SINCE, "sessions": []}


def test_every_session_begun_ended_or_refused(host: Host) -> None:
    host.told("session.started", "s-1")
    host.told("channel.opened", "s-1")
    host.told("session.refused", "s-2", "replayed")
    host.told("session.ended", "s-1", "expired")
    host.told("session.started", "s-3")
    host.again()
    assert host.sessions == [
        f"s-1 {minutes(1)} {minutes(4)} expired",
        f"s-2 - {minutes(3)} replayed",
        f"s-3 {minutes(5)} - running",
    ]


def test_the_next_list_begins_where_the_last_one_ended(host: Host) -> None:
    host.told("session.started", "s-1")
    host.told(LISTED)
    assert host.own.body(3) == {"first_n": 3, "since": minutes(2), "sessions": []}
    host.told("session.ended", "s-1", "expired")
    host.again()
    assert host.own.body(4) == {
        "first_n": 3,
        "since": minutes(2),
        "sessions": [f"s-1 {minutes(1)} {minutes(3)} expired"],
    }


def test_a_note_that_was_never_written_is_not_listed(host: Host) -> None:
    """The fact was kept, and then the power went."""
    host.told("session.started", "s-1")
    host.told("session.ended", "s-1", "expired")
    host.again(next_n=2)
    assert host.sessions == [f"s-1 {minutes(1)} - running"]
    host.told("session.ended", "s-1", "agent_restarted")
    host.again()
    assert host.sessions == [f"s-1 {minutes(1)} {minutes(2)} agent_restarted"]


def test_a_list_that_was_never_written_has_not_been_made(host: Host) -> None:
    host.told("session.started", "s-1")
    host.told(LISTED)
    host.again(next_n=2)
    assert host.own.body(2)["first_n"] == 1
    assert host.sessions == [f"s-1 {minutes(1)} - running"]


def test_a_note_that_could_not_be_written_leaves_nothing_behind(host: Host) -> None:
    """No room on the disk: its number goes to the next note."""
    host.told("session.started", "s-1")
    host.n = 1
    host.told("host.heartbeat")
    host.again()
    assert host.sessions == []


def test_it_is_full_before_a_record_is(host: Host) -> None:
    for n in range(MAX_SESSIONS):
        assert not host.own.is_full
        host.told("session.refused", f"s-{n}", "authorisation_missing")
    assert host.own.is_full
    host.told(LISTED)
    assert not host.own.is_full


def test_the_longest_list_fits_into_a_record(host: Host) -> None:
    for n in range(MAX_SESSIONS):
        host.told("session.started", f"{n:02d}".ljust(64, "x"))
        host.told("session.ended", f"{n:02d}".ljust(64, "x"), "r" * 64)
    record = SessionsListed.from_body(host.own.body(host.n) | {"received": SINCE})
    assert len(record.sessions) == MAX_SESSIONS
    assert len(json.dumps(record.body())) < 14 * 1024


def test_orders_repeated_without_end_do_not_make_it_grow(host: Host) -> None:
    host.told("session.started", "s-1")
    for _ in range(50):
        host.told("session.started", "s-1")
        host.told("session.refused", "s-2", "replayed")
        host.told("session.refused", "x" * 65, "envelope_invalid")  # no record can name it
    assert (host.state / FILE).stat().st_size < 1024
    assert len(host.sessions) == 2


def test_it_is_due_after_five_weeks(host: Host) -> None:
    assert not host.own.is_due(AT + timedelta(days=34))
    assert host.own.is_due(AT + timedelta(days=35))
    host.told(LISTED)
    assert not host.own.is_due(AT + timedelta(days=35))
    assert host.own.is_due(AT + timedelta(days=35, minutes=1))


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[1]", b'{"base":{},"facts":[]}', b"x" * (1024 * 1024 + 1),
     b'{"base":{"first_n":1,"since":"now"},"facts":[]}',
     b'{"base":{"first_n":1,"since":"2026-11-22T10:00:00.000Z"},"facts":[{"n":1}]}'],
)  # fmt: skip
def test_a_damaged_list_is_not_guessed_at(state: Path, data: bytes) -> None:
    (state / FILE).write_bytes(data)
    with pytest.raises(StateDamaged):
        OwnList(state, 1)


def test_a_list_that_is_gone_is_missed(tmp_path: Path) -> None:
    with pytest.raises(StateDamaged):
        OwnList(tmp_path, 1)
