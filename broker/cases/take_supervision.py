"""The named watcher takes supervision: one click, one record (decisions §3)."""

from __future__ import annotations

from audit.instant import whole_ms
from broker.cases.deny import attempt
from broker.cases.located import request_tenant
from broker.domain import request as asking
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import outbox, requests, sessions


async def take_supervision(parts: Parts, who: Who, request: str) -> None:
    """From now on the technician can open the session."""
    tenant = await request_tenant(parts, who, Action.SUPERVISE, request)
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "watch", tenant), parts.store.tx(tenant, at) as tx:
        found = asking.approved(await requests.load(tx, tenant, request))
        if at >= found.asked.statement.not_after:
            raise Refused(Why.WINDOW_CLOSED)
        after, record = asking.take_supervision(found, who.person, who.terminal)
        session = await sessions.of_request(tx, tenant, request)
        assert session is not None  # the grant was issued in the commit that approved it
        await requests.move(
            tx, found, after, record,
            actor=who.actor, session=session.permit.id, refs=(session.permit.granted_n,),
        )  # fmt: skip
        await outbox.letters(tx, "supervised", request, (after.asked.technician,))
