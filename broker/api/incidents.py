"""Incidents, the queue and contracts over HTTP: everything that the pages do."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from fastapi import APIRouter

from audit import instant
from broker.api.incident_answers import (
    CallLogged,
    ContractAnswer,
    ContractsAnswer,
    Incident,
    IncidentReported,
    Pick,
    Queue,
    State,
)
from broker.api.incident_forms import (
    AnswerForm,
    CallForm,
    ContractForm,
    OutcomeForm,
    ProductForm,
    ReportForm,
    SeverityForm,
    TakeForm,
    WaitForm,
)
from broker.api.who import Caller, PartsOf
from broker.cases.agree_contract import agree_contract, see_contracts
from broker.cases.list_products import drop_product, list_product, see_products
from broker.cases.log_call import log_call
from broker.cases.open_incident import report_incident
from broker.cases.remind import explain_why_not
from broker.cases.see_incidents import see_incident, see_incidents, see_queue
from broker.cases.seen_incident import Seen
from broker.cases.take_incident import Handed, take_incident, take_next
from broker.cases.wait_for_customer import begin_waiting, end_waiting
from broker.cases.work_incident import (
    answer_incident,
    close_incident,
    rate_incident,
    release_incident,
    solve_incident,
    write_again,
)
from broker.domain.contract import Contract, record
from broker.domain.incident import Closed, Contact, Routed, Taken, Workable
from broker.domain.product import Product

router = APIRouter(prefix="/api")
_ONE = "/tenants/{tenant}/incidents/{incident}"


@router.post("/calls", status_code=201)
async def call(form: CallForm, who: Caller, parts: PartsOf) -> CallLogged:
    """`authorisable` False: nothing can be asked for until titolare or ADS, who were written to, report it."""
    done = await log_call(parts, who, form.call())
    return {
        "tenant": done.tenant, "incident": done.incident, "authorisable": done.authorisable, "covered": done.covered,
        "next": f"/incidenti/{done.tenant}/{done.incident}",
    }  # fmt: skip


@router.post("/tenants/{tenant}/incidents", status_code=201)
async def report(tenant: str, form: ReportForm, who: Caller, parts: PartsOf) -> IncidentReported:
    done = await report_incident(parts, who, tenant, form.report())
    return {"tenant": tenant, "incident": done.incident, "covered": done.covered, "reseller": done.routed}


@router.get("/tenants/{tenant}/incidents")
async def list_incidents(tenant: str, who: Caller, parts: PartsOf) -> list[Incident]:
    return [_value(one) for one in await see_incidents(parts, who, tenant)]


@router.get(_ONE)
async def incident(tenant: str, incident: str, who: Caller, parts: PartsOf) -> Incident:
    view = await see_incident(parts, who, tenant, incident)
    return {**_value(view.seen), "requests": [line.id for line in view.lines]}


@router.get("/queue")
async def queue(who: Caller, parts: PartsOf) -> Queue:
    """Everything that is not closed; `next` is what *Prendi il prossimo* gives."""
    desk = await see_queue(parts, who)
    pick: Pick | None = None if desk.next is None else {
        "tenant": desk.next.waiting.id[0], "incident": desk.next.waiting.id[1], "jumps": desk.next.reason,
    }  # fmt: skip
    return {"next": pick, "incidents": [_value(one) for one in desk.incidents]}


@router.post("/queue/next")
async def pull(who: Caller, parts: PartsOf) -> Handed:
    return await take_next(parts, who)


@router.post(f"{_ONE}/taking")
async def take(tenant: str, incident: str, form: TakeForm, who: Caller, parts: PartsOf) -> Handed:
    return await take_incident(parts, who, tenant, incident, form.reason)


@router.post(f"{_ONE}/release", status_code=204)
async def release(tenant: str, incident: str, who: Caller, parts: PartsOf) -> None:
    await release_incident(parts, who, tenant, incident)


@router.post(f"{_ONE}/severity", status_code=204)
async def rate(tenant: str, incident: str, form: SeverityForm, who: Caller, parts: PartsOf) -> None:
    await rate_incident(parts, who, tenant, incident, form.severity, form.reason)


@router.post(f"{_ONE}/answer", status_code=204)
async def answer(tenant: str, incident: str, form: AnswerForm, who: Caller, parts: PartsOf) -> None:
    await answer_incident(parts, who, tenant, incident, form.how)


@router.post(f"{_ONE}/waiting", status_code=204)
async def wait(tenant: str, incident: str, form: WaitForm, who: Caller, parts: PartsOf) -> None:
    """It waits for the customer, or for his authorisation: no time of answer stops, the minutes are kept."""
    await begin_waiting(parts, who, tenant, incident, form.awaited)


@router.delete(f"{_ONE}/waiting", status_code=204)
async def go_on(tenant: str, incident: str, who: Caller, parts: PartsOf) -> None:
    """It ends by itself at the closing, at the customer's answer to a request on it, and when a session begins."""
    await end_waiting(parts, who, tenant, incident)


