"""The access log: what a log tells of accesses, one entry for each, as requirements §2.1 wants it. Pure (L-07).

A view: nothing is kept beside the log. Feed leaves in order with what stands behind them; whoever shows only some
of them feeds those that explain them first (`EXPLAINING`). Entries hold codes, pseudonyms, names of people and
hosts, and a sentence from a template; nothing that anybody typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from audit import administrators, instant
from audit.access_words import EVENTS, sentence
from audit.canonical import Value
from audit.channel_records import ChannelOpened
from audit.commitment import Opening
from audit.declared import DeclaredRequest
from audit.declared_records import DeclaredBegan, DeclaredEnded
from audit.enrolment import Enrolment
from audit.estate_records import ApproversChanged, HostPrepared
from audit.leaf import Leaf
from audit.person_records import PersonAdmitted
from audit.request import Request
from audit.request_records import RequestOpened, SupervisionTaken
from audit.session_records import SessionOpened, SessionStarted, WatchLeft
from audit.verify_records import appended

# Of these the other entries take who worked, why, where and as what.
EXPLAINING = administrators.KINDS | {
    kind.KIND for kind in (PersonAdmitted, HostPrepared, RequestOpened, SessionOpened, SessionStarted, DeclaredBegan)
}  # fmt: skip
# Of these the statement is read as well.
STATED = frozenset(kind.KIND for kind in (ApproversChanged, RequestOpened, HostPrepared))
KINDS = frozenset(EVENTS)
PORTAL = "portal"


@dataclass(frozen=True, slots=True)
class Entry:
    """One access. `time` is when it happened, `received` when the broker wrote it down, of an agent's fact later.

    `person` is a pseudonym, `name` his as far as it may still be known. `administrator`: he was appointed one at
    that instant. `host` is `portal` for the broker's own doors. `privileged`: the session's account administers
    the host; None where it concerns no account.
    """

    seq: int
    chain: str
    time: datetime
    local: str
    zone: str
    received: datetime
    event: str
    outcome: str
    reason: str
    person: str
    name: str
    role: str
    administrator: bool
    auth: str
    host: str
    host_name: str
    account: str
    privileged: bool | None
    terminal: str
    tool: str
    what: str
    session: str
    request: str
    grant: str
    incident: str
    last_seen: str
    leaf: str
    text: str

    def value(self) -> dict[str, Value]:
        """For JSON; what is empty is left out."""
        found: dict[str, Value] = {}
        for name in self.__slots__:
            value = getattr(self, name)
            if value not in ("", None):
                found[name] = instant.to_text(value) if isinstance(value, datetime) else value
        return found


@dataclass(frozen=True, slots=True)
class _Sitting:
    """What a session's first records say for all others of it."""

    technician: str
    terminal: str
    request: str
    grant: str
    demo_software: bool


@dataclass(frozen=True, slots=True)
class _Asked:
    incident: str
    account: str
    privileged: bool | None


_NOTHING_ASKED = _Asked("", "", None)


