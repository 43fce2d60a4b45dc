"""Resellers: the vendor's list, one of them, and the page on which a reseller serves his customers."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from broker.api.refusals import sentences, status
from broker.api.who import Caller, PartsOf
from broker.cases.deny import allow
from broker.cases.keep_resale import activate_program, set_autonomous, set_resale_rate, teach_topic
from broker.cases.see_estate import see_tenants
from broker.cases.see_resellers import see_reseller, see_resellers, see_served
from broker.cases.serve_customers import Tried, pass_to_vendor, report_for_customer, solve_for_customer
from broker.cases.supply import set_supplier
from broker.cases.take_over import take_over
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.reseller import TAKE_OVERS
from broker.domain.tariff import Rates, cents
from broker.parts import Parts
from web import views as v
from web.pages.page import Fields, FormFields, Reading, lead, show
from web.present import resale as say
from web.present.reader import Reader
from web.present.typed_days import read_day

router = APIRouter()
_ONE = "/rivenditori/{tenant}"
_RATE = ("product", "version", "first", "assistance", "training")
_TRIED = ("for", "text", "tried", "accepted")
SLIPS = (
    Why.BAD_INPUT, Why.TOO_LARGE, Why.DUPLICATE, Why.RESALE_RATE_MISSING, Why.TOPICS_MISSING, Why.CHARGE_NOT_ACCEPTED,
)  # fmt: skip


@router.get("/rivenditori")
async def listed(
    request: Request, reader: Reading, who: Caller, parts: PartsOf, cliente: str = ""
) -> Response:
    found = await see_resellers(parts, who)
    if cliente:
        return lead(request, f"/rivenditori/{cliente}")
    view = say.resellers(found, await see_tenants(parts, who), reader)
    return await show(request, parts, who, "resellers.html", view, nav="owner")


@router.get(_ONE)
async def one(
    tenant: str, request: Request, reader: Reading, who: Caller, parts: PartsOf, mese: str = ""
) -> Response:
    return await _one(tenant, request, reader, who, parts, mese)


async def _one(
    tenant: str, request: Request, reader: Reader, who: Who, parts: Parts,
    month: str = "", slip: v.Slip | None = None, code: int = 200,
) -> Response:  # fmt: skip
    await allow(parts, who, Action.KEEP_RESALE, tenant, "tenant")
    found = await see_reseller(parts, who, tenant, month)
    view = say.reseller(found, reader, tenants=await see_tenants(parts, who), owner=True, slip=slip)
    return await show(request, parts, who, "reseller.html", view, nav="owner", status=code)


@router.post(f"{_ONE}/{{what}}")
async def enter(
    tenant: str, what: str, request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    """``tariffa``, ``attivazione``, ``argomento``, ``cliente``: a form of the page each."""
    await allow(parts, who, Action.KEEP_RESALE, tenant, "tenant")
    try:
        await _entered(tenant, what, form, who, parts)
    except Refused as no:
        if no.why not in SLIPS:
            raise
        slip = form.slip(what, reader.say(*sentences(no)), *_RATE)
        return await _one(tenant, request, reader, who, parts, slip=slip, code=status(no))
    return lead(request, f"/rivenditori/{tenant}")


async def _entered(tenant: str, what: str, form: Fields, who: Who, parts: Parts) -> None:
    product = form.one("product")
    match what:
        case "tariffa":
            rates = Rates(
                form.one("version"), read_day(form.one("first"), "first"),
                cents(form.one("assistance"), "assistance"), cents(form.one("training"), "training"),
            )  # fmt: skip
            await set_resale_rate(parts, who, tenant, rates, product or None)
        case "attivazione":
            first = read_day(form.one("first"), "first")
            await activate_program(parts, who, tenant, product, first)
        case "argomento":
            product, _, training = form.one("line").partition(" ")
            await teach_topic(parts, who, tenant, product, form.one("topic"), training)
        case "cliente":
            theirs = form.one("ends") == "yes"
            await set_supplier(parts, who, form.one("customer"), product, None if theirs else tenant)
        case _:
            raise Refused(Why.NOT_FOUND)


@router.post(f"{_ONE}/autonomo/{{product}}")
async def let_alone(tenant: str, product: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await set_autonomous(parts, who, tenant, product)
    return lead(request, f"/rivenditori/{tenant}")


@router.post("/incidenti/{tenant}/{incident}/subentra")
async def take(
    tenant: str, incident: str, request: Request, form: FormFields, who: Caller, parts: PartsOf
) -> Response:
    """The vendor takes over what is with the reseller, with a reason."""
    await allow(parts, who, Action.WORK_INCIDENT, tenant, "request")
    reason = next((one for one in TAKE_OVERS if one == form.one("reason")), None)
    if reason is None:
        raise Refused(Why.BAD_INPUT, field="reason")
    await take_over(parts, who, tenant, incident, reason)
    return lead(request, f"/incidenti/{tenant}/{incident}")


# ------------------------------------------------------------------------------ the reseller's own


@router.get("/rivendita")
async def own(request: Request, reader: Reading, who: Caller, parts: PartsOf, mese: str = "") -> Response:
    return await _own(request, reader, who, parts, month=mese)


async def _own(
    request: Request, reader: Reader, who: Who, parts: Parts, slip: v.Slip | None = None, code: int = 200,
    month: str = "",
) -> Response:  # fmt: skip
    view = say.served(await see_served(parts, who, month), reader, slip)
    return await show(request, parts, who, "resold.html", view, nav="incidents", status=code)


@router.post("/rivendita")
async def report(
    request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    await allow(parts, who, Action.SERVE_CUSTOMERS, who.tenant, "request")
    tenant, _, product = form.one("for").partition(" ")
    try:
        done = await report_for_customer(parts, who, tenant, product, form.one("text"), _tried(form))
    except Refused as no:
        if no.why not in SLIPS:
            raise
        slip = form.slip("nuovo", reader.say(*sentences(no)), *_TRIED)
        return await _own(request, reader, who, parts, slip, status(no))
    return lead(request, "/rivendita", covered=done.covered)


@router.post("/rivendita/{tenant}/{incident}/passa")
async def pass_on(
    tenant: str,
    incident: str,
    request: Request,
    form: FormFields,
    reader: Reading,
    who: Caller,
    parts: PartsOf,
) -> Response:
    try:
        await pass_to_vendor(parts, who, tenant, incident, _tried(form))
    except Refused as no:
        if no.why not in SLIPS:
            raise
        slip = form.slip(incident, reader.say(*sentences(no)), *_TRIED)
        return await _own(request, reader, who, parts, slip, status(no))
    return lead(request, "/rivendita")


@router.post("/rivendita/{tenant}/{incident}/risolto")
async def solved(tenant: str, incident: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await solve_for_customer(parts, who, tenant, incident)
    return lead(request, "/rivendita")


def _tried(form: Fields) -> Tried:
    return Tried(form.one("tried"), form.one("accepted") == "yes")