@router.post(f"{_ONE}/closing", status_code=204)
async def close(tenant: str, incident: str, form: OutcomeForm, who: Caller, parts: PartsOf) -> None:
    await close_incident(parts, who, tenant, incident, form.outcome)


@router.post(f"{_ONE}/letter", status_code=204)
async def ask_again(tenant: str, incident: str, who: Caller, parts: PartsOf) -> None:
    """Titolare and ADS are written to once more about a call."""
    await write_again(parts, who, tenant, incident)


@router.post(f"{_ONE}/explanation", status_code=204)
async def explain(tenant: str, incident: str, who: Caller, parts: PartsOf) -> None:
    """Titolare and ADS are written to why nobody can intervene yet; at most once an hour."""
    await explain_why_not(parts, who, tenant, incident)


@router.post(f"{_ONE}/solution", status_code=204)
async def solve(tenant: str, incident: str, who: Caller, parts: PartsOf) -> None:
    """*Lo risolvo io*: of a call, by the customer's own people."""
    await solve_incident(parts, who, tenant, incident)


@router.get("/products")
async def catalogue(who: Caller, parts: PartsOf) -> list[Product]:
    return await see_products(parts, who)


@router.post("/products", status_code=201)
async def add_product(form: ProductForm, who: Caller, parts: PartsOf) -> Product:
    return await list_product(parts, who, form.name)


@router.delete("/products/{product}", status_code=204)
async def remove_product(product: str, who: Caller, parts: PartsOf) -> None:
    await drop_product(parts, who, product)


@router.get("/tenants/{tenant}/contracts")
async def contracts(tenant: str, who: Caller, parts: PartsOf) -> ContractsAnswer:
    seen = await see_contracts(parts, who, tenant)
    return {
        "now": None if seen.now is None else seen.now.number,
        "contracts": [_agreed(one) for one in seen.every],
    }


@router.post("/tenants/{tenant}/contracts", status_code=201)
async def agree(tenant: str, form: ContractForm, who: Caller, parts: PartsOf) -> ContractAnswer:
    return _agreed(await agree_contract(parts, who, tenant, form.terms()))


def _agreed(contract: Contract) -> ContractAnswer:
    return cast(ContractAnswer, record(contract).body() | {"guaranteed": contract.guaranteed})


def _value(seen: Seen) -> Incident:
    found, told = seen.found, seen.told
    value: Incident = {
        "tenant": found.known.tenant, "incident": found.known.id, "customer": seen.customer, "state": cast(State, found.STATE),
        "category": found.known.category, "logged": instant.to_text(found.known.logged), "place": seen.place,
        "text": None if told is None else told.incident_text,
        "caller": None if told is None else told.caller or None,
        "callback": None if told is None else told.callback or None,
        "jumps": None if seen.jumps is None else instant.to_text(seen.jumps),
        "lacks": None if seen.line is None else seen.line.lacking,
        "request": None if seen.line is None else seen.line.id,
        "session": None if seen.line is None or seen.line.session is None else seen.line.session.permit.id,
    }  # fmt: skip
    if isinstance(found, Workable | Taken):
        value["workable"] = instant.to_text(found.since)
    if isinstance(found, Routed):
        value["reseller"] = found.reseller
    if isinstance(found, Taken):
        value["taken_by"] = found.by
    if isinstance(found, Closed):
        value["outcome"], value["closed"] = found.outcome, instant.to_text(found.at)
    if not isinstance(found, Contact) and (course := found.course) is not None:
        rated, answered = course.rated, course.answered
        value |= {
            "origin": course.origin, "reported": instant.to_text(course.reported), "proposed": course.proposed,
            "product": course.product, "outside_contract": seen.outside,
            "severity": None if rated is None else rated.severity,
            "due": None if rated is None or rated.due is None else instant.to_text(rated.due),
            "answered": None if answered is None else {"how": answered.how, "at": instant.to_text(answered.at)},
            "awaited": None if course.wait is None else course.wait.awaited,
            "waits_since": None if course.wait is None else instant.to_text(course.wait.since),
            "waited_seconds": course.waited // timedelta(seconds=1),
        }  # fmt: skip
    return value
