"""Statements people sign with a passkey: fields, canonical bytes, digest (FORMAT.md §4).

A statement holds pseudonyms, key material, digests, codes and times, never a name or free text:
those are openings whose commitment stands in `texts`. A statement is known by its digest,
SHA-256("verbale/" + type + "/v1\\n" ‖ canonical bytes), and that digest *is* the WebAuthn challenge.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal, Self, cast

from audit import instant, terms
from audit.bare_host import BareHost, read_bare_hosts
from audit.canonical import Fields, Value, b64, decode, encode
from audit.errors import Malformed
from audit.external_witness import ExternalWitness, read_external
from audit.folders import Direction, FolderLine, allowed, read_direction, read_folders
from audit.forms import CODE, DIGEST, FOLDER, ID, KEY, LINE, RECIPIENT
from audit.named_ports import NamedPort, read_environment, read_ports
from audit.recording_rules import RecordingRules

ChannelKind = Literal["terminal", "exec", "files", "forward", "desktop", "tool"]
CHANNEL_KINDS: tuple[ChannelKind, ...] = ("terminal", "exec", "files", "forward", "desktop", "tool")
ApproverRole = Literal["titolare", "ads", "vendor_ads"]
APPROVER_ROLES: tuple[ApproverRole, ...] = ("titolare", "ads")  # whom a policy may ask for by role
LINE_ROLES: tuple[ApproverRole, ...] = (*APPROVER_ROLES, "vendor_ads")
Supervision = Literal["self", "named", "waived"]
Preset = Literal["nis2", "pci_dss"]
PRESETS: tuple[Preset, ...] = ("nis2", "pci_dss")  # whose demands the rules keep
MAX_LENGTH_S = 366 * 86_400  # no session or window is longer than a year; sums with it stay in the calendar
ERASURE_REASONS = ("asked_by_person", "no_longer_needed")
MAX_ERASED = 200  # requests one order names: what somebody can read before he signs
MAX_STATEMENT_BYTES = 64 * 1024  # an approver set of a large customer; a request is about 3 KiB


def one_of(found: str, allowed: tuple[str, ...], what: str) -> str:
    """`found` if it is one of the closed list."""
    if found not in allowed:
        raise Malformed(f"{what} is not one of {', '.join(allowed)}")
    return found


def digest(kind: str, data: bytes) -> bytes:
    """The 32 bytes a statement of this type is known by, and the passkey's challenge."""
    return hashlib.sha256(b"verbale/" + kind.encode() + b"/v1\n" + data).digest()


class Statement:
    """What every statement can do. Subclasses give `TYPE`, `to_value` and `from_fields`."""

    __slots__ = ()
    TYPE: ClassVar[str]

    def to_value(self) -> Value:
        raise NotImplementedError

    @classmethod
    def from_fields(cls, f: Fields) -> Self:
        raise NotImplementedError

    def encode(self) -> bytes:
        return encode(self.to_value(), max_bytes=MAX_STATEMENT_BYTES)

    @property
    def digest(self) -> bytes:
        return digest(self.TYPE, self.encode())

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read canonical bytes; every field must be known and of its one spelling."""
        f = Fields(decode(data, max_bytes=MAX_STATEMENT_BYTES), cls.TYPE)
        f.exactly("v", 1)
        f.exactly("type", cls.TYPE)
        found = cls.from_fields(f)
        f.done()
        return found


def _without_none(value: dict[str, Value]) -> dict[str, Value]:
    return {key: item for key, item in value.items() if item is not None}


# ------------------------------------------------------------------------------------- the parts


@dataclass(frozen=True, slots=True)
class Channel:
    """One thing the session may do. `tool` names the licensed tool of the policy, for kind tool;
    `port` is the policy's own line, for kind forward: whoever signs reads where it leads.

    One of kind files names a `folder` and in which `direction` its files may go; several may be named.
    A desktop is seen only, unless `control` lets its mouse and keyboard be used, and `clipboard` besides
    what is copied there be exchanged.
    """

    kind: ChannelKind
    tool: str | None = None
    port: NamedPort | None = None
    folder: str | None = None
    direction: Direction | None = None
    control: bool = False
    clipboard: bool = False

    def __post_init__(self) -> None:
        if (self.kind == "files") != (self.place is not None) or (self.folder is None) != (
            self.direction is None
        ):
            raise Malformed("a channel for files names its folder and direction, and no other channel does")
        if (self.kind == "tool") != (self.tool is not None):
            raise Malformed("a tool channel names its tool, and no other channel does")
        if (self.kind == "forward") != (self.port is not None):
            raise Malformed("a forward channel names its port, and no other channel does")
        if (self.control and self.kind != "desktop") or (self.clipboard and not self.control):
            raise Malformed("only a desktop is controlled, and only a controlled one has its clipboard")

    def to_value(self) -> Value:
        return _without_none(
            {
                "kind": self.kind,
                "tool": self.tool,
                "port": None if self.port is None else self.port.to_value(),
                "folder": self.folder,
                "direction": self.direction,
                "control": self.control or None,
                "clipboard": self.clipboard or None,
            }
        )

    @property
    def place(self) -> FolderLine | None:
        """Where the files of a channel for files may be."""
        if self.folder is None or self.direction is None:
            return None
        return FolderLine(self.folder, self.direction)

    @classmethod
    def from_value(cls, value: Value) -> Channel:
        f = Fields(value, "channel")
        kind = one_of(f.text("kind"), CHANNEL_KINDS, "a channel")
        found = cls(
            cast(ChannelKind, kind),
            f.opt_text("tool"),
            NamedPort.from_value(f.mapping("port")) if f.has("port") else None,
            folder=f.opt_formed("folder", FOLDER),
            direction=read_direction(f.text("direction")) if f.has("direction") else None,
            control=f.flag("control"),
            clipboard=f.flag("clipboard"),
        )
        f.done()
        return found


@dataclass(frozen=True, slots=True)
class HostKey:
    """A host as statements name it: opaque id and its agent's Ed25519 identity key (base64url)."""

    id: str
    agent_key: str

    def to_value(self) -> Value:
        return {"id": self.id, "agent_key": self.agent_key}

    @classmethod
    def from_value(cls, value: Value) -> HostKey:
        f = Fields(value, "host")
        found = cls(f.formed("id", ID), f.formed("agent_key", KEY))
        f.done()
        return found


