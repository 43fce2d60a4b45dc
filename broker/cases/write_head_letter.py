"""Write one letter with the log's head: of the size it had when the letter was put into the outbox."""

from __future__ import annotations

from datetime import datetime

from broker.cases.write_letter import Letter
from broker.domain import head_letter, letters
from broker.domain.head_letter import HeadFacts
from broker.parts import Parts
from broker.store import estate, log, people, shards
from broker.store.outbox import Due


async def write_head_letter(parts: Parts, due: Due, at: datetime) -> Letter | None:
    """None where nobody is left to write to. `OSError`: not now, this head may be no longer the log's."""
    if not parts.store.standing.signs(due.tenant):
        raise OSError("witnesses are waited for, or hold what this log lacks")
    size = int(due.payload["size"])
    async with parts.store.read() as work:
        to = await people.find_person(work, str(due.payload["to"]))
        customer = await estate.tenant(work, due.tenant)
        here = await log.head(work, due.tenant)
        if to is None or not to.active or not to.email or customer is None or here is None:
            return None
        head = await shards.signed_at(work, due.tenant, here, size, parts.keys)
        note = await shards.with_witnesses(work, due.tenant, head)
    facts = HeadFacts(customer.name, size, head.note.decode(), note, customer.zone)
    address = letters.address(to.name, to.email)
    domain = parts.settings.mail_from.rpartition("@")[2]
    message = head_letter.compose(
        facts,
        to=address,
        sender=parts.settings.mail_from,
        message_id=f"<{due.tenant}.{due.id}@{domain}>",  # the same at each attempt
        at=at,
    )
    return Letter(address.addr_spec, message)
