"""Subjects' keys for the titolare too: each an age file for the recipient his rules name, if they name one."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select, update

from audit import age_keys
from audit.policy import Policy
from broker.store.database import Work
from broker.store.tables import statements, subject_keys


async def recipient(work: Work, tenant: str) -> str | None:
    """Of the rules in force."""
    rows = await work.run(
        select(statements.c.statement)
        .where(statements.c.tenant == tenant, statements.c.type == Policy.TYPE)
        .order_by(statements.c.number.desc())
        .limit(1)
    )
    return Policy.parse(bytes(rows[0].statement)).recipient if rows else None


def sealed(key: bytes, whose: str | None) -> bytes | None:
    return None if whose is None else age_keys.sealed_for(whose, key)


async def reseal(work: Work, tenant: str, unwrapped: Callable[[str, bytes], bytes]) -> None:
    """After a change of rules: every key for the recipient they name now. `unwrapped(subject, wrapped)`
    gives a key."""
    whose = await recipient(work, tenant)
    rows = await work.run(select(subject_keys).where(subject_keys.c.tenant == tenant))
    for row in rows:
        made = sealed(unwrapped(row.subject, bytes(row.wrapped)), whose)
        await work.change(
            update(subject_keys)
            .where(subject_keys.c.tenant == tenant, subject_keys.c.subject == row.subject)
            .values(titolare=made)
        )
