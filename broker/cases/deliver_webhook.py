"""Deliver to one webhook what it has not had: in the log's order, each until it is taken, none left out.

The cursor moves only behind a fact that was taken. A broker that ends in between delivers that one again, by the
same id.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from audit.instant import whole_ms
from audit.plug_records import WebhookChanged, WebhookClosed
from audit.record import BROKER
from broker.cases.see_webhooks import facts_of
from broker.domain.webhook import (
    GIVE_UP,
    Delivery,
    Webhook,
    body_of,
    event,
    headers_of,
    pause_s,
    secrets_of,
)
from broker.parts import Parts
from broker.ports import WebhookCaller
from broker.store import log, outbox, people, webhooks

AT_ONCE = 50  # events of a turn
TURN_S = 10.0  # then the others have their turn
FAR_BEHIND = 1000  # records of kinds nobody asked for, looked at in vain: the cursor moves past them
GONE = 410


async def deliver_webhook(parts: Parts, caller: WebhookCaller, one: Webhook) -> None:
    async with parts.store.read() as work:
        person = await people.find_person(work, one.person)
        head = await log.head(work, one.tenant)
        found = await facts_of(work, one, one.cursor, AT_ONCE)
    if person is None or not person.active:
        await _close(parts, one)
        return
    if not found and head is not None and head.size - one.cursor > FAR_BEHIND:
        await _keep(parts, replace(one, cursor=head.size), None)
    ends = asyncio.get_running_loop().time() + TURN_S
    for fact in found:
        made = event(fact)
        tried = await call(parts, caller, one, made, fact.leaf.n)
        if not tried.taken:
            await _failed(parts, one, tried)
            return
        one = replace(one, cursor=fact.leaf.n + 1, tries=0, troubled=None)
        if not await _keep(parts, one, tried) or asyncio.get_running_loop().time() >= ends:
            return


async def call(
    parts: Parts, caller: WebhookCaller, one: Webhook, made: dict[str, object], n: int | None
) -> Delivery:
    at, body = whole_ms(parts.clock.now()), body_of(made)
    secrets = secrets_of(one, parts.keys.wrapping_key(), at)
    answer = await caller.call(one.address, headers_of(str(made["id"]), at, body, secrets), body)
    return Delivery(at, n, str(made["type"]), answer.status, answer.said)


async def _keep(parts: Parts, one: Webhook, tried: Delivery | None) -> bool:
    """Whether it is still to go on: it may have been paused or closed meanwhile."""
    async with parts.store.tx(one.tenant, whole_ms(parts.clock.now()), records=False) as tx:
        now = await webhooks.find(tx.work, one.tenant, one.id)
        if now is None:
            return False
        await webhooks.went(tx, one)
        if tried is not None:
            await webhooks.note(tx, one, tried)
    return now.state == "active"


async def _failed(parts: Parts, one: Webhook, tried: Delivery) -> None:
    at = whole_ms(parts.clock.now())
    troubled, tries = one.troubled or at, one.tries + 1
    pause = timedelta(seconds=pause_s(tries, parts.chance.octets(1)[0]))
    await _keep(parts, replace(one, tries=tries, troubled=troubled, due=whole_ms(at + pause)), tried)
    if at - troubled >= GIVE_UP or tried.status == GONE:
        await _give_up(parts, one)


async def _give_up(parts: Parts, one: Webhook) -> None:
    """Nothing is lost: whoever resumes it has it go on from the same record."""
    async with parts.store.tx(one.tenant, whole_ms(parts.clock.now())) as tx:
        now = await webhooks.find(tx.work, one.tenant, one.id)
        if now is None or now.state != "active":
            return
        await webhooks.keep(tx, replace(now, state="failing"))
        await tx.append(WebhookChanged(one.id, "failing"), actor=BROKER)
        await outbox.page(tx, "webhook_failing", (one.person,), about=one.id)


async def _close(parts: Parts, one: Webhook) -> None:
    async with parts.store.tx(one.tenant, whole_ms(parts.clock.now())) as tx:
        now = await webhooks.find(tx.work, one.tenant, one.id)
        if now is not None:
            await webhooks.drop(tx, now)
            await tx.append(WebhookClosed(one.id, "person_left"), actor=BROKER)
