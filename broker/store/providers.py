"""Providers of OpenID Connect and who is who there: rows to domain values and back.

The last part takes no tenant: whoever comes back from a provider says which one, and that tells the tenant.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from audit import instant
from broker.domain.provider import Provider
from broker.store.database import Work
from broker.store.signin_tables import identities, providers
from broker.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Identity:
    """That `person` is who the provider calls by what `digest` is made from."""

    provider: str
    digest: str
    person: str
    added: datetime


async def of_tenant(work: Work, tenant: str) -> list[Provider]:
    rows = await work.run(
        select(providers).where(providers.c.tenant == tenant).order_by(providers.c.added, providers.c.id)
    )
    return [_provider(row) for row in rows]


async def keep(tx: Tx, one: Provider, secret: bytes | None, *, change_secret: bool) -> None:
    """A new one, or another one of the same id."""
    values: dict[str, Any] = {
        "tenant": tx.tenant, "kind": one.kind, "name": one.name, "issuer": one.issuer, "client": one.client,
        "acr": one.acr,
    }  # fmt: skip
    if change_secret:
        values["secret"] = secret
    there = (providers.c.id == one.id, providers.c.tenant == tx.tenant)
    if not await tx.change(update(providers).where(*there).values(**values)):
        await tx.change(insert(providers).values(id=one.id, added=instant.to_text(tx.at), **values))


async def remove(tx: Tx, provider: str) -> None:
    """With everybody's link to it."""
    await tx.change(delete(providers).where(providers.c.id == provider, providers.c.tenant == tx.tenant))
    await tx.mark(delete(identities).where(identities.c.provider == provider))


async def secret_of(work: Work, provider: str) -> bytes | None:
    """Sealed."""
    rows = await work.run(select(providers.c.secret).where(providers.c.id == provider))
    return bytes(rows[0].secret) if rows and rows[0].secret is not None else None


async def link(tx: Tx, new: Identity) -> None:
    await tx.change(
        insert(identities).values(
            provider=new.provider, digest=new.digest, person=new.person, added=instant.to_text(new.added)
        )
    )


async def unlink(tx: Tx, provider: str, person: str) -> bool:
    return bool(
        await tx.change(
            delete(identities).where(identities.c.provider == provider, identities.c.person == person)
        )
    )


async def identities_of(work: Work, person: str) -> list[Identity]:
    rows = await work.run(
        select(identities).where(identities.c.person == person).order_by(identities.c.added)
    )
    return [_identity(row) for row in rows]


async def linked_at(work: Work, provider: str) -> list[Identity]:
    rows = await work.run(select(identities).where(identities.c.provider == provider))
    return [_identity(row) for row in rows]


async def find(work: Work, provider: str) -> Provider | None:
    rows = await work.run(select(providers).where(providers.c.id == provider))
    return _provider(rows[0]) if rows else None


async def who_is(work: Work, provider: str, digest: str) -> str | None:
    """The person's id."""
    rows = await work.run(
        select(identities.c.person).where(identities.c.provider == provider, identities.c.digest == digest)
    )
    return str(rows[0].person) if rows else None


def _provider(row: Row[Any]) -> Provider:
    return Provider(row.id, row.tenant, row.kind, row.name, row.issuer, row.client, row.acr)


def _identity(row: Row[Any]) -> Identity:
    return Identity(row.provider, row.digest, row.person, instant.parse(row.added))
