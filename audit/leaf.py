"""One record as the log holds it: its bytes, and the one way to read them (FORMAT.md §3)."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, cast, get_args

from audit import instant
from audit.canonical import MAX_INT, Value, decode_typed, encode_typed
from audit.errors import Malformed
from audit.forms import DIGEST, ID, INSTANT
from audit.record import ROLES, Actor, EvidenceKind, RetainClass, Role
from audit.records import KINDS, AnyRecord


class Evidence(NamedTuple):
    """Bytes kept beside the log under ``evidence/<sha256>``: what they are and their digest."""

    kind: EvidenceKind
    sha256: str

    def to_value(self) -> Value:
        return {"kind": self.kind, "sha256": self.sha256}


class Leaf(NamedTuple):
    """One record as the log holds it (FORMAT.md §3).

    `n` is its place in the log, `session_n` its gap-free place inside its session (from 0),
    `host_n` the host's own gap-free counter when an agent's note is behind it.
    """

    tenant: str
    n: int
    time: datetime
    actor: Actor
    record: AnyRecord
    session: str | None = None
    session_n: int | None = None
    host: str | None = None
    host_n: int | None = None
    refs: tuple[int, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    sealed: str | None = None
    hold: str | None = None  # retain.until, for a class that has a fixed end

    def encode(self) -> bytes:
        """The leaf's bytes; `Malformed` for a leaf that `parse` would not take back."""
        body = self.record.body()
        value: dict[str, Value] = {
            "v": 1,
            "type": self.record.KIND,
            "tenant": self.tenant,
            "n": self.n,
            "time": instant.to_text(self.time),
            "actor": {"id": self.actor.id, "role": self.actor.role},
            "body": body,
            "retain": {"class": self.record.RETAIN},
        }
        if self.hold is not None:
            value["retain"]["until"] = self.hold
        for key in ("session", "session_n", "host", "host_n", "sealed"):
            if getattr(self, key) is not None:
                value[key] = getattr(self, key)
        if self.refs:
            value["refs"] = list(self.refs)
        if self.evidence:
            value["evidence"] = [e.to_value() for e in self.evidence]
        self._of(value)
        return encode_typed(value)

    @classmethod
    def parse(cls, data: bytes) -> Leaf:
        """Read leaf bytes; `Malformed` for anything `encode` would not have written."""
        value = decode_typed(data)
        if type(value) is not dict:
            raise Malformed("a record is not an object")
        return cls._of(value)

    @classmethod
    def _of(cls, value: dict[str, Value]) -> Leaf:
        """Every value's type is checked here, and every key must be known: see `decode_typed`."""
        try:
            kind = KINDS[value["type"]]
            version, tenant, n, time = value["v"], value["tenant"], value["n"], value["time"]
            actor, body, retain = value["actor"], value["body"], value["retain"]
        except (KeyError, TypeError) as wrong:
            raise Malformed("a record lacks a field, or is of a kind nobody knows") from wrong
        if type(version) is not int or version != 1:
            raise Malformed("a record of another version")
        return cls(
            _id(tenant, "tenant"),
            _index(n, "n"),
            instant.parse(_text(time, "time")),
            _actor(actor),
            kind.from_body(body),
            *(_NO_LINKS if len(value) == 8 else _links(kind, value)),
            None if retain == _RETAIN[kind.RETAIN] else _hold(kind, retain),
        )


_RETAIN: dict[str, Value] = {name: {"class": name} for name in get_args(RetainClass)}
_Links = tuple[
    str | None, int | None, str | None, int | None, tuple[int, ...], tuple[Evidence, ...], str | None
]
_NO_LINKS: _Links = (None, None, None, None, (), (), None)


def _text(value: object, what: str) -> str:
    if type(value) is not str:
        raise Malformed(f"{what} of a record is missing or no text")
    return value


def _id(value: object, what: str) -> str:
    return value if type(value) is str and value in ID.known else ID.check(value, what)


def _index(value: object, what: str) -> int:
    if type(value) is not int or not 0 <= value <= MAX_INT:
        raise Malformed(f"{what} of a record is missing or no index")
    return value


def _hold(kind: type[AnyRecord], retain: Value) -> str:
    if type(retain) is not dict or retain.get("class") != kind.RETAIN or retain.keys() != {"class", "until"}:
        raise Malformed("a record of another class than its kind's")
    return INSTANT.check(retain["until"], "until")


_actors: dict[tuple[str, str], Actor] = {}  # a log repeats its few people without end
_MAX_ACTORS = 4096


def _actor(value: Value) -> Actor:
    try:
        who, role = value["id"], value["role"]
        known = _actors.get((who, role))
    except (KeyError, TypeError) as wrong:
        raise Malformed("an actor is an id and a role") from wrong
    if len(value) != 2:
        raise Malformed("an actor has a field nobody knows")
    if known is not None:
        return known
    if role not in ROLES:
        raise Malformed("an actor's role nobody knows")
    found = Actor(_id(who, "actor"), cast(Role, role))
    if len(_actors) < _MAX_ACTORS:
        _actors[who, role] = found
    return found


def _links(kind: type[AnyRecord], value: dict[str, Value]) -> _Links:
    """What is left out when it says nothing: session, host, refs, evidence, sealed."""
    left = len(value) - 8
    session = session_n = host = host_n = sealed = None
    refs: tuple[int, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    if "session" in value:
        session, left = _id(value["session"], "session"), left - 1
    if "session_n" in value:
        session_n, left = _index(value["session_n"], "session_n"), left - 1
    if "host" in value:
        host, left = _id(value["host"], "host"), left - 1
    if "host_n" in value:
        if "note" not in kind.EVIDENCE:
            raise Malformed("a host's number on a record that no host tells")
        host_n, left = _index(value["host_n"], "host_n"), left - 1
    if "refs" in value:
        refs, left = tuple(_index(ref, "refs") for ref in _filled(value["refs"])), left - 1
    if "evidence" in value:
        evidence, left = _evidence(kind, _filled(value["evidence"])), left - 1
    if "sealed" in value:
        sealed, left = DIGEST.check(value["sealed"], "sealed"), left - 1
        if kind.SEALED == "never":
            raise Malformed("a record of a kind that seals nothing")
    if left:
        raise Malformed("a record has a field nobody knows, or lacks one")
    return session, session_n, host, host_n, refs, evidence, sealed


def _filled(value: Value) -> list[Value]:
    if type(value) is not list or not value:
        raise Malformed("refs or evidence that is no list, or an empty one, which is left out")
    return value


def _evidence(kind: type[AnyRecord], lines: list[Value]) -> tuple[Evidence, ...]:
    found = []
    for line in lines:
        if type(line) is not dict or line.keys() != {"kind", "sha256"}:
            raise Malformed("evidence is a kind and a digest")
        if line["kind"] not in kind.EVIDENCE:
            raise Malformed("evidence of a kind that this kind of record has not")
        found.append(Evidence(line["kind"], DIGEST.check(line["sha256"], "sha256")))
    if len({one.kind for one in found}) != len(found):
        raise Malformed("a record has two pieces of evidence of one kind")
    return tuple(found)
