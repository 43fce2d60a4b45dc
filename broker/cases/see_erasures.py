"""What was erased of a customer and when, what comes next, and which holds stay it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from audit.erasure_records import ErasureExecuted
from broker.cases.erase import as_now
from broker.domain.erasing import Hold, Kept, next_due
from broker.domain.estate import Tenant
from broker.store import erasures, log
from broker.store.database import Work

SHOWN = 6


@dataclass(frozen=True, slots=True)
class Done:
    """One record of an erasure: when, how many texts and reports, and whether the titolare decided it."""

    at: datetime
    count: int
    decided: bool


@dataclass(frozen=True, slots=True)
class ErasureView:
    """`done` newest first. `next_due` is the end of the first term, of texts."""

    done: tuple[Done, ...]
    next_due: datetime | None
    holds: tuple[Hold, ...]


async def see_erasures(work: Work, tenant: Tenant) -> ErasureView:
    leaves = await log.select_leaves(work, tenant.id, kinds=(ErasureExecuted.KIND,), limit=SHOWN)
    found = await as_now(work, tenant, Kept(await erasures.texts(work, tenant.id), (), (), {}, tenant.zone))
    done = tuple(
        Done(leaf.time, len(leaf.refs), leaf.record.reason == "decision")
        for leaf in reversed(leaves)
        if isinstance(leaf.record, ErasureExecuted)
    )
    return ErasureView(done, next_due(found), found.holds)
