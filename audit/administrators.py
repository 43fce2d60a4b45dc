"""Who was a system administrator when, read from the log: approver sets and appointments together (L-03). Pure.

An approver set makes its `ads` and `vendor_ads` administrators while it is the one in force and each is appointed
in it; `administrator.appointed` makes one from its first local day to its last, or until it is ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import Literal

from audit.administrator_records import AdministratorAppointed, AdministratorEnded
from audit.approvers import Approvers
from audit.errors import Malformed
from audit.estate_records import ApproversChanged
from audit.leaf import Leaf
from audit.periods import zone_of
from audit.person_records import TenantOpened

KINDS = frozenset(
    kind.KIND for kind in (TenantOpened, ApproversChanged, AdministratorAppointed, AdministratorEnded)
)
_ROLES = frozenset({"ads", "vendor_ads"})
Source = Literal["set", "appointment"]


@dataclass(frozen=True, slots=True)
class Tenure:
    """One person's time as administrator without a break: `since` up to `until`, not itself.

    `n` is the record that began it, `by` its actor. No `areas` or `hosts`: not restricted.
    """

    person: str
    source: Source
    since: datetime
    until: datetime
    n: int
    by: str
    areas: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    evaluated: str = ""

    def covers(self, first: datetime, after: datetime) -> bool:
        """Whether it has an instant in common with that time."""
        return self.since < after and first < self.until and self.since < self.until


class Register:
    """Feed every leaf of `KINDS` in order, the first of a log among them, for days are local to its zone."""

    def __init__(self) -> None:
        self.zone = zone_of("UTC")
        self._over: list[Tenure] = []
        self._listed: dict[str, Tenure] = {}  # by person, of the set in force
        self._appointed: dict[str, Tenure] = {}  # by appointment

    def feed(self, leaf: Leaf, statement: bytes | None = None) -> None:
        """`statement` is that of `approvers.changed`; `Malformed` where it is none, or is not there."""
        match leaf.record:
            case TenantOpened(zone=zone):
                self.zone = zone_of(zone)
            case ApproversChanged():
                if statement is None:
                    raise Malformed("an approver set whose statement is not there")
                self._changed(leaf, Approvers.parse(statement))
            case AdministratorAppointed() as new:
                self._appointed.setdefault(new.appointment, self._appointment(leaf, new))
            case AdministratorEnded(appointment=appointment, person=person):
                found = self._appointed.get(appointment)
                if found is not None and found.person == person:
                    self._appointed[appointment] = replace(found, until=min(found.until, leaf.time))
            case _:
                pass

    def _appointment(self, leaf: Leaf, new: AdministratorAppointed) -> Tenure:
        since = max(leaf.time, self._midnight(date.fromisoformat(new.first)))
        until = self._midnight(date.fromisoformat(new.last) + timedelta(days=1))
        return Tenure(
            new.person,
            "appointment",
            since,
            until,
            leaf.n,
            leaf.actor.id,
            new.areas,
            new.hosts,
            new.evaluated,
        )

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone)

    def _changed(self, leaf: Leaf, new: Approvers) -> None:
        """Somebody with two passkeys is one person; whoever stays listed goes on, with another end perhaps."""
        spans: dict[str, tuple[datetime, datetime]] = {}
        for line in new.approvers:
            if line.role in _ROLES:
                since, until = spans.get(line.person, (line.valid_from, line.valid_until))
                spans[line.person] = min(since, line.valid_from), max(until, line.valid_until)
        for person in [one for one in self._listed if one not in spans]:
            gone = self._listed.pop(person)
            self._over.append(replace(gone, until=min(gone.until, leaf.time)))
        for person, (since, until) in spans.items():
            before = self._listed.get(person)
            if before is not None and before.until >= leaf.time:
                self._listed[person] = replace(before, until=until)
                continue
            if before is not None:
                self._over.append(before)
            self._listed[person] = Tenure(person, "set", max(since, leaf.time), until, leaf.n, leaf.actor.id)

    def every(self) -> list[Tenure]:
        """Oldest first."""
        return sorted(self._all(), key=lambda one: (one.since, one.person, one.n))

    def _all(self) -> Iterator[Tenure]:
        return chain(self._over, self._listed.values(), self._appointed.values())

    def counts(self, person: str, at: datetime) -> bool:
        """Whether he was one at that instant."""
        return any(one.person == person and one.since <= at < one.until for one in self._all())

    def on(self, day: date) -> list[Tenure]:
        """Whoever was one at any time of that local day."""
        first, after = self._midnight(day), self._midnight(day + timedelta(days=1))
        return [one for one in self.every() if one.covers(first, after)]
