"""What the page of a session's recordings needs to say who else may play them."""

from __future__ import annotations

from dataclasses import dataclass

from web.views import Act, Option


@dataclass(frozen=True, slots=True)
class Leave:
    """One that stands, or was asked for, and what this reader may do about it."""

    name: str
    line: str
    right: str
    acts: tuple[Act, ...] = ()


@dataclass(frozen=True, slots=True)
class AllowForm:
    """The titolare's leave for an ADS. Days are of the form ``YYYY-MM-DD``."""

    post: str
    people: tuple[Option, ...]
    reasons: tuple[Option, ...]
    until: str
    last: str


@dataclass(frozen=True, slots=True)
class NoteForm:
    """A request under art. 15. `received` is today, the last day that can be."""

    post: str
    received: str


@dataclass(frozen=True, slots=True)
class Playbacks:
    """`need`: what keeps this reader from playing; empty where nothing does."""

    need: str
    lines: tuple[Leave, ...]
    allow: AllowForm | None = None
    ask: Act | None = None
    note: NoteForm | None = None
