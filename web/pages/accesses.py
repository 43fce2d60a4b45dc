"""The access log: a customer's whole, everybody's own, and the counts of the vendor's owner."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from broker.api.accesses import download
from broker.api.who import Caller, FreshCaller, PartsOf
from broker.cases.export_incident import export_incident
from broker.cases.see_accesses import count_accesses, see_accesses, see_own_accesses
from broker.cases.see_estate import see_own, see_tenants
from broker.domain.refusal import Refused, Why
from web.pages.page import Reading, show
from web.present import accesses as say

router = APIRouter(prefix="/accessi")


@router.get("")
async def listed(request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    asked = say.read(request.query_params)
    view = say.page(await see_accesses(parts, who, who.tenant, asked), asked, reader)
    return await show(request, parts, who, "accesses.html", view, nav="titolare")


@router.get("/evidenze")
async def evidence(request: Request, who: FreshCaller, parts: PartsOf) -> Response:
    asked = say.read(request.query_params)
    if asked.since is None or asked.until is None:
        raise Refused(Why.BAD_INPUT, field="dal" if asked.since is None else "al")
    return download(await export_incident(parts, who, who.tenant, asked.since, asked.until))


@router.get("/miei")
async def mine(request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    asked = say.read(request.query_params)
    tenants = [await see_own(parts, who), *(await see_tenants(parts, who) if who.house else [])]
    found = await see_own_accesses(parts, who, request.query_params.get("cliente") or who.tenant, asked)
    return await show(
        request,
        parts,
        who,
        "accesses.html",
        say.own(found, tenants, who, asked, reader),
        nav="log" if who.house else "people",
    )


@router.get("/conteggi")
async def counted(request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    asked = say.read(request.query_params)
    view = say.counts(await count_accesses(parts, who, asked), asked, reader)
    return await show(request, parts, who, "access_counts.html", view, nav="owner")
