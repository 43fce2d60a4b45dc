"""Hand over what waits for a channel with receipts, and notice what nobody heard the end of."""

from __future__ import annotations

from datetime import timedelta

from audit.instant import whole_ms
from broker.cases.hand_letter_over import hand_letter_over, leave_uncertain, tell_overdue
from broker.cases.post_reports import post_reports
from broker.domain.dispatch import OVERDUE_AFTER, Dispatch
from broker.domain.estate import Tenant
from broker.jobs.each import each
from broker.jobs.tenants import customers
from broker.parts import Parts
from broker.store import dispatches

AT_ONCE = 20
REPORTS_S = 600  # between two looks for reports that were issued
IN_HAND = timedelta(minutes=15)  # longer than any channel takes, with all its waits


async def tick(parts: Parts) -> None:
    at = whole_ms(parts.clock.now())
    async with parts.store.read() as work:
        waiting = await dispatches.due(work, at, AT_ONCE)
        left = await dispatches.in_hand(work, at - IN_HAND, AT_ONCE)
        unsettled = await dispatches.unsettled(work, at - OVERDUE_AFTER, AT_ONCE)

    async def over(one: Dispatch) -> None:
        channel = parts.channels.get(one.channel)
        if channel is not None:
            await hand_letter_over(parts, one, channel)

    async def left_over(one: Dispatch) -> None:
        await leave_uncertain(parts, one)

    async def late(one: Dispatch) -> None:
        await tell_overdue(parts, one)

    await each("letters in hand", left, lambda one: one.id, left_over)
    await each("letters with receipts", waiting, lambda one: one.id, over)
    await each("letters without an outcome", unsettled, lambda one: one.id, late)


async def reports(parts: Parts) -> None:
    async def post(customer: Tenant) -> None:
        await post_reports(parts, customer)

    await customers(parts, "reports by certified mail", post)
