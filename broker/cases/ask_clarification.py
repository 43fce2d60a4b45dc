"""*Chiedi un chiarimento*: who may approve a request asks about it before he decides. It waits all the same."""

from __future__ import annotations

from dataclasses import dataclass

from audit.commitment import SALT_BYTES, Opening
from audit.instant import whole_ms
from broker.cases.deny import attempt
from broker.cases.located import request_tenant
from broker.cases.tell_clarification import tell_question
from broker.domain.clarifying import ask
from broker.domain.people import Action, Who
from broker.domain.request import awaiting
from broker.domain.texts import MAX_REASON, cover, written
from broker.parts import Parts
from broker.store import clarifications, requests


@dataclass(frozen=True, slots=True)
class Question:
    """`question` is its record, which an answer names; `covered` how many pieces were covered as passwords."""

    question: int
    covered: int


async def ask_clarification(parts: Parts, who: Who, request: str, text: str) -> Question:
    tenant = await request_tenant(parts, who, Action.ASK_CLARIFICATION, request)
    said, covered = cover(written(text, "text", MAX_REASON, needed=True))
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "request", tenant), parts.store.tx(tenant, at) as tx:
        found = awaiting(await requests.load(tx, tenant, request))
        before = await clarifications.of_request(tx, found.asked)
        opening = Opening(parts.chance.octets(SALT_BYTES), {"text": said})
        n = await requests.move(tx, found, found, ask(found, before), actor=who.actor, opening=opening)
        await tell_question(tx, who, found.asked, before)
    return Question(n, covered)
