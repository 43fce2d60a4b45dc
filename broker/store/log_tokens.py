"""The secret that lets a monitor read one tenant's published log: one a tenant, kept as its digest."""

from __future__ import annotations

from sqlalchemy import delete, insert, select

from audit import instant
from broker.store.database import Work
from broker.store.tables import log_tokens
from broker.store.tx import Tx


async def digest(work: Work, tenant: str) -> str | None:
    """SHA-256 hex of the one that counts; None where none was ever made."""
    rows = await work.run(select(log_tokens.c.token).where(log_tokens.c.tenant == tenant))
    return str(rows[0].token) if rows else None


async def renew(tx: Tx, token: str) -> None:
    """In the place of an earlier one. `token` is the digest."""
    await tx.change(delete(log_tokens).where(log_tokens.c.tenant == tx.tenant))
    await tx.change(insert(log_tokens).values(tenant=tx.tenant, token=token, made=instant.to_text(tx.at)))
