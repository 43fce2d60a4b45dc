"""Every kind of record: one frozen class each, one closed union, names, codes and labels.

A record is a fact: one kind, one instant, one actor. `Leaf` is the record as the log holds it. The
bodies hold pseudonyms, codes, counts and digests; names and texts are openings whose commitment is
the leaf's `sealed` (FORMAT.md §3). Labels on screens and the table in FORMAT.md come from here.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, Literal, Self, cast, get_args, get_type_hints

from audit import instant
from audit.canonical import Fields, Value, decode, encode
from audit.errors import Malformed

Role = Literal["technician", "ads", "titolare", "owner", "agent", "broker", "desk", "nobody"]
ROLES: tuple[Role, ...] = get_args(Role)
RetainClass = Literal["access", "authorisation", "report", "log"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: a pseudonym and the role in which it was done."""

    id: str
    role: Role


BROKER = Actor("broker", "broker")
NOBODY = Actor("nobody", "nobody")


class Record:
    """What all kinds share. A field of type `X | None` is left out of the body when None."""

    __slots__ = ()
    KIND: ClassVar[str]
    CODE: ClassVar[str]
    IT: ClassVar[str]
    EN: ClassVar[str]
    RETAIN: ClassVar[RetainClass] = "log"

    def body(self) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for name, _, _ in _shape(cast(Hashable, type(self))):
            value = getattr(self, name)
            if value is not None:
                found[name] = list(value) if isinstance(value, tuple) else value
        return found

    @classmethod
    def from_body(cls, body: Value) -> Self:
        f = Fields(body, cls.KIND)
        taken: dict[str, Any] = {}
        for name, kind, optional in _shape(cast(Hashable, cls)):
            if kind is tuple:
                taken[name] = f.texts(name)
            elif optional and not f.has(name):
                taken[name] = None
            else:
                found = f.any(name)
                if type(found) is not kind:
                    raise Malformed(f"{name} of {cls.KIND} has the wrong type")
                taken[name] = found
        f.done()
        return cls(**taken)


@cache
def _shape(kind: Hashable) -> tuple[tuple[str, type, bool], ...]:
    """(field, JSON type, optional) of a record class, from its annotations."""
    hints = get_type_hints(cast(Any, kind))
    found = []
    for item in fields(cast(Any, kind)):
        arms = [a for a in get_args(hints[item.name]) if a is not type(None)]
        optional = type(None) in get_args(hints[item.name])
        plain = hints[item.name] if not optional else arms[0]
        base = tuple if getattr(plain, "__origin__", None) is tuple else plain
        found.append((item.name, base if base in (str, int, bool, tuple) else str, optional))
    return tuple(found)


# --------------------------------------------------------------------------- people and the estate


@dataclass(frozen=True, slots=True)
class TenantOpened(Record):
    KIND, CODE, IT, EN = "tenant.opened", "R010", "Registro aperto", "Log opened"
    vendor: str
    demo: bool


@dataclass(frozen=True, slots=True)
class PersonAdmitted(Record):
    """`sealed` commits the pseudonym to name, function and e-mail, so it cannot be re-pointed."""

    KIND, CODE, IT, EN = "person.admitted", "R011", "Persona ammessa", "Person admitted"
    person: str
    role: str
    organisation: str


@dataclass(frozen=True, slots=True)
class CredentialAdded(Record):
    KIND, CODE, IT, EN = "credential.added", "R012", "Credenziale aggiunta", "Credential added"
    person: str
    kind: str  # login_passkey | signing_passkey | ssh_key | password
    fingerprint: str  # SHA-256 hex of the credential id or key; of nothing secret
    demo_software: bool


@dataclass(frozen=True, slots=True)
class CredentialRemoved(Record):
    KIND, CODE, IT, EN = "credential.removed", "R013", "Credenziale tolta", "Credential removed"
    person: str
    kind: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class LoginSucceeded(Record):
    KIND, CODE, IT, EN = "login.succeeded", "R020", "Accesso al portale", "Signed in"
    RETAIN = "access"
    person: str
    method: str  # passkey | password_totp
    terminal: str  # source address


@dataclass(frozen=True, slots=True)
class LoginFailed(Record):
    KIND, CODE, IT, EN = "login.failed", "R021", "Accesso al portale fallito", "Sign-in failed"
    RETAIN = "access"
    person: str | None
    method: str
    reason: str
    terminal: str


