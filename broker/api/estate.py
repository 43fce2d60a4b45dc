"""Customers and hosts over HTTP."""

from __future__ import annotations

from fastapi import APIRouter, Response

from broker.api.forms import HostForm, RevokeForm, TenantForm
from broker.api.who import Caller, PartsOf
from broker.cases.enrolment_file import enrolment_file
from broker.cases.open_tenant import open_tenant
from broker.cases.prepare_host import prepare_host
from broker.cases.revoke_host import revoke_host
from broker.cases.see_estate import see_tenants
from broker.cases.see_hosts import HostView, see_hosts
from broker.domain.estate import PreparedHost, Tenant

router = APIRouter()


@router.get("/api/tenants")
async def list_tenants(who: Caller, parts: PartsOf) -> list[Tenant]:
    return await see_tenants(parts, who)


@router.post("/api/tenants", status_code=201)
async def open_customer(form: TenantForm, who: Caller, parts: PartsOf) -> Tenant:
    return await open_tenant(parts, who, name=form.name, zone=form.zone, details=form.details)


@router.get("/api/hosts")
async def list_hosts(tenant: str, who: Caller, parts: PartsOf) -> list[HostView]:
    return await see_hosts(parts, who, tenant)


@router.post("/api/hosts", status_code=201)
async def prepare(form: HostForm, who: Caller, parts: PartsOf) -> PreparedHost:
    return await prepare_host(parts, who, form.tenant, label=form.label, place=form.place)


@router.get("/api/hosts/{host}/enrolment")
async def fetch_enrolment(host: str, who: Caller, parts: PartsOf) -> Response:
    file = await enrolment_file(parts, who, host)
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return Response(file.data, media_type="application/json", headers=headers)


@router.post("/api/hosts/{host}/revocation", status_code=204)
async def revoke(host: str, form: RevokeForm, who: Caller, parts: PartsOf) -> None:
    await revoke_host(parts, who, host, form.reason)