@dataclass(frozen=True, slots=True)
class LoginCredential:
    """A technician's login passkey: credential id and COSE public key, both base64url."""

    id: str
    public_key: str
    demo_software: bool = False

    def to_value(self) -> Value:
        return _without_none(
            {"id": self.id, "public_key": self.public_key, "demo_software": self.demo_software or None}
        )

    @classmethod
    def from_value(cls, value: Value) -> LoginCredential:
        f = Fields(value, "login credential")
        found = cls(f.text("id"), f.text("public_key"), f.flag("demo_software"))
        f.done()
        return found


@dataclass(frozen=True, slots=True)
class Technician:
    """Who will work: pseudonym, organisation, and the keys that count as him.

    `ssh_keys` are OpenSSH fingerprints, ``SHA256:…``.
    """

    id: str
    organisation: str
    login_credentials: tuple[LoginCredential, ...]
    ssh_keys: tuple[str, ...]

    def login(self, credential: bytes) -> LoginCredential | None:
        """The passkey of his with this credential id."""
        return next((c for c in self.login_credentials if c.id == b64(credential)), None)

    def to_value(self) -> Value:
        return {
            "id": self.id,
            "organisation": self.organisation,
            "login_credentials": [c.to_value() for c in self.login_credentials],
            "ssh_keys": list(self.ssh_keys),
        }

    @classmethod
    def from_value(cls, value: Value) -> Technician:
        f = Fields(value, "technician")
        found = cls(
            f.formed("id", ID),
            f.formed("organisation", ID),
            tuple(LoginCredential.from_value(c) for c in f.items("login_credentials")),
            f.texts("ssh_keys"),
        )
        f.done()
        return found


@dataclass(frozen=True, slots=True)
class Account:
    """The local account a session runs as; `administrator`: it could change Verbale itself."""

    name: str
    administrator: bool

    def to_value(self) -> Value:
        return {"name": self.name, "administrator": self.administrator}

    @classmethod
    def from_value(cls, value: Value) -> Account:
        f = Fields(value, "account")
        found = cls(f.formed("name", LINE), f.boolean("administrator"))
        f.done()
        return found


@dataclass(frozen=True, slots=True)
class Activity:
    """An activity code of requirements §1.5 and whether it is assistance or training."""

    code: str
    type: Literal["ASS", "FOR"]

    CODES: ClassVar[tuple[str, ...]] = (
        "GEST", "PROC", "OFFICE", "CRED", "LAN", "CLOUD", "SERV", "BKP", "RST", "IMG", "AGG", "SCAN", "POL",
    )  # fmt: skip

    def to_value(self) -> Value:
        return {"code": self.code, "type": self.type}

    @classmethod
    def from_value(cls, value: Value) -> Activity:
        f = Fields(value, "activity")
        code = one_of(f.text("code"), cls.CODES, "an activity code")
        kind = one_of(f.text("type"), ("ASS", "FOR"), "an activity type")
        f.done()
        return cls(code, cast(Literal["ASS", "FOR"], kind))


