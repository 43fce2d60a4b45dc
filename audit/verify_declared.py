"""Step 9, beside `verify_sessions`: sessions on hosts without an agent, which their technician declares.

Judged is that the customer allowed each, and that who said when it began and ended is the technician whom the
signed request names. That it was so, nothing here can prove: no agent attests it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from audit import admission, declared_rules, instant
from audit import statement as statements
from audit.approval import Approval
from audit.approvers import Approver
from audit.declared import Declaration, DeclaredRequest
from audit.declared_records import DeclaredAllowed, DeclaredBegan, DeclaredEnded, DeclaredPresumedEnded
from audit.errors import BadSignature, Malformed
from audit.findings import Judgement
from audit.leaf import Leaf
from audit.passkey import Assertion
from audit.record import BROKER, Actor
from audit.request_records import ApprovalWithdrawn
from audit.session_records import SessionClosed
from audit.story import SESSION_MOVES
from audit.verify_approvals import SKEW, Approvals, breached, differing
from audit.verify_chain import Chain


@dataclass(slots=True)
class _Declared:
    """One that was allowed. `ends` is its last lawful instant, once it began; `withdrawn`: the yes was taken back."""

    id: str
    asked: DeclaredRequest
    used: tuple[tuple[Approval, Approver], ...]
    ends: datetime
    withdrawn: datetime | None = None


class DeclaredSessions:
    """Feed every leaf in order, after `Approvals`."""

    KINDS = frozenset((*SESSION_MOVES, ApprovalWithdrawn.KIND))

    def __init__(self, chain: Chain, approvals: Approvals, judge: Judgement) -> None:
        self._chain = chain
        self._approvals = approvals
        self._judge = judge
        self._sessions: dict[str, _Declared] = {}

    def feed(self, leaf: Leaf) -> None:
        where = f"n={leaf.n}"
        record = leaf.record
        if isinstance(record, DeclaredAllowed):
            self._allowed(leaf, record, where)
            return
        if isinstance(record, ApprovalWithdrawn):
            self._withdrawn(leaf, record.request)
            return
        session = self._sessions.get(leaf.session or "")
        if session is None:
            return  # one that nobody allowed is step 8's finding, an attested one `verify_sessions`'s
        if leaf.host_n is not None:
            self._judge.find("DISPUTED", "other_host", where)  # no agent has a part in it
            return
        differing(self._judge, "declared_differs", where, host=(leaf.host, session.asked.host.id))
        match record:
            case DeclaredBegan():
                self._began(leaf, record, session, where)
            case DeclaredEnded():
                self._ended(leaf, record, session, where)
            case DeclaredPresumedEnded(until=until):
                differing(
                    self._judge,
                    "declared_differs",
                    where,
                    actor=(leaf.actor, BROKER),
                    until=(until, instant.to_text(session.ends)),
                    time=(True, leaf.time >= session.ends - SKEW),
                )
                self._judge.note("declared_presumed", session=session.id, until=until)
            case SessionClosed():
                who = Actor(session.asked.technician.id, "technician")
                differing(self._judge, "declared_differs", where, actor=(leaf.actor, who))
            case _:
                pass

    def _allowed(self, leaf: Leaf, record: DeclaredAllowed, where: str) -> None:
        asked = self._approvals.asked.get(record.request)
        if asked is None or self._chain.policy is None:
            return  # an unknown request is step 8's finding, a missing policy the request's
        request = asked.statement
        if not isinstance(request, DeclaredRequest):
            self._judge.find("UNAPPROVED", "declared_differs", where, what="request")
            return
        used = tuple(asked.approvals[d] for d in record.approvals if d in asked.approvals)
        breaches = declared_rules.allowed(record.approvals, [a for a, _ in used], self._chain.policy)
        breached(self._judge, breaches, where)
        breached(self._judge, admission.by_roles([by.role for _, by in used], self._chain.policy), where)
        differing(
            self._judge,
            "declared_differs",
            where,
            actor=(leaf.actor, BROKER),
            host=(leaf.host, request.host.id),
            window=(
                (record.not_before, record.not_after),
                (instant.to_text(request.not_before), instant.to_text(request.not_after)),
            ),
        )
        session = leaf.session or ""
        self._sessions[session] = _Declared(session, request, used, request.not_after)

    def _withdrawn(self, leaf: Leaf, request: str) -> None:
        for session in self._sessions.values():
            if session.asked.request == request:
                session.withdrawn = leaf.time

    def _began(self, leaf: Leaf, record: DeclaredBegan, session: _Declared, where: str) -> None:
        asked, request = self._approvals.asked.pop(record.request, None), session.asked
        session.ends = declared_rules.ends_at(request, leaf.time)
        if asked is None or asked.statement is not request:
            self._judge.find("UNAPPROVED", "declared_differs", where, what="request")
        if not request.not_before - SKEW <= leaf.time <= request.not_after + SKEW:
            self._judge.find("UNAPPROVED", "outside_window", where)
        differing(
            self._judge,
            "declared_differs",
            where,
            ends=(record.ends, instant.to_text(session.ends)),
            tool=(record.tool, request.host.tool),
        )
        self._still(leaf, session, where)
        self._said(leaf, record, session, "began", where)

    def _still(self, leaf: Leaf, session: _Declared, where: str) -> None:
        """Rules and approvers may have changed since they said yes: what is in force now decides."""
        policy, approvers, request = self._chain.policy, self._chain.approvers, session.asked
        if policy is None or policy.digest.hex() != request.policy:
            self._judge.find(
                "UNAPPROVED", "policy_breach", where, what="policy", why="the policy has changed"
            )
        for approval, signed in session.used:
            line = None if approvers is None else approvers.by_credential(signed.credential)
            if line is None or line.public_key != signed.public_key:
                self._judge.find("UNAPPROVED", "approver_gone", where)
                continue
            authority = self._approvals.warrants.authority(approval.warrant)
            breaches = declared_rules.by_approver(
                approval, line, request, leaf.time, demo=self._chain.demo, authority=authority
            )
            breached(self._judge, breaches, where)

    def _ended(self, leaf: Leaf, record: DeclaredEnded, session: _Declared, where: str) -> None:
        if leaf.time > session.ends + SKEW:
            self._judge.find("UNAPPROVED", "outside_window", where)
        if session.withdrawn is not None:
            seconds = max(0, int((leaf.time - session.withdrawn).total_seconds()))
            self._judge.note("declared_late_end", session=session.id, seconds=seconds)
        self._said(leaf, record, session, "ended", where)

    def _said(
        self, leaf: Leaf, record: DeclaredBegan | DeclaredEnded, session: _Declared, what: str, where: str
    ) -> None:
        """The technician's own signature over exactly this."""
        data = self._approvals.need(leaf, "statement", where)
        raw = self._approvals.need(leaf, "assertion", where)
        if data is None or raw is None:
            return
        request = session.asked
        try:
            said, used = Declaration.parse(data), Assertion.parse(raw)
            login = request.technician.login(used.credential)
            differing(
                self._judge,
                "declared_differs",
                where,
                statement=(record.statement, statements.digest(Declaration.TYPE, data).hex()),
                technician=(leaf.actor, Actor(request.technician.id, "technician")),
                what=(what, said.what),
                demo_software=(record.demo_software, login is not None and login.demo_software),
            )
            breaches = declared_rules.signed(
                said, request, session.id, used, leaf.time, demo=self._chain.demo
            )
            breached(self._judge, breaches, where)
        except Malformed as wrong:
            self._judge.find("UNAPPROVED", "evidence_unread", where, why=wrong)
        except BadSignature as wrong:
            self._judge.find("UNAPPROVED", "assertion", where, why=wrong)
