"""A host's clock against the broker's, at each greeting: more than a second apart is a record (L-10).

The agent's signed greeting bears its time, and lies between the question and the answer: so what is recorded is the
least by which its clock must be wrong, whatever the line's delay.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from agent.wire.frames import Hello
from audit import instant
from audit.log_records import ClockStatus
from audit.record import BROKER
from broker.domain.estate import EnrolledHost
from broker.domain.refusal import LOG_STOPPED, Refused
from broker.parts import Parts
from broker.store import log

_log = logging.getLogger("verbale.clock")
ALLOWED = timedelta(seconds=1)
AGAIN_AFTER = timedelta(days=1)  # it is still wrong


def offset_ms(told: datetime, asked: datetime, answered: datetime) -> int:
    """By how many milliseconds at least the clock that said `told` between these is ahead (behind: less than 0).

    0 where it may be within the second that is allowed.
    """
    if told - answered > ALLOWED:
        return round((told - answered).total_seconds() * 1000)
    if asked - told > ALLOWED:
        return -round((asked - told).total_seconds() * 1000)
    return 0


async def note_clock(parts: Parts, host: EnrolledHost, hello: Hello, asked: datetime) -> None:
    """Once while it stays so, again after a day, and when it is right again. A log that takes nothing down
    keeps no agent out."""
    at = parts.clock.now()
    found = offset_ms(instant.parse(hello.time), asked, at)
    async with parts.store.read() as work:
        before = await log.select_leaves(work, host.tenant, kinds=(ClockStatus.KIND,), host=host.id, limit=1)
    last = before[0].record if before else None
    known = last.host_offset_ms if isinstance(last, ClockStatus) else 0
    if not _news(found, known, before[0].time if before else at, at):
        return
    if found:
        _log.warning("the clock of %s of %s is %+d ms off", host.id, host.tenant, found)
    try:
        await parts.store.append(host.tenant, at, ClockStatus(found), actor=BROKER, host=host.id)
    except Refused as no:
        if no.why not in LOG_STOPPED:
            raise


def _news(found: int, known: int, since: datetime, at: datetime) -> bool:
    """Against what the log said last, and when."""
    if known == 0 or found == 0:
        return found != known
    return abs(found - known) > ALLOWED / timedelta(milliseconds=1) or at - since >= AGAIN_AFTER
