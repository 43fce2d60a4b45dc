"""The month before: three customers, what happened to them, and each month's report with its bundle."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from broker.cases.close_month import close_month
from broker.cases.export_bundle import export_bundle
from broker.cases.read_report import read_report
from broker.live.heads import Heads
from broker.store.tx import Announcement
from web.demo.seed.course import Course, Month
from web.demo.seed.customers import FIRM, HOTEL, SCHOOL
from web.demo.seed.desk import Desk, at_work, gone
from web.demo.seed.place import House, Place
from web.demo.seed.story import days_of, waiting

MORNING = timedelta(hours=6, minutes=30)  # of the first: when a broker closes the month by itself

# Before the broker that serves begins: of a host that was there a moment ago it would wait to hear what it holds.
SILENT = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Seeded:
    """Tenants and numbers of the reports, by customer's key; who came to be is on the stage."""

    period: str
    tenants: dict[str, str]
    reports: dict[str, str]


async def month(house: House, course: Course, calendar: Month, now: datetime) -> Seeded:
    """From the month's first working day to `now`, at which the clock stands in the end."""
    places = {one.key: await Place.open(house, one) for one in (HOTEL, FIRM, SCHOOL)}
    desks = {key: Desk(place) for key, place in places.items()}
    workdays = calendar.workdays()
    for n, hour, happens in days_of(desks):
        await course.until(calendar.at(workdays[n], hour))
        await at_work(house.technician)
        await happens()
        await gone(house.technician)
    stage = house.stage
    stage.tenant, stage.month = places[HOTEL.key].tenant, calendar.period
    stage.others = {one.role("titolare"): places[one.key].tenant for one in (FIRM, SCHOOL)}
    reports = await _closed(places, course, calendar, now)
    await course.until(now - SILENT)
    for place in places.values():
        place.agent.heard()
        await place.agent.cut()  # for good: no such machine exists
    await waiting(desks[HOTEL.key], desks[SCHOOL.key], now)
    await course.until(now)
    await course.tick()
    return Seeded(calendar.period, {key: place.tenant for key, place in places.items()}, reports)


async def _closed(places: dict[str, Place], course: Course, calendar: Month, now: datetime) -> dict[str, str]:
    """Each host lists its sessions, each month is closed, each host cosigns what the bundle ends with."""
    span = min(now - calendar.ended - SILENT, MORNING)
    await course.until(calendar.ended + span / 2)
    await course.tick()
    for place in places.values():
        await place.agent.list_sessions()
        place.agent.heard()
        await place.agent.cut()  # asleep at that hour, as most machines are
    await course.until(calendar.ended + span)
    found = {}
    for key, place in places.items():
        parts = place.house.parts
        issued = await close_month(parts, place.tenant, calendar.period)
        found[key] = issued.number
        await at_work(place.titolare)
        await read_report(parts, place.titolare.who, issued.number, "pdf")
        await gone(place.titolare)
        await place.agent.dial()
        heads = Heads(parts.hub, parts.store)
        await heads.noticed(Announcement(place.tenant, "log", "0"))
        await heads.tick()
        await place.agent.obey()
        await export_bundle(parts, place.tenant, issued.number)
    return found
