"""The service desk's pages: queue, one incident, a call, and what a customer reports himself."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from broker.api.refusals import sentences
from broker.api.who import Caller, PartsOf
from broker.cases.agree_contract import see_contracts
from broker.cases.deny import allow
from broker.cases.list_products import see_products
from broker.cases.log_call import Call, log_call
from broker.cases.open_incident import Report, report_incident
from broker.cases.remind import explain_why_not
from broker.cases.see_estate import see_own, see_tenants
from broker.cases.see_incidents import see_incident, see_incidents, see_queue
from broker.cases.see_programs import see_met
from broker.cases.see_resellers import see_own_resale
from broker.cases.take_incident import take_incident, take_next
from broker.cases.wait_for_customer import begin_waiting, end_waiting
from broker.cases.work_incident import (
    answer_incident,
    close_incident,
    rate_incident,
    release_incident,
    solve_incident,
    write_again,
)
from broker.domain.incident import CHANGES, OUTCOMES, Awaited, How
from broker.domain.people import Action, Who
from broker.domain.plans import Severity
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from web import views as v
from web import views_incidents as i
from web.pages.page import FormFields, Reading, lead, show
from web.present import desk, programs, resale, words
from web.present import incident_words as w
from web.present import incidents as say
from web.present.reader import Reader

router = APIRouter()
_ONE = "/incidenti/{tenant}/{incident}"
_HOW: dict[str, How] = {"chiamata": "call", "messaggio": "message"}
_AWAITED: dict[str, Awaited] = {"cliente": "customer", "autorizzazione": "authorisation"}


@router.get("/coda")
async def queue(request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    view = desk.desk(await see_queue(parts, who), who, reader)
    return await show(request, parts, who, "desk.html", view, nav="queue", live=True)


@router.post("/coda/prossimo")
async def pull(request: Request, who: Caller, parts: PartsOf) -> Response:
    handed = await take_next(parts, who)
    return lead(request, f"/incidenti/{handed.tenant}/{handed.incident}")


@router.get("/telefonata")
async def blank_call(request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    return await _call(request, parts, who, reader, None)


@router.post("/telefonata")
async def call(request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    typed = Call(form.one("tenant"), form.one("caller"), form.one("anomaly"), form.one("callback"))
    try:
        done = await log_call(parts, who, typed)
    except Refused as no:
        if no.why not in (Why.BAD_INPUT, Why.TOO_LARGE):
            raise
        slip = form.slip("telefonata", reader.say(*sentences(no)), "tenant", "caller", "anomaly", "callback")
        return await _call(request, parts, who, reader, slip)
    return lead(request, f"/incidenti/{done.tenant}/{done.incident}", covered=done.covered)


async def _call(request: Request, parts: Parts, who: Who, reader: Reader, slip: v.Slip | None) -> Response:
    await allow(parts, who, Action.LOG_CALL, who.tenant, "request")
    chosen = "" if slip is None else slip.value("tenant")
    view = i.Call(
        post="/telefonata",
        customers=tuple(
            v.Option(one.id, words.clean(one.name), chosen=one.id == chosen)
            for one in await see_tenants(parts, who)
        ),
        read_aloud=reader.say(*w.READ_ALOUD),
        back=v.Act(reader.say("Annulla", "Cancel"), href="/coda"),
        slip=slip,
    )
    status = 200 if slip is None else 422
    return await show(request, parts, who, "call.html", view, nav="queue", status=status)


@router.get("/incidenti")
async def own(request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    if who.house:
        return lead(request, "/coda")
    return await _own(request, parts, who, reader, None)


async def _own(request: Request, parts: Parts, who: Who, reader: Reader, slip: v.Slip | None) -> Response:
    found = await see_incidents(parts, who, who.tenant)
    customer = words.clean((await see_own(parts, who)).name)
    sold = await see_own_resale(parts, who)
    view = i.Own(
        title=reader.say(f"Incidenti di {customer}", f"Incidents of {customer}"),
        rows=tuple(say.row(one, reader) for one in found),
        post="" if who.role == "auditor" else "/incidenti",
        severities=(v.Option("", reader.say("Non so", "I do not know")), *say.severities(reader)),
        products=say.products(
            await see_products(parts, who), await see_contracts(parts, who, who.tenant), reader
        ),
        slip=slip,
        charged=None if sold is None else resale.charged(sold, reader),
        served=None
        if sold is None
        else v.Act(reader.say("I vostri clienti", "Your customers"), href="/rivendita"),
    )
    status = 200 if slip is None else 422
    return await show(request, parts, who, "incidents.html", view, nav="incidents", live=True, status=status)


@router.post("/incidenti")
async def report(
    request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    proposed = form.one("severity")
    try:
        severity = Severity(proposed) if proposed in [*Severity] else None
        mine = Report(
            form.one("incident_text"), "portal", proposed=severity, product=form.one("product") or None,
            tried=form.one("tried"), accepted=form.one("accepted") == "yes",
        )  # fmt: skip
        done = await report_incident(parts, who, who.tenant, mine)
    except Refused as no:
        if who.house or no.why not in (Why.BAD_INPUT, Why.TOO_LARGE, Why.CHARGE_NOT_ACCEPTED):
            raise
        kept = ("incident_text", "severity", "product", "tried")
        slip = form.slip("incidente", reader.say(*sentences(no)), *kept)
        return await _own(request, parts, who, reader, slip)
    return lead(request, f"/incidenti/{who.tenant}/{done.incident}", covered=done.covered)


@router.get(_ONE)
async def one(
    tenant: str, incident: str, request: Request, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    found = await see_incident(parts, who, tenant, incident)
    met = programs.met(
        await see_met(parts, who, tenant, incident), who, f"/incidenti/{tenant}/{incident}/criticita", reader
    )
    view = say.incident(found, who, reader, met=met)
    if not who.house:
        return await show(request, parts, who, "incident.html", view, nav="incidents", live=True)
    whole = desk.desk(await see_queue(parts, who), who, reader, view, found.seen)
    return await show(request, parts, who, "desk.html", whole, nav="queue", live=True)


@router.post(f"{_ONE}/prendi")
async def take(
    tenant: str, incident: str, request: Request, form: FormFields, who: Caller, parts: PartsOf
) -> Response:
    await take_incident(parts, who, tenant, incident, form.one("reason") or None)
    return lead(request, f"/incidenti/{tenant}/{incident}")


@router.post(f"{_ONE}/rilascia")
async def release(tenant: str, incident: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await release_incident(parts, who, tenant, incident)
    return lead(request, "/coda")


@router.post(f"{_ONE}/gravita")
async def rate(
    tenant: str, incident: str, request: Request, form: FormFields, who: Caller, parts: PartsOf
) -> Response:
    await allow(parts, who, Action.WORK_INCIDENT, tenant, "request")
    wanted = next((one for one in Severity if one == form.one("severity")), None)
    if wanted is None:
        raise Refused(Why.BAD_INPUT, field="severity_reason")
    reason = next((one for one in CHANGES if one == form.one("reason")), None)
    await rate_incident(parts, who, tenant, incident, wanted, reason)
    return lead(request, f"/incidenti/{tenant}/{incident}")


@router.post(f"{_ONE}/risposta/{{how}}")
async def answer(
    tenant: str, incident: str, how: str, request: Request, who: Caller, parts: PartsOf
) -> Response:
    await allow(parts, who, Action.WORK_INCIDENT, tenant, "request")
    if how not in _HOW:
        raise Refused(Why.NOT_FOUND)
    await answer_incident(parts, who, tenant, incident, _HOW[how])
    return lead(request, f"/incidenti/{tenant}/{incident}")


@router.post(f"{_ONE}/attesa/{{awaited}}")
async def wait(
    tenant: str, incident: str, awaited: str, request: Request, who: Caller, parts: PartsOf
) -> Response:
    """*In attesa del cliente*, or *di autorizzazione*; ``fine`` ends it."""
    await allow(parts, who, Action.WORK_INCIDENT, tenant, "request")
    if awaited == "fine":
        await end_waiting(parts, who, tenant, incident)
    elif awaited in _AWAITED:
        await begin_waiting(parts, who, tenant, incident, _AWAITED[awaited])
    else:
        raise Refused(Why.NOT_FOUND)
    return lead(request, f"/incidenti/{tenant}/{incident}")


@router.post(f"{_ONE}/chiudi")
async def close(
    tenant: str, incident: str, request: Request, form: FormFields, who: Caller, parts: PartsOf
) -> Response:
    await allow(parts, who, Action.WORK_INCIDENT, tenant, "request")
    outcome = next((one for one in OUTCOMES if one == form.one("outcome")), None)
    if outcome is None:
        raise Refused(Why.BAD_INPUT, field="outcome")
    await close_incident(parts, who, tenant, incident, outcome)
    return lead(request, f"/incidenti/{tenant}/{incident}")


@router.post(f"{_ONE}/avvisa")
async def ask_again(tenant: str, incident: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await write_again(parts, who, tenant, incident)
    return lead(request, f"/incidenti/{tenant}/{incident}")


@router.post(f"{_ONE}/spiega")
async def explain(tenant: str, incident: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await explain_why_not(parts, who, tenant, incident)
    return lead(request, f"/incidenti/{tenant}/{incident}")


@router.post(f"{_ONE}/segnala")
async def confirm(tenant: str, incident: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    """The titolare's or the ADS's written yes to what somebody rang about: from now on the clock runs."""
    await report_incident(parts, who, tenant, Report("", "portal", contact=incident))
    return lead(request, f"/incidenti/{tenant}/{incident}")


@router.post(f"{_ONE}/risolvo")
async def solve(tenant: str, incident: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await solve_incident(parts, who, tenant, incident)
    return lead(request, f"/incidenti/{tenant}/{incident}")
