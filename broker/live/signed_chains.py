"""What was signed for a customer's hosts, kept ready while its log does not grow: thousands of agents that
come back at once ask for the same.

Whatever changes it is a record, so the size of the log tells whether what is kept still is all there is.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from agent.wire.frames import Pins
from audit.approvers import Approvers
from audit.policy import Policy
from broker.store import log, paper_sets, statements
from broker.store.database import Work
from broker.store.statements import Kept

MAX_TENANTS = 1024


@dataclass(frozen=True, slots=True)
class Chains:
    """Approver sets and rules, each from the first one on; `by_paper`: the set signed with the key on paper
    that waits, and what was objected to."""

    size: int
    approvers: tuple[Kept, ...]
    policies: tuple[Kept, ...]
    by_paper: tuple[Pins, ...]


class SignedChains:
    def __init__(self) -> None:
        self._kept: OrderedDict[str, Chains] = OrderedDict()

    async def of(self, work: Work, tenant: str) -> Chains:
        """As they are at the moment that `work` reads."""
        head = await log.head(work, tenant)
        size = 0 if head is None else head.size
        found = self._kept.get(tenant)
        if found is None or found.size != size:
            found = Chains(
                size,
                tuple(await statements.chain(work, tenant, Approvers.TYPE)),
                tuple(await statements.chain(work, tenant, Policy.TYPE)),
                await _by_paper(work, tenant),
            )
            self._kept[tenant] = found
        self._kept.move_to_end(tenant)
        if len(self._kept) > MAX_TENANTS:
            self._kept.popitem(last=False)
        return found


async def _by_paper(work: Work, tenant: str) -> tuple[Pins, ...]:
    """A frame of its own."""
    found = await paper_sets.waiting(work, tenant)
    said = await paper_sets.objections(work, tenant)
    if found is None and not said:
        return ()
    announced = () if found is None else (found.signed.to_value(),)
    return (Pins(announced, (), tuple(one.to_value() for one in said) or None),)
