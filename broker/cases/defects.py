"""*Criticità* (S-38, S-39): what is wrong in a program, where it was met, what helps meanwhile, what solves it."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager

from audit.commitment import SALT_BYTES, Opening
from audit.instant import whole_ms
from audit.program_records import DefectLinked, DefectOpened, DefectRemedied, DefectSolved
from broker.cases.deny import allow, attempt
from broker.cases.tell_programs import settled
from broker.domain.people import Action, Who
from broker.domain.programs import DEFECT_KINDS, Defect, Programs, may_remedy, may_solve
from broker.domain.refusal import Refused, Why
from broker.domain.texts import cover, written
from broker.parts import Parts
from broker.store import incidents, products, programs, sessions
from broker.store.tx import Tx

MAX_TEXT = 600  # a cell of the report


async def open_defect(parts: Parts, who: Who, kind: str, product: str, text: str) -> str:
    """Its number. In the vendor's log alone, until it is linked to what a customer met."""
    await allow(parts, who, Action.WORK_DEFECT, who.tenant, "tenant")
    async with attempt(parts, who, "tenant", who.tenant), _house(parts, who) as tx:
        named = next((one for one in await products.every(tx) if one.id == product), None)
        if named is None:
            raise Refused(Why.BAD_INPUT, field="product")
        if kind not in DEFECT_KINDS:
            raise Refused(Why.BAD_INPUT, field="kind")
        known = await programs.of(tx.work, tx.tenant)
        new = DefectOpened(f"C-{len(known.defects) + 1}", kind, named.id, named.name)
        await tx.append(new, actor=who.actor, opening=_opening(tx, text), subject=tx.tenant)
    return new.defect


async def link_defect(
    parts: Parts, who: Who, tenant: str, defect: str, incident: str, session: str | None = None
) -> None:
    """To an incident of that customer's, or a session on it; again is a `duplicate`."""
    await allow(parts, who, Action.WORK_DEFECT, tenant, "request")
    async with parts.store.read() as work:
        await incidents.load(work, tenant, incident)
        place = None if session is None else await sessions.whereabouts(work, session)
    if session is not None and (place is None or place.tenant != tenant):
        raise Refused(Why.NOT_FOUND)
    async with _house(parts, who) as tx:
        found = (await programs.of(tx.work, tx.tenant)).defect(defect)
        link = (f"{tenant}.{incident}", session)
        if link in found.links:
            raise Refused(Why.DUPLICATE)
        await tx.append(DefectLinked(defect, *link), actor=who.actor)
        await programs.owe(tx, tenant, tx.at)
    await settled(parts, tenant)


async def give_remedy(parts: Parts, who: Who, defect: str, text: str) -> None:
    """What to do until a version solves it; given again, the last one counts."""
    await allow(parts, who, Action.WORK_DEFECT, who.tenant, "tenant")
    async with _house(parts, who) as tx:
        found = (await programs.of(tx.work, tx.tenant)).defect(defect)
        may_remedy(found)
        await tx.append(
            DefectRemedied(defect), actor=who.actor, opening=_opening(tx, text, "remedy"), subject=tx.tenant
        )
        customers = await _owed(tx, found)
    for one in customers:
        await settled(parts, one)


async def solve_defect(parts: Parts, who: Who, defect: str, release: str, text: str) -> None:
    """By a version that is out. Whoever was given the remedy is told (S-39)."""
    await allow(parts, who, Action.WORK_DEFECT, who.tenant, "tenant")
    async with attempt(parts, who, "tenant", who.tenant), _house(parts, who) as tx:
        known: Programs = await programs.of(tx.work, tx.tenant)
        found = known.defect(defect)
        solved = DefectSolved(defect, may_solve(known, found, release).id)
        await tx.append(solved, actor=who.actor, opening=_opening(tx, text, "solution"), subject=tx.tenant)
        customers = await _owed(tx, found)
    for one in customers:
        await settled(parts, one)


def _house(parts: Parts, who: Who) -> AbstractAsyncContextManager[Tx]:
    return parts.store.tx(who.tenant, whole_ms(parts.clock.now()))


async def _owed(tx: Tx, defect: Defect) -> list[str]:
    """Whose logs have to tell of it."""
    found = programs.customers_of(defect)
    for one in found:
        await programs.owe(tx, one, tx.at)
    return found


def _opening(tx: Tx, text: str, field: str = "text") -> Opening:
    kept, _ = cover(written(text, field, MAX_TEXT, needed=True))
    return Opening(tx.chance.octets(SALT_BYTES), {"text": kept})
