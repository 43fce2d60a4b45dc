"""What a titolare hands on in advance: a delegation to his own ADS, a mandate to the vendor's (FORMAT.md §4).

Signed once, with scope and end. Neither opens anything: it says for which requests the passkey of somebody in
the approver set counts, whose line there says that he needs it (`Approver.needs`). His approval cites it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Protocol, Self, cast

from audit import instant
from audit.canonical import Fields, Value
from audit.errors import Malformed
from audit.forms import ID
from audit.statement import Statement, one_of
from audit.statement_parts import CHANNEL_KINDS, Account, Activity, Channel, ChannelKind, Technician

MAX_TERM = timedelta(days=366)
MAX_PERSONS = 16
MAX_HOSTS = 200  # what somebody can read before he signs


class Named(Protocol):
    @property
    def id(self) -> str: ...


class Approvable(Protocol):
    """What an approval can be of: a request to a host with an agent, or to one without."""

    @property
    def tenant(self) -> str: ...
    @property
    def digest(self) -> bytes: ...
    @property
    def host(self) -> Named: ...
    @property
    def technician(self) -> Technician: ...
    @property
    def activities(self) -> tuple[Activity, ...]: ...
    @property
    def channels(self) -> tuple[Channel, ...]: ...
    @property
    def account(self) -> Account: ...
    @property
    def not_after(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Warrant(Statement):
    """`hosts` and `activities` (codes) are None where any will do; `administrator`: sessions as an
    administrator of the host too."""

    tenant: str
    warrant: str
    persons: tuple[str, ...]
    hosts: tuple[str, ...] | None
    channels: tuple[ChannelKind, ...]
    activities: tuple[str, ...] | None
    administrator: bool
    not_before: datetime
    not_after: datetime
    own_requests: bool = False  # of a mandate alone
    demo_software: bool = False

    def to_value(self) -> Value:
        value: dict[str, Value] = {
            "v": 1,
            "type": self.TYPE,
            "tenant": self.tenant,
            "warrant": self.warrant,
            "persons": list(self.persons),
            "channels": list(self.channels),
            "administrator": self.administrator,
            "not_before": instant.to_text(self.not_before),
            "not_after": instant.to_text(self.not_after),
        }
        if self.hosts is not None:
            value["hosts"] = list(self.hosts)
        if self.activities is not None:
            value["activities"] = list(self.activities)
        if self.own_requests:
            value["own_requests"] = True
        if self.demo_software:
            value["demo_software"] = True
        return value

    @classmethod
    def from_fields(cls, f: Fields) -> Self:
        found = cls(
            tenant=f.formed("tenant", ID),
            warrant=f.formed("warrant", ID),
            persons=_ids(f.texts("persons"), MAX_PERSONS, "persons"),
            hosts=_ids(f.texts("hosts"), MAX_HOSTS, "hosts") if f.has("hosts") else None,
            channels=cast(tuple[ChannelKind, ...], _words(f.texts("channels"), CHANNEL_KINDS, "channels")),
            activities=_words(f.texts("activities"), Activity.CODES, "activities")
            if f.has("activities")
            else None,
            administrator=f.boolean("administrator"),
            not_before=instant.parse(f.text("not_before")),
            not_after=instant.parse(f.text("not_after")),
            own_requests=f.flag("own_requests"),
            demo_software=f.flag("demo_software"),
        )
        if not timedelta(0) < found.not_after - found.not_before <= MAX_TERM:
            raise Malformed("a warrant lasts longer than twelve months, or not at all")
        if found.own_requests and cls is not Mandate:
            raise Malformed("only a mandate lets somebody sign what he asked for")
        return found

    def outside(self, request: Approvable) -> Iterator[str]:
        """What of the request it does not reach."""
        if self.hosts is not None and request.host.id not in self.hosts:
            yield "host"
        if not {c.kind for c in request.channels} <= set(self.channels):
            yield "channels"
        if self.activities is not None and not {a.code for a in request.activities} <= set(self.activities):
            yield "activities"
        if request.account.administrator and not self.administrator:
            yield "administrator"


@dataclass(frozen=True, slots=True)
class Delegation(Warrant):
    """To the customer's own ADS: they authorise within it."""

    TYPE: ClassVar[str] = "delegation"


@dataclass(frozen=True, slots=True)
class Mandate(Warrant):
    """To administrators of the vendor whom it names: they authorise within it, and what they asked for
    themselves where `own_requests` is."""

    TYPE: ClassVar[str] = "mandate"


def parse(data: bytes) -> Warrant:
    """Of whichever of the two types it says it is."""
    try:
        return Delegation.parse(data)
    except Malformed:
        return Mandate.parse(data)


def _ids(found: tuple[str, ...], most: int, what: str) -> tuple[str, ...]:
    """Sorted, none twice, so that there is one spelling."""
    for one in found:
        ID.check(one, what)
    if not 0 < len(found) <= most or list(found) != sorted(set(found)):
        raise Malformed(f"{what} of a warrant are none, too many, not in order, or named twice")
    return found


def _words(found: tuple[str, ...], known: tuple[str, ...], what: str) -> tuple[str, ...]:
    """In the order of the table, none twice."""
    places = [known.index(one_of(one, known, what)) for one in found]
    if not found or places != sorted(set(places)):
        raise Malformed(f"{what} of a warrant are none, not in order, or named twice")
    return found
