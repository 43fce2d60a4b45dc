"""What the pages of a customer's dossier show: sections of lines, tables and plain forms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from web.views import Act, Notice, Option, Slip
from web.views_duties import Line


@dataclass(frozen=True, slots=True)
class Field:
    """Of a form. `kind` says which: a line, a text of several, a day, one of `options`, any of them, or the digest of
    a paper, whose size is the form's `octets`."""

    name: str
    label: str
    kind: Literal["line", "text", "day", "choice", "checks", "digest"] = "line"
    hint: str = ""
    value: str = ""
    options: tuple[Option, ...] = ()
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Form:
    """`name` is its slip's; `hidden` goes along as it is."""

    name: str
    send: Act
    fields: tuple[Field, ...]
    hidden: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """`nothing` is said where there are no lines; an empty one says nothing."""

    id: str
    title: str
    text: str = ""
    notices: tuple[Notice, ...] = ()
    table: Table | None = None
    lines: tuple[Line, ...] = ()
    nothing: str = ""
    forms: tuple[Form, ...] = ()
    acts: tuple[Act, ...] = ()


@dataclass(frozen=True, slots=True)
class Dossier:
    title: str
    sub: str
    sections: tuple[Section, ...]
    back: Act
    slip: Slip | None = None
