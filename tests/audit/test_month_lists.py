"""Whose own list of sessions a month's report has."""

from __future__ import annotations

from datetime import UTC, datetime

from audit.keys import SigningKey
from audit.leaf import Leaf
from audit.month_lists import MonthLists
from audit.periods import month_bounds
from tests.audit.verdicts import honest
from tests.audit.world import HOST, ZONE, World, busy_month, seed

END = month_bounds("2026-11", ZONE)[1]


def november(world: World) -> MonthLists:
    found = MonthLists(month_bounds("2026-11", ZONE)[0])
    for data in world.leaves:
        found.feed(Leaf.parse(data))
    return found


def test_a_busy_month() -> None:
    assert november(honest()).value(END) == [
        {"host": HOST, "state": "received", "time": "2026-12-01T01:00:01.000Z", "sessions": 2}
    ]


def test_an_idle_month_of_one_and_a_silent_other() -> None:
    w = World()
    w.onboard()
    w.enrol("h-2", SigningKey(seed("second")), "CASSA-01")
    w.until(30, 23, 50)
    w.now = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
    w.list_sessions()
    found = november(w)
    assert found.hosts(END) == {HOST, "h-2"}
    assert [(line["host"], line["state"], line.get("sessions")) for line in found.value(END)] == [
        (HOST, "received", 0),
        ("h-2", "missing", None),
    ]


def test_sessions_of_another_month_are_not_counted() -> None:
    w = busy_month(closed=False)
    w.list_sessions()
    found = MonthLists(month_bounds("2026-12", ZONE)[0])
    for data in w.leaves:
        found.feed(Leaf.parse(data))
    assert found.value(month_bounds("2026-12", ZONE)[1]) == [{"host": HOST, "state": "missing"}]
