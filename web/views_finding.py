"""What the page of the search needs, and the one of all keys."""

from __future__ import annotations

from dataclasses import dataclass


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
