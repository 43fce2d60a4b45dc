"""Webhooks over HTTP: a log's facts as CloudEvents to another system, and for it what it missed."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from audit import instant
from broker.api.webhook_answers import DeliveryAnswer, Event, Events, WebhookAnswer
from broker.api.who import Caller, FreshCaller, PartsOf, caller
from broker.cases.change_webhook import (
    close_webhook,
    pause_webhook,
    renew_webhook_secret,
    resume_webhook,
)
from broker.cases.open_webhook import WebhookSecret, open_webhook
from broker.cases.see_webhooks import (
    EventsPage,
    WebhookLine,
    events_after,
    events_by_secret,
    see_webhooks,
)
from broker.cases.try_webhook import try_webhook
from broker.domain.webhook import MAX_ADDRESS, MAX_KINDS, PAGE, Delivery

router = APIRouter(prefix="/api/tenants/{tenant}/webhooks")
_BEARER = "Bearer "
_MAX_N = 2**53 - 1


class WebhookForm(BaseModel):
    """Where facts of this customer's log go, and which."""

    model_config = ConfigDict(extra="forbid")
    address: str = Field(max_length=MAX_ADDRESS, description="An https address that takes POST.")
    kinds: list[str] = Field(
        default_factory=list,
        max_length=MAX_KINDS,
        description="Kinds of records (`session.started`); none: all that your role may read.",
    )


@router.get("")
async def listed(tenant: str, who: Caller, parts: PartsOf) -> list[WebhookAnswer]:
    """Your side's with their last tries; of the other side's, who opened it and the host it leads to."""
    return [_line(one) for one in (await see_webhooks(parts, who, tenant)).lines]


@router.post("", status_code=201)
async def opened(tenant: str, form: WebhookForm, who: FreshCaller, parts: PartsOf) -> WebhookSecret:
    """The secret is shown this once. Delivery begins with the record of this very act."""
    return await open_webhook(parts, who, tenant, form.address, form.kinds)


@router.delete("/{webhook}", status_code=204)
async def closed(tenant: str, webhook: str, who: Caller, parts: PartsOf) -> None:
    await close_webhook(parts, who, tenant, webhook)


@router.post("/{webhook}/pause", status_code=204)
async def paused(tenant: str, webhook: str, who: Caller, parts: PartsOf) -> None:
    """Nothing is lost: it goes on from where it stopped."""
    await pause_webhook(parts, who, tenant, webhook)


@router.post("/{webhook}/resume", status_code=204)
async def resumed(tenant: str, webhook: str, who: Caller, parts: PartsOf) -> None:
    """Also one that had failed for too long."""
    await resume_webhook(parts, who, tenant, webhook)


@router.post("/{webhook}/secret", status_code=201)
async def renewed(tenant: str, webhook: str, who: FreshCaller, parts: PartsOf) -> WebhookSecret:
    """For a day the secret before signs beside the new one."""
    return await renew_webhook_secret(parts, who, tenant, webhook)


@router.post("/{webhook}/test")
async def tried(tenant: str, webhook: str, who: Caller, parts: PartsOf) -> DeliveryAnswer:
    """Send `it.verbale.webhook.test` now, and say what came of it."""
    return _delivery(await try_webhook(parts, who, tenant, webhook))


@router.get("/{webhook}/events")
async def events(
    tenant: str,
    webhook: str,
    request: Request,
    parts: PartsOf,
    after: Annotated[int, Query(ge=-1, le=_MAX_N)] = -1,
    limit: Annotated[int, Query(ge=1, le=PAGE)] = PAGE,
) -> Events:
    """What it sends, from behind record number `after`. With a log-in, or with the webhook's secret:
    `Authorization: Bearer whsec_…`."""
    shown = request.headers.get("authorization", "")
    if shown.startswith(_BEARER):
        secret = shown.removeprefix(_BEARER)
        return _page(await events_by_secret(parts, secret, tenant, webhook, after, limit))
    return _page(await events_after(parts, await caller(request), tenant, webhook, after, limit))


def _page(page: EventsPage) -> Events:
    return {"events": cast(list[Event], page.events), "next": page.next, "more": page.more}


def _line(one: WebhookLine) -> WebhookAnswer:
    hook = one.webhook
    told: WebhookAnswer = {
        "webhook": hook.id,
        "own": one.own,
        "person": hook.person,
        "host": hook.host,
        "state": hook.state,
        "opened": instant.to_text(hook.opened),
        "kinds": list(hook.kinds),
    }
    if one.own:
        told |= {
            "address": hook.address,
            "next": hook.cursor,
            "waiting": one.waiting,
            "troubled": None if hook.troubled is None else instant.to_text(hook.troubled),
            "deliveries": [_delivery(each) for each in one.deliveries],
        }
    return told


def _delivery(one: Delivery) -> DeliveryAnswer:
    return {
        "at": instant.to_text(one.at),
        "n": one.n,
        "type": one.kind,
        "status": one.status,
        "said": one.said,
    }
