"""Months read in one go are the months that are read each on its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from audit import instant
from audit.leaf import Leaf
from audit.log_records import PeriodClosed
from audit.periods import month_bounds
from audit.record import BROKER, Actor
from audit.records import AnyRecord
from audit.request_records import RequestOpened
from audit.session_records import SessionClosed, SessionEnded, SessionOpened, SessionStarted
from audit.work_records import WorkTyped
from broker.store.work import charged_in, month_by, months_by
from tests.broker.charged_year import TARIFFS, contract

ZONE, DIGEST, HOST = "Europe/Rome", "9f" * 32, "h-1"
PERIODS = ("2026-06", "2026-07", "2026-08", "2026-09")
BEGIN, END = month_bounds(PERIODS[0], ZONE)[0] - timedelta(days=20), month_bounds(PERIODS[-1], ZONE)[1]
HOURS = int((END - BEGIN).total_seconds()) // 3600
SESSION = st.tuples(
    st.integers(1, HOURS - 30), st.integers(1, 1800), st.integers(0, 70 * 24)
)  # arrives later
CLOSINGS = st.lists(st.one_of(st.none(), st.integers(0, 40)), min_size=len(PERIODS), max_size=len(PERIODS))
Told = tuple[datetime, datetime, Actor, AnyRecord, str | None]  # received, time, who, what, session


def sat(n: int, begin: datetime, minutes: int, late: timedelta) -> list[Told]:
    ask, session, end = f"r-{n}", f"s-{n}", begin + timedelta(minutes=minutes)
    window = (instant.to_text(begin), instant.to_text(end + timedelta(days=1)))
    person, agent = Actor("p-1", "technician"), Actor(HOST, "agent")
    asked = RequestOpened(ask, DIGEST, f"I-{n}", ("terminal",), ("GEST",), *window, 3600)
    opened = SessionOpened(ask, DIGEST, "192.0.2.7", demo_software=False)
    ended = SessionEnded("closed_by_technician", 60 * minutes, 1, instant.to_text(end + late))
    return [
        (begin, begin, person, asked, None),
        (begin, begin, person, opened, session),
        (begin, begin, agent, SessionStarted(DIGEST, "a", window[1], "told", window[0]), session),
        (end + late, end, agent, ended, session),
        (end + late, end + late, person, SessionClosed("solved", activities=("GEST",)), session),
    ]


def log_of(told: Sequence[Told]) -> list[Leaf]:
    """Some of a log's records: the rest, between them, are of no concern."""
    return [
        Leaf("t-1", 3 * n, time, actor, record, session=session, host=HOST if session else None)
        for n, (_, time, actor, record, session) in enumerate(sorted(told, key=lambda one: one[0]))
    ]


@given(st.lists(SESSION, max_size=8), CLOSINGS)
@settings(max_examples=60)
def test_u25_months_read_in_one_go_are_charged_as_each_on_its_own(
    sessions: list[tuple[int, int, int]], closings: list[int | None]
) -> None:
    """Whatever arrives late, and whichever month is closed late, before another, or never."""
    told: list[Told] = [(BEGIN, BEGIN, BROKER, one, None) for one in (*TARIFFS, contract(included=600))]
    for n, (hours, minutes, late) in enumerate(sessions):
        begin = BEGIN + timedelta(hours=hours)
        told += sat(n, begin, minutes, timedelta(hours=late))
        work = WorkTyped(f"w-{n}", instant.to_text(begin), minutes % 600 + 1, "staff", "mail", ("GEST",))
        told.append((begin + timedelta(days=1), begin + timedelta(days=1), BROKER, work, None))
    for period, days in zip(PERIODS, closings, strict=True):
        start, end = month_bounds(period, ZONE)
        if days is not None:
            closed = PeriodClosed(period, instant.to_text(start), instant.to_text(end))
            told.append((end + timedelta(days=days), end + timedelta(days=days), BROKER, closed, None))
    leaves = log_of(told)
    for period, month in zip(PERIODS, months_by(leaves, ZONE, PERIODS), strict=True):
        end = month_bounds(period, ZONE)[1]
        alone = month_by(leaves, ZONE, period)
        assert charged_in(month, end) == charged_in(alone, end)
        assert month.charged(end) == alone.charged(end)
