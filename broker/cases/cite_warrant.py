"""Under which delegation or mandate an approval is given, and whether it still holds when the session opens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from audit.admission import Authority, by_approver
from audit.approval import Approval
from audit.approvers import Approver, Approvers
from audit.warrant import Approvable
from broker.domain.refusal import Refused
from broker.domain.warranting import covered, why_of
from broker.store import estate, warrants
from broker.store.tx import Tx
from broker.store.warrants import Kept


@dataclass(frozen=True, slots=True)
class Warranted:
    """What stands of a customer's delegations and mandates, as the set in force has their givers."""

    standing: dict[str, Kept]
    approvers: Approvers
    demo: bool

    def authority(self, approval: Approval) -> Authority | None:
        found = self.standing.get(approval.warrant or "")
        return None if found is None else found.authority(self.approvers)

    def covers(self, approval: Approval, by: Approver, request: Approvable, at: datetime) -> bool:
        """Whether what he needs, if he needs one, still holds."""
        if by.needs is None:
            return True
        authority = self.authority(approval)
        return not any(by_approver(approval, by, request, at, demo=self.demo, authority=authority))


async def warranted(tx: Tx, approvers: Approvers) -> Warranted:
    """Read only where somebody of the set needs one: most customers have none."""
    place = await estate.tenant(tx.work, tx.tenant)
    assert place is not None
    needed = any(line.needs is not None for line in approvers.approvers)
    return Warranted(await warrants.standing(tx.work, tx.tenant) if needed else {}, approvers, place.demo)


def under_one(found: Warranted, approval: Approval, by: Approver, request: Approvable, tx: Tx) -> Approval:
    """The approval with the warrant it needs, the newest that covers it; `Refused` where none does."""
    given = [one.authority(found.approvers) for one in reversed(found.standing.values())]
    return covered(approval, by, request, given, tx.at, demo=found.demo)


def still_under(found: Warranted, approval: Approval, by: Approver, request: Approvable, tx: Tx) -> None:
    """Return, or refuse an approval that cites what is not, or no more, what it needs."""
    if by.needs is None and approval.warrant is None:
        return
    authority = found.authority(approval)
    for breach in by_approver(approval, by, request, tx.at, demo=found.demo, authority=authority):
        raise Refused(why_of(breach))
