"""Step 9, first half: the customer's own statements, who may sign what, and since when.

Replays approver sets, policies and enrolments from the log, each checked with the keys the one
before it gave. What it holds at a leaf is what was in force then.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from audit import passkey, statement
from audit.approvers import Approver, Approvers
from audit.bare_host import BareHost
from audit.canonical import b64, unb64
from audit.enrolment import Enrolment
from audit.errors import BadSignature, Malformed
from audit.estate_records import (
    ApproversAnnounced,
    ApproversChanged,
    ApproversObjected,
    HostBarred,
    HostEnrolled,
    HostPrepared,
    HostRevoked,
    PolicyChanged,
)
from audit.findings import Judgement
from audit.host_note import key_name
from audit.keys import PublicKey
from audit.leaf import Leaf
from audit.note import VerifierKey
from audit.passkey import Assertion
from audit.person_records import CredentialAdded, LoginSucceeded, TenantOpened
from audit.pins import CLOCK_SKEW, apart, in_force, unfit
from audit.policy import Policy
from audit.record import Actor, Role
from audit.trust_file import Trust
from audit.verify_files import check_approvers, check_enrolment
from audit.verify_paper import PaperSets

EvidenceOf = Callable[[Leaf, str], bytes | None]


def credential_digest(approver: Approver) -> str:
    """How records name a credential: SHA-256 (hex) of its id."""
    return hashlib.sha256(unb64(approver.credential)).hexdigest()


def actor_role(approver: Approver) -> Role:
    """How records call whoever signs under that line: of the vendor's people the log knows no ADS."""
    return "technician" if approver.role == "vendor_ads" else approver.role


