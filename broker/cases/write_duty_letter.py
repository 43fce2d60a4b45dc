"""The letter that tells a titolare of a sub-processor: put into the outbox as it is announced, written when due."""

from __future__ import annotations

from datetime import date, datetime

from broker.cases.addressed import addressed
from broker.cases.write_letter import Letter
from broker.domain import duty_letter
from broker.domain.duty_letter import DutyFacts
from broker.parts import Parts
from broker.store import estate, subprocessors
from broker.store.outbox import Due


async def write_duty_letter(parts: Parts, due: Due, at: datetime) -> Letter | None:
    """None where nobody is left to write to."""
    async with parts.store.read() as work:
        to = await addressed(parts, work, due, at)
        found = await subprocessors.find(work, str(due.payload["subprocessor"]))
        house = await estate.house(work)
    if to is None or found is None or house is None:
        return None
    facts = DutyFacts(
        customer=to.customer.name,
        vendor=house.name,
        name=found.name,
        place=found.place,
        general=due.payload["authorisation"] == "general",
        notice=date.fromisoformat(str(due.payload["notice"])),
    )
    link = f"{parts.settings.origin}/adempimenti"
    return Letter(to.mailbox, duty_letter.compose(facts, to.envelope, link))
