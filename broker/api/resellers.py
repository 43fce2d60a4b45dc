"""Resellers over HTTP: their contract, their hours, and what they do for their customers."""

from __future__ import annotations

from fastapi import APIRouter

from audit.resale import ResaleRate
from broker.api.resale_answers import ResellerAnswer, ResellerProgram, ServedIncident, ServedReported
from broker.api.resale_forms import (
    ActivationForm,
    ResaleRateForm,
    ResoldReportForm,
    SupplierForm,
    TakeOverForm,
    TopicForm,
    TriedForm,
)
from broker.api.who import Caller, PartsOf
from broker.cases.keep_resale import activate_program, set_autonomous, set_resale_rate, teach_topic
from broker.cases.see_resellers import ResellerView, see_reseller, see_resellers, see_served
from broker.cases.serve_customers import pass_to_vendor, report_for_customer, solve_for_customer
from broker.cases.supply import set_supplier
from broker.cases.take_over import take_over
from broker.domain.reseller import Program

router = APIRouter(prefix="/api")
_SALE = "/tenants/{tenant}/resale"
_PROGRAM = f"{_SALE}/programs/{{product}}"


@router.get("/resellers")
async def listed(who: Caller, parts: PartsOf) -> list[ResellerAnswer]:
    """Every reseller with the hours of this month."""
    return [_view(one) for one in await see_resellers(parts, who)]


@router.get(f"{_SALE}/{{period}}")
async def one(tenant: str, period: str, who: Caller, parts: PartsOf) -> ResellerAnswer:
    """One, with the hours of that month: by program, free or at a rate of his table. No `programs`: no reseller yet."""
    return _view(await see_reseller(parts, who, tenant, period))


@router.post(f"{_SALE}/rates", status_code=201)
async def add_rate(tenant: str, form: ResaleRateForm, who: Caller, parts: PartsOf) -> ResaleRate:
    """A line of the table. With the first one a customer is a reseller."""
    return await set_resale_rate(parts, who, tenant, form.rates(), form.product)


@router.post(f"{_SALE}/programs", status_code=204)
async def activate(tenant: str, form: ActivationForm, who: Caller, parts: PartsOf) -> None:
    """First activation: from that day on a year is free."""
    await activate_program(parts, who, tenant, form.product, form.first)


@router.post(f"{_PROGRAM}/topics", status_code=204)
async def teach(tenant: str, product: str, form: TopicForm, who: Caller, parts: PartsOf) -> None:
    await teach_topic(parts, who, tenant, product, form.topic, form.training)


@router.post(f"{_PROGRAM}/autonomy", status_code=204)
async def let_alone(tenant: str, product: str, who: Caller, parts: PartsOf) -> None:
    """Not before the three topics are recorded."""
    await set_autonomous(parts, who, tenant, product)


@router.put("/tenants/{tenant}/suppliers/{product}", status_code=204)
async def supply(tenant: str, product: str, form: SupplierForm, who: Caller, parts: PartsOf) -> None:
    """From which reseller this customer has that program."""
    await set_supplier(parts, who, tenant, product, form.reseller)


@router.post("/tenants/{tenant}/incidents/{incident}/takeover", status_code=204)
async def take(tenant: str, incident: str, form: TakeOverForm, who: Caller, parts: PartsOf) -> None:
    """Of what was routed to a reseller, by a technician."""
    await take_over(parts, who, tenant, incident, form.reason)


@router.get("/served")
async def served(who: Caller, parts: PartsOf) -> list[ServedIncident]:
    """Of a reseller: his customers' incidents that were routed to him, or that he asked the vendor about."""
    found = await see_served(parts, who)
    return [
        {
            "tenant": one.found.known.tenant, "customer": one.customer, "incident": one.found.known.id,
            "state": one.found.STATE, "text": None if one.told is None else one.told.incident_text,
        }
        for one in found.incidents
    ]  # fmt: skip


@router.post("/served", status_code=201)
async def report(form: ResoldReportForm, who: Caller, parts: PartsOf) -> ServedReported:
    """He asks the vendor for help with a customer's program; it authorises nothing there."""
    done = await report_for_customer(parts, who, form.tenant, form.product, form.text, form.said())
    return {"tenant": form.tenant, "incident": done.incident, "covered": done.covered}


@router.post("/served/{tenant}/{incident}/passing", status_code=204)
async def pass_on(tenant: str, incident: str, form: TriedForm, who: Caller, parts: PartsOf) -> None:
    await pass_to_vendor(parts, who, tenant, incident, form.said())


@router.post("/served/{tenant}/{incident}/solution", status_code=204)
async def solve(tenant: str, incident: str, who: Caller, parts: PartsOf) -> None:
    await solve_for_customer(parts, who, tenant, incident)


def _view(view: ResellerView) -> ResellerAnswer:
    found = view.found
    return {
        "tenant": view.tenant,
        "name": view.name,
        "period": view.period,
        "programs": None if found is None else [_program(one, view) for one in found.programs.values()],
        "rates": None if found is None else list(found.rates),
        "lines": view.lines,
        "customers": [{"tenant": tenant, "product": product} for tenant, _, product in view.customers],
    }


def _program(one: Program, view: ResellerView) -> ResellerProgram:
    return {
        "product": one.product,
        "first": one.first,
        "free_until": one.free_until,
        "year": one.year(view.today),
        "taught": dict(one.taught),
        "lacks": list(one.lacks()),
        "autonomous": one.autonomous,
    }
