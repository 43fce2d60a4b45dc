"""Reports: signed, numbered, kept, sent in order, sent again until acknowledged."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from agent import own_list, report
from agent.own_list import OwnList
from agent.report import Reporter
from agent.spool import Spool
from agent.wire import frames
from audit import instant
from audit.commitment import Opening
from audit.host_note import HostNote, claimed, open_host_note
from tests.agent.orders import AT
from tests.audit import people


class Desk:
    """A reporter and the link it talks to, which may be down."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sent: list[int] = []
        self.up = False
        own_list.begin(path.parent, AT)
        self.start()

    def start(self) -> None:
        self.spool = Spool(self.path)
        self.reporter = Reporter(
            tenant=people.TENANT,
            host=people.HOST,
            origin=people.ORIGIN,
            key=people.AGENT_KEY,
            spool=self.spool,
            own_list=OwnList(self.path.parent, self.spool.next_n),
            now=lambda: AT,
            send=self.send,
        )

    def send(self, frame: frames.Frame) -> bool:
        assert isinstance(frame, frames.NoteFrame)
        if self.up:
            note = open_host_note(frame.note.encode(), (people.ORIGIN, people.AGENT_KEY.public))
            self.sent.append(note.host_n)
        return self.up

    def report(self, count: int = 1) -> None:
        for _ in range(count):
            self.reporter.report("host.heartbeat", None, {"witnessed": 0, "sessions": 0})

    def link(self, acked: int) -> bool:
        self.up, self.sent = True, []
        return self.reporter.link_up(acked)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    found = Desk(tmp_path / "spool.log")
    found.spool.start_after(0)
    yield found
    found.spool.close()


def test_notes_written_without_a_link_are_sent_when_it_comes(desk: Desk) -> None:
    desk.report(3)
    assert desk.sent == []
    assert desk.link(0)
    assert desk.sent == [1, 2, 3]
    desk.report()
    assert desk.sent == [1, 2, 3, 4]


def test_after_a_cut_everything_above_the_acknowledged_goes_again(desk: Desk) -> None:
    desk.link(0)
    desk.report(4)
    assert desk.reporter.acknowledged(2)
    desk.up = False
    desk.report()
    assert desk.link(2)
    assert desk.sent == [3, 4, 5]


def test_the_broker_may_know_more_than_it_could_say(desk: Desk) -> None:
    """Its acknowledgement was lost with the link."""
    desk.link(0)
    desk.report(4)
    assert desk.link(3)
    assert desk.sent == [4]
    assert desk.reporter.waiting == 1


def test_a_restart_sends_the_rest(desk: Desk) -> None:
    desk.report(2)
    desk.spool.close()
    desk.start()
    desk.link(0)
    assert desk.sent == [1, 2]


def test_a_state_that_was_rolled_back_is_noticed(desk: Desk) -> None:
    desk.report()
    assert not desk.link(7)
    assert desk.sent == []
    assert desk.reporter.waiting == 1


def test_an_acknowledgement_of_what_was_never_sent(desk: Desk) -> None:
    desk.report(2)
    assert not desk.reporter.acknowledged(1)
    desk.link(0)
    assert not desk.reporter.acknowledged(3)
    assert desk.reporter.acknowledged(0)
    assert desk.reporter.waiting == 2


def test_after_an_outage_the_notes_come_in_portions(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "MAX_IN_FLIGHT", 10)
    desk.report(25)
    desk.link(0)
    assert desk.sent == list(range(1, 11))
    desk.reporter.acknowledged(4)
    assert desk.sent == list(range(1, 15))
    desk.reporter.acknowledged(14)
    desk.reporter.acknowledged(24)
    assert desk.sent == list(range(1, 26))


def test_a_broker_that_was_set_back_is_sent_nothing(desk: Desk) -> None:
    """It lacks what it acknowledged, which is gone here: the next note would be a gap."""
    desk.link(0)
    desk.report(4)
    assert desk.reporter.acknowledged(3)
    assert desk.link(1)
    desk.report()
    assert desk.sent == []
    assert desk.reporter.acked == 3
    assert desk.link(3)
    assert desk.sent == [4, 5]


def test_full_is_when_too_many_wait(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "MAX_WAITING", 3)
    desk.report(2)
    assert not desk.reporter.is_full
    desk.report()
    assert desk.reporter.is_full
    desk.link(0)
    desk.reporter.acknowledged(1)
    assert not desk.reporter.is_full


async def test_quiet_is_when_nothing_waits(desk: Desk) -> None:
    await asyncio.wait_for(desk.reporter.quiet(), 60)
    desk.link(0)
    desk.report()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(desk.reporter.quiet(), 0.01)
    desk.reporter.acknowledged(1)
    await asyncio.wait_for(desk.reporter.quiet(), 60)


# ------------------------------------------------------------------------------------ own lists


def notes(desk: Desk) -> list[HostNote]:
    return [claimed(spooled.note.encode()) for spooled in desk.spool.pending()]


def test_a_list_names_what_was_told_since_the_last(desk: Desk) -> None:
    desk.reporter.report("session.started", "s-1", {})
    desk.reporter.list_sessions()
    desk.reporter.report("session.ended", "s-1", {"reason": "expired"})
    desk.spool.close()
    desk.start()
    desk.reporter.list_sessions()
    at = instant.to_text(AT)
    assert [(note.host_n, note.body) for note in notes(desk) if note.kind == "sessions.listed"] == [
        (2, {"first_n": 1, "since": at, "sessions": [f"s-1 {at} - running"]}),
        (4, {"first_n": 3, "since": at, "sessions": [f"s-1 {at} {at} expired"]}),
    ]


def test_a_long_list_is_made_in_time(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_list, "MAX_SESSIONS", 2)
    for n in range(5):
        desk.reporter.report("session.refused", f"s-{n}", {"reason": "replayed"})
    lists = [note for note in notes(desk) if note.kind == "sessions.listed"]
    assert [(note.host_n, note.body["first_n"], len(note.body["sessions"])) for note in lists] == [
        (3, 1, 2), (6, 4, 2),
    ]  # fmt: skip


def test_nobody_has_to_ask_after_five_weeks(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.reporter.list_if_due()
    assert notes(desk) == []
    monkeypatch.setattr(own_list, "EVERY", timedelta(0))
    desk.reporter.list_if_due()
    assert [note.kind for note in notes(desk)] == ["sessions.listed"]


def test_an_opening_waits_with_its_note_through_a_restart(desk: Desk) -> None:
    opening = Opening(bytes(32), {"peer": "user1@ad 1"})
    sent: list[object] = []

    def send(frame: frames.Frame) -> bool:
        assert isinstance(frame, frames.NoteFrame)
        sent.append(frame.opening)
        return desk.up

    desk.send = send  # type: ignore[method-assign]
    desk.start()
    desk.reporter.report("tool.told", "s-1", {"tool": "x", "peer": opening.commitment}, opening)
    desk.spool.close()
    desk.start()
    desk.up = True
    assert desk.reporter.link_up(0)
    assert sent == [opening.to_value()]