@dataclass(frozen=True, slots=True)
class Origin:
    """A WebAuthn relying party as agents pin it: rpId and the one origin with scheme and port."""

    rp_id: str
    origin: str

    def to_value(self) -> Value:
        return {"rp_id": self.rp_id, "origin": self.origin}

    @classmethod
    def from_value(cls, value: Value) -> Origin:
        f = Fields(value, "origin")
        found = cls(f.text("rp_id"), f.text("origin"))
        f.done()
        return found


@dataclass(frozen=True, slots=True)
class Approver:
    """One line of the approver set. Appointments end; `public_key` is COSE, base64url.

    `delegated`, of an ADS: his approval counts under a delegation only. That of somebody of the vendor
    counts under a mandate only.
    """

    person: str
    role: ApproverRole
    credential: str
    public_key: str
    valid_from: datetime
    valid_until: datetime
    demo_software: bool = False
    delegated: bool = False

    def __post_init__(self) -> None:
        if self.delegated and self.role != "ads":
            raise Malformed("only an ADS is appointed under delegations")

    @property
    def needs(self) -> Literal["delegation", "mandate"] | None:
        """The type of warrant (`audit.warrant`) that his approval has to cite."""
        if self.role == "vendor_ads":
            return "mandate"
        return "delegation" if self.delegated else None

    def to_value(self) -> Value:
        return _without_none(
            {
                "person": self.person,
                "role": self.role,
                "credential": self.credential,
                "public_key": self.public_key,
                "valid_from": instant.to_text(self.valid_from),
                "valid_until": instant.to_text(self.valid_until),
                "demo_software": self.demo_software or None,
                "delegated": self.delegated or None,
            }
        )

    @classmethod
    def from_value(cls, value: Value) -> Approver:
        f = Fields(value, "approver")
        found = cls(
            f.formed("person", ID),
            cast(ApproverRole, one_of(f.text("role"), LINE_ROLES, "an approver's role")),
            f.text("credential"),
            f.text("public_key"),
            instant.parse(f.text("valid_from")),
            instant.parse(f.text("valid_until")),
            f.flag("demo_software"),
            f.flag("delegated"),
        )
        f.done()
        return found


@dataclass(frozen=True, slots=True)
class Tool:
    """A licensed remote-control tool the customer allows: how to start, watch and stop it.

    `adapter` names what the agent knows of it, and may then say how it is started. `resident`: it may
    run always; only a connection through it needs a grant.
    """

    id: str
    start: tuple[str, ...]
    watch: tuple[str, ...]
    stop_grace_s: int
    adapter: str | None = None
    resident: bool = False

    def to_value(self) -> Value:
        value: dict[str, Value] = {
            "id": self.id,
            "start": list(self.start),
            "watch": list(self.watch),
            "stop_grace_s": self.stop_grace_s,
        }
        if self.adapter is not None:
            value["adapter"] = self.adapter
        if self.resident:
            value["resident"] = True
        return value

    @classmethod
    def from_value(cls, value: Value) -> Tool:
        f = Fields(value, "tool")
        found = cls(
            f.formed("id", LINE),
            f.texts("start"),
            f.texts("watch"),
            f.integer("stop_grace_s"),
            f.opt_formed("adapter", CODE),
            f.flag("resident"),
        )
        f.done()
        if not (found.start or found.adapter) or not 0 <= found.stop_grace_s <= 60:
            raise Malformed(
                "a tool needs a command, or an adapter that has one, and a stop grace of 0 to 60 s"
            )
        return found


# -------------------------------------------------------------------------------- the statements


