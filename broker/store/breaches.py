"""Breaches of a customer's data as its log has them, their texts, and the sessions a search finds."""

from __future__ import annotations

from sqlalchemy import or_, select

from audit import instant
from audit.protection_records import BreachClosed, BreachOpened, BreachTermSet, BreachTold
from broker.domain.breach import USUAL_HOURS, Breach, Chosen
from broker.store import estate, log, openings
from broker.store.database import Work
from broker.store.tables import sessions

_KINDS = (BreachOpened.KIND, BreachTold.KIND, BreachClosed.KIND)


async def every(work: Work, tenant: str) -> list[Breach]:
    """In the order in which they were opened."""
    found: dict[str, Breach] = {}
    for leaf in await log.select_leaves(work, tenant, kinds=_KINDS, limit=log.ALL):
        match leaf.record:
            case BreachOpened() as told:
                found[told.breach] = Breach.of(told, leaf.n)
            case BreachTold(breach=one, high_risk=high_risk):
                found[one] = found[one].told_at(leaf.time, leaf.n, high_risk=high_risk)
            case BreachClosed(breach=one, outcome=outcome):
                found[one] = found[one].ended(leaf.time, outcome)
            case _:
                pass
    return list(found.values())


async def one(work: Work, tenant: str, breach: str) -> Breach | None:
    return next((found for found in await every(work, tenant) if found.id == breach), None)


async def texts(work: Work, tenant: str, breach: Breach, wrapping: bytes) -> dict[str, str]:
    """As they were last written; without what was erased."""
    opening = await openings.get(work, tenant, breach.written[-1], wrapping)
    return {} if opening is None else {name: str(text) for name, text in opening.data.items()}


async def hours(work: Work) -> int:
    """Within how many of becoming aware the vendor tells a titolare."""
    house = await estate.house(work)
    kinds = (BreachTermSet.KIND,)
    set_ = [] if house is None else await log.select_leaves(work, house.id, kinds=kinds, limit=1)
    return next((x.record.hours for x in set_ if isinstance(x.record, BreachTermSet)), USUAL_HOURS)


async def chosen(work: Work, tenant: str, search: Chosen) -> list[str]:
    """Ids of the sessions that were open in that time, on that host, of that technician."""
    first, until = instant.to_text(search.first), instant.to_text(search.until)
    wanted = [
        sessions.c.tenant == tenant,
        sessions.c.opened < until,
        or_(sessions.c.ended.is_(None), sessions.c.ended >= first),
    ]
    if search.host is not None:
        wanted.append(sessions.c.host == search.host)
    if search.person is not None:
        wanted.append(sessions.c.technician == search.person)
    rows = await work.run(select(sessions.c.id).where(*wanted).order_by(sessions.c.id))
    return [row.id for row in rows]
