"""The register of administrators: who was one on a day, appointing and ending, the notice for people at work."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from broker.api.who import Caller, FreshCaller, PartsOf
from broker.cases.appoint_administrator import appoint_administrator
from broker.cases.change_notice import change_notice
from broker.cases.deny import allow
from broker.cases.end_appointment import end_appointment
from broker.cases.see_administrators import see_administrators
from broker.cases.see_estate import see_own, see_tenants
from broker.cases.see_notice import see_notice
from broker.cases.see_staff import see_staff
from broker.domain.people import Action, Who
from broker.parts import Parts
from web.pages.page import FormFields, Reading, lead, show
from web.present import administrators as say

router = APIRouter(prefix="/amministratori")


@router.get("")
async def listed(request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    await allow(parts, who, Action.SEE_ADMINISTRATORS, who.tenant, "person")
    tenants = await see_tenants(parts, who)
    tenant = request.query_params.get("cliente") or await _first(parts, who)
    view = await see_administrators(parts, who, tenant, say.day(request.query_params))
    staff = await see_staff(parts, who) if who.role == "owner" else []
    page = say.page(view, tenants, staff, who, reader)
    return await show(request, parts, who, "administrators.html", page, nav="people")


async def _first(parts: Parts, who: Who) -> str:
    """Whose register is shown when none was chosen: his own, or the first customer's."""
    if not who.house:
        return who.tenant
    tenants = await see_tenants(parts, who)
    return tenants[0].id if tenants else ""


@router.get("/avviso")
async def notice(request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    found = await see_notice(parts, who, who.tenant)
    view = say.notice(found, (await see_own(parts, who)).name, reader)
    return await show(request, parts, who, "notice.html", view, nav="people")


@router.post("/avviso")
async def switch(request: Request, form: FormFields, who: Caller, parts: PartsOf) -> Response:
    await allow(parts, who, Action.CHANGE_NOTICE, who.tenant, "person")
    await change_notice(parts, who, say.shows(form.one("shows")))
    return lead(request, "/amministratori")


@router.post("/{tenant}")
async def appoint(
    tenant: str, request: Request, form: FormFields, who: FreshCaller, parts: PartsOf
) -> Response:
    await allow(parts, who, Action.APPOINT_ADMINISTRATOR, tenant, "person")
    await appoint_administrator(parts, who, tenant, say.read(form.values))
    return lead(request, f"/amministratori?cliente={tenant}" if who.house else "/amministratori")


@router.get("/{tenant}/{appointment}/fine")
async def about_to_end(
    tenant: str, appointment: str, request: Request, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    await allow(parts, who, Action.APPOINT_ADMINISTRATOR, tenant, "person")
    return await show(request, parts, who, "confirm.html", say.confirm(tenant, appointment, reader))


@router.post("/{tenant}/{appointment}/fine")
async def end(tenant: str, appointment: str, request: Request, who: FreshCaller, parts: PartsOf) -> Response:
    await end_appointment(parts, who, tenant, appointment)
    return lead(request, f"/amministratori?cliente={tenant}" if who.house else "/amministratori")