@dataclass(frozen=True, slots=True)
class LoginEnded(Record):
    KIND, CODE, IT, EN = "login.ended", "R022", "Uscita dal portale", "Signed out"
    RETAIN = "access"
    person: str
    terminal: str


@dataclass(frozen=True, slots=True)
class AccessDenied(Record):
    """Somebody asked for what is not his to have; `reason` is a refusal code."""

    KIND, CODE, IT, EN = "access.denied", "R023", "Accesso negato", "Access denied"
    RETAIN = "access"
    person: str | None
    # request | approval | activation | session | ssh | ssh_key | signing_key | watch | report | records
    # | host | enrolment | link | tenant | person | approvers | policy
    what: str
    reason: str
    terminal: str


@dataclass(frozen=True, slots=True)
class RecordRead(Record):
    KIND, CODE, IT, EN = "record.read", "R024", "Lettura del registro", "Log read"
    RETAIN = "access"
    person: str
    what: str  # report | bundle
    terminal: str


@dataclass(frozen=True, slots=True)
class ApproversChanged(Record):
    """`statement` is the digest of an `approvers` statement, kept with its assertion as evidence."""

    KIND, CODE, IT, EN = "approvers.changed", "R030", "Elenco di chi autorizza cambiato", "Approvers changed"
    RETAIN = "authorisation"
    number: int
    statement: str
    credentials: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PolicyChanged(Record):
    KIND, CODE, IT, EN = "policy.changed", "R031", "Regole cambiate", "Policy changed"
    RETAIN = "authorisation"
    number: int
    statement: str


@dataclass(frozen=True, slots=True)
class HostPrepared(Record):
    """The titolare signed an enrolment; `statement` is its digest, whose head is the root."""

    KIND, CODE, IT, EN = "host.prepared", "R040", "Iscrizione della postazione firmata", "Enrolment signed"
    RETAIN = "authorisation"
    host: str
    statement: str


@dataclass(frozen=True, slots=True)
class HostEnrolled(Record):
    """`confirmed`: a person of the customer typed the root at the host."""

    KIND, CODE, IT, EN = "host.enrolled", "R041", "Postazione iscritta", "Host enrolled"
    RETAIN = "authorisation"
    host: str
    agent_key: str
    witness_key: str
    recorder_key: str
    statement: str
    confirmed: bool
    received: str


@dataclass(frozen=True, slots=True)
class HostRevoked(Record):
    KIND, CODE, IT, EN = "host.revoked", "R042", "Postazione tolta", "Host revoked"
    RETAIN = "authorisation"
    host: str
    reason: str


# ------------------------------------------------------------------------- request, answer, grant


@dataclass(frozen=True, slots=True)
class RequestOpened(Record):
    """`statement` is the request's digest; the texts are the opening `sealed` commits to."""

    KIND, CODE, IT, EN = "request.opened", "R110", "Richiesta aperta", "Request opened"
    RETAIN = "authorisation"
    request: str
    statement: str
    incident: str
    channels: tuple[str, ...]
    activities: tuple[str, ...]
    not_before: str
    not_after: str
    longest_s: int


@dataclass(frozen=True, slots=True)
class RequestWithdrawn(Record):
    KIND, CODE, IT, EN = "request.withdrawn", "R111", "Richiesta ritirata", "Request withdrawn"
    RETAIN = "authorisation"
    request: str


@dataclass(frozen=True, slots=True)
class RequestLapsed(Record):
    KIND, CODE, IT, EN = "request.lapsed", "R112", "Richiesta scaduta", "Request lapsed"
    RETAIN = "authorisation"
    request: str


@dataclass(frozen=True, slots=True)
class ApprovalGiven(Record):
    """`statement` is the approval's digest; statement and assertion are the leaf's evidence."""

    KIND, CODE, IT, EN = "approval.given", "R120", "Autorizzazione data", "Approval given"
    RETAIN = "authorisation"
    request: str
    statement: str
    approver: str
    credential: str  # SHA-256 hex of the credential id
    supervision: str
    watcher: str | None
    demo_software: bool


@dataclass(frozen=True, slots=True)
class ApprovalRefused(Record):
    KIND, CODE, IT, EN = "approval.refused", "R121", "Autorizzazione rifiutata", "Approval refused"
    RETAIN = "authorisation"
    request: str


@dataclass(frozen=True, slots=True)
class ApprovalRefusalExplained(Record):
    """The reason, given after the refusal; its text is sealed."""

    KIND, CODE, IT, EN = "approval.refusal_explained", "R122", "Motivo del rifiuto", "Refusal explained"
    RETAIN = "authorisation"
    request: str


