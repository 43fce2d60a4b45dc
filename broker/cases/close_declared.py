"""What came of a session on a host without an agent: the technician's outcome, once it is over."""

from __future__ import annotations

from collections.abc import Sequence

from audit.commitment import SALT_BYTES, Opening
from audit.instant import whole_ms
from audit.statement_parts import Activity
from broker.cases.deny import attempt
from broker.cases.located import declared_tenant
from broker.domain import declared as sitting
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.texts import MAX_NOTE, cover, written
from broker.parts import Parts
from broker.store import declared_sessions


async def close_declared(
    parts: Parts, who: Who, session: str, *, outcome: str, activities: Sequence[Activity], note: str
) -> tuple[str, int]:
    """At least one activity code. The request, and how many pieces of the note were covered as passwords."""
    tenant = await declared_tenant(parts, who, Action.CLOSE_SESSION, session)
    if not activities or len(set(activities)) != len(activities):
        raise Refused(Why.BAD_INPUT, field="activities")
    text, covered = cover(written(note, "note", MAX_NOTE))
    opening = Opening(
        parts.chance.octets(SALT_BYTES), {"note": text, "activities": [a.to_value() for a in activities]}
    )
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "session", tenant), parts.store.tx(tenant, at) as tx:
        found = await declared_sessions.load(tx, tenant, session)
        if found.permit.technician != who.person:
            raise Refused(Why.NOT_ALLOWED)
        after, record = sitting.close(found, outcome)
        await declared_sessions.move(tx, found, after, record, actor=who.actor, opening=opening)
    return found.permit.request, covered
