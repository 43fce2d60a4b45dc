"""The closed list of statements: their union, and a parser for each type."""

from __future__ import annotations

from collections.abc import Callable

from audit.approval import Approval
from audit.approvers import Approvers
from audit.check_in import CheckIn
from audit.enrolment import Enrolment
from audit.erasure import Erasure
from audit.policy import Policy
from audit.recovery import Recovery
from audit.request import Request
from audit.signed_stop import SignedStop

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