@dataclass(frozen=True, slots=True)
class ApprovalWithdrawn(Record):
    KIND, CODE, IT, EN = "approval.withdrawn", "R123", "Autorizzazione revocata", "Approval withdrawn"
    RETAIN = "authorisation"
    request: str


@dataclass(frozen=True, slots=True)
class RequestSolved(Record):
    """The customer's own ADS solved it (S-33): no session, nothing to pay."""

    KIND, CODE, IT, EN = "request.solved_by_customer", "R124", "Risolta dal cliente", "Solved by customer"
    RETAIN = "authorisation"
    request: str


@dataclass(frozen=True, slots=True)
class GrantIssued(Record):
    KIND, CODE, IT, EN = "grant.issued", "R130", "Permesso emesso", "Grant issued"
    RETAIN = "authorisation"
    request: str
    grant: str
    not_before: str
    not_after: str


@dataclass(frozen=True, slots=True)
class GrantRevoked(Record):
    KIND, CODE, IT, EN = "grant.revoked", "R131", "Permesso revocato", "Grant revoked"
    RETAIN = "authorisation"
    grant: str
    reason: str


@dataclass(frozen=True, slots=True)
class GrantExpired(Record):
    KIND, CODE, IT, EN = "grant.expired", "R132", "Permesso scaduto senza uso", "Grant expired unused"
    RETAIN = "authorisation"
    grant: str


@dataclass(frozen=True, slots=True)
class SupervisionTaken(Record):
    KIND, CODE, IT, EN = "supervision.taken", "R140", "Supervisione presa in carico", "Supervision taken"
    RETAIN = "access"
    request: str
    watcher: str
    terminal: str


# ------------------------------------------------------------------------------------ the session


@dataclass(frozen=True, slots=True)
class SessionOpened(Record):
    """The broker's order; the technician's activation is evidence. The agent may still refuse."""

    KIND, CODE, IT, EN = "session.opened", "R200", "Sessione aperta", "Session opened"
    RETAIN = "access"
    request: str
    grant: str
    terminal: str


@dataclass(frozen=True, slots=True)
class SessionStarted(Record):
    """From the agent's start note (evidence). `confirmed` repeats whether its pins are."""

    KIND, CODE, IT, EN = "session.started", "R210", "Inizio intervento", "Session started"
    RETAIN = "access"
    grant: str
    account: str
    ends: str
    desk: str  # told | nobody | consented
    received: str


@dataclass(frozen=True, slots=True)
class SessionRefused(Record):
    """The agent's signed no. `reason` is a refusal code."""

    KIND, CODE, IT, EN = "session.refused", "R211", "Avvio rifiutato dall’agente", "Refused by the agent"
    RETAIN = "access"
    grant: str
    reason: str
    received: str


@dataclass(frozen=True, slots=True)
class SessionEnded(Record):
    """`reason`: closed_by_technician, stopped_by_ads, stopped_by_desk, expired, revoked,
    broker_gone, agent_restarted, agent_stopping, clock_moved, host_revoked."""

    KIND, CODE, IT, EN = "session.ended", "R220", "Fine intervento", "Session ended"
    RETAIN = "access"
    reason: str
    seconds: int
    channels: int
    received: str


@dataclass(frozen=True, slots=True)
class SessionPresumedEnded(Record):
    """The agent is silent: last sign of life, never an invented stop time."""

    KIND, CODE, IT, EN = "session.presumed_ended", "R221", "Fine presunta", "Presumed end"
    RETAIN = "access"
    last_seen: str


@dataclass(frozen=True, slots=True)
class SessionClosed(Record):
    """The technician's outcome at close; his note is sealed. outcome: solved|remedy|open|cancelled."""

    KIND, CODE, IT, EN = "session.closed", "R222", "Esito scritto", "Outcome written"
    outcome: str


@dataclass(frozen=True, slots=True)
class StopOrdered(Record):
    """Somebody pressed stop; the end itself is the agent's note."""

    KIND, CODE, IT, EN = "session.stop_ordered", "R223", "Fine ordinata", "Stop ordered"
    RETAIN = "access"
    by: str
    reason: str
    terminal: str


@dataclass(frozen=True, slots=True)
class WatchJoined(Record):
    KIND, CODE, IT, EN = "watch.joined", "R230", "Supervisione: entrata", "Watcher joined"
    RETAIN = "access"
    watcher: str
    terminal: str