@dataclass(frozen=True, slots=True)
class Request(Statement):
    """What the technician asks for. Never signed by itself: the approval signs its digest."""

    TYPE: ClassVar[str] = "request"

    tenant: str
    request: str
    created: datetime
    host: HostKey
    technician: Technician
    incident: str
    texts: str
    activities: tuple[Activity, ...]
    channels: tuple[Channel, ...]
    account: Account
    not_before: datetime
    not_after: datetime
    longest_s: int
    recording: bool
    policy: str
    head: str
    nonce: bytes

    def to_value(self) -> Value:
        return {
            "v": 1,
            "type": self.TYPE,
            "tenant": self.tenant,
            "request": self.request,
            "created": instant.to_text(self.created),
            "host": self.host.to_value(),
            "technician": self.technician.to_value(),
            "incident": self.incident,
            "texts": self.texts,
            "activities": [a.to_value() for a in self.activities],
            "channels": [c.to_value() for c in self.channels],
            "account": self.account.to_value(),
            "not_before": instant.to_text(self.not_before),
            "not_after": instant.to_text(self.not_after),
            "longest_s": self.longest_s,
            "recording": self.recording,
            "policy": self.policy,
            "head": self.head,
            "nonce": b64(self.nonce),
        }

    @classmethod
    def from_fields(cls, f: Fields) -> Request:
        found = cls(
            tenant=f.formed("tenant", ID),
            request=f.formed("request", ID),
            created=instant.parse(f.text("created")),
            host=HostKey.from_value(f.mapping("host")),
            technician=Technician.from_value(f.mapping("technician")),
            incident=f.formed("incident", ID),
            texts=f.formed("texts", DIGEST),
            activities=tuple(Activity.from_value(a) for a in f.items("activities")),
            channels=tuple(Channel.from_value(c) for c in f.items("channels")),
            account=Account.from_value(f.mapping("account")),
            not_before=instant.parse(f.text("not_before")),
            not_after=instant.parse(f.text("not_after")),
            longest_s=f.integer("longest_s"),
            recording=f.boolean("recording"),
            policy=f.formed("policy", DIGEST),
            head=f.text("head"),
            nonce=f.raw("nonce", length=32),
        )
        if not found.channels or not found.activities:
            raise Malformed("a request names at least one channel and one activity")
        if sum(c.kind == "desktop" for c in found.channels) > 1:
            raise Malformed("a request names the desktop once, with all it asks of it")
        if found.not_after <= found.not_before or not 0 < found.longest_s <= MAX_LENGTH_S:
            raise Malformed("a request's window or longest session is empty")
        return found


@dataclass(frozen=True, slots=True)
class Approval(Statement):
    """An approver's yes to exactly one request, with who watches.

    `watcher` is a person's pseudonym: the approver for `self`, another for `named`, absent for `waived`.
    `warrant` is the digest of the delegation or mandate under which he signs, where he needs one.
    """

    TYPE: ClassVar[str] = "approval"

    tenant: str
    request: str
    approver: str
    supervision: Supervision
    watcher: str | None
    given: datetime
    demo_software: bool = False
    warrant: str | None = None

    def __post_init__(self) -> None:
        if (self.supervision == "waived") != (self.watcher is None):
            raise Malformed("a watcher is named exactly where supervision is not waived")

    def to_value(self) -> Value:
        return _without_none(
            {
                "v": 1,
                "type": self.TYPE,
                "tenant": self.tenant,
                "request": self.request,
                "approver": self.approver,
                "supervision": self.supervision,
                "watcher": self.watcher,
                "given": instant.to_text(self.given),
                "demo_software": self.demo_software or None,
                "warrant": self.warrant,
            }
        )

    @classmethod
    def from_fields(cls, f: Fields) -> Approval:
        return cls(
            f.formed("tenant", ID),
            f.formed("request", DIGEST),
            f.formed("approver", ID),
            cast(Supervision, one_of(f.text("supervision"), ("self", "named", "waived"), "supervision")),
            f.opt_formed("watcher", ID),
            instant.parse(f.text("given")),
            f.flag("demo_software"),
            f.opt_formed("warrant", DIGEST),
        )


