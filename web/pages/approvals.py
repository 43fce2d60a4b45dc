"""An approver's answer to one request: the page, and every button on it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from fastapi import APIRouter, Request, Response

from broker.api.who import Caller, PartsOf
from broker.cases.begin_approval import begin_approval
from broker.cases.deny import allow
from broker.cases.located import approval_tenant
from broker.cases.refuse import explain_refusal, refuse
from broker.cases.revoke import revoke
from broker.cases.see_proofs import see_links
from broker.cases.see_requests import see_request
from broker.cases.show_identity import begin_identity
from broker.cases.solve_by_customer import solve_by_customer
from broker.cases.take_supervision import begin_supervision
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from web import views as v
from web.pages.page import FormFields, Reading, lead, show, to_signing, wants_json
from web.pages.reason import take_reason
from web.pages.signin import bound
from web.present.approving import approve
from web.present.qr import drawn
from web.present.reader import Reader

router = APIRouter(prefix="/richieste/{request_id}")


@router.get("/approva")
async def approval_page(
    request_id: str, request: Request, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    return await decision(request, request_id, who, parts, reader)


async def decision(
    request: Request,
    request_id: str,
    who: Who,
    parts: Parts,
    reader: Reader,
    *,
    slip: v.Slip | None = None,
    status: int = 200,
) -> Response:
    found = await see_request(parts, who, request_id)
    await approval_tenant(parts, who, request_id)
    view = approve(found, who, reader, slip, await see_links(parts, who))
    if view.state == "waiting":
        view = replace(view, phone=drawn(f"{parts.settings.origin}/richieste/{request_id}/approva"))
    return await show(request, parts, who, "approve.html", view, live=True, status=status)


@router.post("/autorizza")
async def begin(request_id: str, request: Request, form: FormFields, who: Caller, parts: PartsOf) -> Response:
    watch = form.one("watch")[:64]
    choice = watch if watch in ("self", "waived") else "named"
    watcher = watch if choice == "named" else None
    call = partial(begin_approval, parts, who, request_id, supervision=choice, watcher=watcher)
    return await to_signing(request, parts, who, call)


@router.post("/identita/{provider}")
async def show_identity(
    request_id: str, provider: str, request: Request, who: Caller, parts: PartsOf
) -> Response:
    if not wants_json(request):
        raise Refused(Why.BAD_INPUT, field="form")
    leaving = await begin_identity(parts, who, request_id, provider)
    return bound(lead(request, leaving.address), parts, leaving)


@router.post("/rifiuto")
async def say_no(request_id: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await refuse(parts, who, request_id)
    return lead(request, f"/richieste/{request_id}")


@router.post("/motivo")
async def say_why(
    request_id: str, request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    return await take_reason(
        request, form, reader, address=f"/richieste/{request_id}",
        explain=partial(explain_refusal, parts, who, request_id),
        again=partial(decision, request, request_id, who, parts, reader),
    )  # fmt: skip


@router.post("/risolta")
async def solve(request_id: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await solve_by_customer(parts, who, request_id)
    return lead(request, f"/richieste/{request_id}")


@router.post("/supervisione")
async def supervise(
    request_id: str, request: Request, form: FormFields, who: Caller, parts: PartsOf
) -> Response:
    call = partial(begin_supervision, parts, who, request_id, form.one("page_key")[:64])
    return await to_signing(request, parts, who, call)


@router.get("/revoca")
async def about_to_revoke(
    request_id: str, request: Request, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    found = await see_request(parts, who, request_id)
    await allow(parts, who, Action.REVOKE_APPROVAL, found.line.line.tenant, "approval")
    base, say = f"/richieste/{request_id}", reader.say
    view = v.Confirm(
        say("Revocare l’autorizzazione?", "Revoke the authorisation?"),
        say(
            "Vale da subito, e chiude anche una sessione già aperta. Per riprendere serve una nuova richiesta.",
            "It counts at once, and also ends a session already open. Going on takes a new request.",
        )
        if not found.line.found.asked.declared
        else say(
            "Il tecnico viene avvisato e da qui in poi non può più dichiarare un inizio. Su questa macchina non c’è un "
            "agente che possa chiudere: se sta lavorando, lo chiami.",
            "The technician is told, and cannot declare a start from here on. No agent on this host could close "
            "anything: if he is at work, call him.",
        ),
        v.Act(
            say("Revoca l’autorizzazione", "Revoke authorisation"),
            post=f"{base}/revoca",
            kind="stop",
            icon="undo",
        ),
        v.Act(say("Torna alla richiesta", "Back to the request"), href=base),
    )
    return await show(request, parts, who, "confirm.html", view)


@router.post("/revoca")
async def take_yes_back(request_id: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await revoke(parts, who, request_id)
    return lead(request, f"/richieste/{request_id}")
