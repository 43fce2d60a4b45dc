"""Accesses to be carried away: as a table, as lines of JSON, or with the proofs that they are records (L-13)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Literal

from audit import bundle
from audit.access_export import Selection, Taken, chosen, files
from audit.access_table import as_csv, as_jsonl
from audit.instant import whole_ms
from audit.person_records import RecordRead
from broker.cases.admit_person import introduce_one
from broker.cases.deny import allow
from broker.domain.accesses import Asked
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import accesses, estate, log, name_terms, people

Form = Literal["csv", "jsonl", "zip"]
_MEDIA: dict[Form, str] = {
    "csv": "text/csv; charset=utf-8; header=present",
    "jsonl": "application/jsonl",
    "zip": "application/zip",
}


@dataclass(frozen=True, slots=True)
class AccessFile:
    name: str
    media: str
    data: bytes


async def export_accesses(
    parts: Parts, who: Who, tenant: str, asked: Asked, form: Form, *, bom: bool = True
) -> AccessFile:
    """All of that selection, up to `MAX_ENTRIES` records; `bom`: the table begins with a byte order mark."""
    await allow(parts, who, Action.READ_ACCESSES, tenant, "log")
    return await _file(parts, who, tenant, asked, form, bom=bom)


async def export_own_accesses(parts: Parts, who: Who, tenant: str, asked: Asked, form: Form) -> AccessFile:
    """The caller's own, from the log of `tenant`. Without proofs: records of others would explain his."""
    await allow(parts, who, Action.READ_OWN_ACCESSES, tenant, "log")
    if form == "zip":
        raise Refused(Why.BAD_INPUT, field="form")
    return await _file(parts, who, tenant, replace(asked, person=who.person, host=None), form)


async def _file(
    parts: Parts, who: Who, tenant: str, asked: Asked, form: Form, *, bom: bool = True
) -> AccessFile:
    parts.store.standing.demand(tenant)  # the log's key signs what is taken out
    found, wanted = await _taken(parts, tenant, asked)
    if await _introduced(parts, tenant, found, wanted):
        found, wanted = await _taken(parts, tenant, asked)
    at = whole_ms(parts.clock.now())
    if form == "zip":
        key = parts.keys.log_key(found.origin)
        data = await asyncio.to_thread(lambda: bundle.pack(files(found, wanted, at, key)))
    else:
        data = await asyncio.to_thread(_table, found, wanted, form, bom)
    record = RecordRead(who.person, "accesses", who.terminal)
    await parts.store.append(tenant, at, record, actor=who.actor)
    return AccessFile(f"accessi-{tenant}-{wanted.after}.{form}", _MEDIA[form], data)


async def _taken(parts: Parts, tenant: str, asked: Asked) -> tuple[Taken, Selection]:
    async with parts.store.read() as work:
        place = await estate.tenant(work, tenant)
        head = await log.head(work, tenant)
        if place is None or head is None:
            raise Refused(Why.NOT_FOUND)
        wanted = replace(asked, before=None).selection(head.size, place.zone)
        return await accesses.taken(work, tenant, wanted, head, parts.keys), wanted


async def _introduced(parts: Parts, tenant: str, found: Taken, wanted: Selection) -> bool:
    """Whether somebody of the vendor had to be tied to his name in this log first: a table of accesses names people,
    and each month's close would do so anyway."""
    entries = await asyncio.to_thread(chosen, found.leaves, wanted, found.statement, found.openings.get)
    unnamed = {one.person for one in entries if one.person and not one.name}
    async with parts.store.read() as work:
        house = await estate.house(work)
        gone = await name_terms.erased(work, tenant)
        of_house = [] if house is None else await people.everybody(work, house.id)
    new = [one for one in of_house if one.id in unnamed - gone.keys()]
    if new:
        async with parts.store.tx(tenant, parts.clock.now()) as tx:
            for one in new:
                await introduce_one(parts, tx, one)
    return bool(new)


def _table(found: Taken, wanted: Selection, form: Form, bom: bool) -> bytes:  # noqa: FBT001 - as its caller was asked
    entries = chosen(found.leaves, wanted, found.statement, found.openings.get)
    return as_jsonl(entries) if form == "jsonl" else as_csv(entries, bom=bom)
