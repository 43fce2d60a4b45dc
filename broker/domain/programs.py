"""Versions, defects and acceptance windows, as one log tells them: a fold over its records (S-37 to S-42).

The vendor's log has all of it, a customer's what touches him; there is no table beside them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal, get_args

from audit import instant
from audit import program_records as r
from audit.leaf import Leaf
from broker.domain.refusal import Refused, Why

DefectKind = Literal["malfunction", "anomaly", "incoherent_export", "not_persisted"]
Component = Literal["program", "database"]
Reason = Literal["law", "security", "defects", "system"]
How = Literal["portal", "pec", "note"]
Decision = Literal["accepted", "more_time", "not_bought", "agreed"]
DEFECT_KINDS: tuple[DefectKind, ...] = get_args(DefectKind)
COMPONENTS: tuple[Component, ...] = get_args(Component)
REASONS: tuple[Reason, ...] = get_args(Reason)
RECEIPTS: tuple[How, ...] = ("pec", "note")  # what the vendor may put on file
DECISIONS: tuple[Decision, ...] = get_args(Decision)
PARTS = ("steps", "expected", "actual", "sample", "build")  # of a *Rapporto di malfunzionamento*
HALF_YEARLY = 2  # in a year

KINDS = tuple(
    kind.KIND
    for kind in (
        r.ReleasePublished, r.VersionInstalled, r.ReleaseReceived, r.AcceptanceOpened, r.AcceptancePassed,
        r.AcceptanceExpired, r.AcceptanceDecided, r.MalfunctionReported, r.DefectOpened, r.DefectLinked,
        r.DefectRemedied, r.DefectSolved, r.DefectTold,
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Window:
    """`until` is its last instant. `state`: testing | passed | expired | decided."""

    received: datetime
    until: datetime
    peremptory: bool
    state: str = "testing"
    decision: str | None = None

    def open(self, at: datetime) -> bool:
        return self.state == "testing" and at <= self.until


@dataclass(frozen=True, slots=True)
class Release:
    """`published` is when this log heard of it; `how` and `received` once the customer has it."""

    told: r.ReleasePublished
    published: datetime
    how: str | None = None
    received: datetime | None = None
    window: Window | None = None

    @property
    def id(self) -> str:
        return self.told.release


@dataclass(frozen=True, slots=True)
class Said:
    """Something said of a defect: the record whose opening has the words, and its instant."""

    n: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Defect:
    """`links`: the incident, and the session, in which it was met. `release` solves it."""

    told: r.DefectOpened
    opened: Said
    links: tuple[tuple[str, str | None], ...] = ()
    remedy: Said | None = None
    solution: Said | None = None
    release: str | None = None
    informed: datetime | None = None  # when the customer was told of the solution

    @property
    def id(self) -> str:
        return self.told.defect

    @property
    def state(self) -> str:
        """open | remedied | solved | told."""
        if self.informed is not None:
            return "told"
        return "solved" if self.solution else "remedied" if self.remedy else "open"


@dataclass(frozen=True, slots=True)
class Installed:
    told: r.VersionInstalled
    at: datetime
    since: datetime  # the first version of that program here


@dataclass(frozen=True, slots=True)
class Reported:
    """A *Rapporto di malfunzionamento*; the opening of record `n` has its parts."""

    told: r.MalfunctionReported
    n: int


@dataclass(slots=True)
class Programs:
    releases: dict[str, Release] = field(default_factory=dict)
    defects: dict[str, Defect] = field(default_factory=dict)
    installed: dict[str, Installed] = field(default_factory=dict)  # by product
    reports: dict[str, Reported] = field(default_factory=dict)  # by incident

    @classmethod
    def of(cls, leaves: Iterable[Leaf]) -> Programs:
        """Those of `KINDS`, oldest first."""
        found = cls()
        for leaf in leaves:
            found._hear(leaf)
        return found

    def release(self, release: str) -> Release:
        """`not_found` where this log knows none."""
        if release not in self.releases:
            raise Refused(Why.NOT_FOUND)
        return self.releases[release]

    def defect(self, defect: str) -> Defect:
        if defect not in self.defects:
            raise Refused(Why.NOT_FOUND)
        return self.defects[defect]

    def met_in(self, incident: str) -> list[Defect]:
        """The defects linked to that incident."""
        return [one for one in self.defects.values() if any(link == incident for link, _ in one.links)]

    def latest(self, product: str) -> Release | None:
        """The newest version for everybody."""
        out = [one for one in self.releases.values() if one.told.product == product and not one.told.customer]
        return max(out, key=lambda one: (one.told.dated, one.published), default=None)

    def pending(self, product: str) -> Release | None:
        """The newest version of a program that is installed at an older one."""
        here, newest = self.installed.get(product), self.latest(product)
        behind = here is not None and newest is not None and here.told.version != newest.told.version
        return newest if behind else None

    def testing(self, at: datetime) -> list[Release]:
        """Customisations whose window is open."""
        return [one for one in self.releases.values() if one.window is not None and one.window.open(at)]

    def undecided(self) -> list[Release]:
        """Those whose days are over: the owner decides."""
        return [one for one in self.releases.values() if one.window and one.window.state == "expired"]

    def _hear(self, leaf: Leaf) -> None:
        told, at = leaf.record, leaf.time
        match told:
            case r.ReleasePublished():
                self.releases[told.release] = Release(told, at)
            case r.VersionInstalled():
                before = self.installed.get(told.product)
                self.installed[told.product] = Installed(told, at, at if before is None else before.since)
            case r.MalfunctionReported():
                self.reports[told.incident] = Reported(told, leaf.n)
            case r.DefectOpened():
                self.defects[told.defect] = Defect(told, Said(leaf.n, at))
            case r.ReleaseReceived() | r.AcceptanceOpened() | r.AcceptancePassed() | r.AcceptanceExpired():
                self._release(told)
            case r.AcceptanceDecided(release=release, decision=decision):
                self._window(release, "decided", decision)
            case r.DefectLinked() | r.DefectRemedied() | r.DefectSolved() | r.DefectTold():
                self._defect(told, Said(leaf.n, at))
            case _:
                pass

    def _release(
        self, told: r.ReleaseReceived | r.AcceptanceOpened | r.AcceptancePassed | r.AcceptanceExpired
    ) -> None:
        one = self.releases[told.release]
        match told:
            case r.ReleaseReceived(how=how, received=received):
                self.releases[one.id] = replace(one, how=how, received=instant.parse(received))
            case r.AcceptanceOpened(received=received, until=until, peremptory=peremptory):
                window = Window(instant.parse(received), instant.parse(until), peremptory)
                self.releases[one.id] = replace(one, window=window)
            case r.AcceptancePassed():
                self._window(one.id, "passed")
            case r.AcceptanceExpired():
                self._window(one.id, "expired")

    def _window(self, release: str, state: str, decision: str | None = None) -> None:
        one = self.releases[release]
        assert one.window is not None  # the record of its opening came before
        self.releases[release] = replace(one, window=replace(one.window, state=state, decision=decision))

    def _defect(
        self, told: r.DefectLinked | r.DefectRemedied | r.DefectSolved | r.DefectTold, at: Said
    ) -> None:
        one = self.defects[told.defect]
        match told:
            case r.DefectLinked(incident=incident, session=session):
                one = replace(one, links=(*one.links, (incident, session)))
            case r.DefectRemedied():
                one = replace(one, remedy=at)
            case r.DefectSolved(release=release):
                one = replace(one, solution=at, release=release)
            case r.DefectTold():
                one = replace(one, informed=one.informed or at.at)
        self.defects[told.defect] = one


# ------------------------------------------------------------------------------------- what may be


def may_publish(house: Programs, new: r.ReleasePublished) -> None:
    """Return, or raise: the same version again is a `duplicate`; a third half-yearly one of a program in a year
    takes a reason, and no other one has any (S-37)."""
    mine = [one.told for one in house.releases.values() if one.told.product == new.product]
    for one in mine:
        apart = one.customer != new.customer and None not in (one.customer, new.customer)
        if one.version == new.version and not apart:
            raise Refused(Why.DUPLICATE)
    year = date.fromisoformat(new.dated).year
    planned = [one for one in mine if one.half_yearly and date.fromisoformat(one.dated).year == year]
    third = new.half_yearly and len(planned) >= HALF_YEARLY
    if third and new.reason is None:
        raise Refused(Why.HALF_YEARLY_THIRD, year=str(year))
    if new.reason is not None and not third:
        raise Refused(Why.BAD_INPUT, field="reason")


def may_remedy(defect: Defect) -> None:
    if defect.solution is not None:
        raise Refused(Why.WRONG_STATE)


def may_solve(house: Programs, defect: Defect, release: str) -> Release:
    """The version that solves it: one that is out, of the same program, and for everybody. A remedy comes first."""
    if defect.state != "remedied":
        raise Refused(Why.WRONG_STATE)
    found = house.releases.get(release)
    if found is None or found.told.product != defect.told.product or found.told.customer is not None:
        raise Refused(Why.BAD_INPUT, field="release")
    return found


def may_receive(release: Release) -> None:
    if release.received is not None:
        raise Refused(Why.DUPLICATE)


def tested(release: Release, at: datetime) -> Window:
    """Its window, which has to be open."""
    if release.window is None or not release.window.open(at):
        raise Refused(Why.WRONG_STATE)
    return release.window


def lacking(parts: dict[str, str]) -> tuple[str, ...]:
    """What a report of a malfunction leaves empty."""
    return tuple(name for name in PARTS if not parts.get(name))


def in_words(
    known: Programs, texts: Mapping[int, str], listed: Sequence[Mapping[str, Any]]
) -> list[dict[str, str]]:
    """What was said of the defects a report lists: of remedy and solution only where its line has them."""
    found = []
    for line in listed:
        one = known.defects[line["id"]]
        parts = {"text": one.opened, "remedy": one.remedy, "solution": one.solution}
        said = {
            name: texts[part.n]
            for name, part in parts.items()
            if part is not None and part.n in texts and (name == "text" or name in line)
        }
        if said:
            found.append({"id": one.id, **said})
    return found
