"""The titolare erases a request's texts before their term, or has them kept beyond it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from fastapi import APIRouter, Request, Response

from broker.api.who import Caller, FreshCaller, PartsOf
from broker.cases.decide_erasure import begin_erasure
from broker.cases.hold_erasure import lift_hold, place_hold
from broker.cases.located import request_tenant
from broker.domain.people import Action
from web.pages.page import Reading, lead, show, to_signing
from web.present import erasing

router = APIRouter()
_REVIEW = timedelta(days=180)


@router.get("/richieste/{request_id}/cancella")
async def about_to_erase(
    request_id: str, request: Request, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    await request_tenant(parts, who, Action.DECIDE_ERASURE, request_id)
    view = erasing.confirm(f"/richieste/{request_id}", reader)
    return await show(request, parts, who, "confirm.html", view)


@router.post("/richieste/{request_id}/cancella")
async def erase(request_id: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    call = partial(begin_erasure, parts, who, request_id, reason="asked_by_person")
    return await to_signing(request, parts, who, call)


@router.get("/richieste/{request_id}/sospendi")
async def about_to_hold(
    request_id: str, request: Request, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    await request_tenant(parts, who, Action.HOLD_ERASURE, request_id)
    view = erasing.confirm_hold(f"/richieste/{request_id}", reader)
    return await show(request, parts, who, "confirm.html", view)


@router.post("/richieste/{request_id}/sospendi")
async def hold(request_id: str, request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    tenant = await request_tenant(parts, who, Action.HOLD_ERASURE, request_id)
    review = (reader.now + _REVIEW).date()
    await place_hold(parts, who, tenant, request=request_id, reason="contest", review=review)
    return lead(request, f"/richieste/{request_id}")


@router.post("/sospensioni/{hold}/togli")
async def lift(hold: str, request: Request, who: FreshCaller, parts: PartsOf) -> Response:
    await lift_hold(parts, who, who.tenant, hold)
    return lead(request, "/titolare")