class Chain:
    """Feed every leaf in order. `approvers` and `policy` are those in force after the last one fed."""

    KINDS = frozenset(
        kind.KIND
        for kind in (
            TenantOpened, CredentialAdded, LoginSucceeded, ApproversChanged, PolicyChanged, HostPrepared, HostEnrolled,
            HostRevoked, HostBarred, ApproversAnnounced, ApproversObjected,
        )
    )  # fmt: skip
    PASSED = frozenset({LoginSucceeded.KIND})  # unless it was with a demo's key

    def __init__(self, evidence_of: EvidenceOf, tenant: str, trust: Trust | None, judge: Judgement) -> None:
        self.evidence_of = evidence_of
        self._tenant = tenant
        self._trust = trust
        self._judge = judge
        self.paper = PaperSets(self, judge)
        self._demo = False  # as the log's first record says
        self.approvers: Approvers | None = None
        self.policy: Policy | None = None
        self.policy_bytes = b""
        self.sets: dict[int, str] = {}  # number -> digest
        self.policies: dict[int, str] = {}
        self.enrolments: dict[str, Enrolment] = {}  # what each host pins
        self._prepared: dict[str, Enrolment] = {}  # signed, and not yet used
        self.agents: dict[str, HostEnrolled] = {}  # hosts in use
        self.bare: dict[str, BareHost] = {}  # hosts without an agent, that any policy named
        self.logs: list[tuple[str, str]] = []  # what enrolments name as the log's key, and where
        self.barred: dict[str, set[str]] = {}  # by host: digests of keys and grants revoked there
        self.software = 0  # signatures by a demo's software authenticator

    @property
    def demo(self) -> bool:
        """The log's first record says that it is a demo's."""
        return self._demo

    def log_origin(self, host: str) -> str | None:
        found = self.enrolments.get(host)
        return None if found is None else found.log_origin

    def label_of(self, host: str) -> str | None:
        """The name the titolare signed for this host."""
        found = self.enrolments.get(host) or self._prepared.get(host) or self.bare.get(host)
        return None if found is None else found.label

    def witnesses(self) -> tuple[VerifierKey, ...]:
        """The witness keys of the hosts in use."""
        found = []
        for host, enrolled in self.agents.items():
            origin = self.log_origin(host)
            if origin is not None:
                name = key_name(origin, host)
                found.append(VerifierKey.witness(name, PublicKey.parse(enrolled.witness_key)))
        return tuple(found)

    def feed(self, leaf: Leaf) -> None:
        where = f"n={leaf.n}"
        try:
            match leaf.record:
                case TenantOpened(demo=demo):
                    self._demo = demo
                case CredentialAdded(demo_software=True) | LoginSucceeded(demo_software=True) if (
                    not self._demo
                ):
                    self._judge.find("UNAPPROVED", "demo_key", where)
                case ApproversChanged() as changed:
                    self._approvers(leaf, changed, where)
                case ApproversAnnounced() as told:
                    self.paper.announce(leaf, told, where)
                case ApproversObjected() as told:
                    self.paper.object(leaf, told, where)
                case PolicyChanged() as changed:
                    self._policy(leaf, changed, where)
                case HostPrepared() as prepared:
                    self._enrolment(leaf, prepared, where)
                case HostEnrolled() as enrolled:
                    self._enrolled(leaf, enrolled, where)
                case HostRevoked(host=host):
                    self._equal_host(leaf, host, where)
                    self.agents.pop(host, None)
                case HostBarred(digest=digest):
                    self.barred.setdefault(leaf.host or "", set()).add(digest)
                case _:
                    pass
        except Malformed as wrong:
            self._judge.find("UNAPPROVED", "evidence_unread", where, why=wrong)
        except BadSignature as wrong:
            self._judge.find("UNAPPROVED", "assertion", where, why=wrong)

    def signer(
        self, leaf: Leaf, among: Approvers, kind: str, data: bytes, *, titolare: bool
    ) -> Approver | None:
        """Who of `among` signed these statement bytes, his appointment in force when recorded.

        None when a finding has been made instead; `Malformed` or `BadSignature` for the caller.
        """
        where = f"n={leaf.n}"
        raw = self.evidence_of(leaf, "assertion")
        if raw is None:
            self._judge.find("UNAPPROVED", "evidence_missing", where, kind="assertion")
            return None
        assertion = Assertion.parse(raw)
        by = among.by_credential(b64(assertion.credential))
        if by is None or (titolare and by.role != "titolare"):
            self._judge.find("UNAPPROVED", "not_approver", where)
            return None
        passkey.check(
            assertion, challenge=statement.digest(kind, data), site=among.signing, public_key=by.public_key
        )
        if not in_force(by, leaf.time):
            self._judge.find("UNAPPROVED", "approver_expired", where)
            return None
        if leaf.actor != Actor(by.person, actor_role(by)):
            self._judge.find("UNAPPROVED", "statement_differs", where, what="actor")
        if getattr(leaf.record, "demo_software", by.demo_software) != by.demo_software:
            self._judge.find("UNAPPROVED", "statement_differs", where, what="demo_software")
        self.software += by.demo_software
        return by

    def statement(self, leaf: Leaf, kind: str, digest: str, where: str) -> bytes | None:
        """Statement bytes behind a leaf, equal in digest to what the leaf says."""
        data = self.evidence_of(leaf, "statement")
        if data is None:
            self._judge.find("UNAPPROVED", "evidence_missing", where, kind="statement")
            return None
        if statement.digest(kind, data).hex() != digest:
            self._judge.find("UNAPPROVED", "statement_differs", where, what="statement")
            return None
        return data

    def _approvers(self, leaf: Leaf, record: ApproversChanged, where: str) -> None:
        data = self.statement(leaf, Approvers.TYPE, record.statement, where)
        if data is None:
            return
        new = Approvers.parse(data)
        self.sets[new.number] = record.statement
        before, self.approvers = self.approvers, new
        if new.tenant != self._tenant or new.number != record.number:
            self._judge.find("UNAPPROVED", "statement_differs", where, what="number")
        if tuple(credential_digest(a) for a in new.approvers) != record.credentials:
            self._judge.find("UNAPPROVED", "statement_differs", where, what="credentials")
        if before is not None and (new.number, new.previous) != (before.number + 1, before.digest.hex()):
            self._judge.find("UNAPPROVED", "chain", where, what="approvers")
        for why in unfit(new, demo=self._demo):
            self._judge.find("UNAPPROVED", "set_unfit", where, why=why)
        if self._trust is not None:
            check_approvers(new, self._trust, where, self._judge)
        by_paper = before is not None and any(e.kind == "paper" for e in leaf.evidence)
        if before is not None and by_paper:
            self.paper.counts(leaf, data, before, where)
        self.signer(leaf, new if by_paper or before is None else before, Approvers.TYPE, data, titolare=True)

    def _policy(self, leaf: Leaf, record: PolicyChanged, where: str) -> None:
        data = self.statement(leaf, Policy.TYPE, record.statement, where)
        if data is None:
            return
        new = Policy.parse(data)
        self.policies[new.number] = record.statement
        before, self.policy, self.policy_bytes = self.policy, new, data
        if new.tenant != self._tenant or new.number != record.number:
            self._judge.find("UNAPPROVED", "statement_differs", where, what="number")
        if before is not None and (new.number, new.previous) != (before.number + 1, before.digest.hex()):
            self._judge.find("UNAPPROVED", "chain", where, what="policy")
        if self.approvers is None:
            self._judge.find("UNAPPROVED", "chain", where, what="approvers")
        else:
            self.signer(leaf, self.approvers, Policy.TYPE, data, titolare=True)
        self.bare |= {one.id: one for one in new.bare_hosts}
        in_use = {host: self.label_of(host) for host in self.agents}
        for one in new.bare_hosts:
            if one.id in self.enrolments or one.id in self._prepared or one.label in in_use.values():
                self._judge.find("UNAPPROVED", "host_has_agent", where, host=one.id)

    def _apart_from_bare(self, host: str, label: str, where: str) -> None:
        """A host with an agent is none without, by its id ever, by its name while the rules name that."""
        rules = () if self.policy is None else self.policy.bare_hosts
        if host in self.bare or any(one.label == label for one in rules):
            self._judge.find("UNAPPROVED", "host_has_agent", where, host=host)

    def _enrolment(self, leaf: Leaf, record: HostPrepared, where: str) -> None:
        data = self.statement(leaf, Enrolment.TYPE, record.statement, where)
        if data is None:
            return
        new = Enrolment.parse(data)
        self._prepared[record.host] = new
        self._apart_from_bare(record.host, new.label, where)
        self._equal_host(leaf, record.host, where)
        if new.tenant != self._tenant or new.host != record.host:
            self._judge.find("UNAPPROVED", "statement_differs", where, what="host")
        if new.demo != self._demo:
            self._judge.find("UNAPPROVED", "statement_differs", where, what="demo")
        self.logs.append((where, new.log_vkey if new.log_vkey.startswith(f"{new.log_origin}+") else ""))
        if self._trust is not None:
            check_enrolment(new, self._trust, where, self._judge)
        if self.approvers is None or self.policy is None:
            self._judge.find("UNAPPROVED", "chain", where, what="approvers, policy")
            return
        if (new.approvers, new.policy) != (self.approvers.digest.hex(), self.policy.digest.hex()):
            self._judge.find("UNAPPROVED", "chain", where, what="enrolment")
        if not apart(self.approvers, new):
            self._judge.find("UNAPPROVED", "not_apart", where)
        self.signer(leaf, self.approvers, Enrolment.TYPE, data, titolare=True)

    def _equal_host(self, leaf: Leaf, host: str, where: str) -> None:
        if leaf.host != host:
            self._judge.find("UNAPPROVED", "statement_differs", where, what="host")

    def _enrolled(self, leaf: Leaf, record: HostEnrolled, where: str) -> None:
        self.agents[record.host] = record
        self.barred.pop(record.host, None)  # a new life of this host
        signed = self._prepared.pop(record.host, None)
        if signed is None:
            return  # step 8 says that this host was never prepared
        self.enrolments[record.host] = signed
        self._apart_from_bare(record.host, signed.label, where)
        if signed.digest.hex() != record.statement:
            self._judge.find("UNAPPROVED", "statement_differs", where, what="statement")
        if not signed.issued - CLOCK_SKEW <= leaf.time <= signed.expires + CLOCK_SKEW:
            self._judge.find("UNAPPROVED", "outside_window", where)
