"""Step 9, second half: every session stands on a request, approvals, a grant and an activation.

Rebuilds for each what the agent judged then: the same digests, keys and limits, years later.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from audit import instant, passkey, records, statement
from audit.canonical import b64, decode
from audit.errors import BadSignature, Malformed
from audit.findings import Judgement
from audit.grant import Grant, SignedGrant
from audit.keys import PublicKey
from audit.month import activity_text
from audit.passkey import Assertion
from audit.records import Leaf
from audit.statement import Approval, Channel, Request
from audit.verify_chain import Chain, EvidenceOf, credential_digest

SKEW = timedelta(seconds=30)  # requirements §1.7: clocks of agent and broker
CLOSING = timedelta(seconds=120)  # killing every process of a session, and noting it
READING = timedelta(hours=24)  # a statement drawn up in the morning, signed in the evening
# Ends noted only when the machine is awake again: the session was dead, the note is late.
LATE_REASONS = frozenset({"agent_restarted", "clock_moved"})


@dataclass(slots=True)
class _Asked:
    """A request and what has come of it."""

    statement: Request
    digest: str
    approvals: dict[str, Approval] = field(default_factory=dict)  # digest -> approval
    watchers: set[str] = field(default_factory=set)


class Approvals:
    """Feed every leaf in order, after `Chain` has had it."""

    def __init__(
        self,
        chain: Chain,
        evidence_of: EvidenceOf,
        check_head: Callable[[str, str], None],
        judge: Judgement,
    ) -> None:
        self._chain = chain
        self._evidence_of = evidence_of
        self._check_head = check_head
        self._judge = judge
        self._asked: dict[str, _Asked] = {}
        self._grants: dict[str, Grant] = {}
        self._sessions: dict[str, Grant] = {}
        self._ends: dict[str, datetime] = {}  # session -> its last lawful instant, once started
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
            case records.RequestOpened() as found:
                self._request(leaf, found, where)
            case records.ApprovalGiven() as found:
                self._approval(leaf, found, where)
            case records.SupervisionTaken(request=request, watcher=watcher):
                if request in self._asked:
                    self._asked[request].watchers.add(watcher)
            case records.GrantIssued() as found:
                self._grant(leaf, found, where)
            case records.SessionOpened() as found:
                self._opened(leaf, found, where)
            case _ if leaf.session is not None:
                self._during(leaf, self._sessions.get(leaf.session), where)
            case _:
                pass

    def _need(self, leaf: Leaf, kind: str, where: str) -> bytes | None:
        data = self._evidence_of(leaf, kind)
        if data is None:
            self._judge.find("UNAPPROVED", "evidence_missing", where, kind=kind)
        return data

    def _equal(self, code: str, where: str, **pairs: tuple[object, object]) -> bool:
        what = [name for name, (ours, theirs) in pairs.items() if ours != theirs]
        if what:
            self._judge.find("UNAPPROVED", code, where, what=", ".join(what))
        return not what

    # ---- request

    def _request(self, leaf: Leaf, record: records.RequestOpened, where: str) -> None:
        data = self._need(leaf, "statement", where)
        if data is None:
            return
        asked = Request.parse(data)
        self._asked[record.request] = _Asked(asked, statement.digest(Request.TYPE, data).hex())
        agent = self._chain.agents.get(asked.host.id)
        policy = self._chain.policy
        self._equal(
            "statement_differs",
            where,
            statement=(record.statement, self._asked[record.request].digest),
            tenant=(leaf.tenant, asked.tenant),
            request=(record.request, asked.request),
            technician=(leaf.actor.id, asked.technician.id),
            host=(leaf.host, asked.host.id),
            agent_key=(None if agent is None else agent.agent_key, asked.host.agent_key),
            incident=(record.incident, asked.incident),
            texts=(leaf.sealed, asked.texts),
            channels=(record.channels, tuple(c.kind for c in asked.channels)),
            activities=(record.activities, tuple(activity_text(a) for a in asked.activities)),
            not_before=(record.not_before, instant.to_text(asked.not_before)),
            not_after=(record.not_after, instant.to_text(asked.not_after)),
            longest_s=(record.longest_s, asked.longest_s),
            policy=(None if policy is None else policy.digest.hex(), asked.policy),
        )
        self._check_policy(asked, where)

    def _check_policy(self, asked: Request, where: str) -> None:
        policy = self._chain.policy
        if policy is None:
            return
        breaches: list[str] = [c.kind for c in asked.channels if c.kind not in policy.channels]
        breaches += [f"tool {c.tool}" for c in asked.channels if c.tool and policy.tool(c.tool) is None]
        if policy.account_of(asked.host.id) != asked.account:
            breaches.append("account")
        if asked.longest_s > policy.longest_s:
            breaches.append("longest_s")
        if asked.not_after - asked.not_before > timedelta(seconds=policy.window_s):
            breaches.append("window_s")
        if breaches:
            self._judge.find("UNAPPROVED", "policy_breach", where, what=", ".join(breaches))

    # ---- approval

    def _approval(self, leaf: Leaf, record: records.ApprovalGiven, where: str) -> None:
        data = self._need(leaf, "statement", where)
        asked = self._asked.get(record.request)
        if data is None or asked is None or self._chain.approvers is None:
            return  # an unknown request is step 8's finding
        given = Approval.parse(data)
        digest = statement.digest(Approval.TYPE, data).hex()
        same = self._equal(
            "statement_differs",
            where,
            statement=(record.statement, digest),
            tenant=(leaf.tenant, given.tenant),
            request=(asked.digest, given.request),
            approver=(record.approver, given.approver),
            actor=(leaf.actor.id, given.approver),
            supervision=(record.supervision, given.supervision),
            watcher=(record.watcher, given.watcher),
            demo_software=(record.demo_software, given.demo_software),
        )
        by = self._chain.signer(leaf, self._chain.approvers, Approval.TYPE, data, titolare=False)
        if by is None or not same:
            return
        if not self._equal(
            "statement_differs",
            where,
            approver=(by.person, given.approver),
            credential=(record.credential, credential_digest(by)),
            demo_software=(by.demo_software, given.demo_software),
        ):
            return
        if given.approver == asked.statement.technician.id:
            self._judge.find("UNAPPROVED", "own_request", where)
            return
        if not leaf.time - READING <= given.given <= leaf.time + SKEW:
            self._judge.find("UNAPPROVED", "late_approval", where)
        if (
            given.supervision == "waived"
            and self._chain.policy is not None
            and self._chain.policy.supervision == "required"
        ):
            self._judge.find("UNAPPROVED", "policy_breach", where, what="supervision")
        self._check_head(asked.statement.head, where)
        asked.approvals[digest] = given
        self.checked += 1

    # ---- grant

    def _grant(self, leaf: Leaf, record: records.GrantIssued, where: str) -> None:
        data = self._need(leaf, "grant", where)
        asked = self._asked.get(record.request)
        if data is None or asked is None:
            return
        request = asked.statement
        enrolment = self._chain.enrolments.get(request.host.id)
        if enrolment is None:
            return  # the host was never prepared: step 8
        try:
            grant = SignedGrant.from_value(decode(data)).check(PublicKey.parse(enrolment.grant_key))
        except BadSignature:
            self._judge.find("UNAPPROVED", "grant_forged", where)
            return
        self._grants[record.grant] = grant
        self._equal(
            "grant_differs",
            where,
            grant=(record.grant, grant.digest.hex()),
            tenant=(leaf.tenant, grant.tenant),
            request=(asked.digest, grant.request),
            host=(request.host, grant.host),
            technician=(request.technician, grant.technician),
            account=(request.account, grant.account),
            channels=(True, set(grant.channels) <= set(request.channels)),
            not_before=(True, grant.not_before >= request.not_before),
            not_after=(True, grant.not_after <= request.not_after),
            longest_s=(True, grant.longest_s <= request.longest_s),
            window=(
                (record.not_before, record.not_after),
                (instant.to_text(grant.not_before), instant.to_text(grant.not_after)),
            ),
        )
        self._check_approvals(asked, grant, where)

    def _check_approvals(self, asked: _Asked, grant: Grant, where: str) -> None:
        used = [asked.approvals[d] for d in grant.approvals if d in asked.approvals]
        needed = 1 if self._chain.policy is None else self._chain.policy.approvals
        people = {approval.approver for approval in used}
        if len(people) < needed or len(used) != len(grant.approvals):
            self._judge.find("UNAPPROVED", "too_few", where, found=len(people), needed=needed)
        # With several approvals, whoever asked to watch is heard: the grant takes one of their answers.
        elif (grant.supervision, grant.watcher) not in {(a.supervision, a.watcher) for a in used} or (
            grant.supervision == "waived" and any(a.supervision != "waived" for a in used)
        ):
            self._judge.find("UNAPPROVED", "grant_differs", where, what="supervision")

    # ---- session

    def _opened(self, leaf: Leaf, record: records.SessionOpened, where: str) -> None:
        data = self._need(leaf, "assertion", where)
        grant = self._grants.get(record.grant)
        asked = self._asked.get(record.request)
        if data is None or grant is None or asked is None:
            return
        self._sessions[leaf.session or ""] = grant
        self._equal(
            "grant_differs",
            where,
            session=(leaf.session, grant.session),
            host=(leaf.host, grant.host.id),
            technician=(leaf.actor.id, grant.technician.id),
        )
        if not grant.not_before - SKEW <= leaf.time <= grant.not_after + SKEW:
            self._judge.find("UNAPPROVED", "outside_window", where)
        if grant.watcher is not None and grant.watcher not in asked.watchers:
            self._judge.find("UNAPPROVED", "unsupervised", where)
        self._activation(grant, data, where)

    def _activation(self, grant: Grant, data: bytes, where: str) -> None:
        """The technician's login passkey over the grant, on the page the titolare's enrolment names."""
        enrolment = self._chain.enrolments.get(grant.host.id)
        if enrolment is None:
            return
        try:
            assertion = Assertion.parse(data)
            used = b64(assertion.credential)
            own = next((c for c in grant.technician.login_credentials if c.id == used), None)
            if own is None:
                raise BadSignature("activated by a passkey that is not the technician's")
            passkey.check(
                assertion,
                challenge=grant.activation_challenge,
                site=enrolment.login,
                public_key=own.public_key,
            )
        except (Malformed, BadSignature) as wrong:
            self._judge.find("UNAPPROVED", "activation", where, why=wrong)

    def _during(self, leaf: Leaf, grant: Grant | None, where: str) -> None:
        """Facts inside a session against what its grant allows."""
        if grant is None:
            return
        match leaf.record:
            case records.SessionStarted() as started:
                ends = instant.parse(started.ends)
                self._equal(
                    "grant_differs",
                    where,
                    grant=(started.grant, grant.digest.hex()),
                    account=(started.account, grant.account.name),
                    host=(leaf.host, grant.host.id),
                    ends=(True, ends <= grant.ends_at(leaf.time) + SKEW),
                )
                self._ends[leaf.session or ""] = grant.ends_at(leaf.time)
                self._inside(leaf, grant, SKEW, where)
            case records.ChannelOpened(kind=kind):
                if kind not in {c.kind for c in grant.channels}:
                    self._judge.find("UNAPPROVED", "channel_not_granted", where, kind=kind)
                self._inside(leaf, grant, SKEW, where)
            case records.ToolStarted(tool=tool):
                if Channel("tool", tool) not in grant.channels:
                    self._judge.find("UNAPPROVED", "channel_not_granted", where, kind=f"tool {tool}")
            case records.SessionEnded(reason=reason) if reason not in LATE_REASONS:
                self._inside(leaf, grant, CLOSING, where)
            case _:
                pass

    def _inside(self, leaf: Leaf, grant: Grant, tolerance: timedelta, where: str) -> None:
        last = self._ends.get(leaf.session or "", grant.not_after)
        if not grant.not_before - SKEW <= leaf.time <= last + tolerance:
            self._judge.find("UNAPPROVED", "outside_window", where)
