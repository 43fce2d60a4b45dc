"""The technician hears that somebody asked about his request, and whoever asked that there is an answer."""

from __future__ import annotations

from datetime import timedelta

from broker.domain.clarifying import Clarifications, Turn
from broker.domain.people import Who
from broker.domain.request import Asked
from broker.store import outbox
from broker.store.tx import Tx

NOT_WITHIN = timedelta(hours=1)  # what is added to an answer is on the page already


async def tell_question(tx: Tx, who: Who, asked: Asked, before: Clarifications) -> None:
    """In the transaction of the question; while one is open he knows."""
    if not before.open:
        await outbox.page(tx, "clarification_asked", (asked.technician,), about=asked.id, by=who.person)


async def tell_answer(tx: Tx, who: Who, asked: Asked, before: Clarifications, question: Turn) -> None:
    """In the transaction of the answer: of each question's first, and of what is added to it once in an hour."""
    letter = "clarification_answered"
    if question not in before.open:
        told = await outbox.paged_since(tx.work, tx.tenant, letter, asked.id, tx.at - NOT_WITHIN)
        if question.by in told:
            return
    await outbox.page(tx, letter, (question.by,), about=asked.id, by=who.person)
