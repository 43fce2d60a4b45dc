"""Whether an approval may be given at all: by whom, of what, with whom watching. Signatures apart."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from audit.admission import missing_roles, rests_until
from audit.approval import Approval
from audit.approvers import Approver, ApproverRole, Approvers
from audit.pins import in_force
from audit.policy import Policy
from audit.warrant import Approvable
from broker.domain.people import APPROVING_ROLES, Person
from broker.domain.refusal import Refused, Why
from broker.domain.request import AwaitingApproval


def credential_digest(credential: bytes) -> str:
    """A signing credential as records name it."""
    return hashlib.sha256(credential).hexdigest()


@dataclass(frozen=True, slots=True)
class Lack:
    """Who has still to sign: so many of a role, and so many more whatever their role."""

    roles: tuple[tuple[ApproverRole, int], ...]
    others: int

    @property
    def nothing(self) -> bool:
        return not self.roles and not self.others


def lacking(signed_as: Sequence[ApproverRole], policy: Policy) -> Lack:
    """What the policy asks for beyond those who signed, each in this role."""
    roles = missing_roles(signed_as, policy)
    named = sum(count for _, count in roles)
    return Lack(roles, max(0, policy.approvals - len(signed_as) - named))


def line_of(credential: str, approvers: Approvers, at: datetime) -> Approver | None:
    """Under which line a signature by this credential counts at that instant."""
    line = approvers.by_credential(credential)
    return line if line is not None and in_force(line, at) else None


def may_watch(person: str, approvers: Approvers, at: datetime, until: datetime | None = None) -> bool:
    """Who watches signs for it, so he needs an appointment in force, up to `until` where that is asked."""
    return any(
        line.person == person and in_force(line, at) and (until is None or until <= line.valid_until)
        for line in approvers.approvers
    )


def watchers_of(
    everybody: Iterable[Person], approvers: Approvers | None, at: datetime, until: datetime
) -> list[Person]:
    """Whom an approver may name to watch."""
    if approvers is None:
        return []
    return [p for p in everybody if p.role in APPROVING_ROLES and may_watch(p.id, approvers, at, until)]


def outlasted(asked: Approvable, lines: Iterable[Approver]) -> None:
    """Return, or refuse: the window reaches beyond an appointment that the session would rest on."""
    if rests_until(lines) < asked.not_after:
        raise Refused(Why.APPOINTMENT_ENDS)


def judge(
    found: AwaitingApproval,
    approval: Approval,
    policy: Policy,
    approvers: Approvers,
    *,
    watcher: Person | None,
    approvers_so_far: Collection[str],
    at: datetime,
    for_himself: bool = False,
) -> None:
    """Return, or raise the first reason. `watcher` is the person the approval names, if the customer has him;
    `for_himself`: a mandate lets him sign what he asked for."""
    asked = found.asked.statement
    if approval.request != found.asked.digest or approval.tenant != asked.tenant:
        raise Refused(Why.ENVELOPE_INVALID)
    if asked.technician.id == approval.watcher or (
        asked.technician.id == approval.approver and not for_himself
    ):
        raise Refused(Why.OWN_REQUEST)
    if found.asked.declared and approval.supervision != "waived":
        raise Refused(Why.BAD_INPUT, field="supervision")  # nobody can watch a host without an agent
    if at >= asked.not_after:
        raise Refused(Why.WINDOW_CLOSED)
    if asked.policy != policy.digest.hex():
        raise Refused(Why.POLICY_DIFFERS)
    if approval.approver in approvers_so_far:
        raise Refused(Why.DUPLICATE)
    _check_watch(approval, policy, watcher)
    if approval.watcher is not None and not may_watch(approval.watcher, approvers, at):
        raise Refused(Why.ADS_DELEGATION_MISSING)
    if approval.watcher is not None and not may_watch(approval.watcher, approvers, at, asked.not_after):
        raise Refused(Why.APPOINTMENT_ENDS)


def _check_watch(approval: Approval, policy: Policy, watcher: Person | None) -> None:
    if approval.supervision == "waived":
        if policy.supervision == "required":
            raise Refused(Why.POLICY_FORBIDS, what="supervision")
        return
    if approval.supervision == "self" and approval.watcher != approval.approver:
        raise Refused(Why.ENVELOPE_INVALID)
    if watcher is None or not watcher.active or watcher.role not in APPROVING_ROLES:
        raise Refused(Why.BAD_INPUT, field="watcher")
