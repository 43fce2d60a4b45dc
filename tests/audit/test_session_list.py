"""The lines of a host's list, and up to when each host has told its sessions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from audit import instant
from audit.estate_records import HostEnrolled, HostRevoked
from audit.forms import LISTED
from audit.leaf import Leaf
from audit.list_coverage import Coverage
from audit.log_records import HostHeartbeat, SessionsListed
from audit.record import BROKER, Actor
from audit.session_list import Line, Told

T = [f"2026-11-03T09:0{n}:00.000Z" for n in range(6)]
FIRST, UNTIL = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "line",
    [
        Line("s-1", T[0], T[1], "closed_by_technician"),
        Line("s-1", None, T[1], "replayed"),
        Line("s-1", T[0], None, "running"),
    ],
)
def test_a_line_is_read_as_it_was_written(line: Line) -> None:
    assert LISTED.fits(line.text)
    assert Line.of(line.text) == line


@pytest.mark.parametrize(
    "text",
    [
        "", "s-1", f"s-1 {T[0]} {T[1]}", f"s-1 {T[0]} {T[1]} expired ", f"s-1  {T[0]} {T[1]}", f"s-1 {T[0]} {T[1]} expired more",
        "s-1 - - running", "s-1 - - expired", f"s-1 {T[0]} - expired", f"s-1 {T[0]} {T[1]} running",
        f"s-1 - {T[1]} running", f"s 1 {T[0]} expired", f"ß {T[0]} {T[1]} expired", f"s-1 {T[0]} {T[1]} Expired",
        f"s-1 {T[0]} 2026-11-31T09:00:00.000Z expired", f"s-1 {T[0]} x expired", 7, None,
    ],
)  # fmt: skip
def test_no_other_text_is_a_line(text: object) -> None:
    assert not LISTED.fits(text)


def lines(told: Told) -> list[str]:
    return [line.text for line in told.lines.values()]


def test_what_a_host_told_makes_a_line_a_session() -> None:
    told = Told()
    told.hear("session.started", "s-1", T[0], "")
    told.hear("channel.opened", "s-1", T[1], "")
    told.hear("session.refused", "s-2", T[1], "replayed")
    told.hear("session.started", "s-3", T[2], "")
    told.hear("session.ended", "s-1", T[3], "expired")
    assert lines(told) == [f"s-1 {T[0]} {T[3]} expired", f"s-2 - {T[1]} replayed", f"s-3 {T[2]} - running"]


def test_a_session_that_runs_on_is_told_again_when_it_ends() -> None:
    told = Told()
    told.hear("session.started", "s-1", T[0], "")
    told.listed()
    assert lines(told) == []
    told.hear("session.ended", "s-1", T[1], "expired")
    assert lines(told) == [f"s-1 {T[0]} {T[1]} expired"]


def test_the_first_word_counts() -> None:
    told = Told()
    told.hear("session.started", "s-1", T[0], "")
    told.hear("session.started", "s-1", T[1], "")
    told.hear("session.ended", "s-1", T[2], "expired")
    told.hear("session.ended", "s-1", T[3], "revoked")
    told.hear("session.refused", "s-1", T[4], "replayed")
    told.hear("session.started", "s-1", T[5], "")
    assert lines(told) == [f"s-1 {T[0]} {T[2]} expired"]
    told.hear("session.started", "s-2", T[0], "")
    told.listed()
    told.hear("session.started", "s-2", T[1], "")
    assert lines(told) == []
    told.hear("session.ended", "s-3", T[2], "agent_restarted")  # its beginning was told by nobody
    assert lines(told) == [f"s-3 - {T[2]} agent_restarted"]


# ------------------------------------------------------------------------------ which months are told

_KEY = "A" * 43


def leaf(record: Any, at: datetime, host_n: int | None = 1, host: str | None = "h-1") -> Leaf:
    actor = BROKER if host_n is None else Actor("h-1", "agent")
    return Leaf("t-1", 0, at, actor, record, host=host, host_n=host_n)


def enrolled(at: datetime, host: str = "h-1") -> Leaf:
    return leaf(HostEnrolled(host, _KEY, _KEY, _KEY, "00" * 32, confirmed=True, received=T[0]), at, 0, host)


def listed(at: datetime, host_n: int | None = 5) -> Leaf:
    return leaf(SessionsListed(1, T[0], (), instant.to_text(at)), at, host_n)


def revoked(at: datetime, host_n: int | None) -> Leaf:
    return leaf(HostRevoked("h-1", "retired"), at, host_n)


BEFORE, AMID, AFTER = FIRST - timedelta(days=9), FIRST + timedelta(days=9), UNTIL + timedelta(hours=1)


@pytest.mark.parametrize(
    ("told", "in_use", "missing"),
    [
        ([], [], []),
        ([enrolled(BEFORE)], ["h-1"], ["h-1"]),
        ([enrolled(AMID)], ["h-1"], ["h-1"]),
        ([enrolled(AFTER)], [], []),
        ([enrolled(AMID), listed(AMID)], ["h-1"], ["h-1"]),
        ([enrolled(AMID), listed(AFTER, None)], ["h-1"], ["h-1"]),  # no word of the host
        ([enrolled(AMID), listed(UNTIL)], ["h-1"], []),
        ([enrolled(AMID), listed(AFTER)], ["h-1"], []),
        ([enrolled(BEFORE, "h-2"), enrolled(AMID), listed(AFTER)], ["h-1", "h-2"], ["h-2"]),
        ([enrolled(BEFORE), revoked(FIRST, None)], [], []),
        ([enrolled(BEFORE), revoked(AMID, None)], ["h-1"], ["h-1"]),
        ([enrolled(BEFORE), revoked(AMID, None), revoked(AFTER, None)], ["h-1"], ["h-1"]),
        ([enrolled(BEFORE), revoked(AMID, 0)], ["h-1"], ["h-1"]),
        ([enrolled(BEFORE), listed(AMID, 5), revoked(AMID, 7)], ["h-1"], ["h-1"]),
        ([enrolled(BEFORE), listed(AMID, 5), revoked(AMID, 6)], ["h-1"], []),
        ([enrolled(BEFORE), listed(AFTER), enrolled(AFTER)], [], []),
        ([revoked(AMID, 6), listed(AFTER)], [], []),  # of a host nobody enrolled
        ([enrolled(BEFORE)._replace(host=None), listed(AFTER)._replace(host=None)], [""], []),
    ],
)  # fmt: skip
def test_who_has_told_the_month(told: list[Leaf], in_use: list[str], missing: list[str]) -> None:
    found = Coverage(told)
    assert found.in_use(FIRST, UNTIL) == in_use
    assert found.missing(FIRST, UNTIL) == missing


def test_a_leaf_of_another_kind_says_nothing_of_it() -> None:
    found = Coverage([enrolled(BEFORE)])
    found.feed(leaf(HostHeartbeat(0, 0, T[0]), AMID))
    assert found.missing(FIRST, UNTIL) == ["h-1"]
    assert found.told("h-1", UNTIL) is None
