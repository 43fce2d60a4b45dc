"""Why somebody pressed *Termina*: asked once the order has gone out, and owed by nobody."""

from __future__ import annotations

from audit.commitment import SALT_BYTES, Opening
from audit.instant import whole_ms
from audit.session_records import StopExplained, StopOrdered
from broker.cases.deny import attempt
from broker.cases.located import session_tenant
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.texts import MAX_REASON, cover, written
from broker.parts import Parts
from broker.store import log, sessions
from broker.store.tx import Tx


async def explain_stop(parts: Parts, who: Who, session: str, reason: str) -> int:
    """The reason, once, by whoever ordered the end. How many pieces of it were covered as passwords."""
    tenant = await session_tenant(parts, who, Action.STOP_SESSION, session)
    text, covered = cover(written(reason, "reason", MAX_REASON, needed=True))
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "session", tenant), parts.store.tx(tenant, at) as tx:
        permit = (await sessions.load(tx, tenant, session)).permit
        await _may_explain(tx, session, who.person)
        opening = Opening(parts.chance.octets(SALT_BYTES), {"text": text})
        await tx.append(
            StopExplained(opening.commitment, who.person),
            actor=who.actor,
            session=session,
            host=permit.host,
            refs=(permit.granted_n,),
            opening=opening,
            subject=permit.request,
        )
        tx.announce("session", session)
    return covered


async def _may_explain(tx: Tx, session: str, person: str) -> None:
    """Return if he ordered the end and has not said why."""
    kinds = (StopOrdered.KIND, StopExplained.KIND)
    told = [one.record for one in await log.select_leaves(tx.work, tx.tenant, session=session, kinds=kinds)]
    if not any(isinstance(one, StopOrdered) and one.by == person for one in told):
        raise Refused(Why.WRONG_STATE)
    if any(isinstance(one, StopExplained) and one.by == person for one in told):
        raise Refused(Why.DUPLICATE)
