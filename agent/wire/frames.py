"""The control link's frames: one frozen class each, and their one spelling (PROTOCOL.md §2).

A frame is one JSON object in one WebSocket text message. Fields hold the text that travels: bytes as
unpadded base64url, hashes as hex, signed notes as they are. Statements, assertions and openings are
passed on as plain JSON; whoever judges them reads them with `audit`. Standard library only.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Hashable
from dataclasses import dataclass, fields
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, TypeAlias, cast, get_args, get_origin, get_type_hints

PROTOCOL_VERSION = 1
LINK_PATH = "/agent/link"
CHANNEL_PATH = "/agent/channel"

MAX_FRAME_BYTES = 256 * 1024  # an order with eight approvals and a long text; larger is a confused peer
MAX_DEPTH = 10  # a statement's opening may nest 8 levels of its own
MAX_INT = 2**53 - 1

CLOSE_BREACH = 4400
CLOSE_AUTH_FAILED = 4401
CLOSE_SILENT = 4408
CLOSE_SUPERSEDED = 4409
CLOSE_RETIRED = 4410
CLOSE_VERSION = 4426

Json: TypeAlias = dict[str, Any]
"""A JSON object that another module reads and judges."""


class ProtocolError(Exception):
    """The peer broke the protocol; `code` is the WebSocket close code to leave with."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def _breach(reason: str) -> ProtocolError:
    return ProtocolError(CLOSE_BREACH, reason)


@dataclass(frozen=True, slots=True)
class _Text:
    """A string's bound in characters, and its form where it has one."""

    max_chars: int
    form: str | None = None


