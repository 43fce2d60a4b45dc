"""Each report that was issued goes to the customer's certified box, once, where there is one and a way to it."""

from __future__ import annotations

from datetime import timedelta

from audit.instant import whole_ms
from broker.cases.post_letter import post_letter
from broker.domain import registered_letter
from broker.domain.estate import Tenant
from broker.domain.registered_letter import Letter
from broker.parts import Parts
from broker.store import addresses, dispatches, reports

LATELY = timedelta(days=7)  # older ones were issued before there was a way, and lie on the titolare's page


async def post_reports(parts: Parts, customer: Tenant) -> None:
    """Into the outbox of letters with receipts. A partial report is nobody's month, and is not sent."""
    at = whole_ms(parts.clock.now())
    async with parts.store.read() as work:
        box = await addresses.certified_box(work, customer.id)
        if box is None or "pec" not in parts.channels:
            return
        letters: list[Letter] = []
        for one in await reports.every(work, customer.id):
            if one.partial or one.erased or at - one.issued > LATELY:
                continue
            files = await reports.files(work, customer.id, one.number)
            if files is not None and not await dispatches.told_of(work, customer.id, one.number):
                made = registered_letter.of_report(one.number, customer.name, box, files.pdf, files.twin)
                letters.append(made)
    for letter in letters:
        async with parts.store.tx(customer.id, at, records=False) as tx:
            if letter.about is not None and not await dispatches.told_of(tx.work, customer.id, letter.about):
                await post_letter(parts, tx, letter)