@dataclass(frozen=True, slots=True)
class WatchLeft(Record):
    KIND, CODE, IT, EN = "watch.left", "R231", "Supervisione: uscita", "Watcher left"
    RETAIN = "access"
    watcher: str


@dataclass(frozen=True, slots=True)
class ChannelOpened(Record):
    KIND, CODE, IT, EN = "channel.opened", "R240", "Canale aperto", "Channel opened"
    RETAIN = "access"
    channel: str
    kind: str
    via: str  # ssh | browser | agent
    terminal: str
    received: str


@dataclass(frozen=True, slots=True)
class ChannelRefused(Record):
    KIND, CODE, IT, EN = "channel.refused", "R241", "Canale rifiutato", "Channel refused"
    RETAIN = "access"
    kind: str
    reason: str
    terminal: str


@dataclass(frozen=True, slots=True)
class ChannelClosed(Record):
    """Byte counts and salted digests of what crossed, counted by the agent; `agrees` says whether
    the broker counted the same, and is absent where it could not count to the end (it restarted).
    exit_status is absent where a signal or a stop ended it."""

    KIND, CODE, IT, EN = "channel.closed", "R242", "Canale chiuso", "Channel closed"
    RETAIN = "access"
    channel: str
    kind: str
    in_bytes: int
    out_bytes: int
    out_digest: str
    agrees: bool | None
    exit_status: int | None
    received: str


@dataclass(frozen=True, slots=True)
class CommandExecuted(Record):
    """An exec request's command line: its text is sealed, the commitment is the agent's too."""

    KIND, CODE, IT, EN = "command.executed", "R243", "Comando eseguito", "Command executed"
    channel: str
    command: str  # commitment, equal to `sealed` (FORMAT.md §3)
    received: str


@dataclass(frozen=True, slots=True)
class ToolStarted(Record):
    KIND, CODE, IT, EN = "tool.started", "R250", "Programma con licenza avviato", "Licensed tool started"
    RETAIN = "access"
    tool: str
    binary: str  # SHA-256 hex of the executable
    content: str  # always "not_seen"
    received: str


@dataclass(frozen=True, slots=True)
class ToolStopped(Record):
    KIND, CODE, IT, EN = "tool.stopped", "R251", "Programma con licenza fermato", "Licensed tool stopped"
    RETAIN = "access"
    tool: str
    processes: int
    forced: bool
    content: str
    received: str


# ------------------------------------------------------------------------------- the log's own life


@dataclass(frozen=True, slots=True)
class HostHeartbeat(Record):
    KIND, CODE, IT, EN = "host.heartbeat", "R300", "Segnale di vita della postazione", "Host heartbeat"
    witnessed: int  # size of the last head this agent cosigned
    sessions: int  # sessions served since the last heartbeat
    received: str


@dataclass(frozen=True, slots=True)
class HostSilent(Record):
    KIND, CODE, IT, EN = "host.silent", "R301", "Postazione silenziosa", "Host silent"
    since: str
    until: str


@dataclass(frozen=True, slots=True)
class LogHeartbeat(Record):
    KIND, CODE, IT, EN = "log.heartbeat", "R302", "Segnale di vita del registro", "Log heartbeat"
    day: str  # YYYY-MM-DD in the tenant's zone


@dataclass(frozen=True, slots=True)
class LogGap(Record):
    KIND, CODE, IT, EN = "log.gap", "R303", "Registro fermo", "Log gap"
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class ClockStatus(Record):
    """Reserved: no version writes it yet."""

    KIND, CODE, IT, EN = "clock.status", "R304", "Stato dell’orologio", "Clock status"
    host_offset_ms: int


@dataclass(frozen=True, slots=True)
class PeriodSnapshot(Record):
    """A report of a month that has not ended; the demo alone may ask for one."""

    KIND, CODE, IT, EN = "period.snapshot", "R310", "Fotografia del periodo", "Period snapshot"
    RETAIN = "report"
    period: str  # YYYY-MM
    first: str
    until: str


@dataclass(frozen=True, slots=True)
class PeriodClosed(Record):
    KIND, CODE, IT, EN = "period.closed", "R311", "Periodo chiuso", "Period closed"
    RETAIN = "report"
    period: str
    first: str
    until: str


@dataclass(frozen=True, slots=True)
class PeriodFigures(Record):
    """`sealed` commits to the commercial part of the report: names, contract, legal texts."""

    KIND, CODE, IT, EN = (
        "period.figures",
        "R312",
        "Parte commerciale del rapporto",
        "Report's commercial part",
    )
    RETAIN = "report"
    period: str


