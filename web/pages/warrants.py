"""Delegations and mandates: the titolare gives them by signing, sees them, ends one before its day."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request, Response

from broker.api.who import Caller, PartsOf
from broker.cases.deny import allow
from broker.cases.give_warrant import begin_warrant, end_warrant
from broker.cases.see_warrants import see_warrants
from broker.domain.people import Action
from web.pages.page import FormFields, Reading, lead, show, to_signing
from web.present import warranting

router = APIRouter(prefix="/deleghe")


@router.get("")
async def listed(request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    view = warranting.page(await see_warrants(parts, who), who, reader)
    return await show(request, parts, who, "warrants.html", view)


@router.post("/{kind}")
async def give(kind: str, request: Request, form: FormFields, who: Caller, parts: PartsOf) -> Response:
    await allow(parts, who, Action.GIVE_WARRANT, who.tenant, "approvers")
    draft = warranting.read(kind, form.values, parts.clock.now())
    return await to_signing(request, parts, who, partial(begin_warrant, parts, who, draft))


@router.get("/{warrant}/fine")
async def about_to_end(
    warrant: str, request: Request, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    await allow(parts, who, Action.GIVE_WARRANT, who.tenant, "approvers")
    return await show(request, parts, who, "confirm.html", warranting.confirm(warrant, reader))


@router.post("/{warrant}/fine")
async def end(warrant: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await end_warrant(parts, who, warrant)
    return lead(request, "/deleghe")
