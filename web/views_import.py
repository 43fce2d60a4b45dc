"""What the page of imports needs; parts are in `views`."""

from __future__ import annotations

from dataclasses import dataclass

from web.views import State


@dataclass(frozen=True, slots=True)
class WrongRow:
    """`row`: as a spreadsheet numbers it; empty where it is the whole file."""

    row: str
    column: str
    value: str
    said: str


@dataclass(frozen=True, slots=True)
class ImportTable:
    """`text` is carried on to the confirmation, so that what was looked at is what is imported."""

    name: str
    kind: str
    state: State
    line: str
    wrong: tuple[WrongRow, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class ImportLink:
    name: str
    email: str
    link: str


@dataclass(frozen=True, slots=True)
class Import:
    """`columns`: each kind of table and its headings. `confirm`: there is something to make, and nothing wrong."""

    post: str
    columns: tuple[tuple[str, str, str], ...]
    tables: tuple[ImportTable, ...] = ()
    confirm: str = ""
    sentence: str = ""
    stopped: str = ""
    links: tuple[ImportLink, ...] = ()
    links_until: str = ""
