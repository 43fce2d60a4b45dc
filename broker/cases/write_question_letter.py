"""The letter about an instruction that the vendor holds unlawful: put into the outbox with the record, written when due."""

from __future__ import annotations

from datetime import datetime

from broker.cases.addressed import addressed
from broker.cases.write_letter import Letter
from broker.domain import question_letter
from broker.domain.question_letter import QuestionFacts
from broker.parts import Parts
from broker.store import estate, people
from broker.store.outbox import Due


async def write_question_letter(parts: Parts, due: Due, at: datetime) -> Letter | None:
    """None where nobody is left to write to."""
    async with parts.store.read() as work:
        to = await addressed(parts, work, due, at)
        by = await people.find_person(work, str(due.payload["by"]))
        house = await estate.house(work)
    if to is None or by is None or house is None:
        return None
    request = str(due.payload["request"])
    facts = QuestionFacts(to.customer.name, house.name, by.name, request)
    link = f"{parts.settings.origin}/richieste/{request}"
    return Letter(to.mailbox, question_letter.compose(facts, to.envelope, link))
