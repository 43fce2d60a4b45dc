"""Work outside sessions, hours and tariffs: the technician's, the titolare's and the owner's pages."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response

from audit.statement_parts import Activity
from broker.api.refusals import sentences, status
from broker.api.who import Caller, PartsOf
from broker.cases.close_session import Beside
from broker.cases.deny import allow
from broker.cases.list_products import see_products
from broker.cases.see_estate import see_tenants
from broker.cases.see_hours import see_hours, see_standings
from broker.cases.set_tariff import (
    see_office_apps,
    see_tariffs,
    set_office_apps,
    set_own_tariff,
    set_tariff,
)
from broker.cases.type_work import Draft, see_own_work, type_work, withdraw_work
from broker.domain.instants import day_of
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.tariff import Rates, cents
from broker.parts import Parts
from web import views as v
from web.pages.page import Fields, FormFields, Reading, lead, show
from web.present import work as say
from web.present.reader import Reader
from web.present.typed_days import read_day

router = APIRouter()
SLIPS = frozenset({Why.BAD_INPUT, Why.TOO_LARGE, Why.NOT_SAME_DAY, Why.DUPLICATE, Why.IN_SESSION})
BESIDE = ("target", "change", "topic", "people")
_TYPED = ("day", "time", "minutes", "asker", "means", "product", "description")
_RATES = ("version", "first", "until", "assistance", "training", "vat_percent", "tenant", "apps")


def done(form: Fields) -> tuple[tuple[Activity, ...], Beside]:
    """What a form says was done: codes ``GEST`` and ``GEST/FOR``, and what some of them ask for."""
    found = []
    for text in form.many("activity"):
        code, _, kind = text.partition("/")
        if code not in Activity.CODES or kind not in ("", "FOR"):
            raise Refused(Why.BAD_INPUT, field="activities")
        found.append(Activity(code, "FOR" if kind else "ASS"))
    target, change, topic, people = (form.one(name) for name in BESIDE)
    other_data, apps = form.one("other_data") == "yes", tuple(form.many("app"))
    return tuple(found), Beside(target, change, other_data, apps, topic, people)


@router.get("/clienti/{tenant}/lavori")
async def works(tenant: str, request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    return await _works(tenant, request, reader, who, parts)


async def _works(
    tenant: str,
    request: Request,
    reader: Reader,
    who: Who,
    parts: Parts,
    slip: v.Slip | None = None,
    kept: v.Doing | None = None,
    code: int = 200,
) -> Response:
    found = await see_own_work(parts, who, tenant)
    view = say.works(found, tenant, await see_products(parts, who), reader, slip, kept)
    return await show(request, parts, who, "works.html", view, nav="queue", status=code)


@router.post("/clienti/{tenant}/lavori")
async def type_(
    tenant: str, request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    zone = (await see_own_work(parts, who, tenant)).zone
    try:
        activities, beside = done(form)
        began = _local(form.one("day"), form.one("time"), zone)
        minutes = form.one("minutes")
        if not minutes.isascii() or not minutes.isdigit() or len(minutes) > 4:
            raise Refused(Why.BAD_INPUT, field="minutes")
        draft = Draft(
            began, int(minutes), form.one("asker"), form.one("means"), form.one("description"),  # type: ignore[arg-type]
            activities, form.one("product") or None, None, beside,
        )  # fmt: skip
        await type_work(parts, who, tenant, draft)
    except Refused as no:
        if no.why not in SLIPS:
            raise
        slip = form.slip("lavoro", reader.say(*sentences(no)), *_TYPED)
        typed = [(name, form.one(name)) for name in BESIDE]
        apps = await see_office_apps(parts, who)
        kept = say.doing(say.ALL_CODES, apps, reader, form.many("activity"), typed, form.many("app"))
        return await _works(tenant, request, reader, who, parts, slip, kept, status(no))
    return lead(request, f"/clienti/{tenant}/lavori")


def _local(day: str, time: str, zone: str) -> datetime:
    try:
        return datetime.fromisoformat(f"{read_day(day, 'began')}T{time}").replace(tzinfo=ZoneInfo(zone))
    except ValueError as wrong:
        raise Refused(Why.BAD_INPUT, field="began") from wrong


@router.post("/clienti/{tenant}/lavori/{work}/ritira")
async def take_back(tenant: str, work: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await withdraw_work(parts, who, tenant, work)
    return lead(request, f"/clienti/{tenant}/lavori")


@router.get("/clienti/{tenant}/ore")
async def hours(
    tenant: str, request: Request, reader: Reading, who: Caller, parts: PartsOf, mese: str = ""
) -> Response:
    found = await see_hours(parts, who, tenant, mese)
    return await show(request, parts, who, "hours.html", say.hours(found, reader, house=who.house))


@router.get("/ore")
async def standings(request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    return await _standings(request, reader, who, parts)


async def _standings(
    request: Request, reader: Reader, who: Who, parts: Parts, slip: v.Slip | None = None, code: int = 200
) -> Response:
    found = await see_standings(parts, who)
    view = say.tariffs(
        found,
        await see_tariffs(parts, who, who.tenant),
        await see_tenants(parts, who),
        await see_office_apps(parts, who),
        day_of(reader.now, parts.settings.zone),
        reader,
        slip,
    )
    return await show(request, parts, who, "tariffs.html", view, nav="owner", status=code)


@router.post("/ore/tariffario")
async def tariff(
    request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    await allow(parts, who, Action.SET_TARIFF, who.tenant, "tenant")
    try:
        rates, tenant = _rates(form), form.one("tenant")
        if tenant:
            await set_own_tariff(parts, who, tenant, rates)
        else:
            await set_tariff(parts, who, rates)
    except Refused as no:
        if no.why not in SLIPS:
            raise
        slip = form.slip("tariffario", reader.say(*sentences(no)), *_RATES)
        return await _standings(request, reader, who, parts, slip, status(no))
    return lead(request, "/ore")


def _rates(form: Fields) -> Rates:
    vat = form.one("vat_percent")
    if not vat.isascii() or not vat.isdigit() or len(vat) > 3:
        raise Refused(Why.BAD_INPUT, field="vat_percent")
    until = form.one("until")
    return Rates(
        form.one("version"),
        read_day(form.one("first"), "first"),
        cents(form.one("assistance"), "assistance"),
        cents(form.one("training"), "training"),
        int(vat),
        read_day(until, "until") if until else None,
    )


@router.post("/ore/office")
async def apps(request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    await allow(parts, who, Action.SET_TARIFF, who.tenant, "tenant")
    try:
        await set_office_apps(parts, who, form.one("apps").splitlines()[:400])
    except Refused as no:
        if no.why not in SLIPS:
            raise
        slip = form.slip("office", reader.say(*sentences(no)), *_RATES)
        return await _standings(request, reader, who, parts, slip, status(no))
    return lead(request, "/ore")