@dataclass(frozen=True, slots=True)
class Policy(Statement):
    """The customer's rules, numbered and chained; its digest stands in every request.

    `witnesses` is how many a head needs, of the hosts and of `external` together.
    `accounts` maps host id to the local account sessions run as there. `desk` is what the person at
    the desk gets: `inform` or `consent`. `offline` is what the agent does when the broker is gone
    during a session: `end` or `continue` (never past the grant). So many people approve a request as
    `approvals` says, among them at least so many of a role as `roles` says.
    """

    TYPE: ClassVar[str] = "policy"

    tenant: str
    number: int
    previous: str | None
    channels: tuple[ChannelKind, ...]
    tools: tuple[Tool, ...]
    accounts: tuple[tuple[str, Account], ...]
    supervision: Literal["required", "waivable"]
    desk: Literal["inform", "consent"]
    offline: Literal["end", "continue"]
    longest_s: int
    window_s: int
    approvals: int
    witnesses: int
    external: tuple[ExternalWitness, ...] = ()
    retention: tuple[tuple[str, int], ...] = ()  # months by class (audit.terms), where not the usual
    recipient: str | None = None  # the titolare's own, age1…: what is sealed is sealed for him too
    roles: tuple[tuple[ApproverRole, int], ...] = ()
    recording: RecordingRules | None = None
    folders: tuple[FolderLine, ...] = ()  # where files of a session may be, at most
    ports: tuple[NamedPort, ...] = ()
    environment: tuple[str, ...] = ()  # variables that a technician's ssh may send
    bare_hosts: tuple[BareHost, ...] = ()  # without an agent: sessions there are declared only
    presets: tuple[Preset, ...] = ()

    def to_value(self) -> Value:
        return _without_none(
            {
                "v": 1,
                "type": self.TYPE,
                "tenant": self.tenant,
                "number": self.number,
                "previous": self.previous,
                "channels": list(self.channels),
                "tools": [t.to_value() for t in self.tools],
                "accounts": [{"host": host, "account": a.to_value()} for host, a in self.accounts],
                "supervision": self.supervision,
                "desk": self.desk,
                "offline": self.offline,
                "longest_s": self.longest_s,
                "window_s": self.window_s,
                "approvals": self.approvals,
                "witnesses": self.witnesses,
                "external_witnesses": [w.to_value() for w in self.external] or None,
                "retention": dict(self.retention) or None,
                "recipient": self.recipient,
                "roles": [{"role": role, "count": count} for role, count in self.roles] or None,
                "recording": None if self.recording is None else self.recording.to_value(),
                "folders": [line.to_value() for line in self.folders] or None,
                "ports": [p.to_value() for p in self.ports] or None,
                "environment": list(self.environment) or None,
                "bare_hosts": [one.to_value() for one in self.bare_hosts] or None,
                "presets": list(self.presets) or None,
            }
        )

    def lets(self, place: FolderLine) -> bool:
        """Whether files may be in this folder, and go that way."""
        return allowed(place, self.folders)

    def account_of(self, host: str) -> Account | None:
        return dict(self.accounts).get(host)

    def tool(self, tool_id: str) -> Tool | None:
        return next((t for t in self.tools if t.id == tool_id), None)

    def port(self, port_id: str) -> NamedPort | None:
        return next((p for p in self.ports if p.id == port_id), None)

    def bare_host(self, host: str) -> BareHost | None:
        return next((one for one in self.bare_hosts if one.id == host), None)

    @classmethod
    def from_fields(cls, f: Fields) -> Policy:
        tools = tuple(Tool.from_value(t) for t in f.items("tools"))
        found = cls(
            tenant=f.formed("tenant", ID),
            number=f.integer("number"),
            previous=f.opt_formed("previous", DIGEST),
            channels=tuple(
                cast(ChannelKind, one_of(c, CHANNEL_KINDS, "a channel")) for c in f.texts("channels")
            ),
            tools=tools,
            accounts=tuple(_account_line(line) for line in f.items("accounts")),
            supervision=cast(
                Literal["required", "waivable"],
                one_of(f.text("supervision"), ("required", "waivable"), "supervision"),
            ),
            desk=cast(Literal["inform", "consent"], one_of(f.text("desk"), ("inform", "consent"), "desk")),
            offline=cast(
                Literal["end", "continue"], one_of(f.text("offline"), ("end", "continue"), "offline")
            ),
            longest_s=f.integer("longest_s"),
            window_s=f.integer("window_s"),
            approvals=f.integer("approvals"),
            witnesses=f.integer("witnesses"),
            external=read_external(f.opt_items("external_witnesses")),
            retention=_retention(f.opt_mapping("retention")),
            recipient=f.opt_formed("recipient", RECIPIENT),
            roles=_roles(f),
            recording=RecordingRules.from_value(f.mapping("recording")) if f.has("recording") else None,
            folders=read_folders(f.opt_items("folders")),
            ports=read_ports(f.opt_items("ports")),
            environment=read_environment(f.opt_items("environment")),
            bare_hosts=read_bare_hosts(f.opt_items("bare_hosts"), {one.id for one in tools}),
            presets=_presets(f.opt_items("presets")),
        )
        found._check()
        return found

    def _check(self) -> None:
        if not (0 < self.longest_s <= MAX_LENGTH_S and 0 < self.window_s <= MAX_LENGTH_S):
            raise Malformed("a policy's longest session or window is empty, or longer than a year")
        _chained(self.number, self.previous)
        if not 1 <= self.approvals <= 8 or not 0 <= self.witnesses <= 1000:
            raise Malformed("a policy asks for 1 to 8 approvals and 0 to 1000 witnesses")
        if sum(count for _, count in self.roles) > self.approvals:
            raise Malformed("a policy asks for more people of a role than people")


def _retention(chosen: dict[str, Value] | None) -> tuple[tuple[str, int], ...]:
    if chosen is None:
        return ()
    if not chosen:
        raise Malformed("terms are written though none is chosen")
    terms.check(chosen)
    return tuple(sorted(chosen.items()))


