"""Signed statements of a tenant: approver sets, policies, enrolments and check-ins, as they were signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select

from audit import instant
from audit.approvers import Approvers
from audit.check_in import CheckIn
from audit.enrolment import Enrolment
from audit.passkey import Assertion
from audit.policy import Policy
from audit.recovery import Recovery
from audit.school_statements import ArchivesDelegation, CleanUpInstruction
from audit.signed import SignedStatement
from audit.warrant import Warrant
from broker.store.database import Work
from broker.store.tables import statements
from broker.store.tx import Tx

# Asked for whenever an agent dials in, and so made once.
_OF = statements.c.tenant == bindparam("of")
_BY_DIGEST = select(statements).where(_OF, statements.c.digest == bindparam("sha256"))
_CHAIN = select(statements).where(_OF, statements.c.type == bindparam("kind")).order_by(statements.c.number)


@dataclass(frozen=True, slots=True)
class Kept:
    """A link of a chain: its number in it, when it was signed, and the statement's digest."""

    type: str
    number: int
    signed: SignedStatement
    at: datetime
    digest: str


def _signed(row: Row[Any]) -> SignedStatement:
    paper = None if row.paper is None else bytes(row.paper)
    return SignedStatement(bytes(row.statement), Assertion.parse(bytes(row.assertion)), paper)


async def keep(
    tx: Tx,
    tenant: str,
    statement: Approvers
    | Policy
    | Enrolment
    | CheckIn
    | Recovery
    | Warrant
    | ArchivesDelegation
    | CleanUpInstruction,
    signed: SignedStatement,
) -> None:
    """Store what was signed, verbatim. What stands in no chain has the number 0."""
    await tx.change(
        insert(statements).values(
            tenant=tenant,
            digest=statement.digest.hex(),
            type=statement.TYPE,
            number=statement.number if isinstance(statement, Approvers | Policy) else 0,
            statement=signed.statement,
            assertion=signed.assertion.encode(),
            paper=signed.paper,
            signed=instant.to_text(tx.at),
        )
    )


async def by_digest(work: Work, tenant: str, digest: str) -> SignedStatement | None:
    rows = await work.run(_BY_DIGEST, {"of": tenant, "sha256": digest})
    return _signed(rows[0]) if rows else None


async def chain(work: Work, tenant: str, kind: str) -> list[Kept]:
    """Every `approvers` or `policy` statement, from number 1 on."""
    rows = await work.run(_CHAIN, {"of": tenant, "kind": kind})
    return [Kept(row.type, row.number, _signed(row), instant.parse(row.signed), row.digest) for row in rows]


async def _last(work: Work, tenant: str, kind: str) -> bytes | None:
    rows = await work.run(
        select(statements.c.statement)
        .where(statements.c.tenant == tenant, statements.c.type == kind)
        .order_by(statements.c.number.desc())
        .limit(1)
    )
    return bytes(rows[0].statement) if rows else None


async def approvers(work: Work, tenant: str) -> Approvers | None:
    """The set in force: the last one signed."""
    found = await _last(work, tenant, Approvers.TYPE)
    return None if found is None else Approvers.parse(found)


async def policy(work: Work, tenant: str) -> Policy | None:
    """The rules in force: the last ones signed."""
    found = await _last(work, tenant, Policy.TYPE)
    return None if found is None else Policy.parse(found)


async def recovery(work: Work, tenant: str, next: str) -> SignedStatement | None:
    """The titolare's word for the log of that vkey, which goes on behind a loss; None before he signed."""
    for kept in await chain(work, tenant, Recovery.TYPE):
        if Recovery.parse(kept.signed.statement).next == next:
            return kept.signed
    return None
