"""What stands where a name stood."""

from __future__ import annotations

from typing import Self


class ErasedName(str):
    """As reports and records of the house have it, in Italian; pages say the same in their reader's language.

    `day` is local to the customer, as ``11/11/2028``.
    """

    __slots__ = ("day", "person")
    day: str
    person: str

    def __new__(cls, person: str, day: str) -> Self:
        made = super().__new__(cls, f"nome cancellato il {day} ({person})")
        made.day, made.person = day, person
        return made
