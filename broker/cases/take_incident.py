"""*Prendi il prossimo*, or another one with a reason (S-23): nobody is handed what somebody else has."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from audit.instant import whole_ms
from broker.cases.deny import allow, attempt
from broker.cases.record_jumps import jumps_owed, record_jumps
from broker.domain.incident import JumpReason, workable
from broker.domain.people import Action, Who
from broker.domain.queue import Pick, choose, next_of
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import incidents, waiting
from broker.store.incident_course import hand_out


@dataclass(frozen=True, slots=True)
class Handed:
    """`jumped`: it went before others, and why."""

    tenant: str
    incident: str
    jumped: JumpReason | None


async def take_next(parts: Parts, who: Who) -> Handed:
    """The head of the queue; `queue_empty` where there is none."""
    await allow(parts, who, Action.WORK_INCIDENT, who.tenant, "request")
    while True:
        async with parts.store.read() as work:
            pick = next_of(await waiting.queue(work), whole_ms(parts.clock.now()))
        if pick is None:
            raise Refused(Why.QUEUE_EMPTY)
        handed = await _hand(parts, who, pick)
        if handed is not None:
            return await _told(parts, handed)


async def _hand(parts: Parts, who: Who, wanted: Pick) -> Handed | None:
    """None where it is no longer the head: somebody else was faster."""
    tenant = wanted.waiting.found.known.tenant
    at = whole_ms(parts.clock.now())
    async with parts.store.tx(tenant, at) as tx:
        pick = next_of(await waiting.queue(tx.work), at)
        if pick is None or pick.waiting.id != wanted.waiting.id:
            return None
        await hand_out(tx, pick, who.actor)
    return Handed(*pick.waiting.id, pick.reason)


async def take_incident(parts: Parts, who: Who, tenant: str, incident: str, reason: str | None) -> Handed:
    """That one. Where it is not the head of the queue, `reason` is one of the list, else `out_of_turn`."""
    await allow(parts, who, Action.WORK_INCIDENT, tenant, "request")
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "request", tenant), parts.store.tx(tenant, at) as tx:
        workable(await incidents.load(tx, tenant, incident))
        pick = choose(await waiting.queue(tx.work), tenant, incident, reason, at)
        await hand_out(tx, pick, who.actor)
    return await _told(parts, Handed(tenant, incident, pick.reason))


async def _told(parts: Parts, handed: Handed) -> Handed:
    """The others' logs tell of the jump as well; what cannot be written now, the job writes."""
    if handed.jumped is not None:
        for tenant in await jumps_owed(parts):
            with suppress(Refused):
                await record_jumps(parts, tenant)
    return handed
