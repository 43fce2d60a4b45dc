"""Several sessions at once, the riskiest first, each with why it stands where it stands (U-16)."""

from __future__ import annotations

from dataclasses import dataclass

from audit.check_in import CheckIn
from broker.cases.see_sessions import SessionLine, see_live_sessions
from broker.domain.people import Action, Who, require
from broker.domain.session import Live, Running
from broker.domain.session_risk import KINDS, Reason, reasons, weight
from broker.parts import Parts
from broker.store import log, watches
from broker.store.database import Work


@dataclass(frozen=True, slots=True)
class LiveLine:
    """A session that somebody may look at now. `page_key` and `check_in` are of the page that is to answer the host,
    where it is the reader's."""

    line: SessionLine
    why: tuple[Reason, ...]
    page_key: str = ""
    check_in: str = ""


async def see_live(parts: Parts, who: Who) -> list[LiveLine]:
    """Of the reader's own customer; those on hosts without an agent are last: there is nothing to see of them."""
    require(who, Action.WATCH, who.tenant)
    found = []
    for one in await see_live_sessions(parts, who):
        async with parts.store.read() as work:
            found.append(await _judged(parts, work, who, one))
    return sorted(
        found, key=lambda one: (not isinstance(one.line.found, Live), -weight(one.why), one.line.line.id)
    )


async def _judged(parts: Parts, work: Work, who: Who, one: SessionLine) -> LiveLine:
    sitting = one.found
    if not isinstance(sitting, Running):
        return LiveLine(one, ())
    permit = sitting.permit
    leaves = await log.select_leaves(work, permit.tenant, session=permit.id, kinds=KINDS)
    why = reasons(
        sitting,
        leaves,
        parts.clock.now(),
        watched=parts.hub.audience(permit.id).followed,
        connected=one.line.connected,
    )
    signed = await watches.last_check_in(work, permit.tenant, permit.request)
    taken = None if signed is None else CheckIn.parse(signed.statement)
    if taken is None or taken.watcher != who.person:
        return LiveLine(one, why)
    return LiveLine(one, why, taken.page_key, taken.digest.hex())
