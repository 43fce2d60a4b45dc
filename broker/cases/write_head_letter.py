"""Write one letter with the log's head: of the size it had when the letter was put into the outbox."""

from __future__ import annotations

from datetime import datetime

from broker.cases.addressed import addressed
from broker.cases.write_letter import Letter
from broker.domain import head_letter
from broker.domain.head_letter import HeadFacts
from broker.parts import Parts
from broker.store import log, shards
from broker.store.outbox import Due


async def write_head_letter(parts: Parts, due: Due, at: datetime) -> Letter | None:
    """None where nobody is left to write to. `OSError`: not now, this head may be no longer the log's."""
    if not parts.store.standing.signs(due.tenant):
        raise OSError("witnesses are waited for, or hold what this log lacks")
    size = int(due.payload["size"])
    async with parts.store.read() as work:
        to = await addressed(parts, work, due, at)
        here = await log.head(work, due.tenant)
        if to is None or here is None:
            return None
        head = await shards.signed_at(work, due.tenant, here, size, parts.keys)
        note = await shards.with_witnesses(work, due.tenant, head)
    facts = HeadFacts(to.customer.name, size, head.note.decode(), note, to.customer.zone)
    return Letter(to.mailbox, head_letter.compose(facts, to.envelope))
