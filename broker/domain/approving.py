"""Whether an approval may be given at all: by whom, of what, with whom watching. Signatures apart."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime

from audit.statement import Approval, Policy
from broker.domain.people import CUSTOMER_ROLES, Person
from broker.domain.refusal import Refused, Why
from broker.domain.request import AwaitingApproval


def credential_digest(credential: bytes) -> str:
    """A signing credential as records name it."""
    return hashlib.sha256(credential).hexdigest()


def judge(
    found: AwaitingApproval,
    approval: Approval,
    policy: Policy,
    *,
    watcher: Person | None,
    approvers_so_far: Collection[str],
    at: datetime,
) -> None:
    """Return, or raise the first reason. `watcher` is the person the approval names, if the customer has him."""
    asked = found.asked.statement
    if approval.request != found.asked.digest or approval.tenant != asked.tenant:
        raise Refused(Why.ENVELOPE_INVALID)
    if asked.technician.id in (approval.approver, approval.watcher):
        raise Refused(Why.OWN_REQUEST)
    if at >= asked.not_after:
        raise Refused(Why.WINDOW_CLOSED)
    if asked.policy != policy.digest.hex():
        raise Refused(Why.POLICY_DIFFERS)
    if approval.approver in approvers_so_far:
        raise Refused(Why.DUPLICATE)
    _check_watch(approval, policy, watcher)


def _check_watch(approval: Approval, policy: Policy, watcher: Person | None) -> None:
    if approval.supervision == "waived":
        if policy.supervision == "required":
            raise Refused(Why.POLICY_FORBIDS, what="supervision")
        return
    if approval.supervision == "self" and approval.watcher != approval.approver:
        raise Refused(Why.ENVELOPE_INVALID)
    if watcher is None or not watcher.active or watcher.role not in CUSTOMER_ROLES:
        raise Refused(Why.BAD_INPUT, field="watcher")
