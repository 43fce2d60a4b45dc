"""Somebody leaves, asked once more, and then nothing lets him in; later his name is erased."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from broker.api.who import Caller, PartsOf
from broker.cases.deny import allow
from broker.cases.dismiss import dismiss
from broker.cases.erase_name import erase_name
from broker.domain.people import Action
from web.pages.page import Reading, lead, show
from web.present import leaving

router = APIRouter(prefix="/persone/{tenant}/{person}")


@router.get("/uscita")
async def about_to_dismiss(
    tenant: str, person: str, request: Request, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    await allow(parts, who, Action.DISMISS, tenant, "person")
    view = leaving.confirm(f"/persone/{tenant}/{person}", reader)
    return await show(request, parts, who, "confirm.html", view)


@router.post("/uscita")
async def let_go(tenant: str, person: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await dismiss(parts, who, tenant, person)
    return lead(request, "/persone")


@router.get("/nome")
async def about_to_erase(
    tenant: str, person: str, request: Request, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    await allow(parts, who, Action.ERASE_NAME, tenant, "person")
    view = leaving.confirm_name(f"/persone/{tenant}/{person}", reader)
    return await show(request, parts, who, "confirm.html", view)


@router.post("/nome")
async def erase(tenant: str, person: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await erase_name(parts, who, tenant, person)
    return lead(request, "/persone")
