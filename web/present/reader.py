"""Who reads a page: in which of the two languages, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from web.views import Lang

Pair: TypeAlias = tuple[str, str]
"""The same words in Italian and in English."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Handed to whatever chooses words. A sentence stands twice where it is made, Italian first.

    >>> reader.say(f"Scritto alle {time}.", f"Written at {time}.")
    """

    lang: Lang
    now: datetime

    def say(self, italian: str, english: str) -> str:
        return english if self.lang == "en" else italian
