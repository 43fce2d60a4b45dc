"""Whose a request or a session is, for a caller who names it alone: not found, or not his, is a refusal.

And an attempt, which is recorded (requirements §2.1): call these before any transaction.
"""

from __future__ import annotations

from broker.cases.deny import allow, not_there
from broker.domain.people import Action, Who
from broker.parts import Parts
from broker.store import declared_sessions, requests, sessions, statements

# What the record says was asked for, where it is narrower than the request or the session.
_WHAT = {
    Action.APPROVE: "approval",
    Action.APPROVE_UNDER_MANDATE: "approval",
    Action.REFUSE: "approval",
    Action.REVOKE_APPROVAL: "approval",
    Action.ACTIVATE: "activation",
    Action.SUPERVISE: "watch",
    Action.WATCH: "watch",
}


async def request_tenant(parts: Parts, who: Who, action: Action, request: str) -> str:
    """The tenant, if this request exists for `who` and his role may do that."""
    async with parts.store.read() as work:
        tenant = await requests.tenant_of(work, request)
    return await _his(parts, who, action, tenant, "request")


async def approval_tenant(parts: Parts, who: Who, request: str) -> str:
    """Of a request he would approve: as the customer's, or as the technician the customer appointed for his
    mandates."""
    async with parts.store.read() as work:
        tenant = await requests.tenant_of(work, request)
        approvers = None if tenant is None else await statements.approvers(work, tenant)
    named = approvers is not None and any(
        line.person == who.person and line.role == "vendor_ads" for line in approvers.approvers
    )
    action = Action.APPROVE_UNDER_MANDATE if named else Action.APPROVE
    return await _his(parts, who, action, tenant, "request")


async def session_tenant(parts: Parts, who: Who, action: Action, session: str) -> str:
    """The same for a session."""
    async with parts.store.read() as work:
        found = await sessions.whereabouts(work, session)
    return await _his(parts, who, action, None if found is None else found.tenant, "session")


async def declared_tenant(parts: Parts, who: Who, action: Action, session: str) -> str:
    """And for one on a host without an agent."""
    async with parts.store.read() as work:
        tenant = await declared_sessions.tenant_of(work, session)
    return await _his(parts, who, action, tenant, "session")


async def _his(parts: Parts, who: Who, action: Action, tenant: str | None, thing: str) -> str:
    what = _WHAT.get(action, thing)
    if tenant is None:
        raise await not_there(parts, who, what)
    await allow(parts, who, action, tenant, what)
    return tenant
