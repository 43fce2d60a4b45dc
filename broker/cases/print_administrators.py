"""The list of administrators of a day, and one appointment's letter, as files to print or to keep."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from audit.administrator_records import AdministratorAppointed
from broker.cases.deny import allow
from broker.cases.see_administrators import see_administrators
from broker.domain import register_csv, sheets
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import appointments, estate, log, openings, people
from broker.store.reading import names

Form = Literal["pdf", "csv"]


@dataclass(frozen=True, slots=True)
class PrintedFile:
    name: str
    media: str
    data: bytes


async def print_register(parts: Parts, who: Who, tenant: str, day: date | None, form: Form) -> PrintedFile:
    view = await see_administrators(parts, who, tenant, day)
    name = f"amministratori-{view.day.isoformat()}.{form}"
    if form == "csv":
        return PrintedFile(name, "text/csv; charset=utf-8; header=present", register_csv.table(view.lines))
    sheet = sheets.register(view.lines, view.tenant.name, await _vendor(parts), view.day)
    return PrintedFile(name, "application/pdf", await parts.reporter.sheet(sheet))


async def print_appointment(parts: Parts, who: Who, tenant: str, appointment: str) -> PrintedFile:
    """For whoever appoints there: it has the evaluation. `Refused` (not_found) once its texts are erased."""
    await allow(parts, who, Action.APPOINT_ADMINISTRATOR, tenant, "person")
    async with parts.store.read() as work:
        place = await estate.tenant(work, tenant)
        found = [one for one in await appointments.every(work, tenant) if one.id == appointment]
        if place is None or not found:
            raise Refused(Why.NOT_FOUND)
        [one] = found
        if who.house and await people.person(work, tenant, one.person) is not None:
            raise Refused(Why.NOT_ALLOWED)
        opening = await openings.get(work, tenant, one.n, parts.keys.wrapping_key())
        leaf = await log.leaf(work, tenant, one.n)
        known = await names(work, [one.person, leaf.actor.id, *one.hosts], tenant)
    if opening is None:
        raise Refused(Why.NOT_FOUND)
    assert isinstance(leaf.record, AdministratorAppointed)
    texts = {name: str(text) for name, text in opening.data.items()}
    written = sheets.letter(
        one, texts, leaf.record.evaluated, known.found | {"by": known[leaf.actor.id]}, place.name, await _vendor(parts)
    )  # fmt: skip
    return PrintedFile(f"nomina-{one.id}.pdf", "application/pdf", await parts.reporter.sheet(written))


async def _vendor(parts: Parts) -> str:
    async with parts.store.read() as work:
        house = await estate.house(work)
    return parts.settings.vendor if house is None else house.name
