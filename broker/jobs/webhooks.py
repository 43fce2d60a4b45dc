"""Facts that other systems wait for: every webhook that is due has its turn, side by side, and none waits for a log."""

from __future__ import annotations

import asyncio

from agent.task_group import TaskGroup
from broker.cases.deliver_webhook import deliver_webhook
from broker.domain.webhook import Webhook
from broker.jobs.each import each
from broker.parts import Parts
from broker.store import webhooks

AT_ONCE = 16


async def tick(parts: Parts) -> None:
    caller = parts.webhooks
    if caller is None:
        return
    async with parts.store.read() as work:
        due = await webhooks.due(work, parts.clock.now())
    turns = asyncio.Semaphore(AT_ONCE)

    async def deliver(one: Webhook) -> None:
        if not parts.store.is_closed(one.tenant) and parts.store.standing.signs(one.tenant):
            await deliver_webhook(parts, caller, one)

    async def turn(one: Webhook) -> None:
        async with turns:
            await each("the webhook", (one,), _named, deliver)

    async with TaskGroup() as group:
        for one in due:
            group.create_task(turn(one))


def _named(one: Webhook) -> str:
    return f"{one.tenant}/{one.id}"
