"""What the templates about contested items need."""

from __future__ import annotations

from dataclasses import dataclass

from web.views import Act, Option, Slip, State
from web.views_estate import Person


@dataclass(frozen=True, slots=True)
class Contests:
    """Open ones first. `reports` are those whose items the reader can contest; `session` the one he came from, `row` the item."""

    rows: tuple[Person, ...]
    reports: tuple[Option, ...]
    session: str = ""
    row: str = ""
    may: bool = False
    slip: Slip | None = None


@dataclass(frozen=True, slots=True)
class Said:
    name: str
    when: str
    text: str


@dataclass(frozen=True, slots=True)
class Thread:
    """`answer` is where the next word goes, empty once it is closed; `ends` close it."""

    title: str
    about: str
    state: State
    said: tuple[Said, ...]
    answer: str
    ends: tuple[Option, ...]
    close: str
    kept: str
    back: Act
    slip: Slip | None = None
