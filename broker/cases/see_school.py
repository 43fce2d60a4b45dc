"""A school's sheet: its study with the answers, delegations, clean-ups; and every school for the vendor's owner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from audit.statement_parts import Activity
from broker.cases.deny import allow
from broker.domain.estate import Tenant
from broker.domain.instants import day_of
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.school import School, lacking
from broker.parts import Parts
from broker.store import estate, openings, people, schools
from broker.store.database import Work


@dataclass(frozen=True, slots=True)
class SchoolView:
    """`answers` by row, as long as they are kept; `technicians`: whom of the vendor a delegation may name."""

    customer: Tenant
    today: date
    school: School
    answers: Mapping[str, str]
    technicians: Mapping[str, str]


async def see_school(parts: Parts, who: Who, tenant: str) -> SchoolView:
    await allow(parts, who, Action.SEE_SCHOOL, tenant, "tenant")
    async with parts.store.read() as work:
        customer = await estate.tenant(work, tenant)
        if customer is None or customer.kind != "customer":
            raise Refused(Why.NOT_FOUND)
        return await _view(parts, work, customer)


async def see_schools(parts: Parts, who: Who) -> list[SchoolView]:
    """Those that are schools, by name."""
    await allow(parts, who, Action.SEE_SCHOOLS, who.tenant, "tenant")
    async with parts.store.read() as work:
        views = [await _view(parts, work, one) for one in await estate.customers(work)]
    return [one for one in views if one.school.is_school]


async def see_beforehand(parts: Parts, who: Who, tenant: str) -> tuple[Why, frozenset[str]] | None:
    """What he cannot ask for at that customer's now, and the activities it is about; None where there is nothing."""
    await allow(parts, who, Action.ASK, tenant, "request")
    at = parts.clock.now()
    async with parts.store.read() as work:
        found = await schools.school(work, tenant)
    kept: dict[Why, set[str]] = {}
    for code in Activity.CODES:
        lack = lacking(found, [Activity(code, "ASS")], who.person, at, at)
        if lack is not None:
            kept.setdefault(lack, set()).add(code)
    return next(((why, frozenset(codes)) for why, codes in kept.items()), None)


async def _view(parts: Parts, work: Work, customer: Tenant) -> SchoolView:
    found, wrapping = await schools.school(work, customer.id), parts.keys.wrapping_key()
    answers = {}
    for row, said in found.rows.items():
        opening = await openings.get(work, customer.id, said.n, wrapping)
        if opening is not None:
            answers[row] = str(opening.data["answer"])
    house = await estate.house(work)
    assert house is not None  # else nobody logs in
    everybody = await people.everybody(work, house.id)
    names = {one.id: one.name for one in everybody if one.role == "technician" and one.active}
    return SchoolView(customer, day_of(parts.clock.now(), customer.zone), found, answers, names)
