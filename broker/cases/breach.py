"""The vendor opens a breach of a customer's data, tells its titolare, closes it; and sets how soon it tells.

Each step is a record in that customer's log, its texts sealed; the letter leaves with the record that says so.
"""

from __future__ import annotations

from audit.commitment import SALT_BYTES, Opening
from audit.instant import whole_ms
from audit.protection_records import BreachClosed, BreachTermSet, BreachTold
from broker.cases.deny import allow, attempt
from broker.domain import breach as rules
from broker.domain.breach import BreachDraft
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import breaches, estate, outbox, people
from broker.store.tx import Tx


async def open_breach(parts: Parts, who: Who, tenant: str, draft: BreachDraft) -> tuple[str, int]:
    """Its id, and how many pieces of its texts were covered as passwords. The sessions it touches are looked for
    now, and stay as found."""
    await allow(parts, who, Action.KEEP_BREACHES, tenant, "breach")
    said, covered = rules.texts(draft.texts, high_risk=draft.high_risk)
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "breach", tenant), parts.store.tx(tenant, at) as tx:
        customer = await estate.tenant(tx.work, tenant)
        if customer is None or customer.kind != "customer":
            raise Refused(Why.NOT_FOUND)
        found = await breaches.chosen(tx.work, tenant, draft.chosen)
        new = f"v-{parts.chance.octets(4).hex()}"
        record = rules.record(draft, new, found, await breaches.hours(tx.work), at)
        await tx.append(
            record, actor=who.actor, opening=Opening(parts.chance.octets(SALT_BYTES), said), subject=tenant
        )
        tx.announce("breach", new)
    return new, covered


async def tell_breach(
    parts: Parts, who: Who, tenant: str, breach: str, typed: dict[str, str], *, high_risk: bool
) -> int:
    """Letters to every titolare, in the same commit; again with whatever became known since (art. 33(4))."""
    await allow(parts, who, Action.KEEP_BREACHES, tenant, "breach")
    said, covered = rules.texts(typed, high_risk=high_risk)
    async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
        found = await breaches.one(tx.work, tenant, breach)
        if found is None:
            raise Refused(Why.NOT_FOUND)
        rules.may_tell(found)
        opening = Opening(parts.chance.octets(SALT_BYTES), said)
        await tx.append(BreachTold(breach, high_risk), actor=who.actor, opening=opening, subject=tenant)
        await _letters(tx, breach)
        tx.announce("breach", breach)
    return covered


async def _letters(tx: Tx, breach: str) -> None:
    """`Refused` where there is nobody to tell: a record that says so would be untrue."""
    told = [one for one in await people.tenant_people(tx.work, tx.tenant, role="titolare") if one.active]
    if not told:
        raise Refused(Why.RECIPIENT_MISSING)
    for one in told:
        await tx.tell(outbox.BREACH, {"to": one.id, "breach": breach})


async def close_breach(parts: Parts, who: Who, tenant: str, breach: str, outcome: str) -> None:
    await allow(parts, who, Action.KEEP_BREACHES, tenant, "breach")
    async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
        found = await breaches.one(tx.work, tenant, breach)
        if found is None:
            raise Refused(Why.NOT_FOUND)
        await tx.append(BreachClosed(breach, rules.may_close(found, outcome)), actor=who.actor)
        tx.announce("breach", breach)


async def set_breach_term(parts: Parts, who: Who, hours: int) -> None:
    """The vendor's policy, in its own log; breaches opened before keep theirs."""
    await allow(parts, who, Action.KEEP_BREACHES, who.tenant, "breach")
    async with parts.store.tx(who.tenant, whole_ms(parts.clock.now())) as tx:
        await tx.append(BreachTermSet(rules.term(hours)), actor=who.actor)
        tx.announce("breach", who.tenant)
