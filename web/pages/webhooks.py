"""*Notifiche ad altri sistemi*: where facts of a log go, and how it went lately."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from broker.api.refusals import sentences, status
from broker.api.who import Caller, FreshCaller, PartsOf
from broker.cases.change_webhook import (
    close_webhook,
    pause_webhook,
    renew_webhook_secret,
    resume_webhook,
)
from broker.cases.open_webhook import WebhookSecret, open_webhook
from broker.cases.see_estate import see_own, see_tenants
from broker.cases.see_webhooks import own_webhook, see_webhooks
from broker.cases.try_webhook import try_webhook
from broker.domain.people import Who
from broker.domain.refusal import Refused, Why
from broker.domain.webhook import Delivery, grouped
from broker.parts import Parts
from web import views as v
from web.pages.page import FormFields, Reading, lead, show
from web.present import webhooks as say
from web.present.reader import Reader

router = APIRouter(prefix="/notifiche")
_SLIPS = (Why.BAD_INPUT, Why.TOO_LARGE, Why.DUPLICATE)


@router.get("")
async def first(request: Request, who: Caller, cliente: str = "") -> Response:
    return lead(request, f"/notifiche/{cliente or who.tenant}")


@router.get("/{tenant}")
async def listed(tenant: str, request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    return await _page(tenant, request, reader, who, parts)


async def _page(
    tenant: str,
    request: Request,
    reader: Reader,
    who: Who,
    parts: Parts,
    *,
    secret: WebhookSecret | None = None,
    tried: Delivery | None = None,
    slip: v.Slip | None = None,
    code: int = 200,
) -> Response:
    found = await see_webhooks(parts, who, tenant)
    logs = [await see_own(parts, who), *await see_tenants(parts, who)] if who.house else []
    view = say.page(found, logs, who, reader, secret=secret, tried=tried, slip=slip)
    nav = "owner" if who.house else "titolare"
    return await show(request, parts, who, "webhooks.html", view, nav=nav, status=code)


@router.post("/{tenant}")
async def opened(
    tenant: str, request: Request, form: FormFields, reader: Reading, who: FreshCaller, parts: PartsOf
) -> Response:
    try:
        kinds = grouped(form.one("group"), who.role)
        made = await open_webhook(parts, who, tenant, form.one("address"), kinds)
    except Refused as no:
        if no.why not in _SLIPS:
            raise
        slip = form.slip("apri", reader.say(*sentences(no)), "address", "group")
        return await _page(tenant, request, reader, who, parts, slip=slip, code=status(no))
    return await _page(tenant, request, reader, who, parts, secret=made, code=201)


@router.post("/{tenant}/{webhook}/segreto")
async def renewed(
    tenant: str, webhook: str, request: Request, reader: Reading, who: FreshCaller, parts: PartsOf
) -> Response:
    made = await renew_webhook_secret(parts, who, tenant, webhook)
    return await _page(tenant, request, reader, who, parts, secret=made, code=201)


@router.post("/{tenant}/{webhook}/{what}")
async def changed(
    tenant: str, webhook: str, what: str, request: Request, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    """``pausa``, ``riprendi``, ``prova``, ``chiudi``."""
    here = f"/notifiche/{tenant}"
    match what:
        case "pausa":
            await pause_webhook(parts, who, tenant, webhook)
        case "riprendi":
            await resume_webhook(parts, who, tenant, webhook)
        case "chiudi":
            await close_webhook(parts, who, tenant, webhook)
        case "prova":
            tried = await try_webhook(parts, who, tenant, webhook)
            return await _page(tenant, request, reader, who, parts, tried=tried)
        case _:
            await own_webhook(parts, who, tenant, webhook)
            raise Refused(Why.NOT_FOUND)
    return lead(request, here)
