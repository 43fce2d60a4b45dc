"""What the pages of the access log and of the register of administrators need; parts are in `views`."""

from __future__ import annotations

from dataclasses import dataclass

from web.views import Act, Option, Slip, State


@dataclass(frozen=True, slots=True)
class AccessRow:
    """One access. `told` is what else is known of it, in a line."""

    seq: int
    when: str
    event: str
    who: str
    duty: str
    where: str
    terminal: str
    outcome: State
    told: str


@dataclass(frozen=True, slots=True)
class Accesses:
    """`post` is the address of the filters. `logs` is for whoever may choose one; `people` and `hosts` may be empty."""

    title: str
    lead: str
    post: str
    rows: tuple[AccessRow, ...]
    logs: tuple[Option, ...]
    people: tuple[Option, ...]
    hosts: tuple[Option, ...]
    since: str
    until: str
    administrators: bool
    may_filter: bool
    older: str
    files: tuple[tuple[str, str], ...]  # (what, address)
    evidence: str = ""  # address of what an authority is told of an incident


@dataclass(frozen=True, slots=True)
class CountRow:
    name: str
    total: str
    outcomes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """`outcomes` are the heads of the columns beside the total; a row without them tells of too few people."""

    post: str
    since: str
    until: str
    outcomes: tuple[str, ...]
    rows: tuple[CountRow, ...]


@dataclass(frozen=True, slots=True)
class AdministratorRow:
    name: str
    function: str
    areas: str
    hosts: str
    days: str
    source: str
    acts: tuple[Act, ...]


@dataclass(frozen=True, slots=True)
class AppointForm:
    """`function` and dates as they stand in the empty form."""

    post: str
    people: tuple[Option, ...]
    areas: tuple[Option, ...]
    hosts: tuple[Option, ...]
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Administrators:
    title: str
    post: str
    tenant: str
    logs: tuple[Option, ...]
    day: str
    rows: tuple[AdministratorRow, ...]
    files: tuple[tuple[str, str], ...]
    appoint: AppointForm | None
    shows: tuple[Option, ...]
    may_switch: bool
    notice: Act | None
    staff: tuple[tuple[str, str, str], ...]  # name, function, customers
    slip: Slip | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """To be put up where people work. No lines: nothing is shown."""

    organisation: str
    day: str
    lines: tuple[tuple[str, str], ...]
    back: Act


@dataclass(frozen=True, slots=True)
class PresetPane:
    """`lines`: what is asked, its line in controls.toml, how it stands."""

    name: str
    title: str
    state: State
    lines: tuple[tuple[str, str, State], ...]
    propose: Act | None


@dataclass(frozen=True, slots=True)
class Presets:
    panes: tuple[PresetPane, ...]
