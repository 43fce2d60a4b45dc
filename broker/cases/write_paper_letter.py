"""Letters about a list that the key on paper signed: put into the outbox as it is announced, written when due."""

from __future__ import annotations

import hashlib
from datetime import datetime

from audit import instant
from audit.approvers import Approver, Approvers
from audit.canonical import unb64
from audit.fingerprint import short_digest
from audit.paper_key import WAIT
from broker.cases.addressed import addressed
from broker.cases.write_letter import Letter
from broker.domain import paper_letter
from broker.domain.paper_letter import PaperFacts
from broker.domain.people import Who
from broker.parts import Parts
from broker.store import outbox, people
from broker.store.outbox import Due
from broker.store.tx import Tx


async def tell_announced(tx: Tx, who: Who, held: Approvers, by: Approver) -> None:
    """A letter to everybody who may authorise today, and to every titolare. `by` is the line that signed it."""
    titolari = await people.tenant_people(tx.work, who.tenant, role="titolare")
    told = {
        "by": who.person,
        "announced": instant.to_text(tx.at),
        "fingerprint": short_digest(hashlib.sha256(unb64(by.public_key)).digest()).replace(" ", ""),
    }
    for person in dict.fromkeys([line.person for line in held.approvers] + [one.id for one in titolari]):
        await tx.tell(outbox.PAPER, {"to": person, **told})


async def write_paper_letter(parts: Parts, due: Due, at: datetime) -> Letter | None:
    """None where nobody is left to write to."""
    async with parts.store.read() as work:
        to = await addressed(parts, work, due, at)
        by = await people.find_person(work, str(due.payload["by"]))
    if to is None:
        return None
    announced = instant.parse(str(due.payload["announced"]))
    facts = PaperFacts(
        customer=to.customer.name,
        by="" if by is None else by.name,
        announced=announced,
        counts=announced + WAIT,
        fingerprint=str(due.payload["fingerprint"]),
        zone=to.customer.zone,
    )
    return Letter(to.mailbox, paper_letter.compose(facts, to.envelope, to.link))
