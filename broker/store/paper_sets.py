"""A set that the key on paper signed, while it waits: what the log says of it, and the signatures behind that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from audit.leaf import Leaf
from audit.passkey import Assertion
from audit.records import ApproversAnnounced, ApproversChanged, ApproversObjected
from audit.signed import SignedStatement
from broker.store import log
from broker.store.database import Work
from broker.store.tables import evidence

_KINDS = (ApproversAnnounced.KIND, ApproversObjected.KIND, ApproversChanged.KIND)
_LATEST = 20


@dataclass(frozen=True, slots=True)
class Announced:
    """`digest` of the set; `by` who announced it, `at` when."""

    signed: SignedStatement
    digest: str
    by: str
    at: datetime


async def waiting(work: Work, tenant: str) -> Announced | None:
    """The one announced last, unless somebody objected or a later set is in force."""
    leaves = await log.select_leaves(work, tenant, kinds=_KINDS, limit=_LATEST)
    found: Leaf | None = None
    for leaf in leaves:
        match leaf.record:
            case ApproversAnnounced():
                found = leaf
            case _:
                found = None
    if found is None or not isinstance(found.record, ApproversAnnounced):
        return None
    signed = SignedStatement(
        await _evidence(work, found, "statement"),
        Assertion.parse(await _evidence(work, found, "assertion")),
        await _evidence(work, found, "paper"),
    )
    return Announced(signed, found.record.statement, found.actor.id, found.time)


async def objections(work: Work, tenant: str) -> list[SignedStatement]:
    """The latest ones: a host that was off has to hear them before the set they are about."""
    leaves = await log.select_leaves(work, tenant, kinds=(ApproversObjected.KIND,), limit=_LATEST)
    return [
        SignedStatement(
            await _evidence(work, leaf, "statement"),
            Assertion.parse(await _evidence(work, leaf, "assertion")),
        )
        for leaf in leaves
    ]


async def _evidence(work: Work, leaf: Leaf, kind: str) -> bytes:
    sha256 = next(one.sha256 for one in leaf.evidence if one.kind == kind)
    rows = await work.run(
        select(evidence.c.data).where(evidence.c.tenant == leaf.tenant, evidence.c.sha256 == sha256)
    )
    return bytes(rows[0].data)
