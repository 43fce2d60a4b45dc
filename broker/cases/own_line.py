"""Under which appointment a person of the customer will sign."""

from __future__ import annotations

from audit.approvers import Approver, Approvers
from audit.pins import in_force
from broker.domain.people import Who
from broker.domain.refusal import Refused, Why
from broker.store.tx import Tx


def own_line(approvers: Approvers, who: Who, tx: Tx, *, demo_software: bool | None) -> Approver:
    """The appointment he will sign under; a real key counts before a demo's.

    `demo_software` says with which kind of key where he has both; None: a real one.
    """
    own = [a for a in approvers.approvers if a.person == who.person]
    own = [a for a in own if in_force(a, tx.at)]
    if not own:
        raise Refused(Why.ADS_DELEGATION_MISSING)
    if demo_software is not None:
        own = [a for a in own if a.demo_software == demo_software]
    if not own:
        raise Refused(Why.PASSKEY_MISSING)
    return min(own, key=lambda a: a.demo_software)
