"""A synthetic but genuine month: real keys, signatures, notes, grants, log and bundle, all in memory.

`World` appends records the way the broker does. `busy_month()` tells the month; a `Twist` bends one
thing in it, so that a test can show what the verifier says of exactly that.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from audit import bundle, checkpoint, instant
from audit.approval import Approval, Supervision
from audit.approvers import Approver, Approvers, Origin
from audit.canonical import b64, encode, unb64
from audit.channel_records import ChannelClosed, ChannelOpened, CommandExecuted
from audit.check_in import CheckIn
from audit.checkpoint import Checkpoint
from audit.commitment import Opening
from audit.enrolment import Enrolment
from audit.erasure import Erasure
from audit.erasure_records import ErasureDecided, ErasureExecuted
from audit.estate_records import (
    ApproversChanged,
    DelegationGiven,
    HostEnrolled,
    HostPrepared,
    MandateGiven,
    PolicyChanged,
)
from audit.grant import Grant, SignedGrant
from audit.host_note import HostNote, key_name
from audit.keys import SigningKey
from audit.leaf import Evidence, Leaf
from audit.log_records import (
    HeadStamped,
    HostHeartbeat,
    KeyRotated,
    LogHeartbeat,
    LogRecovered,
    PeriodClosed,
    PeriodFigures,
    PeriodSnapshot,
    ReportIssued,
    SessionsListed,
    ShardOpened,
)
from audit.merkle import Tree
from audit.month import evidence_part
from audit.month_report import merge
from audit.note import VerifierKey, cosign, parse_note
from audit.periods import bounds
from audit.person_records import AccessDenied, LoginFailed, LoginSucceeded, PersonAdmitted, TenantOpened
from audit.policy import Policy
from audit.record import BROKER, NOBODY, Actor, Role
from audit.records import AnyRecord
from audit.recovery import HeadLine, Recovery
from audit.report_records import PeriodTold
from audit.request import Request
from audit.request_records import (
    ApprovalGiven,
    ApprovalRefusalExplained,
    ApprovalRefused,
    GrantIssued,
    GrantRevoked,
    RequestOpened,
    SupervisionTaken,
)
from audit.session_list import Told
from audit.session_records import (
    SessionClosed,
    SessionEnded,
    SessionOpened,
    SessionRefused,
    SessionStarted,
    StopOrdered,
    WatchJoined,
    WatchLeft,
)
from audit.signed_stop import SignedStop
from audit.statement import Statement
from audit.statement_parts import Account, Activity, Channel, HostKey, LoginCredential, Technician
from audit.trust_file import Link, PinnedApprover, PinnedHost, Trust
from audit.warrant import Mandate, Warrant
from audit.witness_policy import policy_text
from tests.audit.tokens import tsa
from web.demo.authenticator import SoftwareAuthenticator

TENANT, HOUSE = "t-1a2b3c4d", "t-00000000"
ORIGIN = f"registro.localhost/{TENANT}/2026"
ZONE = "Europe/Rome"
SIGNING = Origin("firma.localhost", "http://firma.localhost:8701")
LOGIN = Origin("localhost", "http://localhost:8700")
TITOLARE, ADS, TECHNICIAN, OWNER = "p-00000001", "p-00000002", "p-00000011", "p-00000021"
HOST = "h-00000001"
ACCOUNT = Account("assistenza", administrator=False)
WINDOW = timedelta(hours=4)


def seed(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


def same(thing: Any) -> Any:
    return thing


@dataclass
class Twist:
    """What a test bends. Each hook gets the honest thing and gives what is used instead."""

    body: Callable[[str, AnyRecord], AnyRecord] = lambda _kind, record: record  # after the note is signed
    leaf: Callable[[Leaf], Leaf | None] = same  # None: the record never happens
    raw: Callable[[int, bytes], bytes] = lambda _n, data: data
    challenge: Callable[[str, bytes], bytes] = lambda _kind, challenge: challenge
    approvers: Callable[[Approvers], Approvers] = same
    policy: Callable[[Policy], Policy] = same
    enrolment: Callable[[Enrolment], Enrolment] = same
    request: Callable[[Request], Request] = same
    texts: Callable[[dict[str, Any]], Any] = same  # of a request
    approval: Callable[[Approval], Approval] = same
    grant: Callable[[Grant], Grant] = same
    check_in: Callable[[CheckIn], CheckIn] = same
    stop: Callable[[SignedStop], SignedStop] = same
    approver: str = "ads"  # whose key signs approvals
    note_key: SigningKey | None = None
    log_key: SigningKey | None = None
    figures: Callable[[dict[str, Any]], dict[str, Any]] = same
    printed: Callable[[dict[str, Any]], dict[str, Any]] = same  # of the head
    report: Callable[[dict[str, Any]], dict[str, Any]] = same
    attached: Callable[[bytes], bytes] = same
    demo: bool = True
    witnesses: int = 0
    cosigned: bool = True
    tsa: bool = False  # an authority is pinned
    turns: bool = True  # the first record of a year opens its log


ROLES: dict[str, Role] = {TITOLARE: "titolare", TECHNICIAN: "technician"}


@dataclass
class World:
    twist: Twist = field(default_factory=Twist)
    now: datetime = datetime(2026, 11, 1, 7, 0, tzinfo=UTC)
    leaves: list[bytes] = field(default_factory=list)
    tree: Tree = field(default_factory=Tree)
    evidence: dict[str, bytes] = field(default_factory=dict)
    openings: dict[int, Opening] = field(default_factory=dict)
    heads: dict[int, bytes] = field(default_factory=dict)
    stamps: dict[int, bytes] = field(default_factory=dict)
    reports: dict[str, bytes] = field(default_factory=dict)
    recordings: dict[str, bytes] = field(default_factory=dict)  # by their names in the bundle
    session_n: dict[str, int] = field(default_factory=dict)
    host_n: dict[str, int] = field(default_factory=dict)
    agents: dict[str, SigningKey] = field(default_factory=dict)
    sittings: dict[str, Told] = field(default_factory=dict)  # as each host keeps them
    lists: dict[str, tuple[int, datetime]] = field(default_factory=dict)  # with what its next list begins
    beaten: set[str] = field(default_factory=set)
    _chance: int = 0

    def __post_init__(self) -> None:
        self.origin = ORIGIN
        self.log_key = self.twist.log_key or SigningKey(seed("log"))
        self.first_vkey = self.vkey
        self.named: dict[str, str] = {}  # the log each host was enrolled with
        self.grant_key = SigningKey(seed("grant"))
        self.agent_key = SigningKey(seed("agent"))
        self.witness_key = SigningKey(seed("witness"))
        self.titolare = SoftwareAuthenticator(b"titolare", SIGNING)
        self.ads = SoftwareAuthenticator(b"ads", SIGNING)
        self.login = SoftwareAuthenticator(b"technician", LOGIN)
        self.stranger = SoftwareAuthenticator(b"stranger", SIGNING)
        self.vendor = SoftwareAuthenticator(b"vendor", SIGNING)  # the technician's own, where he is appointed

    # ---- small change

    def octets(self, count: int = 32) -> bytes:
        self._chance += 1
        return hashlib.sha256(b"chance %d" % self._chance).digest()[:count]

    @property
    def vkey(self) -> VerifierKey:
        return VerifierKey.log(self.origin, self.log_key.public)

    @property
    def witness(self) -> VerifierKey:
        return VerifierKey.witness(key_name(ORIGIN, HOST), self.witness_key.public)

    @property
    def head(self) -> bytes:
        return checkpoint.sign(Checkpoint(self.origin, self.tree.size, self.tree.root()), self.log_key)

    @property
    def cosigned_head(self) -> bytes:
        note = parse_note(self.head)
        return note.add(cosign(note.text, self.witness.name, self.witness_key, self.now)).data

    def turn(
        self,
        label: str = "2027",
        *,
        announced: bool = True,
        key: Callable[[str], str] = same,
        head: Callable[[bytes], bytes] = same,
        cosigned: bytes | None = None,
        cosigned_size: int | None = None,
        proof: bool = True,
        **fields: Any,
    ) -> int:
        """The next log: its key said in this one, its first record with the last head of this one."""
        origin = f"{self.origin.rpartition('/')[0]}/{label}"
        new = SigningKey(seed(f"log {label}"))
        if announced:
            self.append(KeyRotated(key(VerifierKey.log(origin, new.public).text), "year"))
        size = self.tree.size if cosigned is None else checkpoint.parse(parse_note(cosigned).text).size
        size = size if cosigned_size is None else cosigned_size
        said = ShardOpened(self.vkey.text, self.tree.root().hex(), size, "year")
        last = head(self.cosigned_head)
        self.origin, self.log_key = origin, new
        given = (("head", last), *(() if cosigned is None else (("cosigned", cosigned),)))
        return self.append(replace(said, **fields), proof=given if proof else ())

    def lose(self, since: int, label: str = "2026b", **twist: Any) -> int:
        """Back to a copy of that many records: the next log goes on from there, and the titolare signs for it."""
        cosigned = self.head
        lost = Checkpoint(self.origin, self.tree.size, self.tree.root())
        self.leaves, self.tree = self.leaves[:since], Tree()
        for data in self.leaves:
            self.tree.append(data)
        for kept in (self.openings, self.heads):
            for n in [n for n in kept if n >= since]:
                del kept[n]
        before, root = self.vkey, self.tree.root()
        cited = {e.sha256 for data in self.leaves for e in Leaf.parse(data).evidence}
        self.evidence = {name: data for name, data in self.evidence.items() if name in cited}
        n = self.turn(label, announced=False, cosigned=cosigned, reason="lost")
        self.recovery = Recovery(
            TENANT, before.text, HeadLine(since, root.hex()), HeadLine(lost.size, lost.root.hex()),
            self.vkey.text, instant.whole_ms(self.now),
        )  # fmt: skip
        self.recovery = replace(self.recovery, **twist)
        return n

    def recover(self, by: SoftwareAuthenticator | None = None) -> None:
        self.append(
            LogRecovered(self.recovery.digest.hex(), self.is_demos(self.approvers)),
            actor=Actor(TITOLARE, "titolare"), proof=self.signed(self.recovery, by or self.titolare),
        )  # fmt: skip

    def wait(self, **kw: float) -> None:
        self.now += timedelta(**kw)

    def until(self, day: int, hour: int = 9, minute: int = 0) -> None:
        """Go on to that local instant, a heartbeat of the log on every day passed."""
        there = datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
        while True:
            local = self.now.astimezone(ZoneInfo(ZONE)).date()
            if local.isoformat() not in self.beaten:
                self.beaten.add(local.isoformat())
                self.append(LogHeartbeat(local.isoformat()))
            midnight = datetime.combine(local + dt.timedelta(days=1), dt.time(0, 5), ZoneInfo(ZONE))
            if midnight.astimezone(UTC) >= there:
                break
            self.now = midnight.astimezone(UTC)
        self.now = there

    # ---- records

    def append(
        self,
        record: AnyRecord,
        *,
        actor: Actor = BROKER,
        session: str | None = None,
        host: str | None = None,
        host_n: int | None = None,
        at: datetime | None = None,
        refs: tuple[int, ...] = (),
        proof: tuple[tuple[str, bytes], ...] = (),
        opening: Any = None,
    ) -> int:
        self._turn_of_the_year(record)
        n = len(self.leaves)
        sealed = (
            None
            if opening is None
            else opening
            if isinstance(opening, Opening)
            else Opening(self.octets(), opening)
        )
        leaf = self.twist.leaf(
            Leaf(
                tenant=TENANT,
                n=n,
                time=at or self.now,
                actor=actor,
                record=self.twist.body(record.KIND, record),
                session=session,
                session_n=None if session is None else self.session_n.get(session, 0),
                host=host,
                host_n=host_n,
                refs=refs,
                evidence=tuple(Evidence(k, hashlib.sha256(d).hexdigest()) for k, d in proof),  # type: ignore[arg-type]
                sealed=None if sealed is None else sealed.commitment,
            )
        )
        if leaf is None:
            return n
        named = {e.sha256 for e in leaf.evidence}
        for data in (d for _, d in proof if hashlib.sha256(d).hexdigest() in named):
            self.keep(data)
        if session is not None:
            self.session_n[session] = (leaf.session_n or 0) + 1
        if sealed is not None:
            self.openings[n] = sealed
        self.append_raw(self.twist.raw(n, leaf.encode()))
        self.wait(seconds=1)
        return n

    def _turn_of_the_year(self, record: AnyRecord) -> None:
        year = f"{self.now.astimezone(ZoneInfo(ZONE)).year}"
        turning = isinstance(record, KeyRotated | ShardOpened)
        if self.twist.turns and not turning and year > self.origin.rpartition("/")[2]:
            self.turn(year)

    def append_raw(self, data: bytes) -> None:
        self.leaves.append(data)
        self.tree.append(data)

    def keep(self, data: bytes) -> str:
        digest = hashlib.sha256(data).hexdigest()
        self.evidence[digest] = data
        return digest

    def told(
        self,
        record: AnyRecord,
        *,
        session: str | None = None,
        body: dict[str, Any] | None = None,
        opening: Any = None,
        host: str = HOST,
        at: datetime | None = None,
    ) -> int:
        """A fact the agent reports: signs its note, then the broker writes the record."""
        added = ("received", "agrees", "terminal", "host")
        said = {k: v for k, v in record.body().items() if k not in added} if body is None else body
        at = instant.whole_ms(at or self.now)
        host_n = self.host_n.get(host, 0)
        note = HostNote(TENANT, host, host_n, at, record.KIND, session, said)
        data = note.sign(self.twist.note_key or self.agents[host], self.named.get(host, ORIGIN))
        self.host_n[host] = host_n + 1
        if session is not None:
            sitting = self.sittings.setdefault(host, Told())
            sitting.hear(record.KIND, session, instant.to_text(at), getattr(record, "reason", ""))
        if record.KIND in ("host.enrolled", "sessions.listed"):
            self.lists[host] = host_n + 1, at
        self.wait(milliseconds=150)
        if hasattr(record, "received"):
            record = replace(record, received=instant.to_text(self.now))
        return self.append(
            record, actor=Actor(host, "agent"), session=session, host=host, host_n=host_n, at=at,
            proof=(("note", data),), opening=opening,
        )  # fmt: skip

    def list_sessions(self, *, host: str = HOST, at: datetime | None = None, **bent: Any) -> int:
        """The host's own list since its last; `bent` fields instead of the true ones."""
        first_n, since = self.lists[host]
        lines = tuple(line.text for line in self.sittings[host].lines.values())
        honest = SessionsListed(first_n, instant.to_text(since), lines, "")
        self.sittings[host].listed()
        return self.told(replace(honest, **bent), host=host, at=at)

    def signed(self, statement: Statement, by: SoftwareAuthenticator) -> tuple[tuple[str, bytes], ...]:
        challenge = self.twist.challenge(statement.TYPE, statement.digest)
        return ("statement", statement.encode()), ("assertion", by.assertion(challenge).encode())

    # ---- on-boarding

    def onboard(self) -> None:
        self.append(TenantOpened(HOUSE, demo=self.twist.demo, zone=ZONE))
        for person, role, name in (
            (TITOLARE, "titolare", "Aurelia Prova"), (ADS, "ads", "Niccolò Campione"),
            (TECHNICIAN, "technician", "Ettore Modello"), (OWNER, "owner", "Olga Fornitore"),
        ):  # fmt: skip
            self.append(
                PersonAdmitted(person, role, TENANT if role in ("titolare", "ads") else HOUSE),
                opening={"name": name, "function": role, "email": f"{role}@esempio.invalid"},
            )
        self.until(1, 8, 30)
        self._pins()
        self.enrol()

    def _pins(self) -> None:
        start, end = datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 10, 1, tzinfo=UTC)
        self.set_approvers(self.twist.approvers(Approvers(
            TENANT, 1, None, SIGNING,
            (
                Approver(TITOLARE, "titolare", b64(self.titolare.credential), self.titolare.public_key,
                         start, end, demo_software=True),
                Approver(ADS, "ads", b64(self.ads.credential), self.ads.public_key, start, end, demo_software=True),
            ),
        )))  # fmt: skip
        self.set_policy(self.twist.policy(Policy(
            TENANT, 1, None, ("terminal", "exec"), (), ((HOST, ACCOUNT),), "waivable", "inform", "end",
            7200, 8 * 3600, 1, self.twist.witnesses,
        )))  # fmt: skip
        self.pinned = self.approvers, self.policy

    def set_approvers(self, new: Approvers) -> None:
        judges = getattr(self, "approvers", new)  # the first set is signed by its own titolare
        self.approvers = new
        credentials = tuple(hashlib.sha256(unb64(a.credential)).hexdigest() for a in new.approvers)
        self.append(
            ApproversChanged(new.number, new.digest.hex(), credentials, self.is_demos(judges)),
            actor=Actor(TITOLARE, "titolare"), proof=self.signed(new, self.titolare),
        )  # fmt: skip

    def is_demos(self, among: Approvers) -> bool:
        """Is the titolare's key a demo's in this set?"""
        by = among.by_credential(b64(self.titolare.credential))
        return by is not None and by.demo_software

    def change_approvers(self, *lines: Approver) -> None:
        """The next set, with these in it."""
        held = self.approvers
        self.set_approvers(replace(held, number=held.number + 1, previous=held.digest.hex(), approvers=lines))

    def set_policy(self, new: Policy) -> None:
        self.policy = new
        self.append(
            PolicyChanged(new.number, new.digest.hex(), self.is_demos(self.approvers)),
            actor=Actor(TITOLARE, "titolare"), proof=self.signed(new, self.titolare),
        )  # fmt: skip

    def change_policy(self, **changes: Any) -> None:
        held = self.policy
        self.set_policy(replace(held, number=held.number + 1, previous=held.digest.hex(), **changes))

    def enrol(self, host: str = HOST, key: SigningKey | None = None, label: str = "RECEPTION-01") -> None:
        """Prepared and signed by the titolare, then enrolled by its agent."""
        self.enrolment = self.twist.enrolment(Enrolment(
            TENANT, host, label, "http://localhost:8700", self.origin, self.vkey.text,
            self.grant_key.public.text, LOGIN, self.approvers.digest.hex(), self.policy.digest.hex(),
            seed("code").hex(), instant.whole_ms(self.now), self.now + timedelta(days=2), demo=self.twist.demo,
        ))  # fmt: skip
        self.append(
            HostPrepared(host, self.enrolment.digest.hex(), self.is_demos(self.approvers)),
            actor=Actor(TITOLARE, "titolare"), host=host, proof=self.signed(self.enrolment, self.titolare),
        )  # fmt: skip
        self.tell_enrolled(host, key or self.agent_key)

    def tell_enrolled(self, host: str, key: SigningKey, *, confirmed: bool = True) -> None:
        self.agents[host], self.host_n[host], self.named[host] = key, 0, self.origin
        self.sittings[host] = Told()
        self.told(
            HostEnrolled(
                host, key.public.text, self.witness_key.public.text, SigningKey(seed("recorder")).public.text,
                self.enrolment.digest.hex(), confirmed=confirmed, received="",
            ),
            host=host,
        )  # fmt: skip

    @property
    def technician(self) -> Technician:
        login = LoginCredential(b64(self.login.credential), self.login.public_key, demo_software=True)
        return Technician(TECHNICIAN, HOUSE, (login,), ("SHA256:" + "A" * 43,))

    # ---- a request and what comes of it

    def ask(self, number: int) -> tuple[Request, str]:
        self.append(
            LoginSucceeded(TECHNICIAN, "passkey", "10.8.0.31", demo_software=self.twist.demo),
            actor=Actor(TECHNICIAN, "technician"),
        )
        text = Opening(
            self.octets(),
            self.twist.texts({
                "incident_text": f"La stampa {number} esce senza intestazione.",
                "host_label": "RECEPTION-01",
                "technician_name": "Ettore Modello",
            }),
        )  # fmt: skip
        now = instant.whole_ms(self.now)
        request = self.twist.request(Request(
            tenant=TENANT, request=f"r-0000000{number}", created=now,
            host=HostKey(HOST, self.agents[HOST].public.text), technician=self.technician,
            incident=f"I-2026-000{number}", texts=text.commitment, activities=(Activity("GEST", "ASS"),),
            channels=(Channel("terminal"), Channel("exec")), account=ACCOUNT, not_before=now,
            not_after=now + WINDOW, longest_s=3600, recording=False, policy=self.policy.digest.hex(),
            head=self.head.decode(), nonce=self.octets(),
        ))  # fmt: skip
        self.append(
            RequestOpened(
                request.request, request.digest.hex(), request.incident,
                tuple(c.kind for c in request.channels), tuple(a.code for a in request.activities),
                instant.to_text(request.not_before), instant.to_text(request.not_after), request.longest_s,
            ),
            actor=Actor(TECHNICIAN, "technician"), host=HOST, proof=(("statement", request.encode()),), opening=text,
        )  # fmt: skip
        self.wait(minutes=3)
        return request, request.request

    def warrant(self, given: Warrant) -> str:
        """The titolare gives a delegation or a mandate: its digest."""
        kind = MandateGiven if isinstance(given, Mandate) else DelegationGiven
        self.append(
            kind(given.digest.hex(), given.warrant, instant.to_text(given.not_after), given.demo_software),
            actor=Actor(TITOLARE, "titolare"), proof=self.signed(given, self.titolare),
        )  # fmt: skip
        return given.digest.hex()

    def approve(self, request: Request, supervision: Supervision = "self") -> Grant:
        person, key = {
            "ads": (ADS, self.ads),
            "titolare": (TITOLARE, self.titolare),
            "stranger": (ADS, self.stranger),
            "vendor": (TECHNICIAN, self.vendor),
        }[self.twist.approver]
        watcher = None if supervision == "waived" else person
        approval = self.twist.approval(Approval(
            TENANT, request.digest.hex(), person, supervision, watcher, instant.whole_ms(self.now), demo_software=True,
        ))  # fmt: skip
        watcher = approval.watcher
        self.append(
            ApprovalGiven(
                request.request, approval.digest.hex(), approval.approver, hashlib.sha256(key.credential).hexdigest(),
                approval.supervision, watcher, demo_software=approval.demo_software, warrant=approval.warrant,
            ),
            actor=Actor(person, ROLES.get(person, "ads")), proof=self.signed(approval, key),
        )  # fmt: skip
        grant = self.twist.grant(Grant(
            tenant=TENANT, session="s-" + self.octets(5).hex(), request=request.digest.hex(),
            approvals=(approval.digest.hex(),), host=request.host, technician=request.technician,
            channels=request.channels, account=request.account, supervision=approval.supervision, watcher=watcher,
            not_before=request.not_before, not_after=request.not_after, longest_s=request.longest_s,
            issued=instant.whole_ms(self.now), nonce=self.octets(),
        ))  # fmt: skip
        signed = SignedGrant.sign(grant, self.grant_key)
        self.append(
            GrantIssued(request.request, grant.digest.hex(), instant.to_text(grant.not_before),
                                instant.to_text(grant.not_after)),
            session=grant.session, host=HOST, proof=(("grant", encode(signed.to_value())),),
        )  # fmt: skip
        if watcher is not None:
            self.wait(minutes=1)
            self.watch(request, grant)
        return grant

    def watch(self, request: Request, grant: Grant, by: str | None = None) -> str:
        """The watcher, or who takes over from him, checks in with a new page: the digest of what he signed."""
        watcher = by or grant.watcher or ADS
        key = {TITOLARE: self.titolare, ADS: self.ads}.get(watcher, self.stranger)
        line = self.approvers.by_credential(b64(key.credential))
        demo = line is not None and line.demo_software
        taken = self.twist.check_in(CheckIn(
            TENANT, grant.session, grant.request, grant.digest.hex(), grant.host, watcher,
            SigningKey(self.octets()).public.text, instant.whole_ms(self.now), grant.not_after, demo_software=demo,
        ))  # fmt: skip
        self.append(
            SupervisionTaken(
                request.request, taken.watcher, taken.digest.hex(), hashlib.sha256(key.credential).hexdigest(),
                "192.168.10.12", demo_software=demo,
            ),
            actor=Actor(watcher, "titolare" if watcher == TITOLARE else "ads"), session=grant.session, host=HOST,
            proof=self.signed(taken, key),
        )  # fmt: skip
        return taken.digest.hex()

    def stop(self, grant: Grant, *, signed: bool) -> str | None:
        """*Termina* by the ADS, who may sign it: the digest of what he signed."""
        stop = self.twist.stop(SignedStop(
            TENANT, grant.session, grant.request, grant.digest.hex(), grant.host, ADS,
            instant.whole_ms(self.now), demo_software=True,
        ))  # fmt: skip
        digest = stop.digest.hex() if signed else None
        self.append(
            StopOrdered(ADS, "stopped_by_ads", "192.168.10.12", digest),
            actor=Actor(ADS, "ads"), session=grant.session, host=HOST,
            proof=self.signed(stop, self.ads) if signed else (),
        )  # fmt: skip
        return digest

    def open(self, request: Request, grant: Grant) -> str:
        self.wait(minutes=1)
        challenge = self.twist.challenge("activation", grant.activation_challenge)
        self.append(
            SessionOpened(request.request, grant.digest.hex(), "10.8.0.31", demo_software=True),
            actor=Actor(TECHNICIAN, "technician"), session=grant.session, host=HOST,
            proof=(("assertion", self.login.assertion(challenge).encode()),),
        )  # fmt: skip
        return grant.session

    def start(self, session: str, grant: Grant) -> None:
        ends = grant.ends_at(instant.whole_ms(self.now))
        self.told(
            SessionStarted(grant.digest.hex(), ACCOUNT.name, instant.to_text(ends), "told", ""),
            session=session,
        )

    def work(self, session: str, channel: str, minutes: float) -> None:
        command = Opening(self.octets(), {"command": "systemctl status cups"})
        self.told(
            ChannelOpened(channel, "exec", "ssh", "10.8.0.31", ""), session=session,
        )  # fmt: skip
        self.told(CommandExecuted(channel, command.commitment, ""), session=session, opening=command)
        self.wait(minutes=minutes)
        self.told(
            ChannelClosed(channel, "exec", 120, 4096, seed(channel).hex(), agrees=True, exit_status=0,
                                  received=""),
            session=session,
        )  # fmt: skip

    def end(self, session: str, reason: str) -> None:
        self.told(SessionEnded(reason, 600, 1, ""), session=session)

    # ---- what is erased

    def decide(
        self, *requests: str, reports: tuple[str, ...] = (), by: SoftwareAuthenticator | None = None
    ) -> int:
        """The titolare signs that these requests' texts go, and these reports with them."""
        order = Erasure(TENANT, requests, reports, "asked_by_person", instant.whole_ms(self.now))
        return self.append(
            ErasureDecided(order.digest.hex(), demo_software=True),
            actor=Actor(TITOLARE, "titolare"), proof=self.signed(order, by or self.titolare),
        )  # fmt: skip

    def erase(self, *refs: int, decision: int | None = None) -> int:
        """Say so, and destroy what is there."""
        for n in refs:
            self.openings.pop(n, None)
            for one in Leaf.parse(self.leaves[n]).evidence:
                if one.kind == "mail":
                    del self.evidence[one.sha256]
        reason = "term" if decision is None else "decision"
        return self.append(ErasureExecuted(reason, decision), refs=refs)

    def sealed(self, kind: str) -> list[int]:
        """Records of that kind."""
        return [n for n, data in enumerate(self.leaves) if kind == Leaf.parse(data).record.KIND]

    # ---- timestamps

    def stamp(
        self, at: datetime | None = None, size: int | None = None, token: bytes | None = None
    ) -> HeadStamped:
        """The authority stamps the newest head (or another's), and the record says so."""
        head = Checkpoint(self.origin, self.tree.size, self.tree.root())
        if size is None:
            size, self.heads[head.size] = head.size, self.head
        token = tsa().token(head, at or self.now) if token is None else token
        self.stamps[size] = token
        stamped = HeadStamped(size, hashlib.sha256(token).hexdigest())
        self.append(stamped)
        return stamped

    # ---- the month's end

    def close(
        self,
        period: str = "2026-11",
        told: PeriodClosed | PeriodSnapshot | PeriodTold | None = None,
    ) -> dict[str, Any]:
        first, until = bounds(period, ZONE)
        told = told or PeriodClosed(period, instant.to_text(first), instant.to_text(until))
        partial = isinstance(told, PeriodSnapshot)
        until = instant.parse(told.until)
        n = self.append(told)
        closed = self.head
        commercial = {
            "report": {"number": f"VB-0001-{period}", "issued": instant.to_text(self.now), "language": "it",
                       "cadence": "monthly"},
            "tenant": TENANT, "category": 2, "specimen": True,
            "client": {"name": "Grand Hotel Dimostrativo S.r.l.", "controller": TITOLARE},
            "vendor": {"name": "Software House Esempio S.r.l."},
            "people": [
                {"id": TITOLARE, "name": "Aurelia Prova", "side": "client", "role": "controller", "function": "Titolare"},
                {"id": ADS, "name": "Niccolò Campione", "side": "client", "role": "ads", "function": "ADS"},
                {"id": TECHNICIAN, "name": "Ettore Modello", "side": "vendor", "role": "technician", "function": "Tecnico"},
            ],
            "hosts": [{"id": HOST, "name": "RECEPTION-01", "place": "Accoglienza", "confirmed": True},
                      {"id": "broker", "name": "Portale Verbale", "place": "Servizio del fornitore"}],
        }  # fmt: skip
        commercial = self.twist.figures(commercial)
        self.append(PeriodFigures(period), opening=commercial)
        leaves = [Leaf.parse(data) for data in self.leaves[: n + 1]]
        evidence = evidence_part(leaves, self.openings.get, period, ZONE, until, origin=self.origin)
        head = self.twist.printed({
            "state": "intact", "vkey": self.vkey.text, "checkpoint": closed.decode(), "quorum": self.policy.witnesses,
        })  # fmt: skip
        report = self.twist.report(merge(evidence, commercial, head))
        data = encode(report, max_bytes=1 << 24)
        number = f"VB-0001-{period}"
        pdf = signed_pdf(self.twist.attached(data))
        self.reports |= {f"{number}.json": data, f"{number}.pdf": pdf, f"{number}.pdf.p7m": twin_of(pdf)}
        self.append(
            ReportIssued(period, number, hashlib.sha256(pdf).hexdigest(),
                                 hashlib.sha256(data).hexdigest(), partial=partial)
        )  # fmt: skip
        return report

    # ---- what the titolare gets

    def trust(self) -> Trust:
        """What the titolare pinned on the day he came on board."""
        approvers, policy = self.pinned
        return Trust(
            tenant=TENANT, origin=ORIGIN, log_vkeys=(self.first_vkey,), grant_key=self.grant_key.public,
            signing=SIGNING, login=LOGIN, approvers=(Link(1, approvers.digest.hex()),),
            credentials=tuple(
                PinnedApprover(a.person, a.role, a.credential, a.public_key) for a in approvers.approvers
            ),
            policies=(Link(1, policy.digest.hex()),),
            hosts=(PinnedHost(HOST, VerifierKey.log(key_name(ORIGIN, HOST), self.agent_key.public), self.witness),),
            witnesses=(self.witness,), quorum=self.twist.witnesses, report_ca=report_ca()[1],
            tsa_ca=tsa().pem if self.twist.tsa else None,
        )  # fmt: skip

    def entries(self) -> dict[str, bytes]:
        head = self.head
        if self.twist.cosigned:
            head = self.cosigned_head
        return bundle.build(
            leaves=self.leaves, read=self.tree.read, checkpoint=head, log_vkey=self.vkey.text,
            policy_tenant=self.policy.encode(),
            policy_witness=policy_text(self.vkey, {"agente": self.witness}, self.twist.witnesses),
            heads=self.heads, stamps=self.stamps, evidence=self.evidence, openings=self.openings, reports=self.reports,
            recordings=self.recordings,
        )  # fmt: skip


