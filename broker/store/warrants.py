"""Delegations and mandates as they were signed, and which of them were ended before their day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from audit import instant, warrant
from audit.admission import Authority
from audit.approvers import Approvers
from audit.estate_records import WarrantEnded
from audit.passkey import Assertion
from audit.signed import SignedStatement
from audit.warrant import Delegation, Mandate, Warrant
from broker.store import log
from broker.store.database import Work
from broker.store.tables import statements

_MOST = 100_000  # ended ones; more than one a click for years


@dataclass(frozen=True, slots=True)
class Kept:
    """`given` is when it was signed; `ended` that a titolare ended it before `not_after`."""

    warrant: Warrant
    signed: SignedStatement
    given: datetime
    ended: bool

    def authority(self, approvers: Approvers) -> Authority:
        return Authority(self.warrant, approvers.by_credential(self.signed.credential))


async def every(work: Work, tenant: str) -> list[Kept]:
    """Of a customer, oldest first."""
    rows = await work.run(
        select(statements)
        .where(statements.c.tenant == tenant, statements.c.type.in_((Delegation.TYPE, Mandate.TYPE)))
        .order_by(statements.c.signed, statements.c.digest)
    )
    if not rows:
        return []
    leaves = await log.select_leaves(work, tenant, kinds=(WarrantEnded.KIND,), limit=_MOST)
    ended = {leaf.record.statement for leaf in leaves if isinstance(leaf.record, WarrantEnded)}
    return [
        Kept(
            warrant.parse(bytes(row.statement)),
            SignedStatement(bytes(row.statement), Assertion.parse(bytes(row.assertion))),
            instant.parse(row.signed),
            row.digest in ended,
        )
        for row in rows
    ]


async def standing(work: Work, tenant: str) -> dict[str, Kept]:
    """Those not ended, by digest, oldest first."""
    return {one.warrant.digest.hex(): one for one in await every(work, tenant) if not one.ended}
