"""The technician closes his session and writes the outcome; or only the outcome, if it has ended already."""

from __future__ import annotations

from collections.abc import Sequence

from audit.commitment import SALT_BYTES, Opening
from audit.instant import whole_ms
from audit.statement import Activity
from broker.cases.deny import attempt
from broker.cases.located import session_tenant
from broker.domain import session as sitting
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.session import PresumedEnded, Running
from broker.domain.texts import MAX_NOTE, cover, written
from broker.parts import Parts
from broker.store import sessions

REASON = "closed_by_technician"


async def close_session(
    parts: Parts, who: Who, session: str, *, outcome: str, activities: Sequence[Activity], note: str
) -> int:
    """At least one activity code. How many pieces of the note were covered as passwords."""
    tenant = await session_tenant(parts, who, Action.CLOSE_SESSION, session)
    if not activities or len(set(activities)) != len(activities):
        raise Refused(Why.BAD_INPUT, field="activities")
    text, covered = cover(written(note, "note", MAX_NOTE))
    opening = Opening(
        parts.chance.octets(SALT_BYTES), {"note": text, "activities": [a.to_value() for a in activities]}
    )
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "session", tenant), parts.store.tx(tenant, at) as tx:
        found = await sessions.load(tx, tenant, session)
        if found.permit.technician != who.person:
            raise Refused(Why.NOT_ALLOWED)
        after, record = sitting.close(found, outcome)
        await sessions.move(tx, found, after, record, actor=who.actor, opening=opening)
        running = isinstance(after, Running | PresumedEnded)
        if running:
            going = sitting.stoppable(after)
            stopping, ordered = sitting.order_stop(going, who.person, REASON, who.terminal)
            await sessions.move(tx, going, stopping, ordered, actor=who.actor)
    if running:
        await parts.hub.stop(found.permit.host, session, REASON, who.person)
    return covered