class Book:
    """State while reading. `names` and `labels` are known beforehand, of people and hosts by their ids."""

    def __init__(
        self, names: Mapping[str, str] | None = None, labels: Mapping[str, str] | None = None
    ) -> None:
        self.register = administrators.Register()
        self.names = dict(names or {})
        self.labels = dict(labels or {})
        self._sittings: dict[str, _Sitting] = {}
        self._asked: dict[str, _Asked] = {}

    def feed(
        self, leaf: Leaf, leaf_hash: str, statement: bytes | None = None, opening: Opening | None = None
    ) -> Entry | None:
        """The entry, where it is an access. `leaf_hash` is hex, `statement` and `opening` of this leaf; `Malformed`."""
        if leaf.record.KIND in EXPLAINING:
            self._explained(leaf, statement, opening)
        if leaf.record.KIND not in KINDS:
            return None
        return self._entry(leaf, leaf_hash)

    def _explained(self, leaf: Leaf, statement: bytes | None, opening: Opening | None) -> None:
        match leaf.record:
            case PersonAdmitted():
                if opening is not None:
                    self.names |= name_in(leaf, opening)
            case HostPrepared(host=host):
                if statement is not None:
                    self.labels[host] = Enrolment.parse(statement).label
            case RequestOpened() as asked:
                account = None
                if statement is not None and asked.declared:  # nobody can say as whom he works there
                    bare = DeclaredRequest.parse(statement).host
                    self.labels[bare.id] = bare.label
                elif statement is not None:
                    account = Request.parse(statement).account
                self._asked[asked.request] = _Asked(
                    asked.incident,
                    "" if account is None else account.name,
                    None if account is None else account.administrator,
                )
            case SessionOpened() as opened if leaf.session is not None:
                self._sittings[leaf.session] = _Sitting(
                    leaf.actor.id, opened.terminal, opened.request, opened.grant, opened.demo_software
                )
            case DeclaredBegan() as began if leaf.session is not None:
                self._sittings[leaf.session] = _Sitting(
                    leaf.actor.id, began.terminal, began.request, "", began.demo_software
                )
            case _:
                self.register.feed(leaf, statement)

    def _entry(self, leaf: Leaf, leaf_hash: str) -> Entry:
        record: Any = leaf.record
        event = EVENTS[record.KIND]
        sitting = self._sittings.get(leaf.session or "")
        request: str = sitting.request if sitting is not None else getattr(record, "request", None) or ""
        asked = self._asked.get(request, _NOTHING_ASKED)
        person, role = _whose(leaf, sitting)
        here = leaf.time.astimezone(self.register.zone)
        host = leaf.host or PORTAL
        names = {"who": self.names.get(person, person), "host": self.labels.get(host, host)}
        inside = sitting is not None and person == sitting.technician  # whoever watches is under no account
        return Entry(
            seq=leaf.n,
            chain=leaf.tenant,
            time=leaf.time,
            local=here.isoformat(timespec="milliseconds"),
            zone=here.tzname() or "",
            received=appended(leaf),
            event=event.code,
            outcome=event.outcome,
            reason=getattr(record, "reason", None) or "",
            person=person,
            name=self.names.get(person, ""),
            role=role,
            administrator=bool(person) and self.register.counts(person, leaf.time),
            auth=_auth(leaf, sitting),
            host=host,
            host_name=self.labels.get(host, ""),
            account=asked.account if inside else "",
            privileged=asked.privileged if inside else None,
            terminal=_terminal(record, sitting),
            tool=getattr(record, "tool", None) or "",
            what=_what(record),
            session=leaf.session or "",
            request=request,
            grant=sitting.grant if sitting is not None else getattr(record, "grant", None) or "",
            incident=asked.incident,
            last_seen=getattr(record, "last_seen", None) or "",
            leaf=leaf_hash,
            text=sentence(record.KIND, names),
        )


def name_in(leaf: Leaf, opening: Opening) -> dict[str, str]:
    """What a `person.admitted` with its opening says somebody is called, by his pseudonym."""
    name = opening.data.get("name") if isinstance(opening.data, dict) else None
    return (
        {leaf.record.person: name}
        if isinstance(name, str) and isinstance(leaf.record, PersonAdmitted)
        else {}
    )


def _whose(leaf: Leaf, sitting: _Sitting | None) -> tuple[str, str]:
    """Whose access it was, and his role where the record says it; an agent speaks of its session's technician."""
    named = getattr(leaf.record, "watcher", None) or getattr(leaf.record, "person", None)
    if leaf.actor.role in ("agent", "broker", "nobody"):
        if named is not None:
            return named, ""
        return ("", "") if sitting is None else (sitting.technician, "technician")
    return named or leaf.actor.id, leaf.actor.role


def _auth(leaf: Leaf, sitting: _Sitting | None) -> str:
    """How he showed who he is."""
    record: Any = leaf.record
    if isinstance(record, ChannelOpened):
        return "ssh_key" if record.via == "ssh" else ""
    if isinstance(record, SupervisionTaken | SessionOpened | DeclaredBegan | DeclaredEnded):
        return "demo_software" if record.demo_software else "passkey"
    if isinstance(record, SessionStarted) and sitting is not None:
        return "demo_software" if sitting.demo_software else "passkey"
    if getattr(record, "demo_software", False):
        return "demo_software"
    return getattr(record, "method", None) or ""


def _terminal(record: Any, sitting: _Sitting | None) -> str:
    """The source address; of an agent's fact that of whoever activated the session."""
    found: str | None = getattr(record, "terminal", None)
    return found or ("" if sitting is None or isinstance(record, WatchLeft) else sitting.terminal)


def _what(record: Any) -> str:
    """What was read, tried or opened, as its code."""
    found: str | None = getattr(record, "what", None) or getattr(record, "kind", None)
    return found or ""