def busy_month(twist: Twist | None = None, *, closed: bool = True) -> World:
    """Two sessions (one ended by the technician, one by the ADS, unwatched), one refused request, one
    start the agent refused, a failed login and a denied attempt; then the month is closed."""
    w = World(twist or Twist())
    w.onboard()
    w.until(3, 10)
    request, _ = w.ask(1)
    grant = w.approve(request)
    session = w.open(request, grant)
    w.start(session, grant)
    w.append(WatchJoined(ADS, "192.168.10.12"), actor=Actor(ADS, "ads"), session=session, host=HOST)
    w.heads[w.tree.size] = w.head
    w.work(session, "c-00000001", 20)
    w.end(session, "closed_by_technician")
    w.append(WatchLeft(ADS), actor=Actor(ADS, "ads"), session=session, host=HOST)
    w.append(
        SessionClosed("solved"), actor=Actor(TECHNICIAN, "technician"), session=session, host=HOST,
        opening={"note": "Driver aggiornato."},
    )  # fmt: skip
    w.until(5, 11)
    request, number = w.ask(2)
    w.append(ApprovalRefused(number), actor=Actor(ADS, "ads"))
    w.append(
        ApprovalRefusalExplained(number),
        actor=Actor(ADS, "ads"),
        opening={"reason": "Non serve più."},
    )
    w.until(10, 15)
    request, _ = w.ask(3)
    grant = w.approve(request, "waived")
    session = w.open(request, grant)
    w.start(session, grant)
    w.work(session, "c-00000002", 5)
    w.append(
        StopOrdered(ADS, "stopped_by_ads", "192.168.10.12"),
        actor=Actor(ADS, "ads"),
        session=session,
        host=HOST,
    )
    w.append(
        GrantRevoked(grant.digest.hex(), "stopped_by_ads"),
        actor=Actor(ADS, "ads"),
        session=session,
        host=HOST,
    )
    w.end(session, "stopped_by_ads")
    w.until(12, 9)
    w.append(LoginFailed(ADS, "passkey", "not_recognised", "192.168.10.12"), actor=NOBODY)
    w.append(
        AccessDenied(TECHNICIAN, "ssh", "window_closed", "10.8.0.31"), actor=Actor(TECHNICIAN, "technician"),
        host=HOST,
    )  # fmt: skip
    request, _ = w.ask(4)
    grant = w.approve(request)
    session = w.open(request, grant)
    w.told(SessionRefused(grant.digest.hex(), "replayed", ""), session=session)
    w.told(HostHeartbeat(w.tree.size, 2, ""))
    w.until(30, 23, 50)
    w.now = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
    w.append(LogHeartbeat("2026-12-01"))
    if closed:
        w.list_sessions()
        w.close()
    return w


