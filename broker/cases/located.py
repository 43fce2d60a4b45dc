"""Whose a request or a session is, for a caller who names it alone: not found, or not his, is a refusal."""

from __future__ import annotations

from broker.domain.people import Action, Who, require
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import requests, sessions


async def request_tenant(parts: Parts, who: Who, action: Action, request: str) -> str:
    """The tenant, if this request exists for `who` and his role may do that."""
    async with parts.store.read() as work:
        tenant = await requests.tenant_of(work, request)
    if tenant is None:
        raise Refused(Why.NOT_FOUND)
    require(who, action, tenant)
    return tenant


async def session_tenant(parts: Parts, who: Who, action: Action, session: str) -> str:
    """The same for a session."""
    async with parts.store.read() as work:
        found = await sessions.whereabouts(work, session)
    if found is None:
        raise Refused(Why.NOT_FOUND)
    require(who, action, found.tenant)
    return found.tenant
