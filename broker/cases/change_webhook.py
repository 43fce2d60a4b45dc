"""A webhook is paused, taken up again where it stopped, given a new secret, or closed: each a record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from audit.instant import whole_ms
from audit.plug_records import WebhookChanged, WebhookClosed
from broker.cases.open_webhook import WebhookSecret
from broker.cases.see_webhooks import own_webhook
from broker.domain.people import Who
from broker.domain.refusal import Refused, Why
from broker.domain.webhook import BOTH_COUNT, Webhook, secret_of
from broker.parts import Parts
from broker.store import webhooks


async def pause_webhook(parts: Parts, who: Who, tenant: str, id: str) -> None:
    """Nothing goes out; nothing is lost either, for it goes on from where it stopped."""

    def paused(one: Webhook, _: datetime) -> Webhook:
        if one.state == "paused":
            raise Refused(Why.WRONG_STATE)
        return replace(one, state="paused")

    await _change(parts, who, tenant, id, "paused", paused)


async def resume_webhook(parts: Parts, who: Who, tenant: str, id: str) -> None:
    """Also of one that had failed for too long."""

    def resumed(one: Webhook, at: datetime) -> Webhook:
        if one.state == "active":
            raise Refused(Why.WRONG_STATE)
        return replace(one, state="active", tries=0, troubled=None, due=at)

    await _change(parts, who, tenant, id, "resumed", resumed)


async def renew_webhook_secret(parts: Parts, who: Who, tenant: str, id: str) -> WebhookSecret:
    """The one before signs beside it for a day; within that day there is no third."""

    def renewed(one: Webhook, at: datetime) -> Webhook:
        if one.rotated is not None and at < one.rotated + BOTH_COUNT:
            raise Refused(Why.WRONG_STATE)
        return replace(one, generation=one.generation + 1, rotated=at)

    made = await _change(parts, who, tenant, id, "secret_renewed", renewed)
    return WebhookSecret(made.id, secret_of(made, parts.keys.wrapping_key()))


async def close_webhook(parts: Parts, who: Who, tenant: str, id: str) -> None:
    await own_webhook(parts, who, tenant, id)
    async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
        one = await webhooks.find(tx.work, tenant, id)
        if one is None:
            raise Refused(Why.NOT_FOUND)
        await webhooks.drop(tx, one)
        await tx.append(WebhookClosed(id, "asked"), actor=who.actor)


async def _change(
    parts: Parts, who: Who, tenant: str, id: str, change: str, move: Callable[[Webhook, datetime], Webhook]
) -> Webhook:
    await own_webhook(parts, who, tenant, id)
    async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
        one = await webhooks.find(tx.work, tenant, id)
        if one is None:
            raise Refused(Why.NOT_FOUND)
        moved = move(one, tx.at)
        await webhooks.keep(tx, moved)
        await tx.append(WebhookChanged(id, change), actor=who.actor)
    return moved