def _roles(f: Fields) -> tuple[tuple[ApproverRole, int], ...]:
    """Absent where any role does; else each role once, in the one order."""
    lines = f.opt_items("roles")
    if lines is None:
        return ()
    found: list[tuple[ApproverRole, int]] = []
    for line in lines:
        one = Fields(line, "role line")
        role = one_of(one.text("role"), APPROVER_ROLES, "an approver's role")
        found.append((cast(ApproverRole, role), one.integer("count")))
        one.done()
    order = [role for role in APPROVER_ROLES if any(role == named for named, _ in found)]
    if not found or [role for role, _ in found] != order or any(not 1 <= count <= 8 for _, count in found):
        raise Malformed("a policy names each role once, titolare before ads, for 1 to 8 people")
    return tuple(found)


def _presets(named: list[Value] | None) -> tuple[Preset, ...]:
    """Absent where there are none; else each once, in the one order."""
    if named is None:
        return ()
    found = tuple(one for one in PRESETS if one in named)
    if not found or list(found) != named:
        raise Malformed("a policy names each preset it keeps once, nis2 before pci_dss")
    return found


def _account_line(value: Value) -> tuple[str, Account]:
    f = Fields(value, "account line")
    found = f.formed("host", ID), Account.from_value(f.mapping("account"))
    f.done()
    return found


def _chained(number: int, previous: str | None) -> None:
    if number < 1 or (number == 1) != (previous is None):
        raise Malformed("number 1 has no predecessor, and every later number names one")


@dataclass(frozen=True, slots=True)
class Approvers(Statement):
    """The set of people whose signature opens a session, numbered and chained.

    Number 1 is signed by the titolare it names; each later one by a titolare of its predecessor, or by the
    key on paper that the predecessor names (`audit.paper_key`).
    """

    TYPE: ClassVar[str] = "approvers"

    tenant: str
    number: int
    previous: str | None
    signing: Origin
    approvers: tuple[Approver, ...]
    paper_key: str | None = None

    def to_value(self) -> Value:
        return _without_none(
            {
                "v": 1,
                "type": self.TYPE,
                "tenant": self.tenant,
                "number": self.number,
                "previous": self.previous,
                "signing": self.signing.to_value(),
                "approvers": [a.to_value() for a in self.approvers],
                "paper_key": self.paper_key,
            }
        )

    def by_credential(self, credential: str) -> Approver | None:
        return next((a for a in self.approvers if a.credential == credential), None)

    @classmethod
    def from_fields(cls, f: Fields) -> Approvers:
        found = cls(
            f.formed("tenant", ID),
            f.integer("number"),
            f.opt_formed("previous", DIGEST),
            Origin.from_value(f.mapping("signing")),
            tuple(Approver.from_value(a) for a in f.items("approvers")),
            f.opt_formed("paper_key", KEY),
        )
        _chained(found.number, found.previous)
        if not any(a.role == "titolare" for a in found.approvers):
            raise Malformed("an approver set names at least one titolare")
        if len({a.credential for a in found.approvers}) != len(found.approvers):
            raise Malformed("an approver set names a credential twice")
        return found


@dataclass(frozen=True, slots=True)
class Enrolment(Statement):
    """What a host's agent pins, signed by the titolare; its digest is the root people type.

    `approvers` and `policy` are digests (hex) of the statements that travel beside it in the
    enrolment file. `login` is where technicians activate grants. `code` is the hex SHA-256 of the
    one-time code the agent presents with its new keys.
    """

    TYPE: ClassVar[str] = "enrolment"

    tenant: str
    host: str
    label: str
    broker: str
    log_origin: str
    log_vkey: str
    grant_key: str
    login: Origin
    approvers: str
    policy: str
    code: str
    issued: datetime
    expires: datetime
    demo: bool = False

    def to_value(self) -> Value:
        return _without_none(
            {
                "v": 1,
                "type": self.TYPE,
                "tenant": self.tenant,
                "host": self.host,
                "label": self.label,
                "broker": self.broker,
                "log_origin": self.log_origin,
                "log_vkey": self.log_vkey,
                "grant_key": self.grant_key,
                "login": self.login.to_value(),
                "approvers": self.approvers,
                "policy": self.policy,
                "code": self.code,
                "issued": instant.to_text(self.issued),
                "expires": instant.to_text(self.expires),
                "demo": self.demo or None,
            }
        )

    @classmethod
    def from_fields(cls, f: Fields) -> Enrolment:
        return cls(
            tenant=f.formed("tenant", ID),
            host=f.formed("host", ID),
            label=f.formed("label", LINE),
            broker=f.text("broker"),
            log_origin=f.text("log_origin"),
            log_vkey=f.text("log_vkey"),
            grant_key=f.formed("grant_key", KEY),
            login=Origin.from_value(f.mapping("login")),
            approvers=f.formed("approvers", DIGEST),
            policy=f.formed("policy", DIGEST),
            code=f.formed("code", DIGEST),
            issued=instant.parse(f.text("issued")),
            expires=instant.parse(f.text("expires")),
            demo=f.flag("demo"),
        )

    @property
    def root(self) -> str:
        """The root fingerprint people read and type: see `root_text`."""
        return root_text(self.digest)