# --------------------------------------------------------------------------------- a signed PDF


@cache
def report_ca() -> tuple[Any, str]:
    """(signer, certificate as PEM) of a report certificate made for the tests."""
    from asn1crypto import keys, x509
    from cryptography import x509 as cx
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from pyhanko.sign import signers
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    key = ec.derive_private_key(int.from_bytes(seed("report"), "big") >> 1, ec.SECP256R1())
    name = cx.Name([cx.NameAttribute(cx.NameOID.COMMON_NAME, "Verbale di prova")])
    cert = (
        cx.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(7).not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2049, 1, 1, tzinfo=UTC))
        .add_extension(cx.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(cx.KeyUsage(True, True, False, False, False, True, True, False, False), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    der = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    loaded = x509.Certificate.load(cert.public_bytes(serialization.Encoding.DER))
    store = SimpleCertificateStore()
    store.register(loaded)
    signer = signers.SimpleSigner(loaded, keys.PrivateKeyInfo.load(der), store)
    return signer, cert.public_bytes(serialization.Encoding.PEM).decode()


def signed_pdf(attachment: bytes) -> bytes:
    """A PDF of one empty page with the report's JSON attached, signed over the whole file."""
    import io

    from pyhanko.pdf_utils import embed, generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
    from pyhanko.sign import signers

    writer = PdfFileWriter()
    content = writer.add_object(generic.StreamObject(stream_data=b""))
    writer.insert_page(PageObject(contents=content, media_box=(0, 0, 595, 842)))
    spec = embed.FileSpec(
        file_spec_string="report.json",
        embedded_data=embed.EmbeddedFileObject.from_file_data(
            writer, attachment, mime_type="application/json"
        ),
    )
    embed.embed_file(writer, spec)
    plain, out = io.BytesIO(), io.BytesIO()
    writer.write(plain)
    plain.seek(0)
    meta = signers.PdfSignatureMetadata(field_name="Verbale")
    signers.sign_pdf(IncrementalPdfFileWriter(plain), meta, signer=report_ca()[0], output=out)
    return out.getvalue()


def twin_of(pdf: bytes, signer: Any = None) -> bytes:
    """The PDF in a CAdES signature of the same certificate, or of another signer."""
    import asyncio

    one = signer or report_ca()[0]
    made = asyncio.run(one.async_sign_general_data(pdf, "sha256", detached=False, use_cades=True))
    return bytes(made.dump())
