"""What the log says of a customer's cadence, and of the weeks, quarters and interventions told of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import cast

from audit import instant
from audit.leaf import Leaf
from audit.periods import family
from audit.report_records import CadenceAgreed, PeriodTold, ReportDelivered
from audit.session_records import SessionClosed, SessionEnded, SessionPresumedEnded, SessionStarted
from broker.domain.cadence import Agreed, Cadence, Done, Told
from broker.store import log, reports
from broker.store.database import Work

_MANY = 1_000_000
_OF_SESSIONS = tuple(
    kind.KIND for kind in (SessionStarted, SessionEnded, SessionPresumedEnded, SessionClosed)
)


async def agreements(work: Work, tenant: str) -> list[Agreed]:
    """In order."""
    return [
        Agreed(cast(Cadence, leaf.record.cadence), date.fromisoformat(leaf.record.since))
        for leaf in await log.select_leaves(work, tenant, kinds=(CadenceAgreed.KIND,), limit=_MANY)
        if isinstance(leaf.record, CadenceAgreed)
    ]


async def periods(work: Work, tenant: str) -> Told:
    begun = await beginnings(work, tenant)
    issued = {one.period for one in await reports.every(work, tenant) if family(one.period) != "month"}
    return Told(frozenset(begun), frozenset(issued))


async def beginnings(work: Work, tenant: str) -> dict[str, Leaf]:
    """The `period.told` of each period."""
    found: dict[str, Leaf] = {}
    for leaf in await log.select_leaves(work, tenant, kinds=(PeriodTold.KIND,), limit=_MANY):
        if isinstance(leaf.record, PeriodTold):
            found.setdefault(leaf.record.period, leaf)
    return found


async def delivered(work: Work, tenant: str) -> dict[str, datetime]:
    """When a server last took the letter with each report, by its number."""
    found = await log.select_leaves(work, tenant, kinds=(ReportDelivered.KIND,), limit=_MANY)
    return {leaf.record.number: leaf.time for leaf in found if isinstance(leaf.record, ReportDelivered)}


async def done(work: Work, tenant: str, session: str | None = None) -> list[Done]:
    """Sessions that started and ended, in the order in which they started; or that one."""
    found: dict[str, Done] = {}
    ended: dict[str, Done] = {}
    for leaf in await log.select_leaves(work, tenant, session=session, kinds=_OF_SESSIONS, limit=_MANY):
        name = leaf.session or ""
        if isinstance(leaf.record, SessionStarted):
            found[name] = Done(name, leaf.time, leaf.time, presumed=False, closed=False)
        elif name not in found:
            continue
        elif isinstance(leaf.record, SessionClosed):
            found[name] = replace(found[name], closed=True)
            if name in ended:
                ended[name] = replace(ended[name], closed=True)
        else:
            presumed = isinstance(leaf.record, SessionPresumedEnded)
            end = (
                instant.parse(leaf.record.last_seen)
                if isinstance(leaf.record, SessionPresumedEnded)
                else leaf.time
            )
            ended[name] = replace(found[name], end=max(found[name].start, end), presumed=presumed)
    return list(ended.values())
