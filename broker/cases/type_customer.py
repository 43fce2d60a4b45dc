"""The owner says that a customer is a school, answers its study row by row, and puts it in service."""

from __future__ import annotations

from dataclasses import dataclass

from audit.commitment import SALT_BYTES, Opening
from audit.instant import whole_ms
from audit.school_records import CustomerTyped, SchoolInService, StudyAnswered
from broker.cases.deny import allow, attempt
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.school import paper, ready, typed
from broker.domain.texts import MAX_NOTE, cover, written
from broker.parts import Parts
from broker.store import estate, schools
from broker.store.tx import Tx


@dataclass(frozen=True, slots=True)
class RowDraft:
    """An answer as somebody typed it; `file` the SHA-256 of a paper of so many `octets`, empty where there is none."""

    row: str
    answer: str
    file: str = ""
    octets: int | None = None


async def type_customer(parts: Parts, who: Who, tenant: str, kind: str, clean_up: str = "") -> None:
    """`clean_up`: the day (``08-31``) of a school's yearly clean-up. Nothing is written where nothing changes."""
    await allow(parts, who, Action.KEEP_SCHOOL, tenant, "tenant")
    async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
        await _customer(tx)
        day = typed(kind, clean_up)
        if (await schools.school(tx.work, tenant)).clean_up == (day or ""):
            raise Refused(Why.WRONG_STATE)
        await tx.append(CustomerTyped(kind, day), actor=who.actor)
        tx.announce("people", tenant)


async def answer_row(parts: Parts, who: Who, tenant: str, draft: RowDraft) -> int:
    """How many pieces of the answer were covered as passwords."""
    await allow(parts, who, Action.KEEP_SCHOOL, tenant, "tenant")
    said, covered = cover(written(draft.answer, "answer", MAX_NOTE, needed=True))
    async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
        await _customer(tx)
        if not (await schools.school(tx.work, tenant)).is_school:
            raise Refused(Why.WRONG_STATE)
        file, octets = paper(draft.row, draft.file, draft.octets)
        opening = Opening(parts.chance.octets(SALT_BYTES), {"answer": said})
        await tx.append(StudyAnswered(draft.row, file, octets), actor=who.actor, opening=opening)
        tx.announce("people", tenant)
    return covered


async def put_in_service(parts: Parts, who: Who, tenant: str) -> None:
    """`Refused` (study_open) while a row is open."""
    await allow(parts, who, Action.KEEP_SCHOOL, tenant, "tenant")
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "tenant", tenant), parts.store.tx(tenant, at) as tx:
        await _customer(tx)
        ready(await schools.school(tx.work, tenant))
        await tx.append(SchoolInService(), actor=who.actor)
        tx.announce("people", tenant)


async def _customer(tx: Tx) -> None:
    found = await estate.tenant(tx.work, tx.tenant)
    if found is None or found.kind != "customer":
        raise Refused(Why.NOT_FOUND)
