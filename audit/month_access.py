"""The access register of a month: every record of the access class as one line, and the counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from audit import instant
from audit.canonical import Value
from audit.leaf import Leaf

PORTAL = "broker"  # the system id of facts that happen on the portal itself
UNKNOWN = "nobody"  # somebody who was not recognised

# What a record of the access class counts as; the rest is listed and not counted.
_OUTCOMES = {
    "login.succeeded": "ok",
    "login.failed": "failed",
    "access.denied": "denied",
    "record.read": "ok",
    "session.started": "ok",
    "declared.began": "ok",
    "session.refused": "denied",
    "watch.joined": "ok",
    "channel.refused": "denied",
}
_KINDS = {"login.succeeded": "login", "login.failed": "login"}
COUNTED = ("ok", "denied", "failed")


@dataclass(frozen=True, slots=True)
class Sitting:
    """The session a leaf speaks of: who works, from where, and whether his passkey is the demo's."""

    technician: str
    terminal: str
    demo_software: bool


@dataclass(frozen=True, slots=True)
class _Event:
    value: dict[str, Value]
    session: str | None
    at: datetime


@dataclass(slots=True)
class Accesses:
    """Feed every leaf of the log in order; keeps those from the month's `start` on, and what arrived late."""

    start: datetime
    _of_month: list[_Event] = field(default_factory=list)
    _older: list[_Event] | None = None  # arrived since the last earlier month was closed

    def earlier_closed(self) -> None:
        """An earlier month was closed: what comes from here on and is older arrived late."""
        self._older = []

    def up_to(self, end: datetime) -> Accesses:
        """Those before that instant."""
        return Accesses(self.start, [e for e in self._of_month if e.at < end], self._older)

    def of_session(self, session: str) -> Accesses:
        """Those of that session alone."""
        return Accesses(self.start, [e for e in self._of_month if e.session == session], None)

    def following(self, start: datetime) -> Accesses:
        """Of the month after this one, which was just closed."""
        return Accesses(start, [e for e in self._of_month if e.at >= start], [])

    @property
    def _events(self) -> list[_Event]:
        """In the order of the log."""
        return sorted([*(self._older or []), *self._of_month], key=lambda e: e.value["leaf"])

    def feed(self, leaf: Leaf, session: Sitting | None) -> None:
        if leaf.record.RETAIN != "access":
            return
        events = self._of_month if leaf.time >= self.start else self._older
        if events is None:
            return
        kind = leaf.record.KIND
        outcome = _OUTCOMES.get(kind, "info")
        value: dict[str, Value] = {
            "leaf": leaf.n,
            "time": instant.to_text(leaf.time),
            "kind": _KINDS.get(kind, kind),
            "person": _person(leaf, session),
            "system": leaf.host or PORTAL,
            "outcome": outcome,
        }
        terminal = getattr(leaf.record, "terminal", None) or (session.terminal if session else None)
        auth = _auth(leaf, session)
        reason = getattr(leaf.record, "reason", None)
        if terminal:
            value["terminal"] = terminal
        if auth:
            value["auth"] = auth
        if reason:
            value["reason"] = reason
        events.append(_Event(value, None if session is None else leaf.session, leaf.time))

    def value(self, numbers: Mapping[str, int]) -> Value:
        """The `access` object; `numbers` maps session ids to their place in the report."""
        return {
            "events": [_numbered(e, numbers) for e in self._events],
            "by_person": self._by("person"),
            "by_system": self._by("system"),
        }

    def denied(self, numbers: Mapping[str, int]) -> list[dict[str, Value]]:
        return [_numbered(e, numbers) for e in self._events if e.value["outcome"] == "denied"]

    def of_kind(self, kind: str) -> list[dict[str, Value]]:
        return [e.value for e in self._events if e.value["kind"] == kind]

    def numbered(self, kind: str, numbers: Mapping[str, int]) -> list[dict[str, Value]]:
        """As `of_kind`, each with its session's place in the report, if that has one."""
        return [_numbered(e, numbers) for e in self._events if e.value["kind"] == kind]

    def total(self, outcome: str) -> int:
        return sum(e.value["outcome"] == outcome for e in self._events)

    def people(self) -> set[str]:
        return {e.value["person"] for e in self._events} - {UNKNOWN}

    def systems(self) -> set[str]:
        return {e.value["system"] for e in self._events}

    def _by(self, key: str) -> list[Value]:
        counts: dict[str, Counter[str]] = {}
        for event in self._events:
            if event.value["outcome"] in COUNTED:
                counts.setdefault(event.value[key], Counter())[event.value["outcome"]] += 1
        return [{key: who, **{k: c[k] for k in COUNTED}} for who, c in sorted(counts.items())]


def _numbered(event: _Event, numbers: Mapping[str, int]) -> dict[str, Value]:
    number = numbers.get(event.session or "")
    return event.value if number is None else {**event.value, "session": number}


def _person(leaf: Leaf, session: Sitting | None) -> str:
    """Whose access it was: the person named, else the technician of the session an agent speaks of."""
    for name in ("person", "watcher"):
        found = getattr(leaf.record, name, None)
        if isinstance(found, str):
            return found
    if leaf.actor.role in ("agent", "broker"):
        return session.technician if session else UNKNOWN
    return leaf.actor.id


def _auth(leaf: Leaf, session: Sitting | None) -> str | None:
    """How he showed who he is: a method of log-in; `demo_software` for the demo's passkeys."""
    if leaf.record.KIND == "session.started":  # activation is always the technician's login passkey
        return "demo_software" if session is not None and session.demo_software else "passkey"
    if getattr(leaf.record, "demo_software", False):
        return "demo_software"
    if leaf.record.KIND in ("declared.began", "declared.ended"):
        return "passkey"
    found = getattr(leaf.record, "method", None)
    return found if isinstance(found, str) else None
