"""Erase what is due: say so in the log, then destroy it, then leave no trace of it in the database's files.

Three steps, each of which can be the last before a crash: the next run goes on where this one stopped.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime

from audit import instant
from audit.erasure_records import ErasureExecuted
from audit.instant import whole_ms
from audit.record import BROKER
from audit.terms import shortest
from broker.cases.names_left import names_left
from broker.domain.erasing import Erased, Kept, Printed, printed_files, printed_people, printed_requests
from broker.domain.erasing_names import due_with_names
from broker.domain.estate import Tenant
from broker.parts import Parts
from broker.store import duty_log, erasures, estate, reports, statements
from broker.store.database import Work
from broker.store.recording_folder import RecordingFolder
from broker.store.tx import Tx

MAX_REFS = 1000  # of one record: it has to fit into 16 KiB
_OWED = "scrub_owed"
_SCRUBBED = (
    "openings", "subject_keys", "reports", "channels", "recordings", "people", "evidence", "dispatches", "leads",
)  # fmt: skip


async def erase_due(parts: Parts, tenant: Tenant) -> Erased:
    """What was erased of this customer now, what an earlier run left over not counted."""
    at = whole_ms(parts.clock.now())
    async with alone(parts, tenant.id):
        await finish(parts, tenant.id, at)
        before = await kept(parts, tenant, ripe_at=at)
        if not due_with_names(before, at).refs:
            return Erased()
        async with parts.store.tx(tenant.id, at) as tx:
            found = due_with_names(await as_now(tx.work, tenant, before), at)
            await say(tx, found)
        await finish(parts, tenant.id, at)
    return found


@asynccontextmanager
async def alone(parts: Parts, tenant: str) -> AsyncIterator[None]:
    """While no month is closed and no bundle put together: either could carry a text past its erasure."""
    async with parts.turns.of(f"month/{tenant}"), parts.turns.of(f"bundle/{tenant}"):
        yield


async def kept(parts: Parts, tenant: Tenant, *, ripe_at: datetime | None = None) -> Kept:
    """What could be erased one day. With `ripe_at`, reports are read for what they print only if something
    is due then, names of people too: they are large."""
    names = () if ripe_at is None else await names_left(parts, tenant, ripe_at)
    async with parts.store.read() as work:
        left = [one for one in await reports.every(work, tenant.id) if not one.erased]
        texts = await erasures.texts(work, tenant.id)
        printed = tuple(Printed(r.n, r.number, r.period, r.issued, frozenset()) for r in left)
        found = await as_now(work, tenant, Kept(texts, printed, (), {}, tenant.zone, names))
    if ripe_at is not None and not due_with_names(found, ripe_at).refs:
        return found
    return replace(found, reports=tuple([await _read(parts, tenant.id, one) for one in found.reports]))


async def as_now(work: Work, tenant: Tenant, before: Kept) -> Kept:
    """With the holds and terms of this moment: in the transaction that erases, nobody changes them."""
    policy = await statements.policy(work, tenant.id)
    chosen = {} if policy is None else dict(policy.retention)
    if await duty_log.has_left(work, tenant.id):
        chosen = dict(shortest())
    return replace(before, holds=await erasures.holds(work, tenant.id), chosen=chosen)


async def _read(parts: Parts, tenant: str, one: Printed) -> Printed:
    async with parts.store.read() as work:
        files = await reports.files(work, tenant, one.number)
    assert files is not None
    prints = await asyncio.to_thread(printed_requests, files.json)
    people = await asyncio.to_thread(printed_people, files.json)
    return replace(
        one, prints=prints, people=people, files=await asyncio.to_thread(printed_files, files.json)
    )


async def say(tx: Tx, what: Erased, decision: int | None = None) -> None:
    """Append the records; what they name goes with `finish`, after the commit."""
    if not what.refs:
        return
    reason = "term" if decision is None else "decision"
    for start in range(0, len(what.refs), MAX_REFS):
        await tx.append(
            ErasureExecuted(reason, decision), actor=BROKER, refs=what.refs[start : start + MAX_REFS]
        )
    await owe(tx)


async def owe(tx: Tx) -> None:
    """Something was destroyed whose bytes the database may still hold: the next run leaves no trace of it."""
    await estate.set_fact(tx, _OWED, instant.to_text(tx.at))


async def finish(parts: Parts, tenant: str, at: datetime) -> None:
    """Destroy what records say was erased, and leave no trace of it. Nothing to do is fine."""
    async with parts.store.read() as work:
        left = await erasures.unfinished(work, tenant)
        owed = await estate.fact(work, _OWED)
    if left.refs:
        await _erase_segments(parts, tenant, left)
        async with parts.store.tx(tenant, at) as tx:
            await erasures.destroy(tx, left)
    if left.refs or owed is not None:
        await parts.store.database.scrub(_SCRUBBED)
    if owed is not None:
        async with parts.store.tx(tenant, at) as tx:
            await estate.spend_fact(tx, _OWED, owed)


async def _erase_segments(parts: Parts, tenant: str, what: Erased) -> None:
    """Before their keys: a run that is stopped in between finds the keys, and goes on."""
    async with parts.store.read() as work:
        gone = await erasures.recorded(work, tenant, what.texts)
    for recording in gone:
        await asyncio.to_thread(RecordingFolder(parts.settings.state, tenant, recording).erase)
