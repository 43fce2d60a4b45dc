"""Put a paper on file, or take one off: a customer's agreement, what a technician signed and learned."""

from __future__ import annotations

from dataclasses import dataclass

from audit.instant import whole_ms
from audit.paper_records import PaperWithdrawn
from broker.cases.deny import allow, attempt
from broker.domain.instants import day_of
from broker.domain.papers import OF_CUSTOMERS, OF_PEOPLE, Filed, last_day, named
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.ports import opaque_id
from broker.store import duties, estate, people
from broker.store.tx import Tx


@dataclass(frozen=True, slots=True)
class PaperDraft:
    """As somebody typed it; days are local (``2026-11-22``), empty where there is none."""

    kind: str
    reference: str
    dated: str
    until: str = ""
    file: str = ""
    person: str | None = None


async def file_paper(parts: Parts, who: Who, tenant: str, draft: PaperDraft) -> Filed:
    """`tenant` is the customer whose agreement it is, or the vendor whose technician `person` is."""
    await allow(parts, who, Action.FILE_PAPER, tenant, "tenant")
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "tenant", tenant), parts.store.tx(tenant, at) as tx:
        place = await estate.tenant(tx.work, tenant)
        if place is None:
            raise Refused(Why.NOT_FOUND)
        if draft.kind not in (OF_CUSTOMERS if place.kind == "customer" else OF_PEOPLE):
            raise Refused(Why.BAD_INPUT, field="paper")
        person = await _whose(tx, draft) if place.kind == "house" else None
        paper = named(draft.kind, draft.reference, draft.dated, draft.file or None, day_of(at, place.zone))
        until = last_day(draft.until, paper.dated)
        filed = Filed(opaque_id(parts.chance, "f"), paper, until, person)
        await tx.append(filed.record(), actor=who.actor)
        tx.announce("people", tenant)
    return filed


async def _whose(tx: Tx, draft: PaperDraft) -> str:
    found = await people.person(tx.work, tx.tenant, draft.person or "")
    if found is None or not found.active or found.role != "technician":
        raise Refused(Why.BAD_INPUT, field="person")
    return found.id


async def withdraw_paper(parts: Parts, who: Who, tenant: str, filing: str) -> None:
    """From now on it counts no more."""
    await allow(parts, who, Action.FILE_PAPER, tenant, "tenant")
    async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
        found = await duties.register(tx.work, tenant)
        if filing not in {one.id for one in found.filed}:
            raise Refused(Why.NOT_FOUND)
        await tx.append(PaperWithdrawn(filing), actor=who.actor)
        tx.announce("people", tenant)
