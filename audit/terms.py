"""How long what is sealed is kept: the shortest, usual and longest term of each class, in calendar months.

The log itself is kept whole; terms are of openings and of issued reports (FORMAT.md §12). What a
policy says lies between the bounds, and nobody can go below the shortest or beyond the longest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from audit.errors import Malformed
from audit.record import RetainClass


@dataclass(frozen=True, slots=True)
class Term:
    """Months. `usual` holds where the customer's policy says nothing."""

    shortest: int
    usual: int
    longest: int


LONGEST = 600
# requirements.md §3.4. `access`: a name lasts as long as accesses under it have to be attributable. What defends
# claims lasts ten years from the contract's end, so its longest term is as long as contracts may be.
TERMS: Mapping[RetainClass, Term] = {
    "access": Term(6, 12, 24),
    "authorisation": Term(12, 120, LONGEST),
    "report": Term(12, 120, LONGEST),
    "log": Term(1, 24, 60),  # closing notes and commands: until the month's report has been read
    "recording": Term(1, 2, 6),  # what was on a screen: no longer than the month's report may be contested
}


def months(retain: RetainClass, chosen: Mapping[str, int]) -> int:
    """The term of a class under what a policy chose."""
    return chosen.get(retain, TERMS[retain].usual)


def shortest() -> Mapping[str, int]:
    """Of each class, as if a policy had chosen them: what counts once a customer has left."""
    return {name: term.shortest for name, term in TERMS.items()}


def check(chosen: Mapping[str, int]) -> None:
    """`Malformed` for a class nobody knows or a term out of bounds."""
    for name, count in chosen.items():
        term = next((term for known, term in TERMS.items() if known == name), None)
        if term is None:
            raise Malformed("a term of a class that nobody knows")
        if type(count) is not int or not term.shortest <= count <= term.longest:
            raise Malformed(f"a term of {name} outside {term.shortest} to {term.longest} months")
