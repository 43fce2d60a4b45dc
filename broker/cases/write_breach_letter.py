"""The letter that tells a titolare of a breach: put into the outbox with the record, written when due."""

from __future__ import annotations

from datetime import datetime

from broker.cases.addressed import addressed
from broker.cases.write_letter import Letter
from broker.domain import breach_letter
from broker.domain.breach_letter import BreachFacts
from broker.parts import Parts
from broker.store import breaches, estate
from broker.store.outbox import Due


async def write_breach_letter(parts: Parts, due: Due, at: datetime) -> Letter | None:
    """None where nobody is left to write to."""
    async with parts.store.read() as work:
        to = await addressed(parts, work, due, at)
        found = await breaches.one(work, due.tenant, str(due.payload["breach"]))
        house = await estate.house(work)
    if to is None or found is None or house is None:
        return None
    facts = BreachFacts(
        to.customer.name, house.name, found.id, found.aware, found.due, len(found.sessions), found.high_risk,
        to.customer.zone,
    )  # fmt: skip
    link = f"{parts.settings.origin}/protezione/{due.tenant}/violazioni/{found.id}"
    return Letter(to.mailbox, breach_letter.compose(facts, to.envelope, link))
