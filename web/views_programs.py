"""What the pages of the vendor's programs need: versions, who has them, defects, customisations on test (`views` says how)."""

from __future__ import annotations

from dataclasses import dataclass

from web.views import Act, Option, Slip, State


@dataclass(frozen=True, slots=True)
class Line:
    """One of a list; `decide` posts one of the page's decisions, `report` a *Rapporto di malfunzionamento*."""

    name: str
    text: str
    state: State | None = None
    acts: tuple[Act, ...] = ()
    href: str = ""
    decide: str = ""
    report: str = ""
    receipt: str = ""  # the vendor puts the customer's receipt on file


@dataclass(frozen=True, slots=True)
class Said:
    """Remedy or solution: the words, and since when."""

    text: str
    small: str


@dataclass(frozen=True, slots=True)
class DefectCard:
    """`remedy_post` and `solve_post` where this person may say so now."""

    id: str
    title: str
    text: str
    state: State
    small: str
    remedy: Said | None = None
    solution: Said | None = None
    remedy_post: str = ""
    solve_post: str = ""
    releases: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class House:
    """The vendor's own. `publish` empty: who works here may not."""

    publish: str
    open: str
    products: tuple[Option, ...]
    customers: tuple[Option, ...]
    reasons: tuple[Option, ...]
    kinds: tuple[Option, ...]
    decisions: tuple[Option, ...]
    releases: tuple[Line, ...]
    behind: tuple[Line, ...]
    tests: tuple[Line, ...]
    defects: tuple[DefectCard, ...]
    places: tuple[Act, ...]
    slip: Slip | None = None


@dataclass(frozen=True, slots=True)
class Own:
    """Of one customer; `install` for the vendor's people."""

    title: str
    install: str
    products: tuple[Option, ...]
    installed: tuple[Line, ...]
    releases: tuple[Line, ...]
    tests: tuple[Line, ...]
    defects: tuple[DefectCard, ...]
    decisions: tuple[Option, ...]
    receipts: tuple[Option, ...]
    back: Act | None = None
    slip: Slip | None = None


@dataclass(frozen=True, slots=True)
class Met:
    """On an incident's page: the defects met in it, and the form that links another; `post` empty: only read."""

    defects: tuple[DefectCard, ...]
    post: str = ""
    known: tuple[Option, ...] = ()
    kinds: tuple[Option, ...] = ()
    products: tuple[Option, ...] = ()
