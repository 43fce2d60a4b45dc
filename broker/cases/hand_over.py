"""*Passa la supervisione*: whoever watches asks the others of the customer to take over.

He watches until one of them signs a check-in of his own (`take_supervision`): so there is no moment without.
"""

from __future__ import annotations

from audit.instant import whole_ms
from broker.cases.approve import rules
from broker.cases.deny import attempt
from broker.cases.located import session_tenant
from broker.cases.supervised import supervised
from broker.domain.approving import may_watch
from broker.domain.people import APPROVING_ROLES, Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import outbox, people


async def hand_over(parts: Parts, who: Who, session: str) -> int:
    """How many were asked, by letter: whoever may watch up to the end of the window."""
    tenant = await session_tenant(parts, who, Action.SUPERVISE, session)
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "watch", tenant), parts.store.tx(tenant, at) as tx:
        found = await supervised(tx, who, tenant, session)
        approvers, _ = await rules(tx, tenant)
        until = found.permit.grant.not_after
        others = [
            one.id
            for one in await people.tenant_people(tx.work, tenant)
            if one.active and one.id != who.person and one.role in APPROVING_ROLES
            and may_watch(one.id, approvers, at, until)
        ]  # fmt: skip
        if not others:
            raise Refused(Why.ADS_DELEGATION_MISSING)
        await outbox.letters(tx, "handed_on", found.permit.request, others, by=who.person)
    return len(others)
