"""The letter about a call that authorises nothing, written when it is due from what is still kept of it."""

from __future__ import annotations

from datetime import datetime

from broker.cases.addressed import addressed
from broker.cases.write_letter import Letter
from broker.domain import call_letter
from broker.domain.call_letter import CallFacts
from broker.domain.incident import Contact
from broker.domain.told import Told
from broker.parts import Parts
from broker.store import incidents, openings
from broker.store.outbox import Due


async def write_call_letter(parts: Parts, due: Due, at: datetime) -> Letter | None:
    """None where nobody is left to write to, or the call was answered since, or its text erased."""
    incident = str(due.payload["incident"])
    async with parts.store.read() as work:
        to = await addressed(parts, work, due, at)
        found = await incidents.load(work, due.tenant, incident)
        kept = await openings.get(work, due.tenant, found.known.n, parts.keys.wrapping_key())
    if to is None or kept is None or not isinstance(found, Contact):
        return None
    told = Told.from_value(kept.data)
    facts = CallFacts(
        to.customer.name, told.caller, told.callback, told.incident_text, found.known.logged, to.customer.zone
    )
    link = f"{parts.settings.origin}/incidenti/{due.tenant}/{incident}"
    return Letter(to.mailbox, call_letter.compose(facts, to.envelope, link))
