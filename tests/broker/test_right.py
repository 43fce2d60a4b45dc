"""Due dates of requests of people concerned: a month, two more, and the months that lack the day."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.domain.refusal import Refused
from broker.domain.right import Right, check_received, due, extended, may_extend, refusal


@pytest.mark.parametrize(
    ("received", "month", "three"),
    [
        (date(2026, 1, 31), date(2026, 2, 28), date(2026, 4, 30)),
        (date(2028, 1, 31), date(2028, 2, 29), date(2028, 4, 30)),
        (date(2026, 11, 30), date(2026, 12, 30), date(2027, 2, 28)),
        (date(2026, 12, 15), date(2027, 1, 15), date(2027, 3, 15)),
    ],
)
def test_l27_a_month_and_two_more(received: date, month: date, three: date) -> None:
    """L-27: 31/01 → 28/02."""
    assert (due(received), extended(received)) == (month, three)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_l27_never_more_than_a_calendar_month(received: date) -> None:
    assert 28 <= (due(received) - received).days <= 31
    assert due(received) < extended(received)


def test_l27_put_off_once_and_within_the_month() -> None:
    one = Right("d-1", 7, "access", date(2026, 1, 31), date(2026, 2, 28))
    may_extend(one, date(2026, 2, 28))
    assert one.late(date(2026, 3, 1))
    with pytest.raises(Refused):
        may_extend(one, date(2026, 3, 1))
    for text in ("2026-02-30", "2025-01-01", "2026-03-02"):
        with pytest.raises(Refused):
            check_received(text, date(2026, 3, 1))


def test_l28_the_refusal_names_duty_day_and_remedy() -> None:
    said = refusal(date(2027, 5, 10), 4, 0)
    assert "10/05/2027" in said
    assert "reclamo al Garante" in said
    assert "non è rimasto nulla" in said
