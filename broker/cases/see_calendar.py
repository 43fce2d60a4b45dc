"""What stands in a person's calendar: his windows, and what falls due where he answers for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from broker.cases.calendar_due import BACK, due_of, tests_of
from broker.cases.located import request_tenant
from broker.cases.note_reading import note_reading
from broker.cases.see_owed import owed_of
from broker.cases.window_entry import NAME, window_entry
from broker.domain.calendar import Entry, render
from broker.domain.estate import Tenant
from broker.domain.people import HOUSE_ROLES, Action, Person, Who
from broker.domain.refusal import Refused, Why
from broker.domain.request import AnyRequest
from broker.domain.secrets import digest_of
from broker.parts import Parts
from broker.store import calendars, estate, people, requests
from broker.store.database import Work

MOST_REQUESTS = 300
_ANSWER = ("titolare", "ads")


async def calendar_by_secret(parts: Parts, token: str, *, english: bool) -> bytes:
    """For the calendar program, which shows the secret; a wrong one is told nothing."""
    at = parts.clock.now()
    async with parts.store.read() as work:
        whose = await calendars.whose(work, digest_of(token))
        person = None if whose is None else await people.find_person(work, whose)
        if person is None or not person.active:
            raise Refused(Why.NOT_FOUND)
        entries = await _entries(parts, work, person, at)
    return render(entries, NAME, parts.settings.registry, at, english=english)


async def request_calendar(parts: Parts, who: Who, request: str, *, english: bool) -> bytes:
    """Of one request alone, to be put into a calendar by hand."""
    tenant = await request_tenant(parts, who, Action.SEE_REQUESTS, request)
    await note_reading(parts, who, tenant, "request", request)
    async with parts.store.read() as work:
        found = await requests.load(work, tenant, request)
        entries = await _windows(parts, work, [found], named=who.house)
    return render(entries, NAME, parts.settings.registry, parts.clock.now(), english=english)


async def _entries(parts: Parts, work: Work, person: Person, at: datetime) -> list[Entry]:
    found: list[Entry] = []
    if person.role in ("owner", "technician", *_ANSWER):
        house = person.role in HOUSE_ROLES
        own = person.id if person.role == "technician" else None  # the owner sees those of all
        tenant = None if house else person.tenant
        asked = await calendars.requests_since(work, tenant, own, at - BACK, MOST_REQUESTS)
        found += await _windows(parts, work, asked, named=house)
    if person.role != "technician":
        owner = person.role == "owner"
        for customer in await _answers_for(work, person):
            owed = await owed_of(parts, work, customer, at)
            if owed is not None:
                found += due_of(owed, named=owner)
                found += await tests_of(parts, work, customer, at, named=owner)
    return found


async def _answers_for(work: Work, person: Person) -> list[Tenant]:
    if person.role == "owner":
        return await estate.customers(work)
    own = await estate.tenant(work, person.tenant)
    return [] if own is None else [own]


async def _windows(parts: Parts, work: Work, asked: Sequence[AnyRequest], *, named: bool) -> list[Entry]:
    """`named`: for the vendor's people, whose customer it is."""
    customers: dict[str, Tenant] = {}
    labels: dict[str, str] = {}
    for one in asked:
        tenant = one.asked.tenant
        if tenant not in customers:
            place = await estate.tenant(work, tenant)
            assert place is not None  # a request is somebody's
            customers[tenant] = place
            labels |= estate.labels(await estate.tenant_hosts(work, tenant))
    found = []
    for one in asked:
        host = labels.get(one.asked.statement.host.id, one.asked.statement.host.id)
        found.append(window_entry(parts, one, customers[one.asked.tenant], host, named=named))
    return found
