"""An approver's answer to one request: the page, and every button on it."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request, Response

from broker.api.who import Caller, PartsOf
from broker.cases.begin_approval import begin_approval
from broker.cases.deny import allow
from broker.cases.refuse import explain_refusal, refuse
from broker.cases.revoke import revoke
from broker.cases.see_requests import see_request
from broker.cases.solve_by_customer import solve_by_customer
from broker.cases.take_supervision import take_supervision
from broker.domain.people import Action, Who
from broker.parts import Parts
from web import views as v
from web.pages.page import FormFields, lead, show, to_signing
from web.present.approving import approve

router = APIRouter(prefix="/richieste/{request_id}")


@router.get("/approva")
async def approval_page(request_id: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    return await decision(request, request_id, who, parts)


async def decision(request: Request, request_id: str, who: Who, parts: Parts) -> Response:
    found = await see_request(parts, who, request_id)
    await allow(parts, who, Action.APPROVE, found.line.line.tenant, "approval")
    view = approve(found, who, parts.clock.now())
    return await show(request, parts, who, "approve.html", view, live=True)


@router.post("/autorizza")
async def begin(request_id: str, request: Request, form: FormFields, who: Caller, parts: PartsOf) -> Response:
    watch = form.one("watch")[:64]
    choice = watch if watch in ("self", "waived") else "named"
    watcher = watch if choice == "named" else None
    call = partial(begin_approval, parts, who, request_id, supervision=choice, watcher=watcher)
    return await to_signing(request, parts, who, call)


@router.post("/rifiuto")
async def say_no(request_id: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await refuse(parts, who, request_id)
    return lead(request, f"/richieste/{request_id}")


@router.post("/motivo")
async def say_why(
    request_id: str, request: Request, form: FormFields, who: Caller, parts: PartsOf
) -> Response:
    await explain_refusal(parts, who, request_id, form.one("reason"))
    return lead(request, f"/richieste/{request_id}")


@router.post("/risolta")
async def solve(request_id: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await solve_by_customer(parts, who, request_id)
    return lead(request, f"/richieste/{request_id}")


@router.post("/supervisione")
async def supervise(request_id: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await take_supervision(parts, who, request_id)
    return lead(request, f"/richieste/{request_id}")


@router.get("/revoca")
async def about_to_revoke(request_id: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    found = await see_request(parts, who, request_id)
    await allow(parts, who, Action.REVOKE_APPROVAL, found.line.line.tenant, "approval")
    base = f"/richieste/{request_id}"
    view = v.Confirm(
        "Revocare l’autorizzazione?",
        "Vale da subito, e chiude anche una sessione già aperta. Per riprendere serve una nuova richiesta.",
        v.Act("Revoca l’autorizzazione", post=f"{base}/revoca", kind="stop", icon="undo"),
        v.Act("Torna alla richiesta", href=base),
    )
    return await show(request, parts, who, "confirm.html", view)


@router.post("/revoca")
async def take_yes_back(request_id: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await revoke(parts, who, request_id)
    return lead(request, f"/richieste/{request_id}")
