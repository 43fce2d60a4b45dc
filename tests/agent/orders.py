"""A good order to open, and the log that proves it: what the tests of the agent's decision break."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from agent.admitted import HostIdentity, Seen
from agent.wire import frames
from audit import checkpoint, merkle
from audit.approval import Approval
from audit.canonical import b64
from audit.check_in import CheckIn
from audit.checkpoint import Checkpoint
from audit.commitment import Opening
from audit.grant import Grant, SignedGrant
from audit.keys import SigningKey
from audit.leaf import Leaf
from audit.person_records import PersonAdmitted
from audit.pins import Pins
from audit.record import NOBODY, Actor
from audit.records import AnyRecord
from audit.request import Request
from audit.request_records import SupervisionTaken
from audit.session_records import SessionOpened
from audit.statement_parts import Channel
from tests.audit import people
from web.demo.authenticator import SoftwareAuthenticator

AT = people.NOW + timedelta(minutes=10)
TEXTS = Opening(
    b"t" * 32,
    {
        "incident_text": "La cassa non stampa",
        "reason": "Driver da rifare",
        "host_label": people.ENROLMENT.label,
    },
)
TITOLARE_NAME = Opening(b"a" * 32, {"name": "Anna Bianchi", "function": "titolare", "email": "a@example.it"})
REQUEST = replace(people.REQUEST, texts=TEXTS.commitment, channels=(Channel("terminal"), Channel("exec")))
PINS = Pins(people.ENROLMENT, people.APPROVERS, people.POLICY)
ME = HostIdentity(people.TENANT, people.HOST, people.AGENT_KEY.public.text)
UNSEEN = Seen()
SALT = b64(b"s" * 32)


class Log:
    """A tenant's log in memory, signed with the key the host has pinned."""

    def __init__(self) -> None:
        self.tree = merkle.Tree()
        self.leaves: list[bytes] = []

    def append(
        self,
        record: AnyRecord,
        session: str | None = None,
        tenant: str = people.TENANT,
        *,
        sealed: str | None = None,
    ) -> int:
        n = len(self.leaves)
        actor = NOBODY if session is None else Actor("p-9", "technician")
        data = Leaf(tenant, n, AT, actor, record, session=session, sealed=sealed).encode()
        self.leaves.append(data)
        self.tree.append(data)
        return n

    def head(
        self, old_size: int = 0, *, key: SigningKey = people.LOG_KEY, origin: str = people.ORIGIN
    ) -> frames.Head:
        size = len(self.leaves)
        note = checkpoint.sign(Checkpoint(origin, size, self.tree.root()), key).decode()
        proof = merkle.consistency_proof(old_size, size, self.tree.read) if 0 < old_size <= size else []
        return frames.Head(note, old_size, tuple(h.hex() for h in proof))

    def proof(self, n: int) -> frames.LeafProof:
        proof = merkle.inclusion_proof(n, len(self.leaves), self.tree.read)
        return frames.LeafProof(b64(self.leaves[n]), n, tuple(h.hex() for h in proof))


@dataclass(frozen=True)
class Story:
    """Every part of the good order, each replaceable by a wrong one."""

    pins: Pins = PINS
    me: HostIdentity = ME
    request: Request = REQUEST
    granted: dict[str, Any] | None = None  # what the grant says otherwise than request and approval
    approvals: tuple[tuple[Approval, SoftwareAuthenticator], ...] | None = None
    grant_key: SigningKey = people.GRANT_KEY
    log_key: SigningKey = people.LOG_KEY
    activated_by: SoftwareAuthenticator = people.TECHNICIAN
    texts: Opening = TEXTS
    frame: dict[str, Any] | None = None  # what the frame carries otherwise
    opened: dict[str, Any] | None = None  # what the leaf session.opened says otherwise
    taken: dict[str, Any] | None = None
    checked_in: dict[str, Any] | None = None  # what the check-in says otherwise than the grant
    watcher: SoftwareAuthenticator = people.TITOLARE
    shown: Opening = TITOLARE_NAME  # as the approver's name
    admitted: dict[str, Any] | None = None  # what the leaf person.admitted says otherwise
    session_in_log: str = people.SESSION
    seen: Seen = UNSEEN
    at: Any = AT

    def said(self) -> tuple[tuple[Approval, SoftwareAuthenticator], ...]:
        return self.approvals if self.approvals is not None else ((self.approval(), people.TITOLARE),)

    def approval(self, **changes: Any) -> Approval:
        good = Approval(
            people.TENANT, self.request.digest.hex(), "p-1", "self", "p-1", people.NOW + timedelta(minutes=5)
        )
        return replace(good, **changes)

    def grant(self) -> Grant:
        approvals = [a for a, _ in self.said()]
        asked = self.request
        good = Grant(
            tenant=asked.tenant,
            session=people.SESSION,
            request=asked.digest.hex(),
            approvals=tuple(a.digest.hex() for a in approvals),
            host=asked.host,
            technician=asked.technician,
            channels=asked.channels,
            account=asked.account,
            supervision=approvals[0].supervision if approvals else "waived",
            watcher=approvals[0].watcher if approvals else None,
            not_before=asked.not_before,
            not_after=asked.not_after,
            longest_s=asked.longest_s,
            issued=people.NOW + timedelta(minutes=6),
            nonce=b"g" * 32,
        )
        return replace(good, **(self.granted or {}))

    def check_in(self, grant: Grant) -> CheckIn:
        good = CheckIn(
            grant.tenant,
            grant.session,
            grant.request,
            grant.digest.hex(),
            grant.host,
            "p-1",
            people.PAGE_KEY.public.text,
            people.NOW + timedelta(minutes=7),
            grant.not_after,
        )
        return replace(good, **(self.checked_in or {}))

    def open(self, log: Log | None = None, old_size: int = 0) -> frames.Open:
        """The frame, over a log that gets three leaves for it."""
        log = log or Log()
        grant = self.grant()
        facts = {"person": "p-1", "role": "titolare", "organisation": people.TENANT}
        admitted = log.append(
            PersonAdmitted(**facts | (self.admitted or {})), sealed=TITOLARE_NAME.commitment
        )
        check_in = self.check_in(grant)
        facts = {
            "request": self.request.request,
            "watcher": "p-1",
            "statement": check_in.digest.hex(),
            "credential": "00" * 32,
            "terminal": "::1",
        }
        taken = log.append(SupervisionTaken(**facts | (self.taken or {}), demo_software=False))
        facts = {"request": self.request.request, "grant": grant.digest.hex(), "terminal": "::1"}
        opened = log.append(
            SessionOpened(**facts | (self.opened or {}), demo_software=True), self.session_in_log
        )
        frame = frames.Open(
            session=people.SESSION,
            grant=SignedGrant.sign(grant, self.grant_key).to_value(),
            request=b64(self.request.encode()),
            approvals=tuple(people.signed(a, by).to_value() for a, by in self.said()),
            activation=self.activated_by.assertion(grant.activation_challenge).to_value(),
            texts=self.texts.to_value(),
            names=(frames.PersonName(log.proof(admitted), self.shown.to_value()),),
            opened=log.proof(opened),
            head=log.head(old_size, key=self.log_key),
            salt=SALT,
            supervision=log.proof(taken),
            check_in=people.signed(check_in, self.watcher).to_value(),
        )
        return replace(frame, **(self.frame or {}))