_HEX_HASH = r"[0-9a-f]{64}"
_B64 = r"[A-Za-z0-9_-]*"
Id = Annotated[str, _Text(128, r"[A-Za-z0-9._:/-]+")]
Word = Annotated[str, _Text(64, r"[a-z0-9_.]+")]
Time = Annotated[str, _Text(24, r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")]
Hash = Annotated[str, _Text(64, _HEX_HASH)]
B64 = Annotated[str, _Text(90_000, _B64)]  # a statement is at most 64 KiB (audit.statement)
Raw32 = Annotated[str, _Text(43, r"[A-Za-z0-9_-]{43}")]  # nonces and salts
Raw64 = Annotated[str, _Text(86, r"[A-Za-z0-9_-]{86}")]  # Ed25519 signatures
Pass = Annotated[str, _Text(1024, r"[A-Za-z0-9._-]+")]
NoteText = Annotated[str, _Text(64 * 1024)]
Line = Annotated[str, _Text(128, r"[^\x00-\x1f\x7f]*")]
SignatureLine = Annotated[str, _Text(1024, r"\u2014 [^ \n]+ [A-Za-z0-9+/=]+\n")]


# ------------------------------------------------------------------------------------- the parts


@dataclass(frozen=True, slots=True)
class LeafProof:
    """A leaf's bytes and its inclusion proof against the head that travels beside it."""

    leaf: B64
    index: int
    proof: tuple[Hash, ...]


@dataclass(frozen=True, slots=True)
class PersonName:
    """Whom a pseudonym names: the `person.admitted` leaf, and the opening of its commitment."""

    admitted: LeafProof
    opening: Json


# --------------------------------------------------------------------------------- broker to agent


@dataclass(frozen=True, slots=True)
class Challenge:
    """First frame of every link: 32 bytes that the agent signs."""

    TYPE: ClassVar[str] = "challenge"
    nonce: Raw32


@dataclass(frozen=True, slots=True)
class Welcome:
    """The broker knows this agent. `acked` is the highest `host_n` it holds without a gap."""

    TYPE: ClassVar[str] = "welcome"
    time: Time
    acked: int


@dataclass(frozen=True, slots=True)
class Pins:
    """Signed approver sets and policies the agent lacks, oldest first, and what was objected to.

    The last set may be one that the key on paper signed and that still waits.
    """

    TYPE: ClassVar[str] = "pins"
    approvers: tuple[Json, ...]
    policies: tuple[Json, ...]
    objections: tuple[Json, ...] | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """A log head (signed note) to cosign, with its consistency proof from `old_size`.

    The first head of the next log brings `moved`: the leaf `key.rotated` that announced its key, with its
    proof in the tree of `old_size`; or `recovered`, where records were lost: the titolare's SignedStatement
    that says so, and then the proof starts at the head he signed for, if the host holds a longer one.
    """

    TYPE: ClassVar[str] = "head"
    checkpoint: NoteText
    old_size: int
    proof: tuple[Hash, ...]
    moved: LeafProof | None = None
    recovered: Json | None = None


@dataclass(frozen=True, slots=True)
class Open:
    """The order to begin a session: everything the agent's decision needs, and nothing it trusts.

    `grant` is a SignedGrant, `approvals` are SignedStatements, `activation` an Assertion, `texts`
    the Opening of the request's texts, `names` those of the approvers whose names were not erased;
    every proof is against `head.checkpoint`; `check_in` is the watcher's SignedStatement, and `supervision`
    the leaf of its record. `salt` (32 bytes) is what both ends mix into their digest
    of the session's stream.
    """

    TYPE: ClassVar[str] = "open"
    session: Id
    grant: Json
    request: B64
    approvals: tuple[Json, ...]
    activation: Json
    texts: Json
    names: tuple[PersonName, ...]
    opened: LeafProof
    head: Head
    salt: Raw32
    supervision: LeafProof | None = None
    check_in: Json | None = None
    warrants: tuple[Json, ...] | None = None


@dataclass(frozen=True, slots=True)
class OpenChannel:
    """One channel of a running session; `pass_` is the one-use pass to dial back with.

    `params`: `via`, `terminal` (source address), and by kind `command`, `term`, `cols`, `rows`, `tool`, `watch`.
    """

    TYPE: ClassVar[str] = "open_channel"
    session: Id
    channel: Id
    kind: Word
    pass_: Pass
    params: Json


@dataclass(frozen=True, slots=True)
class CloseChannel:
    """Whoever used this channel has gone: end its process. Not behind the input that it may never read."""

    TYPE: ClassVar[str] = "close_channel"
    session: Id
    channel: Id


@dataclass(frozen=True, slots=True)
class Stop:
    """End the session now. `reason` is a reason of `session.ended`, `by` a pseudonym."""

    TYPE: ClassVar[str] = "stop"
    session: Id
    reason: Word
    by: Id


@dataclass(frozen=True, slots=True)
class Pause:
    """Hold the session until `resume`, whoever watches meanwhile. `by` is a pseudonym."""

    TYPE: ClassVar[str] = "pause"
    session: Id
    by: Id


@dataclass(frozen=True, slots=True)
class Resume:
    """Let it go on, if somebody watches."""

    TYPE: ClassVar[str] = "resume"
    session: Id
    by: Id


@dataclass(frozen=True, slots=True)
class SignedStop:
    """An approver's signed order to end the session (a SignedStatement), obeyed for its signature alone."""

    TYPE: ClassVar[str] = "signed_stop"
    session: Id
    signed: Json


@dataclass(frozen=True, slots=True)
class CheckIn:
    """The watcher took over with another page: his SignedStatement."""

    TYPE: ClassVar[str] = "check_in"
    session: Id
    signed: Json


@dataclass(frozen=True, slots=True)
class Answer:
    """What the watcher's page answered to the n-th `call`: a signature of its key (audit.watch)."""

    TYPE: ClassVar[str] = "answer"
    session: Id
    n: int
    signature: Raw64


@dataclass(frozen=True, slots=True)
class ListSessions:
    """Sign the list of your sessions since the last one (`sessions.listed`): a month has ended."""

    TYPE: ClassVar[str] = "list_sessions"


@dataclass(frozen=True, slots=True)
class Ack:
    """Every note up to and including `host_n` is in the log: the agent may forget them."""

    TYPE: ClassVar[str] = "ack"
    host_n: int


@dataclass(frozen=True, slots=True)
class Ping:
    """`at`: milliseconds of the broker's own clock, only ever echoed."""

    TYPE: ClassVar[str] = "ping"
    at: int


# --------------------------------------------------------------------------------- agent to broker


@dataclass(frozen=True, slots=True)
class Hello:
    """Who dials. `signature` is by the agent's identity key over `message(nonce)`.

    `boot` names this start of the machine, `next_host_n` the number the next note will bear,
    `head_size` the size of the last head the agent cosigned (0: none), `head` that head with the
    log's own signature.
    """

    TYPE: ClassVar[str] = "hello"
    tenant: Id
    host: Id
    version: Line
    boot: Id
    time: Time
    next_host_n: int
    head_size: int
    signature: Raw64
    v: int = PROTOCOL_VERSION
    head: NoteText | None = None

    def message(self, nonce: str) -> bytes:
        """The bytes the identity key signs: tag, the challenge's bytes, the other fields."""
        body = _to_json(self)
        del body["signature"]
        raw = _unb64(nonce)
        return b"verbale/link/v1\n" + raw + _dump(body).encode()


@dataclass(frozen=True, slots=True)
class NoteFrame:
    """One signed host note (audit.host_note), verbatim; `opening` of what its body commits to, if anything."""

    TYPE: ClassVar[str] = "note"
    note: NoteText
    opening: Json | None = None


@dataclass(frozen=True, slots=True)
class Cosignature:
    """The witness's signature line over the head of this size, its newline included."""

    TYPE: ClassVar[str] = "cosignature"
    size: int
    line: SignatureLine


@dataclass(frozen=True, slots=True)
class HeadRefused:
    """The witness's no; `reason` as in `audit.witness.HeadRefused`, `size` of the head it holds."""

    TYPE: ClassVar[str] = "head_refused"
    size: int
    reason: Word


@dataclass(frozen=True, slots=True)
class ChannelRefused:
    """The channel will not be dialled back; `reason` is a refusal code."""

    TYPE: ClassVar[str] = "channel_refused"
    session: Id
    channel: Id
    reason: Word


@dataclass(frozen=True, slots=True)
class Call:
    """For the watcher's page: `check_in` is the digest of the check-in in force, `nonce` fresh chance."""

    TYPE: ClassVar[str] = "call"
    session: Id
    check_in: Hash
    n: int
    nonce: Raw32


@dataclass(frozen=True, slots=True)
class OrderRefused:
    """A `check_in` or `signed_stop` (`what`) that does not count here; `reason` is a refusal code."""

    TYPE: ClassVar[str] = "order_refused"
    session: Id
    what: Word
    reason: Word


@dataclass(frozen=True, slots=True)
class Pong:
    TYPE: ClassVar[str] = "pong"
    at: int


@dataclass(frozen=True, slots=True)
class PinsHeld:
    """The numbers of the approver set and policy the agent now judges by."""

    TYPE: ClassVar[str] = "pins_held"
    approvers: int
    policy: int


FromBroker: TypeAlias = (
    Challenge | Welcome | Pins | Head | Open | OpenChannel | CloseChannel | Stop | Pause | Resume
    | SignedStop | CheckIn
    | Answer | ListSessions | Ack | Ping
)  # fmt: skip
FromAgent: TypeAlias = (
    Hello | NoteFrame | Cosignature | HeadRefused | ChannelRefused | Call | OrderRefused | Pong | PinsHeld
)  # fmt: skip
Frame: TypeAlias = FromBroker | FromAgent
Sender: TypeAlias = Literal["broker", "agent"]

FROM_BROKER: tuple[type[FromBroker], ...] = get_args(FromBroker)
FROM_AGENT: tuple[type[FromAgent], ...] = get_args(FromAgent)
_BY_TYPE: dict[str, type[Frame]] = {kind.TYPE: kind for kind in (*FROM_BROKER, *FROM_AGENT)}


def sender_of(frame: Frame) -> Sender:
    """Which end may say this frame."""
    return "broker" if isinstance(frame, FROM_BROKER) else "agent"


# --------------------------------------------------------------------------------------- the codec


def encode(frame: Frame) -> str:
    """The frame's one spelling. `ProtocolError` if a field of ours is out of its bounds."""
    body = _to_json(frame)
    _from_json(type(frame), dict(body))
    text = _dump({"type": frame.TYPE, **body})
    _check_size(text)
    return text


def decode(text: str) -> Frame:
    """Read one message; anything but the one spelling `encode` writes is a `ProtocolError`."""
    _check_size(text)
    try:
        value = json.loads(text, parse_float=_no_number, parse_constant=_no_number)
    except (ValueError, RecursionError) as wrong:
        raise _breach("a frame is not JSON of the profile") from wrong
    if not isinstance(value, dict):
        raise _breach("a frame is not an object")
    _bounded(value, 0)
    if _dump(value) != text:
        raise _breach("a frame is not in its one spelling")
    name = value.pop("type", None)
    kind = _BY_TYPE.get(name) if isinstance(name, str) else None
    if kind is None:
        raise _breach("a frame of a type nobody knows")
    if kind is Hello and type(value.get("v")) is int and value["v"] != PROTOCOL_VERSION:
        raise ProtocolError(CLOSE_VERSION, f"the peer speaks version {value['v']} and this end 1")
    found: Frame = _from_json(kind, value)
    return found


def _check_size(text: str) -> None:
    try:
        size = len(text) if len(text) > MAX_FRAME_BYTES else len(text.encode())
    except UnicodeEncodeError as wrong:
        raise _breach("a frame holds half a surrogate pair") from wrong
    if size > MAX_FRAME_BYTES:
        raise _breach("a frame is longer than 256 KiB")


def _no_number(_: str) -> Any:
    raise ValueError("no floats")


def _dump(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _bounded(value: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise _breach("a frame nests too deep")
    match value:
        case str() | bool():
            return
        case int():
            if not -MAX_INT <= value <= MAX_INT:
                raise _breach("an integer does not fit 53 bits")
        case list():
            for item in value:
                _bounded(item, depth + 1)
        case dict():
            for item in value.values():
                _bounded(item, depth + 1)
        case _:
            raise _breach("a frame holds a null")


def _to_json(part: Any) -> Json:
    found: Json = {}
    for name, key, _, _ in _shape(cast(Hashable, type(part))):
        value = getattr(part, name)
        if value is not None:
            found[key] = _plain(value)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return _to_json(value) if hasattr(value, "__dataclass_fields__") else value


@cache
def _shape(kind: Hashable) -> tuple[tuple[str, str, Any, bool], ...]:
    """(attribute, key on the wire, annotation, optional) of a frame or part."""
    hints = get_type_hints(kind, include_extras=True)
    return tuple(
        (f.name, f.name.rstrip("_"), hints[f.name], f.default is None) for f in fields(cast(Any, kind))
    )


def _from_json(kind: type[Any], value: Json) -> Any:
    taken: Json = {}
    for name, key, hint, optional in _shape(cast(Hashable, kind)):
        if key in value:
            taken[name] = _read(value.pop(key), hint, key)
        elif not optional:
            raise _breach(f"a frame lacks {key}")
    if value:
        raise _breach("a frame has a field nobody knows")
    return kind(**taken)


def _read(value: Any, hint: Any, key: str) -> Any:
    if type(None) in get_args(hint):  # may be left out, and is never null
        (hint,) = [arm for arm in get_args(hint) if arm is not type(None)]
    if get_origin(hint) is Annotated:
        return _read_text(value, hint.__metadata__[0], key)
    if get_origin(hint) is tuple:
        if type(value) is not list:
            raise _breach(f"{key} is not a list")
        return tuple(_read(item, get_args(hint)[0], key) for item in value)
    if hint is int:
        if type(value) is not int or value < 0:
            raise _breach(f"{key} is not a whole number")
        return value
    if type(value) is not dict:
        raise _breach(f"{key} is not an object")
    return _from_json(hint, dict(value)) if hint in (LeafProof, Head, PersonName) else value


def _read_text(value: Any, rule: _Text, key: str) -> str:
    if type(value) is not str or len(value) > rule.max_chars:
        raise _breach(f"{key} is not text of at most {rule.max_chars} characters")
    if rule.form is not None and not re.fullmatch(rule.form, value):
        raise _breach(f"{key} is not of its form")
    return value


def _unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
