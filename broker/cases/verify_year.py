"""The titolare verifies the administrators' work of a year: draws the sample, judges each item, closes with a minute."""

from __future__ import annotations

from audit.commitment import SALT_BYTES, Opening
from audit.duty_records import VerificationClosed, VerificationJudged, VerificationOpened
from audit.instant import whole_ms
from audit.yearly_sample import digest
from broker.cases.deny import allow, attempt
from broker.cases.write_minute import minute_of
from broker.domain.instants import day_of
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.texts import MAX_NOTE, MAX_REASON, cover, written
from broker.domain.verification import Verification, check_period, concluded, judged
from broker.parts import Parts
from broker.store import documents, estate, verifications
from broker.store.tx import Tx


async def open_verification(parts: Parts, who: Who, tenant: str, first: str, until: str) -> str:
    """Its id. The lot is the log's root of this very moment; `Refused` (wrong_state) while another goes on."""
    await allow(parts, who, Action.VERIFY_YEAR, tenant, "records")
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "records", tenant), parts.store.tx(tenant, at) as tx:
        customer = await estate.tenant(tx.work, tenant)
        if customer is None or customer.kind != "customer":
            raise Refused(Why.NOT_FOUND)
        if any(one.closed is None for one in await verifications.every(tx.work, tenant)):
            raise Refused(Why.WRONG_STATE)
        today, began = day_of(at, customer.zone), day_of(customer.opened, customer.zone)
        days = check_period(first, until, today, began)
        size, root = tx.size, tx.grown.root.hex()
        seen = await verifications.accesses(tx.work, tenant, size)
        sample = seen.drawn(first, until, root)
        name = f"y-{parts.chance.octets(4).hex()}"
        record = VerificationOpened(
            name, days[0].isoformat(), days[1].isoformat(), size, root, len(sample), digest(sample)
        )
        await tx.append(record, actor=who.actor)
        tx.announce("report", name)
    return name


async def judge_item(
    parts: Parts, who: Who, tenant: str, verification: str, item: str, outcome: str, note: str
) -> int:
    """How many pieces of the note were covered as passwords."""
    await allow(parts, who, Action.VERIFY_YEAR, tenant, "records")
    said, covered = cover(written(note, "note", MAX_REASON))
    async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
        found = await _found(tx, verification)
        seen = await verifications.accesses(tx.work, tenant, found.size)
        sample = seen.drawn(found.first.isoformat(), found.until.isoformat(), found.root)
        meant = judged(found, item, [one.name for one in sample], outcome)
        opening = Opening(parts.chance.octets(SALT_BYTES), {"note": said})
        await tx.append(VerificationJudged(verification, item, meant), actor=who.actor, opening=opening)
        tx.announce("report", verification)
    return covered


async def close_verification(
    parts: Parts, who: Who, tenant: str, verification: str, *, conclusion: str, place: str, remarks: str
) -> int:
    """The record of the minute. `Refused` (wrong_state) while an item has no judgement."""
    await allow(parts, who, Action.VERIFY_YEAR, tenant, "records")
    where = written(place, "place", 120, needed=True).replace("\n", " ")
    said, _ = cover(written(remarks, "remarks", MAX_NOTE))
    async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
        found = await _found(tx, verification)
        ended = concluded(found, conclusion)
        text = await minute_of(
            parts, tx.work, who, tenant, found, conclusion=ended, place=where, remarks=said
        )
        n = await documents.issue(tx, "minute", 1, text, who.actor, verification)
        await tx.append(VerificationClosed(verification, ended), actor=who.actor, refs=(n,))
        tx.announce("report", verification)
    return n


async def _found(tx: Tx, verification: str) -> Verification:
    found = await verifications.one(tx.work, tx.tenant, verification)
    if found is None:
        raise Refused(Why.NOT_FOUND)
    return found
