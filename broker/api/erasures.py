"""Holds on erasure, over HTTP: placed and lifted by the titolare or the vendor's owner."""

from __future__ import annotations

from fastapi import APIRouter

from broker.api.answers import HoldPlaced
from broker.api.forms import HoldForm
from broker.api.who import Caller, FreshCaller, PartsOf
from broker.cases.hold_erasure import lift_hold, place_hold

router = APIRouter(prefix="/api/holds")


@router.post("", status_code=201)
async def place(form: HoldForm, who: Caller, parts: PartsOf) -> HoldPlaced:
    tenant = form.tenant or who.tenant
    hold = await place_hold(parts, who, tenant, request=form.request, reason=form.reason, review=form.review)
    return {"hold": hold}


@router.delete("/{tenant}/{hold}", status_code=204)
async def lift(tenant: str, hold: str, who: FreshCaller, parts: PartsOf) -> None:
    await lift_hold(parts, who, tenant, hold)