@dataclass(frozen=True, slots=True)
class Erasure(Statement):
    """The titolare's order to erase texts before their term (GDPR art. 17).

    `requests` are those whose texts go; `reports` the numbers of those whose copies at the broker go
    with them, because they print one.
    """

    TYPE: ClassVar[str] = "erasure"

    tenant: str
    requests: tuple[str, ...]
    reports: tuple[str, ...]
    reason: str
    decided: datetime

    def to_value(self) -> Value:
        return {
            "v": 1,
            "type": self.TYPE,
            "tenant": self.tenant,
            "requests": list(self.requests),
            "reports": list(self.reports),
            "reason": self.reason,
            "decided": instant.to_text(self.decided),
        }

    @classmethod
    def from_fields(cls, f: Fields) -> Erasure:
        found = cls(
            tenant=f.formed("tenant", ID),
            requests=_ids(f, "requests"),
            reports=_ids(f, "reports"),
            reason=one_of(f.text("reason"), ERASURE_REASONS, "the reason of an erasure"),
            decided=instant.parse(f.text("decided")),
        )
        if not found.requests:
            raise Malformed("an erasure names at least one request")
        return found


def _ids(f: Fields, key: str) -> tuple[str, ...]:
    """Sorted, none twice, so that there is one spelling."""
    found = tuple(ID.check(one, key) for one in f.texts(key))
    if len(found) > MAX_ERASED or list(found) != sorted(set(found)):
        raise Malformed(f"{key} of an erasure are too many, not in order, or named twice")
    return found


@dataclass(frozen=True, slots=True)
class CheckIn(Statement):
    """The named watcher takes up supervision of one session with a page of his (trust.md §2).

    `request` and `grant` are digests in hex. `page_key` is the Ed25519 key that this page made for this
    session: what it answers counts from `not_before` to `not_after` (`audit.watch`).
    """

    TYPE: ClassVar[str] = "supervision"

    tenant: str
    session: str
    request: str
    grant: str
    host: HostKey
    watcher: str
    page_key: str
    not_before: datetime
    not_after: datetime
    demo_software: bool = False

    def to_value(self) -> Value:
        return _without_none(
            {
                "v": 1,
                "type": self.TYPE,
                "tenant": self.tenant,
                "session": self.session,
                "request": self.request,
                "grant": self.grant,
                "host": self.host.to_value(),
                "watcher": self.watcher,
                "page_key": self.page_key,
                "not_before": instant.to_text(self.not_before),
                "not_after": instant.to_text(self.not_after),
                "demo_software": self.demo_software or None,
            }
        )

    @classmethod
    def from_fields(cls, f: Fields) -> CheckIn:
        found = cls(
            tenant=f.formed("tenant", ID),
            session=f.formed("session", ID),
            request=f.formed("request", DIGEST),
            grant=f.formed("grant", DIGEST),
            host=HostKey.from_value(f.mapping("host")),
            watcher=f.formed("watcher", ID),
            page_key=f.formed("page_key", KEY),
            not_before=instant.parse(f.text("not_before")),
            not_after=instant.parse(f.text("not_after")),
            demo_software=f.flag("demo_software"),
        )
        if found.not_after <= found.not_before:
            raise Malformed("a check-in's time is empty")
        return found


@dataclass(frozen=True, slots=True)
class SignedStop(Statement):
    """An approver ends one session: the host obeys it whoever brings it, and whatever the broker says.

    `request` and `grant` are digests in hex.
    """

    TYPE: ClassVar[str] = "stop"

    tenant: str
    session: str
    request: str
    grant: str
    host: HostKey
    by: str
    given: datetime
    demo_software: bool = False

    def to_value(self) -> Value:
        return _without_none(
            {
                "v": 1,
                "type": self.TYPE,
                "tenant": self.tenant,
                "session": self.session,
                "request": self.request,
                "grant": self.grant,
                "host": self.host.to_value(),
                "by": self.by,
                "given": instant.to_text(self.given),
                "demo_software": self.demo_software or None,
            }
        )

    @classmethod
    def from_fields(cls, f: Fields) -> SignedStop:
        return cls(
            tenant=f.formed("tenant", ID),
            session=f.formed("session", ID),
            request=f.formed("request", DIGEST),
            grant=f.formed("grant", DIGEST),
            host=HostKey.from_value(f.mapping("host")),
            by=f.formed("by", ID),
            given=instant.parse(f.text("given")),
            demo_software=f.flag("demo_software"),
        )


