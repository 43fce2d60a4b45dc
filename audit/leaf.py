"""One record as the log holds it: its bytes, and the one way to read them (FORMAT.md §3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, cast, get_args

import orjson

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

    def encode(self, when: str = "") -> bytes:
        """The leaf's bytes; `Malformed` for a leaf that `parse` would not take back. `when` is its time as
        `instant.to_text` spells it, where the caller has it already."""
        record, actor = self.record, self.actor
        value: dict[str, Value] = {
            "actor": {"id": actor.id, "role": actor.role},
            "body": record.body(),
            "n": self.n,
            "retain": {"class": record.RETAIN},
            "tenant": self.tenant,
            "time": when or instant.to_text(self.time),
            "type": record.KIND,
            "v": 1,
        }
        if self[5:] != _ALONE:
            self._write_links(value)
        _judged(value)
        return encode_typed(value)

    def _write_links(self, value: dict[str, Value]) -> None:
        if self.hold is not None:
            value["retain"]["until"] = self.hold
        for key in ("session", "session_n", "host", "host_n", "sealed"):
            if getattr(self, key) is not None:
                value[key] = getattr(self, key)
        if self.refs:
            value["refs"] = list(self.refs)
        if self.evidence:
            value["evidence"] = [e.to_value() for e in self.evidence]

    @classmethod
    def parse(cls, data: bytes) -> Leaf:
        """Read leaf bytes; `Malformed` for anything `encode` would not have written."""
        kind, tenant, n, time, actor, body, links, hold = _judged(_object(data))
        # By the tuple itself: a verifier does nothing more often.
        return tuple.__new__(cls, (tenant, n, instant.parse(time), actor, kind(*body), *links, hold))

    @classmethod
    def check(cls, data: bytes) -> Seen:
        """`Malformed` where `parse` says so; of what is good no more is made than `Seen`."""
        value = _object(data)
        kind, tenant, n, time, actor, _, links, _ = _judged(value)
        instant.parse(time)
        body = value["body"]
        written = time if links[3] is None else body.get("received", time)
        return tuple.__new__(Seen, (kind.KIND, tenant, n, written, links is not _NO_LINKS, actor.id, body))

    @classmethod
    def reread(cls, data: bytes) -> Leaf:
        """Read leaf bytes that `parse` took before, faster. Of others nothing is said here: whoever asks
        knows that they are the same."""
        value = orjson.loads(data)
        actor = value["actor"]
        known = _actors.get((actor["id"], actor["role"]))
        found = (
            value["tenant"],
            value["n"],
            datetime.fromisoformat(value["time"]),
            Actor(actor["id"], actor["role"]) if known is None else known,
            KINDS[value["type"]].reread(value["body"]),
        )
        links = _NO_LINKS if len(value) == 8 else _links_again(value)
        return tuple.__new__(cls, (*found, *links, value["retain"].get("until")))


class Seen(NamedTuple):
    """Of a record that `Leaf.parse` would take: its kind, whose and which it says it is, when the broker wrote
    it (as evidence spells instants), whether it has links (session, host, refs, evidence, sealed), who did it,
    and its body as it stands there."""

    kind: str
    tenant: str
    n: int
    written: str
    linked: bool
    actor: str
    body: dict[str, Value]


_Judged = tuple[type[AnyRecord], str, int, str, Actor, Sequence[Value], "_Links", str | None]


def _object(data: bytes) -> dict[str, Value]:
    value = decode_typed(data)
    if type(value) is not dict:
        raise Malformed("a record is not an object")
    return value


def _judged(value: dict[str, Value]) -> _Judged:
    """Kind, tenant, index, time as written (not yet judged), actor, body, links, hold.

    Every value's type is checked here, and every key must be known: see `decode_typed`.
    """
    try:
        kind = KINDS[value["type"]]
        version, tenant, n, time = value["v"], value["tenant"], value["n"], value["time"]
        actor, body, retain = value["actor"], value["body"], value["retain"]
    except (KeyError, TypeError) as wrong:
        raise Malformed("a record lacks a field, or is of a kind nobody knows") from wrong
    if type(version) is not int or version != 1:
        raise Malformed("a record of another version")
    return (
        kind,
        tenant if type(tenant) is str and tenant in ID.known else ID.check(tenant, "tenant"),
        _index(n, "n"),
        _text(time, "time"),
        _actor(actor),
        kind.judged(body),
        _NO_LINKS if len(value) == 8 else _links(kind, value),
        None if retain == _RETAIN[kind.RETAIN] else _hold(kind, retain),
    )


_RETAIN: dict[str, Value] = {name: {"class": name} for name in get_args(RetainClass)}
_Links = tuple[
    str | None, int | None, str | None, int | None, tuple[int, ...], tuple[Evidence, ...], str | None
]
_NO_LINKS: _Links = (None, None, None, None, (), (), None)
_ALONE = (*_NO_LINKS, None)  # of a leaf: no links, and no hold


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


def _links_again(value: dict[str, Value]) -> _Links:
    """The same of a record whose links were judged before."""
    get = value.get
    return (
        get("session"),
        get("session_n"),
        get("host"),
        get("host_n"),
        tuple(get("refs", ())),
        tuple([Evidence(one["kind"], one["sha256"]) for one in get("evidence", ())]),
        get("sealed"),
    )


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
