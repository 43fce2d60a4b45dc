"""Days with and without the log's sign of life, and that a log of many gaps is read in time."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from audit.heartbeats import Heartbeats

DAYS = st.integers(0, 40).map(lambda n: (date(2026, 11, 1) + timedelta(days=n)).isoformat())
LAST = date(2026, 12, 20)


def told(days: list[str], gaps: list[tuple[str, str]]) -> Heartbeats:
    found = Heartbeats()
    for day in days:
        found.beat(day)
    for first, last in gaps:
        found.gap(first, last)
    return found


def test_silence_that_is_said_is_lawful() -> None:
    days = ["2026-11-01", "2026-11-02", "2026-11-06"]
    assert told(days, []).missing("2026-11-06") == ["2026-11-03", "2026-11-04", "2026-11-05"]
    assert told(days, [("2026-11-03", "2026-11-04")]).missing("2026-11-06") == ["2026-11-05"]
    assert told([], [("2026-11-03", "2026-11-04")]).missing("2026-11-06") == []


@given(st.lists(DAYS, max_size=12), st.lists(st.tuples(DAYS, DAYS), max_size=8))
def test_walking_side_by_side_finds_what_looking_everywhere_finds(
    days: list[str], gaps: list[tuple[str, str]]
) -> None:
    found = told(days, gaps)
    every = [(date(2026, 11, 1) + timedelta(days=n)).isoformat() for n in range(50)]
    lived = [d for d in every if days and d >= days[0]]
    silent = [d for d in lived if d not in days]
    said = [d for d in silent if any(a <= d <= b for a, b in gaps)]
    assert found.missing(LAST.isoformat()) == [d for d in silent if d not in said]
    assert found.counted(date(2026, 11, 1), LAST) == (len(lived), len(lived) - len(silent), len(said))


def test_a_log_of_nothing_but_gaps_is_read_once() -> None:
    """A thousand years of days against a hundred thousand gaps: side by side, not each with each."""
    found = told(["1970-01-01"], [("1970-01-02", "1970-01-03")] * 100_000)
    assert len(found.missing("2970-01-01")) == (date(2970, 1, 1) - date(1970, 1, 3)).days
