"""The register of administrators: a customer's as of any day."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from audit.administrator_records import NoticeChanged
from audit.administrators import Tenure
from broker.cases.deny import allow
from broker.domain.appointments import SHOWS, Listed, Shows
from broker.domain.estate import Tenant
from broker.domain.people import Action, Person, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import accesses, appointments, estate, log, openings, people, reading
from broker.store.database import Work


@dataclass(frozen=True, slots=True)
class RegisterView:
    """`lines`: who was administrator at any time of `day`. `candidates`: whom the caller may appoint; `hosts` by id."""

    tenant: Tenant
    day: date
    lines: list[Listed]
    shows: Shows
    candidates: list[Person]
    hosts: dict[str, str]


async def see_administrators(parts: Parts, who: Who, tenant: str, day: date | None = None) -> RegisterView:
    """As of `day` (of the customer's zone, today if left out). Only people of that customer's own log (L-05)."""
    await allow(parts, who, Action.SEE_ADMINISTRATORS, tenant, "person")
    async with parts.store.read() as work:
        place = await estate.tenant(work, tenant)
        if place is None or place.kind != "customer":
            raise Refused(Why.NOT_FOUND)
        today = parts.clock.now().astimezone(ZoneInfo(place.zone)).date()
        asked = day or today
        if not 1971 <= asked.year <= 2998:
            raise Refused(Why.BAD_INPUT, field="day")
        lines = await _listed(parts, work, place, asked)
        return RegisterView(
            place,
            asked,
            lines,
            await _shows(work, tenant),
            await _candidates(work, who, tenant),
            estate.labels(await estate.tenant_hosts(work, tenant)),
        )


async def _listed(parts: Parts, work: Work, place: Tenant, day: date) -> list[Listed]:
    register = await accesses.register(work, place.id)
    tenures = register.on(day)
    labels = estate.labels(await estate.tenant_hosts(work, place.id))
    known = await reading.names(work, {x for one in tenures for x in (one.person, one.by)}, place.id)
    functions = await _functions(parts, work, place.id, tenures)
    zone = ZoneInfo(place.zone)
    return [
        Listed(
            person=one.person,
            name=known[one.person],
            function=functions.get(one.n, "") or functions.get(one.person, ""),
            source=one.source,
            areas=one.areas,
            hosts=tuple(labels.get(host, host) for host in one.hosts),
            first=one.since.astimezone(zone).date(),
            last=(one.until - timedelta(milliseconds=1)).astimezone(zone).date(),
            evaluated=one.evaluated,
            by=known[one.by],
            n=one.n,
            appointment=None if one.source == "set" else await _appointment(work, place.id, one),
        )
        for one in sorted(tenures, key=lambda one: (known[one.person], one.since))
    ]


async def _appointment(work: Work, tenant: str, tenure: Tenure) -> str | None:
    """Its id, while somebody may still end it."""
    found = await appointments.not_over(work, tenant, tenure.person)
    return next((one.id for one in found if one.n == tenure.n), None)


async def _functions(
    parts: Parts, work: Work, tenant: str, tenures: Collection[Tenure]
) -> dict[int | str, str]:
    """As appointed by record, as admitted by person; what is erased is not there."""
    found: dict[int | str, str] = {}
    wrapping = parts.keys.wrapping_key()
    for one in tenures:
        n = one.n if one.source == "appointment" else await openings.admission(work, tenant, one.person)
        opening = None if n is None else await openings.get(work, tenant, n, wrapping)
        if opening is not None:
            found[one.n if one.source == "appointment" else one.person] = str(
                opening.data.get("function", "")
            )
    return found


async def _candidates(work: Work, who: Who, tenant: str) -> list[Person]:
    """The customer's own for its titolare, the vendor's technicians for him and the owner."""
    if who.role not in ("titolare", "owner"):
        return []
    own = [] if who.house else await people.tenant_people(work, tenant, role="ads")
    house = await estate.house(work)
    return own + ([] if house is None else await people.tenant_people(work, house.id, role="technician"))


async def _shows(work: Work, tenant: str) -> Shows:
    """As the last record says; nothing, where nobody decided."""
    match [
        leaf.record for leaf in await log.select_leaves(work, tenant, kinds=(NoticeChanged.KIND,), limit=1)
    ]:
        case [NoticeChanged(shows=shows)] if shows in SHOWS:
            return shows
        case _:
            return "nothing"
