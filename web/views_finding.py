"""What the page of the search needs, the one of all keys, and a person's preferences."""

from __future__ import annotations

from dataclasses import dataclass

from web.views import Option


@dataclass(frozen=True, slots=True)
class Hit:
    """`kind` says what it is, `beside` whose or where."""

    kind: str
    name: str
    href: str
    beside: str = ""
    icon: str = "right"


@dataclass(frozen=True, slots=True)
class Search:
    """`line` says how many, or why none."""

    asked: str
    hits: tuple[Hit, ...]
    line: str


@dataclass(frozen=True, slots=True)
class KeyLine:
    """`keys` are pressed one by one, or together where `together`."""

    keys: tuple[str, ...]
    does: str


@dataclass(frozen=True, slots=True)
class KeyGroup:
    title: str
    lines: tuple[KeyLine, ...]


@dataclass(frozen=True, slots=True)
class Keys:
    groups: tuple[KeyGroup, ...]
    on: bool


@dataclass(frozen=True, slots=True)
class Preferences:
    """What this browser keeps of a person's liking: language, colours, single keys."""

    post: str
    next: str
    languages: tuple[Option, ...]
    themes: tuple[Option, ...]
    keys: tuple[Option, ...]