@dataclass(frozen=True, slots=True)
class ReportIssued(Record):
    KIND, CODE, IT, EN = "report.issued", "R320", "Rapporto emesso", "Report issued"
    RETAIN = "report"
    period: str
    number: str
    pdf_sha256: str
    json_sha256: str
    partial: bool


AnyRecord = (
    TenantOpened | PersonAdmitted | CredentialAdded | CredentialRemoved
    | LoginSucceeded | LoginFailed | LoginEnded | AccessDenied | RecordRead
    | ApproversChanged | PolicyChanged | HostPrepared | HostEnrolled | HostRevoked
    | RequestOpened | RequestWithdrawn | RequestLapsed | ApprovalGiven | ApprovalRefused
    | ApprovalRefusalExplained | ApprovalWithdrawn | RequestSolved
    | GrantIssued | GrantRevoked | GrantExpired | SupervisionTaken
    | SessionOpened | SessionStarted | SessionRefused | SessionEnded | SessionPresumedEnded
    | SessionClosed | StopOrdered | WatchJoined | WatchLeft
    | ChannelOpened | ChannelRefused | ChannelClosed | CommandExecuted | ToolStarted | ToolStopped
    | HostHeartbeat | HostSilent | LogHeartbeat | LogGap | ClockStatus
    | PeriodSnapshot | PeriodClosed | PeriodFigures | ReportIssued
)  # fmt: skip

KINDS: dict[str, type[AnyRecord]] = {kind.KIND: kind for kind in get_args(AnyRecord)}


# -------------------------------------------------------------------------------------- the leaf


@dataclass(frozen=True, slots=True)
class Evidence:
    """Bytes kept beside the log under ``evidence/<sha256>``: what they are and their digest."""

    kind: Literal["statement", "assertion", "note", "grant"]
    sha256: str

    def to_value(self) -> Value:
        return {"kind": self.kind, "sha256": self.sha256}

    @classmethod
    def from_value(cls, value: Value) -> Evidence:
        f = Fields(value, "evidence")
        kind = f.text("kind")
        if kind not in ("statement", "assertion", "note", "grant"):
            raise Malformed("evidence of a kind nobody knows")
        found = cls(cast(Any, kind), f.text("sha256"))
        f.done()
        return found


@dataclass(frozen=True, slots=True)
class Leaf:
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
    hold: str | None = field(default=None)  # retain.until, for a class that has a fixed end

    def encode(self) -> bytes:
        value: dict[str, Value] = {
            "v": 1,
            "type": self.record.KIND,
            "tenant": self.tenant,
            "n": self.n,
            "time": instant.to_text(self.time),
            "actor": {"id": self.actor.id, "role": self.actor.role},
            "body": self.record.body(),
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
        return encode(value)

    @classmethod
    def parse(cls, data: bytes) -> Leaf:
        """Read leaf bytes; `Malformed` for anything `encode` would not have written."""
        f = Fields(decode(data), "record")
        f.exactly("v", 1)
        kind = KINDS.get(f.text("type"))
        if kind is None:
            raise Malformed("a record of a kind nobody knows")
        actor = Fields(f.mapping("actor"), "actor")
        role = actor.text("role")
        if role not in ROLES:
            raise Malformed("an actor's role nobody knows")
        retain = Fields(f.mapping("retain"), "retain")
        retain.exactly("class", kind.RETAIN)
        refs, evidence = f.opt_items("refs"), f.opt_items("evidence")
        if refs == [] or evidence == []:
            raise Malformed("an empty list is left out of a record")
        if refs is not None and not all(type(r) is int for r in refs):
            raise Malformed("refs holds something that is no index")
        found = cls(
            tenant=f.text("tenant"),
            n=f.integer("n"),
            time=instant.parse(f.text("time")),
            actor=Actor(actor.text("id"), role),
            record=kind.from_body(f.mapping("body")),
            session=f.opt_text("session"),
            session_n=f.opt_integer("session_n"),
            host=f.opt_text("host"),
            host_n=f.opt_integer("host_n"),
            refs=tuple(refs or ()),
            evidence=tuple(Evidence.from_value(e) for e in evidence or ()),
            sealed=f.opt_text("sealed"),
            hold=retain.opt_text("until"),
        )
        for part in (f, actor, retain):
            part.done()
        return found
