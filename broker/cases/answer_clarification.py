"""A technician answers what was asked about a request that waits. What is signed stays as it was asked."""

from __future__ import annotations

from audit.commitment import SALT_BYTES, Opening
from audit.instant import whole_ms
from broker.cases.deny import attempt
from broker.cases.located import request_tenant
from broker.cases.tell_clarification import tell_answer
from broker.domain.clarifying import answer
from broker.domain.people import Action, Who
from broker.domain.request import awaiting
from broker.domain.texts import MAX_REASON, cover, written
from broker.parts import Parts
from broker.store import clarifications, requests


async def answer_clarification(parts: Parts, who: Who, request: str, question: int, text: str) -> int:
    """Whoever of the technicians knows it, as any of them may work on its incident. How many pieces of it were
    covered as passwords."""
    tenant = await request_tenant(parts, who, Action.ANSWER_CLARIFICATION, request)
    said, covered = cover(written(text, "text", MAX_REASON, needed=True))
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "request", tenant), parts.store.tx(tenant, at) as tx:
        found = awaiting(await requests.load(tx, tenant, request))
        before = await clarifications.of_request(tx, found.asked)
        record, asked = answer(found, before, question)
        opening = Opening(parts.chance.octets(SALT_BYTES), {"text": said})
        refs = (found.asked.opened_n, question)
        await requests.move(tx, found, found, record, actor=who.actor, refs=refs, opening=opening)
        await tell_answer(tx, who, found.asked, before, asked)
    return covered