@dataclass(frozen=True, slots=True)
class HeadLine:
    """A head of a log by its size and root (hex)."""

    size: int
    root: str

    def to_value(self) -> Value:
        return {"size": self.size, "root": self.root}

    @classmethod
    def from_value(cls, value: Value) -> HeadLine:
        f = Fields(value, "head")
        found = cls(f.integer("size"), f.formed("root", DIGEST))
        f.done()
        return found


@dataclass(frozen=True, slots=True)
class Recovery(Statement):
    """The titolare's word that records of a log are lost, and which log goes on without them (trust.md §3).

    `log` and `next` are vkeys. `restored` is the head from which it goes on, `cosigned` the longest head of
    `log` that a witness holds: the records between are gone.
    """

    TYPE: ClassVar[str] = "recovery"

    tenant: str
    log: str
    restored: HeadLine
    cosigned: HeadLine
    next: str
    decided: datetime

    def to_value(self) -> Value:
        return {
            "v": 1,
            "type": self.TYPE,
            "tenant": self.tenant,
            "log": self.log,
            "restored": self.restored.to_value(),
            "cosigned": self.cosigned.to_value(),
            "next": self.next,
            "decided": instant.to_text(self.decided),
        }

    @classmethod
    def from_fields(cls, f: Fields) -> Recovery:
        found = cls(
            tenant=f.formed("tenant", ID),
            log=f.formed("log", LINE),
            restored=HeadLine.from_value(f.mapping("restored")),
            cosigned=HeadLine.from_value(f.mapping("cosigned")),
            next=f.formed("next", LINE),
            decided=instant.parse(f.text("decided")),
        )
        if not 0 < found.restored.size < found.cosigned.size:
            raise Malformed("a recovery tells of no records that were lost")
        return found


AnyStatement = Request | Approval | Policy | Approvers | Enrolment | Erasure | CheckIn | SignedStop | Recovery
PARSERS: dict[str, Callable[[bytes], AnyStatement]] = {
    Request.TYPE: Request.parse,
    Approval.TYPE: Approval.parse,
    Policy.TYPE: Policy.parse,
    Approvers.TYPE: Approvers.parse,
    Enrolment.TYPE: Enrolment.parse,
    Erasure.TYPE: Erasure.parse,
    CheckIn.TYPE: CheckIn.parse,
    SignedStop.TYPE: SignedStop.parse,
    Recovery.TYPE: Recovery.parse,
}


# ----------------------------------------------------------------------- what people read and type

_CHECK_LETTERS = "ACDEFGHJKLMNPRTUVWXYZ34"  # 23, a prime: every slip and swap of neighbours is caught


def _check_letter(digits: str) -> str:
    total = 0
    for digit in digits:
        total = (total * 5 + int(digit, 16)) % len(_CHECK_LETTERS)
    return _CHECK_LETTERS[total]


def root_text(full: bytes) -> str:
    """The first 128 bits as 8 groups of four hex digits and a check sign.

    The check sign catches a slip of the finger with one clear sentence; it proves nothing.
    """
    digits = full[:16].hex()
    groups = "-".join(digits[i : i + 4] for i in range(0, 32, 4))
    return f"{groups}-{_check_letter(digits)}"


def parse_root(typed: str) -> bytes:
    """The 16 bytes somebody typed; blanks, dashes and letter case don't matter to people."""
    signs = "".join(c for c in typed if c not in " -\t\n")
    digits, check = signs[:32].lower(), signs[32:].upper()
    if len(signs) != 33 or any(c not in "0123456789abcdef" for c in digits):
        raise Malformed("a root fingerprint is 32 digits 0-9 a-f and one check sign")
    if check != _check_letter(digits):
        raise Malformed("the check sign does not fit: a digit of the root fingerprint was mistyped")
    return bytes.fromhex(digits)


def short_digest(full: bytes) -> str:
    """Sixteen hex digits in groups of four, for the eye only: never compared as proof."""
    digits = full.hex()[:16]
    return " ".join(digits[i : i + 4] for i in range(0, 16, 4))
