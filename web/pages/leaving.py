"""Somebody leaves, asked once more, and then nothing lets him in; later his name is erased."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from broker.api.who import Caller, FreshCaller, PartsOf
from broker.cases.deny import allow
from broker.cases.dismiss import dismiss
from broker.cases.erase_name import erase_name
from broker.cases.see_estate import see_people
from broker.cases.see_left import see_left
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from web.pages.page import Reading, lead, show
from web.present import leaving

router = APIRouter(prefix="/persone/{tenant}/{person}")


@router.get("/uscita")
async def about_to_dismiss(
    tenant: str, person: str, request: Request, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    await allow(parts, who, Action.DISMISS, tenant, "person")
    view = leaving.confirm(await _name(parts, who, tenant, person), f"/persone/{tenant}/{person}", reader)
    return await show(request, parts, who, "confirm.html", view)


@router.post("/uscita")
async def let_go(tenant: str, person: str, request: Request, who: FreshCaller, parts: PartsOf) -> Response:
    await dismiss(parts, who, tenant, person)
    return lead(request, "/persone")


@router.get("/nome")
async def about_to_erase(
    tenant: str, person: str, request: Request, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    await allow(parts, who, Action.ERASE_NAME, tenant, "person")
    view = leaving.confirm_name(
        await _name(parts, who, tenant, person), f"/persone/{tenant}/{person}", reader
    )
    return await show(request, parts, who, "confirm.html", view)


@router.post("/nome")
async def erase(tenant: str, person: str, request: Request, who: FreshCaller, parts: PartsOf) -> Response:
    await erase_name(parts, who, tenant, person)
    return lead(request, "/persone")


async def _name(parts: Parts, who: Who, tenant: str, person: str) -> str:
    known = {one.id: one.name for one in await see_people(parts, who, tenant)}
    known |= {one.id: one.name for one in await see_left(parts, who, tenant)}
    if person not in known:
        raise Refused(Why.NOT_FOUND)
    return known[person]
