"""Which days are *festivi* in Italy, by the `holidays` library, and the patron saint of one municipality.

The library follows the law's changes (4 October from 2026, L. 151/2025); its patrons are those of provinces,
and a province is no municipality: so the patron is a rule of the contract's own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from dateutil.easter import easter
from holidays import country_holidays

from audit.errors import Malformed

_FIXED = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
_FROM_EASTER = re.compile(r"easter([+-])([1-9][0-9]{0,2})")
LEAP = 2000  # a year in which 29 February can be said


@dataclass(frozen=True, slots=True)
class FixedPatron:
    """The same day every year. On 29 February nothing is closed in other years."""

    month: int
    day: int

    def falls(self, year: int) -> date | None:
        """The day in that year, if it has one."""
        try:
            return date(year, self.month, self.day)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class MovablePatron:
    """So many days after Easter, or before it: Bolzano's is 50, the Monday after Pentecost."""

    after_easter: int

    def falls(self, year: int) -> date | None:
        """The day in that year."""
        return easter(year) + timedelta(days=self.after_easter)


Patron = FixedPatron | MovablePatron


def parse_patron(text: str) -> Patron:
    """``11-03`` or ``easter+50``; `Malformed` for anything else, and for a day that no year has."""
    if found := _FIXED.fullmatch(text):
        fixed = FixedPatron(int(found[1]), int(found[2]))
        if fixed.falls(LEAP) is None:
            raise Malformed(f"no year has that day: {text}")
        return fixed
    if found := _FROM_EASTER.fullmatch(text):
        return MovablePatron(int(found[1] + found[2]))
    raise Malformed("a patron saint’s day is MM-DD or easter+N")


def is_public_holiday(day: date, patron: Patron | None) -> bool:
    """Whether that day is *festivo* in Italy, or the patron's."""
    return day in _of_year(day.year) or (patron is not None and patron.falls(day.year) == day)


@lru_cache(maxsize=64)
def _of_year(year: int) -> frozenset[date]:
    return frozenset(country_holidays("IT", years=year))
