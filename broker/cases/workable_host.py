"""The host a request is made for: there, in use, at a customer where the technician may work as far as papers go."""

from __future__ import annotations

from datetime import datetime

from broker.cases.deny import allow, attempt, not_there
from broker.domain.estate import EnrolledHost, HostWithoutAgent
from broker.domain.people import Action, Who
from broker.domain.preconditions import demand
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import estate
from broker.store.duties import Duties


async def workable(parts: Parts, who: Who, name: str, at: datetime) -> EnrolledHost | HostWithoutAgent:
    """`Refused` with what lacks first, once it blocks there; each no is recorded."""
    async with parts.store.read() as work:
        host = await estate.find_host(work, name)
    if host is None:
        raise await not_there(parts, who, "request")
    await allow(parts, who, Action.ASK, host.tenant, "request")
    if not isinstance(host, EnrolledHost | HostWithoutAgent):
        raise Refused(Why.HOST_NOT_ENROLLED, host=host.label)
    async with attempt(parts, who, "request", host.tenant), parts.store.read() as work:
        demand(await Duties(work).lacking(host.tenant, who.person, at))
    return host
