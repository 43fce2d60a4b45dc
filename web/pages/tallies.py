"""Statements of charges for titolare and owner; draft invoices, and whom they are made out to, for the owner."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from audit.periods import month_bounds
from broker.api.refusals import sentences, status
from broker.api.who import Caller, PartsOf
from broker.cases.deny import allow
from broker.cases.draft_invoices import see_drafts, see_party, set_order, set_party
from broker.cases.see_estate import see_own, see_tenants
from broker.cases.see_hours import NOW_TOO
from broker.cases.see_tally import see_tally
from broker.cases.set_tariff import see_tariffs
from broker.domain.instants import day_of
from broker.domain.invoice_party import FIELDS, OF_HOUSE
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from web import views as v
from web.pages.page import Fields, FormFields, Reading, lead, show
from web.present import tallies as say
from web.present import work as say_work
from web.present.reader import Reader

router = APIRouter()
_SLIPS = frozenset({Why.BAD_INPUT, Why.TOO_LARGE})
_PARTY = (*FIELDS, *OF_HOUSE)


@router.get("/clienti/{tenant}/rendiconto")
async def statement(
    tenant: str, request: Request, reader: Reading, who: Caller, parts: PartsOf, dal: str = "", al: str = "",
    contratto: str = "",
) -> Response:  # fmt: skip
    await allow(parts, who, Action.SEE_HOURS, tenant, "tenant")
    view = await see_tally(parts, who, tenant, dal, al, _number(contratto) if contratto else None)
    page = say.statement(view, reader, house=who.house)
    return await show(request, parts, who, "statement.html", page, nav="owner" if who.house else "")


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise Refused(Why.BAD_INPUT, field="contract")
    return int(text)


@router.get("/gestione/fatture")
async def drafts(request: Request, reader: Reading, who: Caller, parts: PartsOf, mese: str = "") -> Response:
    found = await see_drafts(parts, who, mese)
    told = await see_tariffs(parts, who, who.tenant)
    last = day_of(month_bounds(found.period, parts.settings.zone)[1] - NOW_TOO, parts.settings.zone)
    in_force = say_work.in_force(told, last, reader)
    page = say.invoices(found, await see_own(parts, who), await see_tenants(parts, who), in_force, reader)
    return await show(request, parts, who, "invoices.html", page, nav="owner")


@router.get("/clienti/{tenant}/fatturazione")
async def party(tenant: str, request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    return await _party(tenant, request, reader, who, parts)


async def _party(
    tenant: str, request: Request, reader: Reader, who: Who, parts: Parts, slip: v.Slip | None = None, code: int = 200
) -> Response:  # fmt: skip
    page = say.party(await see_party(parts, who, tenant), reader, slip)
    return await show(request, parts, who, "party.html", page, nav="owner", status=code)


@router.post("/clienti/{tenant}/fatturazione")
async def enter(
    tenant: str, request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    await allow(parts, who, Action.DRAFT_INVOICES, tenant, "tenant")
    try:
        await set_party(parts, who, tenant, {name: form.one(name) for name in _PARTY})
    except Refused as no:
        return await _again(no, "dati", _PARTY, form, tenant, request, reader, who, parts)
    return lead(request, f"/clienti/{tenant}/fatturazione")


@router.post("/clienti/{tenant}/fatturazione/contratto")
async def order(
    tenant: str, request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    await allow(parts, who, Action.DRAFT_INVOICES, tenant, "tenant")
    try:
        codes = form.one("cig"), form.one("cup")
        await set_order(parts, who, tenant, _number(form.one("contract")), codes)
    except Refused as no:
        return await _again(no, "ordine", ("cig", "cup"), form, tenant, request, reader, who, parts)
    return lead(request, f"/clienti/{tenant}/fatturazione")


async def _again(
    no: Refused, form_name: str, names: tuple[str, ...], form: Fields,
    tenant: str, request: Request, reader: Reader, who: Who, parts: Parts,
) -> Response:  # fmt: skip
    """The page once more, with what was typed, where it was only mistyped."""
    if no.why not in _SLIPS:
        raise no
    slip = form.slip(form_name, reader.say(*sentences(no)), *names)
    return await _party(tenant, request, reader, who, parts, slip, status(no))
