"""What the pages of duties show: a customer's papers and what lacks, and the papers of the vendor's people."""

from __future__ import annotations

from dataclasses import dataclass

from web.views import Act, Badge, Notice, Option, Slip, State


@dataclass(frozen=True, slots=True)
class Line:
    """Something on file, or a sub-processor: what, its particulars, what may be done."""

    name: str
    small: str
    right: str = ""
    acts: tuple[Act, ...] = ()
    state: State | None = None


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """`field` of the form; `named` whom it names today; `people` may be chosen."""

    field: str
    label: str
    named: str
    people: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class PaperForm:
    """`kinds` is empty where there is one kind alone, `people` where it is nobody's own."""

    send: Act
    kinds: tuple[Option, ...] = ()
    people: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Duties:
    """Of one customer. Forms are None for whoever may not use them."""

    title: str
    category: Badge
    lacks: tuple[Notice, ...]
    day: str
    filed: tuple[Line, ...]
    paper: PaperForm | None
    categories: tuple[Line, ...]
    set_category: PaperForm | None
    matrix: tuple[MatrixRow, ...]
    matrix_note: str
    set_matrix: Act | None
    companies: tuple[Line, ...]
    announce: Act | None
    known: tuple[Option, ...]  # companies that can be announced
    set_day: Act | None
    block: str
    technicians: str
    dossier: Act | None = None
    slip: Slip | None = None


@dataclass(frozen=True, slots=True)
class Customer:
    name: str
    href: str
    category: Badge
    state: State
    lacks: str


@dataclass(frozen=True, slots=True)
class Technician:
    """`filed`: what is on file of his; `employers`, where he may work for another."""

    name: str
    state: State
    employer: str
    filed: tuple[Line, ...]
    employ: Act | None
    employers: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class DutyList:
    """Every customer's state, and the vendor's own people and companies; the forms are the owner's."""

    customers: tuple[Customer, ...]
    technicians: tuple[Technician, ...]
    paper: PaperForm | None
    companies: tuple[Line, ...]
    add_company: Act | None
    slip: Slip | None = None
