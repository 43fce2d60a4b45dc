"""*Chiedi estensione*: a running session is not prolonged, because a signature covers what was asked; one click asks anew.

The new request is of the same host and incident, for the same things; approvers are written to as about any.
"""

from __future__ import annotations

from audit.instant import whole_ms
from broker.cases.ask import Draft, Receipt, ask
from broker.cases.located import session_tenant
from broker.domain.grants import Wish
from broker.domain.incident import Live
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.request import Asked, AwaitingApproval
from broker.domain.session import AnySession, Running
from broker.domain.texts import Texts
from broker.parts import Parts
from broker.store import incidents, openings, requests, sessions
from broker.store.database import Work


async def ask_extension(
    parts: Parts, who: Who, session: str, reason: str, longest_s: int | None = None
) -> Receipt:
    """Of one's own session, while it runs; `Refused` (duplicate) where such a request waits already. `longest_s`: for
    so long, as somebody proposed; else for as long as the session was asked.

    It counts from now, so that work goes on where the approver signs before the session ends.
    """
    tenant = await session_tenant(parts, who, Action.ASK, session)
    async with parts.store.read() as work:
        found = await sessions.load(work, tenant, session)
        if found.permit.technician != who.person:
            raise Refused(Why.NOT_ALLOWED)
        if not isinstance(found, Running):
            raise Refused(Why.SESSION_ENDED)
        asked = (await requests.load(work, tenant, found.permit.request)).asked
        if await waiting_extension(work, found) is not None:
            raise Refused(Why.DUPLICATE)
        opening = await openings.get(work, tenant, asked.opened_n, parts.keys.wrapping_key())
        incident = await incidents.find(work, tenant, asked.statement.incident)
    if opening is None:
        raise Refused(Why.SESSION_ENDED)  # what was asked was erased: of a running session it never is
    statement = asked.statement
    wish = Wish(
        statement.channels,
        statement.activities,
        not_before=whole_ms(parts.clock.now()),
        longest_s=statement.longest_s if longest_s is None else longest_s,
    )
    text = Texts.from_value(opening.data).incident_text
    known = statement.incident if isinstance(incident, Live) else None
    return await ask(parts, who, Draft(statement.host.id, text, reason, wish, known))


async def waiting_extension(work: Work, found: AnySession) -> AwaitingApproval | None:
    """What its technician asked for beside it, of the same host and incident, and nobody has answered."""
    tenant = found.permit.tenant
    asked = (await requests.load(work, tenant, found.permit.request)).asked
    for one in await requests.unfinished_of(work, tenant, found.permit.technician):
        if isinstance(one, AwaitingApproval) and _same(one.asked, asked):
            return one
    return None


def _same(one: Asked, other: Asked) -> bool:
    return (one.statement.host, one.statement.incident) == (other.statement.host, other.statement.incident)
