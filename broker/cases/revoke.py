"""An approver takes the customer's yes back; a session that runs under it is ended. On a host without an agent
nothing can be ended: its technician is told."""

from __future__ import annotations

from audit.instant import whole_ms
from broker.cases.kill_grant import kill_grant
from broker.cases.located import request_tenant
from broker.domain import request as asking
from broker.domain.declared import Over, Presumed
from broker.domain.people import Action, Who
from broker.domain.session import Ended, NotAdmitted
from broker.parts import Parts
from broker.store import declared_sessions, outbox, people, requests, sessions


async def revoke(parts: Parts, who: Who, request: str) -> bool | None:
    """None: no session ran. Else whether the order to end it could be sent to its host.

    As with *Termina*, a commit that fails does not keep the order from the agent.
    """
    tenant = await request_tenant(parts, who, Action.REVOKE_APPROVAL, request)
    at = whole_ms(parts.clock.now())
    order = None
    try:
        async with parts.store.tx(tenant, at) as tx:
            found = await requests.load(tx, tenant, request)
            given = await requests.approvals_of(tx, tenant, request)
            signed = any(g.approval.approver == who.person for g in given)
            session = await sessions.of_request(tx, tenant, request)
            declared = await declared_sessions.of_request(tx, tenant, request)
            over = isinstance(session, Ended | NotAdmitted) or isinstance(declared, Over | Presumed)
            after, record = asking.revoke(found, who.person, at, signed=signed, over=over)
            await requests.move(tx, found, after, record, actor=who.actor)
            order = await kill_grant(tx, request, who.actor, reason="revoked", terminal=who.terminal)
            everybody = await people.tenant_people(tx.work, tenant)
            await outbox.letters(
                tx, "revoked", request, (after.asked.technician, *(p.id for p in everybody)), by=who.person
            )
    except Exception:
        if order is not None:
            await order.send(parts)
        raise
    return None if order is None else await order.send(parts)
