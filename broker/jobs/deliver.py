"""Deliver the outbox: each mail is tried until the server takes it, less and less often, for two days."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from audit.instant import whole_ms
from broker.cases.deliver_report import record_delivered, write_report_letter
from broker.cases.remind_holds import write_hold_letter
from broker.cases.remind_verification import write_yearly_letter
from broker.cases.send_heads import record_sent
from broker.cases.write_breach_letter import write_breach_letter
from broker.cases.write_call_letter import write_call_letter
from broker.cases.write_desk_letter import write_desk_letter
from broker.cases.write_duty_letter import write_duty_letter
from broker.cases.write_head_letter import write_head_letter
from broker.cases.write_letter import write_letter
from broker.cases.write_page_letter import write_page_letter
from broker.cases.write_paper_letter import write_paper_letter
from broker.cases.write_post_letter import write_post_letter
from broker.cases.write_program_letter import record_told, write_program_letter
from broker.cases.write_question_letter import write_question_letter
from broker.cases.write_tool_letter import write_tool_letter
from broker.jobs.each import each
from broker.parts import Parts
from broker.ports import Mailer
from broker.store import outbox
from broker.store.outbox import Due

_log = logging.getLogger("verbale.mail")
BACK_OFF_S = (10, 30, 120, 600, 1800)  # then hourly
HOURLY_S = 3600
MAX_TRIES = 52  # about two days; after that the page is where people see it
STALE = timedelta(hours=72)  # a letter that waited unsent this long would only confuse
AT_ONCE = 50
_WRITE = {
    outbox.MAIL: write_letter,
    outbox.HEAD: write_head_letter,
    outbox.PAPER: write_paper_letter,
    outbox.HOLD: write_hold_letter,
    outbox.TOOL: write_tool_letter,
    outbox.DESK: write_desk_letter,
    outbox.REPORT: write_report_letter,
    outbox.DUTY: write_duty_letter,
    outbox.CALL: write_call_letter,
    outbox.POST: write_post_letter,
    outbox.PROGRAM: write_program_letter,
    outbox.PAGE: write_page_letter,
    outbox.BREACH: write_breach_letter,
    outbox.QUESTION: write_question_letter,
    outbox.YEARLY: write_yearly_letter,
}


def back_off(tries: int) -> timedelta:
    """How long after that many attempts the next one comes."""
    return timedelta(seconds=BACK_OFF_S[tries - 1] if tries <= len(BACK_OFF_S) else HOURLY_S)


def delivery(mailer: Mailer) -> Callable[[Parts], Awaitable[None]]:
    """The job, for the timetable."""

    async def tick(parts: Parts) -> None:
        await deliver(parts, mailer)

    return tick


async def deliver(parts: Parts, mailer: Mailer) -> None:
    """Whatever keeps one letter back, the others are tried."""
    at = whole_ms(parts.clock.now())
    async with parts.store.read() as work:
        waiting = await outbox.due(work, at, AT_ONCE)

    async def one(due: Due) -> None:
        await _one(parts, mailer, due, at)

    await each("the mail", waiting, lambda due: str(due.id), one)


async def _one(parts: Parts, mailer: Mailer, one: Due, at: datetime) -> None:
    if one.tries == 0 and at - one.due > STALE:
        await _settle(parts, one, at)
        return
    try:
        write = _WRITE.get(one.kind)
        letter = None if write is None else await write(parts, one, at)
        if letter is not None:
            await mailer.send(letter.message, parts.settings.mail_from, letter.recipient)
    except OSError:
        parts.meters.mail_failures.inc()
        await _again(parts, one, at)
    except Exception:
        # Not for ever at the head of the queue: it waits its turn as a letter that was not taken does.
        await _again(parts, one, at)
        raise
    else:
        await _settle(parts, one, at, sent=letter is not None)


async def _settle(parts: Parts, one: Due, at: datetime, *, sent: bool = False) -> None:
    async with parts.store.tx(one.tenant, at) as tx:
        if sent and one.kind == outbox.HEAD:
            await record_sent(tx, one)
        if sent and one.kind == outbox.REPORT:
            await record_delivered(tx, one)
        if sent and one.kind == outbox.PROGRAM:
            await record_told(tx, one)
        await outbox.done(tx, one.id)


async def _again(parts: Parts, one: Due, at: datetime) -> None:
    tries = one.tries + 1
    if tries >= MAX_TRIES:
        _log.warning("mail %d was not taken in %d attempts and is given up", one.id, tries)
        await _settle(parts, one, at)
        return
    async with parts.store.tx(one.tenant, at, records=False) as tx:
        await outbox.later(tx, one.id, at + back_off(tries), tries)
