"""Note where the relay of a licensed program of the customer's rules sits: its data may pass through there (L-40)."""

from __future__ import annotations

from audit.instant import whole_ms
from audit.protection_records import ToolRelayNoted
from broker.cases.deny import allow, attempt
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.texts import written
from broker.parts import Parts
from broker.store import statements

MAX_PLACE = 80


async def note_relay(parts: Parts, who: Who, tenant: str, tool: str, relay: str) -> None:
    """The vendor chose the program, and knows; the record stands in the customer's log."""
    await allow(parts, who, Action.NOTE_RELAY, tenant, "policy")
    place = " ".join(written(relay, "relay", MAX_PLACE, needed=True).split())
    if not place.isprintable():
        raise Refused(Why.BAD_INPUT, field="relay")
    async with (
        attempt(parts, who, "policy", tenant),
        parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx,
    ):
        policy = await statements.policy(tx.work, tenant)
        if policy is None or policy.tool(tool) is None:
            raise Refused(Why.BAD_INPUT, field="tool")
        await tx.append(ToolRelayNoted(tool, place), actor=who.actor)
        tx.announce("people", tenant)
