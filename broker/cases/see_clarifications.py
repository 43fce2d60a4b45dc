"""What was asked and answered about a request, with its words, for programs; pages have it with the request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from broker.cases.located import request_tenant
from broker.cases.note_reading import note_reading
from broker.domain.people import Action, Who
from broker.parts import Parts
from broker.store import clarifications, requests


@dataclass(frozen=True, slots=True)
class Told:
    """A question, or with `question` the answer to that record; `text` is None where it was erased."""

    record: int
    at: datetime
    by: str
    role: str
    question: int | None
    text: str | None


async def see_clarifications(parts: Parts, who: Who, request: str) -> list[Told]:
    """Oldest first. That somebody read it is a record, as of any text."""
    tenant = await request_tenant(parts, who, Action.SEE_REQUESTS, request)
    await note_reading(parts, who, tenant, "request", request)
    async with parts.store.read() as work:
        asked = (await requests.load(work, tenant, request)).asked
        found = await clarifications.told(work, asked, parts.keys.wrapping_key())
    return [Told(one.n, one.at, one.by, one.role, one.question, one.text) for one in found.turns]
