"""How far a request has come, for programs: states and ids, no text."""

from __future__ import annotations

from dataclasses import dataclass

from broker.cases.located import request_tenant
from broker.domain.declared import phase as declared_phase
from broker.domain.people import Action, Who
from broker.domain.session import phase
from broker.parts import Parts
from broker.store import declared_sessions, requests, sessions


@dataclass(frozen=True, slots=True)
class Progress:
    """`session` and its `phase` (decisions §16) are there once it was approved; `reason` once it is over."""

    request: str
    tenant: str
    state: str
    session: str | None = None
    phase: str | None = None
    reason: str | None = None


async def see_progress(parts: Parts, who: Who, request: str) -> Progress:
    tenant = await request_tenant(parts, who, Action.SEE_REQUESTS, request)
    async with parts.store.read() as work:
        found = await requests.load(work, tenant, request)
        session = await sessions.of_request(work, tenant, request)
        declared = await declared_sessions.of_request(work, tenant, request)
    if declared is not None:
        return Progress(request, tenant, found.STATE, declared.permit.id, declared_phase(declared))
    if session is None:
        return Progress(request, tenant, found.STATE)
    reason = getattr(session, "reason", None)
    return Progress(request, tenant, found.STATE, session.permit.id, phase(session), reason)
