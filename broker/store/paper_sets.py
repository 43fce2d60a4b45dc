"""A set that the key on paper signed, while it waits: what the log says of it, and the signatures behind that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, or_, select

from audit.estate_records import ApproversAnnounced, ApproversChanged, ApproversObjected
from audit.leaf import Leaf
from audit.passkey import Assertion
from audit.signed import SignedStatement
from broker.store.database import Work
from broker.store.tables import entries, evidence

_KINDS = (ApproversAnnounced.KIND, ApproversObjected.KIND, ApproversChanged.KIND)
_LATEST = 20
# Asked for whenever an agent dials in, and so made once: the newest first.
_LEAVES = (
    select(entries.c.leaf)
    .where(entries.c.tenant == bindparam("of"))
    .where(or_(*(entries.c.kind == bindparam(f"kind_{n}") for n in range(len(_KINDS)))))
    .order_by(entries.c.n.desc())
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class Announced:
    """`digest` of the set; `by` who announced it, `at` when."""

    signed: SignedStatement
    digest: str
    by: str
    at: datetime


async def waiting(work: Work, tenant: str) -> Announced | None:
    """The one announced last, unless somebody objected or a later set is in force."""
    leaves = await _latest(work, tenant, _KINDS)
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
    leaves = await _latest(work, tenant, (ApproversObjected.KIND,) * len(_KINDS))
    return [
        SignedStatement(
            await _evidence(work, leaf, "statement"),
            Assertion.parse(await _evidence(work, leaf, "assertion")),
        )
        for leaf in leaves
    ]


async def _latest(work: Work, tenant: str, kinds: Sequence[str]) -> list[Leaf]:
    named = {f"kind_{n}": kind for n, kind in enumerate(kinds)}
    rows = await work.run(_LEAVES, {"of": tenant, "most": _LATEST, **named})
    return [Leaf.parse(bytes(row.leaf)) for row in reversed(rows)]


async def _evidence(work: Work, leaf: Leaf, kind: str) -> bytes:
    sha256 = next(one.sha256 for one in leaf.evidence if one.kind == kind)
    rows = await work.run(
        select(evidence.c.data).where(evidence.c.tenant == leaf.tenant, evidence.c.sha256 == sha256)
    )
    return bytes(rows[0].data)
