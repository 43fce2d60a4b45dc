"""Step 9, second part: requests, the approvals given to them, and the grants issued on those.

What the agent judges before it opens is judged again with the rules of `admission`, at the record it
belongs to and with what was in force there. `verify_sessions` takes the grants from here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from audit import admission, declared_rules, instant, statement
from audit.admission import Authority, Breach
from audit.approval import Approval
from audit.approvers import Approver
from audit.canonical import decode
from audit.check_in import CheckIn
from audit.declared import DeclaredRequest
from audit.errors import BadSignature, Malformed
from audit.findings import Judgement
from audit.grant import Grant, SignedGrant
from audit.keys import PublicKey
from audit.leaf import Leaf
from audit.month_frame import activity_text
from audit.record import Actor
from audit.request import Request
from audit.request_records import (
    ApprovalGiven,
    ApprovalRefused,
    GrantIssued,
    RequestLapsed,
    RequestOpened,
    RequestSolved,
    RequestWithdrawn,
    SupervisionTaken,
)
from audit.signin_records import IDENTITIES, STRONG, IdentityShown
from audit.verify_chain import Chain, EvidenceOf, credential_digest
from audit.verify_warrants import Warrants

SKEW = timedelta(seconds=30)  # requirements §1.7: clocks of agent and broker
READING = timedelta(hours=24)  # a statement drawn up in the morning, signed in the evening

# What the verifier calls a breach for which an agent refuses.
_CODES = {
    "policy_differs": "policy_breach",
    "tool_missing": "policy_breach",
    "port_missing": "policy_breach",
    "envelope_invalid": "grant_differs",
    "supervision_missing": "grant_differs",
    "not_recognised": "not_approver",
    "delegation_expired": "approver_expired",
    "ads_delegation_missing": "undelegated",
    "own_request": "own_request",
    "demo_not_allowed": "demo_key",
    "authorisation_missing": "too_few",
    "activation_missing": "activation",
    "check_in_differs": "check_in",
    "stop_differs": "signed_stop",
    "declared_differs": "declared_differs",
}


def breached(judge: Judgement, breaches: Iterable[Breach], where: str) -> bool:
    """Make a finding of each breach; whether there was one."""
    found = list(breaches)
    for breach in found:
        expired = (breach.code, breach.what) == ("delegation_expired", "warrant")
        code = "warrant_expired" if expired else _CODES[breach.code]
        judge.find("UNAPPROVED", code, where, what=breach.what, why=breach.why)
    return bool(found)


def differing(judge: Judgement, code: str, where: str, **pairs: tuple[object, object]) -> bool:
    """Make one finding of what is not the same; whether there was any."""
    what = [name for name, (ours, theirs) in pairs.items() if ours != theirs]
    if what:
        judge.find("UNAPPROVED", code, where, what=", ".join(what))
    return bool(what)


@dataclass(slots=True)
class Asked:
    """A request that is not over, and what has come of it. `n` is its record's."""

    statement: Request | DeclaredRequest
    digest: str
    n: int
    approvals: dict[str, tuple[Approval, Approver]] = field(default_factory=dict)  # by digest; who signed
    watchers: set[str] = field(default_factory=set)
    watched_under: set[str] = field(default_factory=set)  # digests of check-ins
    check_in: tuple[CheckIn, Approver] | None = None  # the last one; who signed


