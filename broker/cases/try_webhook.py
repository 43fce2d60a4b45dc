"""Send one event that stands for no fact, now: whether the other system takes what comes from here."""

from __future__ import annotations

from audit.instant import whole_ms
from broker.cases.deliver_webhook import call
from broker.cases.see_webhooks import own_webhook
from broker.domain.people import Who
from broker.domain.refusal import Refused, Why
from broker.domain.webhook import TEST, TYPE, Delivery, trial_event
from broker.parts import Parts
from broker.store import failures, log, webhooks

MOST = 20  # in a quarter of an hour, of one webhook: who tries it is no reason to batter somebody's door


async def try_webhook(parts: Parts, who: Who, tenant: str, id: str) -> Delivery:
    """What came of it. Neither its order nor its pause is touched."""
    one = await own_webhook(parts, who, tenant, id)
    at = whole_ms(parts.clock.now())
    async with parts.store.tx(tenant, at, records=False) as tx:
        if await failures.add(tx, f"webhook:{tenant}:{id}"[:128]) > MOST:
            raise Refused(Why.TOO_MANY_TRIES)
    async with parts.store.read() as work:
        head = await log.head(work, tenant)
    assert head is not None  # a webhook is of a log
    made = trial_event(one, head.origin, at, parts.chance.octets(8).hex())
    if parts.webhooks is None:
        return Delivery(at, None, TYPE + TEST, 0, "unreachable")
    tried = await call(parts, parts.webhooks, one, made, None)
    async with parts.store.tx(tenant, whole_ms(parts.clock.now()), records=False) as tx:
        if await webhooks.find(tx.work, tenant, id) is not None:
            await webhooks.note(tx, one, tried)
    return tried
