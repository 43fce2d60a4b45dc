from __future__ import annotations

from datetime import date

import pytest

from audit.errors import Malformed
from broker.domain.public_holidays import FixedPatron, MovablePatron, is_public_holiday, parse_patron


@pytest.mark.parametrize(
    ("day", "closed"),
    [
        (date(2026, 4, 6), True),  # Easter Monday
        (date(2026, 6, 2), True),
        (date(2026, 10, 4), True),  # from 2026, L. 151/2025
        (date(2025, 10, 4), False),
        (date(2027, 3, 19), False),  # San Giuseppe: still in the law's text, abolished in 1977
        (date(2026, 12, 24), False),
    ],
)
def test_the_days_of_the_law(day, closed):
    assert is_public_holiday(day, None) is closed


def test_a_patron_of_one_day_and_one_that_moves():
    assert is_public_holiday(date(2026, 11, 3), parse_patron("11-03"))
    assert not is_public_holiday(date(2026, 11, 3), None)
    assert is_public_holiday(date(2026, 5, 25), parse_patron("easter+50"))  # Bolzano
    assert is_public_holiday(date(2027, 5, 17), parse_patron("easter+50"))


def test_a_patron_of_29_february_closes_in_leap_years_only():
    patron = parse_patron("02-29")
    assert is_public_holiday(date(2028, 2, 29), patron)
    assert not is_public_holiday(date(2027, 3, 1), patron)


def test_one_spelling_of_a_patron():
    assert parse_patron("06-24") == FixedPatron(6, 24)
    assert parse_patron("easter-47") == MovablePatron(-47)
    for text in ("6-24", "02-30", "13-01", "easter50", "easter+0", "pasqua+50", "11-03 ", ""):
        with pytest.raises(Malformed):
            parse_patron(text)
