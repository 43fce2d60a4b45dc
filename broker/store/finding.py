"""Things by a few letters of their name or number, newest or nearest first, and never many of them.

The tenant comes first: None stands for all customers, which only the vendor's own people may be given.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, select

from broker.store.database import Work
from broker.store.desk_tables import incidents
from broker.store.tables import hosts, people, requests, sessions, tenants


def _mine(column: Any, tenant: str | None) -> list[ColumnElement[bool]]:
    return [] if tenant is None else [column == tenant]


async def customers(work: Work, tenant: str | None, text: str, limit: int) -> Sequence[Row[Any]]:
    """``id``, ``name``."""
    wanted = [tenants.c.kind == "customer", *_mine(tenants.c.id, tenant)]
    wanted.append(tenants.c.name.icontains(text, autoescape=True))
    return await work.run(
        select(tenants.c.id, tenants.c.name).where(*wanted).order_by(tenants.c.name).limit(limit)
    )


async def machines(work: Work, tenant: str | None, text: str, limit: int) -> Sequence[Row[Any]]:
    """``tenant``, ``id``, ``label``; not those that were revoked."""
    wanted = [hosts.c.state != "revoked", *_mine(hosts.c.tenant, tenant)]
    wanted.append(hosts.c.label.icontains(text, autoescape=True))
    chosen = select(hosts.c.tenant, hosts.c.id, hosts.c.label).where(*wanted)
    return await work.run(chosen.order_by(hosts.c.label, hosts.c.id).limit(limit))


async def persons(work: Work, tenant: str | None, text: str, limit: int) -> Sequence[Row[Any]]:
    """``tenant``, ``id``, ``name``, ``role`` of who has not left."""
    wanted = [people.c.active.is_(True), *_mine(people.c.tenant, tenant)]
    wanted.append(people.c.name.icontains(text, autoescape=True))
    chosen = select(people.c.tenant, people.c.id, people.c.name, people.c.role).where(*wanted)
    return await work.run(chosen.order_by(people.c.name, people.c.id).limit(limit))


async def numbered(
    work: Work, tenant: str | None, text: str, limit: int
) -> tuple[Sequence[Row[Any]], Sequence[Row[Any]], Sequence[Row[Any]]]:
    """Incidents, requests and sessions by their number: ``tenant``, ``id``, and ``host`` of the last two."""
    by = text.upper()
    found = await work.run(
        select(incidents.c.tenant, incidents.c.id)
        .where(incidents.c.id.contains(by, autoescape=True), *_mine(incidents.c.tenant, tenant))
        .order_by(incidents.c.logged.desc(), incidents.c.tenant, incidents.c.id)
        .limit(limit)
    )
    asked = await work.run(
        select(requests.c.tenant, requests.c.id, requests.c.host)
        .where(requests.c.id.contains(text.lower(), autoescape=True), *_mine(requests.c.tenant, tenant))
        .order_by(requests.c.asked.desc(), requests.c.id)
        .limit(limit)
    )
    held = await work.run(
        select(sessions.c.tenant, sessions.c.id, sessions.c.host)
        .where(sessions.c.id.contains(text.lower(), autoescape=True), *_mine(sessions.c.tenant, tenant))
        .order_by(sessions.c.issued.desc(), sessions.c.id)
        .limit(limit)
    )
    return found, asked, held
