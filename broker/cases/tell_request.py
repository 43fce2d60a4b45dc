"""Who hears of a new request, and when: at a customer of category 2 its own administrators come first (S-33)."""

from __future__ import annotations

from datetime import timedelta

from audit.instant import whole_ms
from audit.pins import in_force
from broker.domain.people import APPROVING_ROLES, Who
from broker.parts import Parts
from broker.store import categories, outbox, people, statements
from broker.store.tx import Tx

ADS_FIRST = timedelta(minutes=30)  # then the others hear of what still waits; on the page it stands at once


async def tell_opened(tx: Tx, request: str) -> None:
    """A letter to everybody who may answer. Where an ADS can sign at a customer of category 2, the others' waits,
    and is not sent where somebody has answered by then."""
    approvers = await statements.approvers(tx.work, tx.tenant)
    able = {} if approvers is None else {a.person for a in approvers.approvers if in_force(a, tx.at)}
    asked = [one for one in await people.tenant_people(tx.work, tx.tenant) if one.role in APPROVING_ROLES]
    first = [one.id for one in asked if one.role == "ads" and one.active and one.id in able]
    if not first or await categories.at(tx.work, tx.tenant, tx.at) == 1:
        await outbox.letters(tx, "request_opened", request, (one.id for one in asked))
        return
    await outbox.letters(tx, "request_opened", request, first)
    others = (one.id for one in asked if one.id not in first)
    await outbox.letters(tx, "request_waits", request, others, due=tx.at + ADS_FIRST)


async def tell_expired(parts: Parts, who: Who, tenant: str, request: str) -> None:
    """Somebody would have authorised under a delegation that has ended: every titolare hears of it, once for
    each request and person (S-36)."""
    async with parts.store.tx(tenant, whole_ms(parts.clock.now()), records=False) as tx:
        told = await outbox.every(tx.work, tenant, outbox.MAIL)
        mine = {"letter": "delegation_expired", "request": request, "by": who.person}
        if any(mine.items() <= one.payload.items() for one in told):
            return
        titolari = await people.tenant_people(tx.work, tenant, role="titolare")
        await outbox.letters(tx, "delegation_expired", request, (one.id for one in titolari), by=who.person)