class Approvals:
    """Feed every leaf in order, after `Chain` has had it. `grants` holds those not yet used, by digest."""

    KINDS = frozenset(
        kind.KIND
        for kind in (
            RequestOpened, ApprovalGiven, SupervisionTaken, GrantIssued,
            ApprovalRefused, RequestWithdrawn, RequestLapsed, RequestSolved,
            IdentityShown,
        )
    )  # fmt: skip

    def __init__(
        self,
        chain: Chain,
        warrants: Warrants,
        evidence_of: EvidenceOf,
        check_head: Callable[[str, int, str], None],
        judge: Judgement,
    ) -> None:
        self._chain = chain
        self.warrants = warrants
        self._evidence_of = evidence_of
        self._check_head = check_head
        self._judge = judge
        self.asked: dict[str, Asked] = {}
        self.grants: dict[str, Grant] = {}
        self.watched: dict[str, tuple[Grant, Asked]] = {}  # by session, to be watched or under way
        self.checked = 0

    def feed(self, leaf: Leaf) -> None:
        where = f"n={leaf.n}"
        try:
            self._feed(leaf, where)
        except Malformed as wrong:
            self._judge.find("UNAPPROVED", "evidence_unread", where, why=wrong)
        except BadSignature as wrong:
            self._judge.find("UNAPPROVED", "assertion", where, why=wrong)

    def _feed(self, leaf: Leaf, where: str) -> None:
        match leaf.record:
            case RequestOpened() as found:
                self._request(leaf, found, where)
            case ApprovalGiven() as found:
                self._approval(leaf, found, where)
            case SupervisionTaken() as found:
                self._watcher(leaf, found, where)
            case IdentityShown() as found:
                self._identity(leaf, found, where)
            case GrantIssued() as found:
                self._grant(leaf, found, where)
            case (
                ApprovalRefused(request=request)
                | RequestWithdrawn(request=request)
                | RequestLapsed(request=request)
                | RequestSolved(request=request)
            ):
                self.asked.pop(request, None)  # nothing more can come of it: step 8
            case _:
                pass

    def need(self, leaf: Leaf, kind: str, where: str) -> bytes | None:
        """The evidence of that kind; None when a finding says that it is missing."""
        data = self._evidence_of(leaf, kind)
        if data is None:
            self._judge.find("UNAPPROVED", "evidence_missing", where, kind=kind)
        return data

    # ---- request

    def _request(self, leaf: Leaf, record: RequestOpened, where: str) -> None:
        data = self.need(leaf, "statement", where)
        if data is None:
            return
        kind = DeclaredRequest if record.declared else Request
        asked = kind.parse(data)
        digest = statement.digest(kind.TYPE, data).hex()
        self.asked[record.request] = Asked(asked, digest, leaf.n)
        differing(
            self._judge,
            "statement_differs",
            where,
            declared=(record.declared, True if isinstance(asked, DeclaredRequest) else None),
            statement=(record.statement, digest),
            tenant=(leaf.tenant, asked.tenant),
            request=(record.request, asked.request),
            technician=(leaf.actor, Actor(asked.technician.id, "technician")),
            host=(leaf.host, asked.host.id),
            agent_key=self._agent_key(asked),
            incident=(record.incident, asked.incident),
            texts=(leaf.sealed, asked.texts),
            channels=(record.channels, tuple(c.kind for c in asked.channels)),
            activities=(record.activities, tuple(activity_text(a) for a in asked.activities)),
            not_before=(record.not_before, instant.to_text(asked.not_before)),
            not_after=(record.not_after, instant.to_text(asked.not_after)),
            longest_s=(record.longest_s, asked.longest_s),
        )
        if self._chain.policy is None:
            self._judge.find("UNAPPROVED", "chain", where, what="policy")
        elif isinstance(asked, DeclaredRequest):
            breached(self._judge, declared_rules.under_policy(asked, self._chain.policy), where)
        else:
            breached(self._judge, admission.under_policy(asked, self._chain.policy), where)

    def _agent_key(self, asked: Request | DeclaredRequest) -> tuple[str | None, str | None]:
        """The host's, and as the request names it: none, where the host has no agent."""
        agent = self._chain.agents.get(asked.host.id)
        named = asked.host.agent_key if isinstance(asked, Request) else None
        return None if agent is None else agent.agent_key, named

    # ---- approval

    def _approval(self, leaf: Leaf, record: ApprovalGiven, where: str) -> None:
        data = self.need(leaf, "statement", where)
        asked = self.asked.get(record.request)
        if data is None or asked is None or self._chain.approvers is None:
            return  # an unknown request is step 8's finding
        given = Approval.parse(data)
        digest = statement.digest(Approval.TYPE, data).hex()
        by = self._chain.signer(leaf, self._chain.approvers, Approval.TYPE, data, titolare=False)
        if by is None:
            return
        wrong = differing(
            self._judge,
            "statement_differs",
            where,
            statement=(record.statement, digest),
            approver=(record.approver, given.approver),
            credential=(record.credential, credential_digest(by)),
            supervision=(record.supervision, given.supervision),
            watcher=(record.watcher, given.watcher),
            demo_software=(record.demo_software, given.demo_software),
            warrant=(record.warrant, given.warrant),
        )
        if not leaf.time - READING <= given.given <= leaf.time + SKEW:
            self._judge.find("UNAPPROVED", "late_approval", where)
        authority = self.warrants.authority(given.warrant)
        breaches = self._by_approver(given, by, asked.statement, leaf.time, authority)
        if breached(self._judge, breaches, where) or wrong:
            return
        self._check_head(asked.statement.head, asked.n, where)
        asked.approvals[digest] = given, by
        self.checked += 1

    def _by_approver(
        self,
        given: Approval,
        by: Approver,
        asked: Request | DeclaredRequest,
        at: datetime,
        authority: Authority | None,
    ) -> Iterator[Breach]:
        if isinstance(asked, DeclaredRequest):
            demo = self._chain.demo
            return declared_rules.by_approver(given, by, asked, at, demo=demo, authority=authority)
        enrolment = self._chain.enrolments.get(asked.host.id)
        demo = enrolment is not None and enrolment.demo
        return admission.by_approver(given, by, asked, at, demo=demo, authority=authority)

    def _identity(self, leaf: Leaf, record: IdentityShown, where: str) -> None:
        """Evidence beside a signature, and never one: it says of whom, and at which request he looked."""
        asked = self.asked.get(record.request)
        if asked is None:
            return  # an unknown request is step 8's finding
        differing(
            self._judge,
            "statement_differs",
            where,
            statement=(record.statement, asked.digest),
            person=(record.person, leaf.actor.id),
            kind=(record.kind in IDENTITIES, True),
            acr=(record.acr in STRONG, True),
        )

    def _watcher(self, leaf: Leaf, record: SupervisionTaken, where: str) -> None:
        """The check-in, judged with what is in force at its record: it may come again while it runs."""
        data = self.need(leaf, "statement", where)
        grant, asked = self.watched.get(leaf.session or "", (None, None))
        if data is None or grant is None or asked is None or self._chain.approvers is None:
            return  # a session nobody granted is step 8's finding
        taken = CheckIn.parse(data)
        digest = statement.digest(CheckIn.TYPE, data).hex()
        by = self._chain.signer(leaf, self._chain.approvers, CheckIn.TYPE, data, titolare=False)
        if by is None:
            return
        enrolment = self._chain.enrolments.get(grant.host.id)
        wrong = differing(
            self._judge,
            "statement_differs",
            where,
            statement=(record.statement, digest),
            request=(record.request, asked.statement.request),
            watcher=(record.watcher, taken.watcher),
            credential=(record.credential, credential_digest(by)),
            host=(leaf.host, grant.host.id),
        )
        runs = grant.watcher in asked.watchers and grant.digest.hex() not in self.grants
        breaches = admission.check_in(
            taken, by, grant, leaf.time, demo=enrolment is not None and enrolment.demo, runs=runs
        )
        if not breached(self._judge, breaches, where) and not wrong:
            asked.watchers.add(record.watcher)
            asked.watched_under.add(digest)
            if taken.watcher == grant.watcher:  # who took over is appointed to the end of the window
                asked.check_in = taken, by
            self.checked += 1

    # ---- grant

    def _grant(self, leaf: Leaf, record: GrantIssued, where: str) -> None:
        data = self.need(leaf, "grant", where)
        asked = self.asked.get(record.request)
        request = None if asked is None else asked.statement
        if isinstance(request, DeclaredRequest):
            self._judge.find("UNAPPROVED", "declared_differs", where, what="grant")
            return
        enrolment = None if request is None else self._chain.enrolments.get(request.host.id)
        if data is None or asked is None or request is None or enrolment is None:
            return  # an unknown request or host is step 8's finding
        if self._chain.policy is None:
            return  # a missing policy is the request's
        try:
            grant = SignedGrant.from_value(decode(data)).check(PublicKey.parse(enrolment.grant_key))
        except BadSignature:
            self._judge.find("UNAPPROVED", "grant_forged", where)
            return
        self.grants[record.grant] = grant
        differing(
            self._judge,
            "grant_differs",
            where,
            grant=(record.grant, grant.digest.hex()),
            session=(leaf.session, grant.session),
            host=(leaf.host, grant.host.id),
            window=(
                (record.not_before, record.not_after),
                (instant.to_text(grant.not_before), instant.to_text(grant.not_after)),
            ),
        )
        breached(self._judge, admission.same_matter(grant, request), where)
        used = [asked.approvals[d] for d in grant.approvals if d in asked.approvals]
        breached(self._judge, admission.as_chosen(grant, [a for a, _ in used], self._chain.policy), where)
        breached(self._judge, admission.by_roles([by.role for _, by in used], self._chain.policy), where)
        if grant.watcher is not None:
            self.watched[grant.session] = grant, asked
