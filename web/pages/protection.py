"""Protezione dei dati: the facts of a customer, its breaches, one of them; relays and the impact assessment's reference."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from broker.api.refusals import sentences
from broker.api.who import Caller, PartsOf
from broker.cases.breach import close_breach, open_breach, set_breach_term, tell_breach
from broker.cases.deny import allow
from broker.cases.file_paper import PaperDraft, file_paper
from broker.cases.note_relay import note_relay
from broker.cases.processing_facts import see_processing
from broker.cases.question_instruction import question_instruction
from broker.cases.rectify import rectify
from broker.cases.see_beside import see_beside
from broker.cases.see_breaches import see_breach, see_breaches
from broker.cases.see_estate import see_tenants
from broker.cases.see_hosts import see_hosts
from broker.domain.breach import FIELDS, BreachDraft, Chosen, stretch
from broker.domain.people import MAY, Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from web import views as v
from web.pages.page import Fields, FormFields, Reading, lead, show, tried
from web.present import beside, breaches, protection
from web.present.reader import Reader
from web.present.times import WrongHour, typed
from web.present.typed_days import iso_day

router = APIRouter()
_SLIPS = (Why.BAD_INPUT, Why.TOO_LARGE, Why.RECIPIENT_MISSING)


@router.get("/protezione")
async def listed(request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    if not who.house:
        return await _one(request, parts, who, reader, who.tenant)
    await allow(parts, who, Action.SEE_BREACHES, who.tenant, "breach")
    found = [(one, await see_breaches(parts, who, one.id)) for one in await see_tenants(parts, who)]
    return await show(request, parts, who, "protection_list.html", protection.customers(found, reader))


@router.get("/protezione/{tenant}")
async def one(tenant: str, request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    return await _one(request, parts, who, reader, tenant)


@router.post("/protezione/{tenant}/violazioni")
async def opened(
    tenant: str, request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    await allow(parts, who, Action.KEEP_BREACHES, tenant, "breach")
    try:
        breach, covered = await open_breach(parts, who, tenant, _draft(form))
    except WrongHour as wrong:
        slip = form.slip("breach", reader.say(*wrong.said), "aware", "first", "until", *FIELDS)
    except Refused as no:
        if no.why not in _SLIPS:
            raise
        slip = form.slip("breach", reader.say(*sentences(no)), "aware", "first", "until", *FIELDS)
    else:
        return lead(request, f"/protezione/{tenant}/violazioni/{breach}", covered=covered)
    return await _one(request, parts, who, reader, tenant, slip)


def _draft(form: Fields) -> BreachDraft:
    first, until = stretch(typed(form.one("first")), typed(form.one("until")))
    return BreachDraft(
        typed(form.one("aware")),
        Chosen(first, until, form.one("host") or None, form.one("person") or None),
        form.one("high_risk") == "yes",
        {name: form.one(name) for name in FIELDS},
    )


@router.post("/protezione/{tenant}/termine")
async def term(
    tenant: str, request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    slip = await tried(_SLIPS, set_breach_term(parts, who, form.whole("hours", 0)), form, reader, "term")
    return await _shown(request, parts, who, reader, tenant, slip)


@router.post("/protezione/{tenant}/relay")
async def relay(
    tenant: str, request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    doing = note_relay(parts, who, tenant, form.one("tool"), form.one("relay"))
    slip = await tried(_SLIPS, doing, form, reader, "relay", "relay")
    return await _shown(request, parts, who, reader, tenant, slip)


@router.post("/protezione/{tenant}/valutazione")
async def assessment(
    tenant: str, request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    dated, until = iso_day(form.one("dated")), iso_day(form.one("until"))
    paper = (form.one("reference"), dated, until, form.one("file"))
    doing = file_paper(parts, who, tenant, PaperDraft("dpia", *paper))
    slip = await tried(_SLIPS, doing, form, reader, "dpia", "reference", "dated", "until", "file")
    return await _shown(request, parts, who, reader, tenant, slip)


# -------------------------------------------------------------------------------- one breach


@router.get("/protezione/{tenant}/violazioni/{breach}")
async def breach(
    tenant: str, breach: str, request: Request, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    return await _breach(request, parts, who, reader, tenant, breach)


@router.post("/protezione/{tenant}/violazioni/{breach}/comunicazioni")
async def told(
    tenant: str, breach: str, request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    said = {name: form.one(name) for name in FIELDS}
    doing = tell_breach(parts, who, tenant, breach, said, high_risk=form.one("high_risk") == "yes")
    slip = await tried(_SLIPS, doing, form, reader, "tell", *FIELDS)
    if slip is not None:
        return await _breach(request, parts, who, reader, tenant, breach, slip)
    return lead(request, f"/protezione/{tenant}/violazioni/{breach}")


@router.post("/protezione/{tenant}/violazioni/{breach}/fine")
async def closed(
    tenant: str, breach: str, request: Request, form: FormFields, who: Caller, parts: PartsOf
) -> Response:
    await close_breach(parts, who, tenant, breach, form.one("outcome"))
    return lead(request, f"/protezione/{tenant}/violazioni/{breach}")


# ------------------------------------------------------------------------- beside a request


@router.get("/richieste/{request_id}/rettifiche")
async def written_beside(
    request_id: str, request: Request, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    view = beside.page(await see_beside(parts, who, request_id), reader)
    return await show(request, parts, who, "beside.html", view, nav="queue")


@router.post("/richieste/{request_id}/segnalazione")
async def question(
    request_id: str, request: Request, form: FormFields, who: Caller, parts: PartsOf
) -> Response:
    covered = await question_instruction(parts, who, request_id, form.one("text"))
    return lead(request, f"/richieste/{request_id}/rettifiche", covered=covered)


@router.post("/richieste/{request_id}/rettifica")
async def rectification(
    request_id: str, request: Request, form: FormFields, who: Caller, parts: PartsOf
) -> Response:
    covered = await rectify(parts, who, request_id, form.one("what"), form.one("text"))
    return lead(request, f"/richieste/{request_id}/rettifiche", covered=covered)


# ------------------------------------------------------------------------------------ showing


async def _shown(
    request: Request, parts: Parts, who: Who, reader: Reader, tenant: str, slip: v.Slip | None
) -> Response:
    if slip is None:
        return lead(request, f"/protezione/{tenant}")
    return await _one(request, parts, who, reader, tenant, slip)


async def _one(
    request: Request, parts: Parts, who: Who, reader: Reader, tenant: str, slip: v.Slip | None = None
) -> Response:
    facts = await see_processing(parts, who, tenant)
    found = await see_breaches(parts, who, tenant) if who.role in MAY[Action.SEE_BREACHES] else None
    hosts = {one.id: one.label for one in await see_hosts(parts, who, tenant)}
    technicians = {one.id: one.name for one in facts.access if one.role in ("technician", "administrator")}
    view = protection.page(facts, found, hosts, technicians, who, reader, slip)
    return await show(request, parts, who, "protection.html", view, status=422 if slip else 200)


async def _breach(
    request: Request,
    parts: Parts,
    who: Who,
    reader: Reader,
    tenant: str,
    name: str,
    slip: v.Slip | None = None,
) -> Response:
    found = await see_breach(parts, who, tenant, name)
    hosts = {one.id: one.label for one in await see_hosts(parts, who, tenant)}
    view = breaches.page(found, hosts, who, reader, slip)
    return await show(request, parts, who, "breach.html", view, status=422 if slip else 200)
