"""Which accesses the yearly verification of administrators looks at: drawn by a lot that anybody can draw again.

Pure. Broker and verifier both call `Accesses.drawn`; the rule is FORMAT.md §16. The lot is the root of the log just
before the verification was opened: whoever opens it cannot know it before everything it depends on is written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from audit import declared_records as d
from audit.leaf import Leaf
from audit.person_records import AccessDenied, LoginFailed, TenantOpened
from audit.request_records import RequestOpened, SupervisionTaken
from audit.session_records import (
    SessionEnded,
    SessionOpened,
    SessionPresumedEnded,
    SessionRefused,
    SessionStarted,
)

STRATA = ("presumed", "unwatched", "out_of_hours", "privileged", "denied", "ordinary")
FEWEST = 20  # of ordinary sessions, and of denied attempts
SHARE = 20  # of ordinary sessions one in so many
MOST = 200  # of exceptions, which are else all looked at
OPENS, CLOSES = 8, 19  # local hours; what begins outside them, or at a weekend, is out of hours
# Accounts of a host that may do anything there, and work that changes what others may do or what was kept.
_MASTERS = frozenset({"root", "administrator", "system", "nt authority\\system"})
_HEAVY = frozenset({"CRED", "POL", "RST", "IMG"})


class Item(NamedTuple):
    """`name` is a session's id, or ``n=`` and the index of the record of a denied attempt."""

    stratum: str
    name: str

    @property
    def line(self) -> str:
        return f"{self.stratum} {self.name}\n"


@dataclass(slots=True)
class Access:
    """A session that began or was declared begun, or an attempt that came to nothing; `person` is whose, empty where
    nobody knows."""

    name: str
    person: str
    at: datetime
    host: str = ""
    request: str = ""
    n: int = 0
    denied: bool = False
    presumed: bool = False
    watched: bool = False
    privileged: bool = False


@dataclass(slots=True)
class Accesses:
    """Feed every leaf of `KINDS` in order."""

    KINDS = frozenset(
        kind.KIND
        for kind in (
            TenantOpened, RequestOpened, SupervisionTaken, SessionOpened, SessionStarted, SessionEnded,
            SessionPresumedEnded, SessionRefused, LoginFailed, AccessDenied, d.DeclaredBegan,
            d.DeclaredPresumedEnded,
        )
    )  # fmt: skip

    zone: str = ""
    heavy: set[str] = field(default_factory=set)  # requests for work that is privileged by itself
    watched: set[str] = field(default_factory=set)  # requests whose supervision somebody took
    opened: dict[str, tuple[str, str]] = field(default_factory=dict)  # session -> request, technician
    found: dict[str, Access] = field(default_factory=dict)

    def feed(self, leaf: Leaf) -> None:
        session, record = leaf.session or "", leaf.record
        match record:
            case TenantOpened(zone=zone):
                self.zone = zone
            case RequestOpened(request=request, activities=activities):
                if any(one.partition("/")[0] in _HEAVY for one in activities):
                    self.heavy.add(request)
            case SupervisionTaken(request=request):
                self.watched.add(request)
                for one in self.found.values():
                    one.watched = one.watched or one.request == request
            case SessionOpened(request=request):
                self.opened[session] = request, leaf.actor.id
            case SessionStarted(account=account):
                self._started(leaf, session, account)
            case SessionEnded() | SessionPresumedEnded() if session in self.found:
                self.found[session].presumed = isinstance(record, SessionPresumedEnded)
            case d.DeclaredBegan(request=request):  # on a host without an agent: nobody can watch it
                heavy, host = request in self.heavy, leaf.host or ""
                one = Access(session, leaf.actor.id, leaf.time, host, request, leaf.n, privileged=heavy)
                self.found[session] = one
            case d.DeclaredPresumedEnded() if session in self.found:
                self.found[session].presumed = True
            case SessionRefused():
                self._denied(leaf, self.opened.get(session, ("", ""))[1])
            case LoginFailed(person=person) | AccessDenied(person=person):
                self._denied(leaf, person or "")
            case _:
                pass

    def _started(self, leaf: Leaf, session: str, account: str) -> None:
        request, person = self.opened.get(session, ("", ""))
        self.found[session] = Access(
            session, person, leaf.time, leaf.host or "", request, leaf.n,
            watched=request in self.watched,
            privileged=request in self.heavy or account.lower() in _MASTERS,
        )  # fmt: skip

    def _denied(self, leaf: Leaf, person: str) -> None:
        name = f"n={leaf.n}"
        self.found[name] = Access(name, person, leaf.time, leaf.host or "", n=leaf.n, denied=True)

    def within(self, first: str, until: str) -> list[Access]:
        """Those of these local days, both counted, in the log's order."""
        here = ZoneInfo(self.zone)
        days = date.fromisoformat(first), date.fromisoformat(until)
        return [one for one in self.found.values() if days[0] <= one.at.astimezone(here).date() <= days[1]]

    def stratum(self, one: Access) -> str:
        """The first of `STRATA` that it belongs to."""
        if one.denied:
            return "denied"
        if one.presumed:
            return "presumed"
        if not one.watched:
            return "unwatched"
        if out_of_hours(one.at, self.zone):
            return "out_of_hours"
        return "privileged" if one.privileged else "ordinary"

    def drawn(self, first: str, until: str, root: str) -> list[Item]:
        """The sample, in the order of `STRATA` and within each of names."""
        items = [Item(self.stratum(one), one.name) for one in self.within(first, until)]
        ordinary = [one for one in items if one.stratum == "ordinary"]
        denied = [one for one in items if one.stratum == "denied"]
        rest = [one for one in items if one.stratum not in ("ordinary", "denied")]
        lot = hashlib.sha256(f"verbale/sample/v1\n{root}\n{first}\n{until}\n".encode()).digest()
        some = max(FEWEST, -(-len(ordinary) // SHARE))
        taken = [*_lowest(rest, MOST, lot), *_lowest(denied, FEWEST, lot), *_lowest(ordinary, some, lot)]
        return sorted(taken, key=lambda one: (STRATA.index(one.stratum), one.name))


def _lowest(items: Sequence[Item], count: int, lot: bytes) -> list[Item]:
    """Those whose SHA-256(lot ‖ name) are the lowest."""
    return sorted(items, key=lambda one: hashlib.sha256(lot + one.name.encode()).digest())[:count]


def digest(sample: Iterable[Item]) -> str:
    """SHA-256 of the sample's lines: stratum, a blank, name, LF."""
    return hashlib.sha256("".join(one.line for one in sample).encode()).hexdigest()


def out_of_hours(at: datetime, zone: str) -> bool:
    """By a plain rule that needs no calendar of holidays: a weekend, or outside 8 to 19."""
    here = at.astimezone(ZoneInfo(zone))
    return here.weekday() > 4 or not OPENS <= here.hour < CLOSES
