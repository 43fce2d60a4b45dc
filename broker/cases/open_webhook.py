"""Facts of a log go to another system from now on; the address and whoever wanted it stand in that log."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from audit.instant import whole_ms
from audit.plug_records import WebhookOpened
from broker.cases.deny import allow
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.webhook import MOST, Webhook, read_address, read_kinds, secret_of
from broker.parts import Parts
from broker.ports import opaque_id
from broker.store import estate, webhooks


@dataclass(frozen=True, slots=True)
class WebhookSecret:
    """`secret` signs every delivery and is shown this once; with it, too, one asks for what was missed."""

    webhook: str
    secret: str


async def open_webhook(
    parts: Parts, who: Who, tenant: str, address: str, kinds: Sequence[str] = ()
) -> WebhookSecret:
    """It begins with its own record. No kinds: all that his role may read."""
    await allow(parts, who, Action.SEND_ON, tenant, "log")
    async with parts.store.read() as work:
        if await estate.tenant(work, tenant) is None:
            raise Refused(Why.NOT_FOUND)
    read_address(address, parts.settings.inside)
    wanted = read_kinds(kinds, who.role)
    at = whole_ms(parts.clock.now())
    async with parts.store.tx(tenant, at) as tx:
        there = await webhooks.every(tx.work, tenant)
        if len(there) >= MOST:
            raise Refused(Why.TOO_LARGE, field="webhooks", limit=str(MOST))
        if any(one.address == address and one.role == who.role for one in there):
            raise Refused(Why.DUPLICATE)
        made = Webhook(
            tenant=tenant, id=opaque_id(parts.chance, "w", 8), person=who.person, role=who.role, address=address,
            kinds=wanted, state="active", opened=at, generation=1, rotated=None, cursor=tx.size, tries=0, due=at,
            troubled=None,
        )  # fmt: skip
        await webhooks.add(tx, made)
        digest = hashlib.sha256(address.encode()).hexdigest()
        await tx.append(WebhookOpened(made.id, made.host, digest, wanted), actor=who.actor)
    return WebhookSecret(made.id, secret_of(made, parts.keys.wrapping_key()))
