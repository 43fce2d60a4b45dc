"""Tenants and hosts: rows to domain values and back.

The only store file with functions that take no tenant: a host dials in, and the house is looked
for, before anybody knows whose they are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, or_, select, update

from audit import instant
from audit.bare_host import BareHost
from broker.domain.estate import (
    EnrolledHost,
    Host,
    HostWithoutAgent,
    PreparedHost,
    RevokedHost,
    SignedHost,
    Tenant,
)
from broker.store.database import Work
from broker.store.tables import facts, hosts, tenants
from broker.store.tx import Tx

# Of every link of an agent, and so made once.
_OF_HOST = (hosts.c.tenant == bindparam("of"), hosts.c.id == bindparam("host"))
_HOST = select(hosts).where(*_OF_HOST)
_SEEN = update(hosts).where(*_OF_HOST).values(last_seen=bindparam("at"))


def _tenant(row: Row[Any]) -> Tenant:
    return Tenant(row.id, row.kind, row.name, row.zone, row.demo, instant.parse(row.opened))


async def tenant(work: Work, tenant_id: str) -> Tenant | None:
    rows = await work.run(select(tenants).where(tenants.c.id == tenant_id))
    return _tenant(rows[0]) if rows else None


async def house(work: Work) -> Tenant | None:
    """The vendor itself; None before set-up."""
    rows = await work.run(select(tenants).where(tenants.c.kind == "house"))
    return _tenant(rows[0]) if rows else None


async def customers(work: Work) -> list[Tenant]:
    rows = await work.run(select(tenants).where(tenants.c.kind == "customer").order_by(tenants.c.name))
    return [_tenant(row) for row in rows]


async def details(work: Work, tenant_id: str) -> dict[str, Any]:
    """Address, numbers and contract of a tenant, as they were entered."""
    rows = await work.run(select(tenants.c.details).where(tenants.c.id == tenant_id))
    found: dict[str, Any] = json.loads(rows[0].details) if rows else {}
    return found


async def add_tenant(tx: Tx, new: Tenant, entered: Mapping[str, Any]) -> None:
    await tx.change(
        insert(tenants).values(
            id=new.id,
            kind=new.kind,
            name=new.name,
            details=json.dumps(entered),
            zone=new.zone,
            demo=new.demo,
            opened=instant.to_text(new.opened),
        )
    )


async def set_details(tx: Tx, tenant_id: str, changed: Mapping[str, str]) -> None:
    """Those named; an empty one is taken away. No record: a name in a list is no fact, and a report commits to what
    it prints."""
    kept = {**await details(tx.work, tenant_id), **changed}
    value = json.dumps({name: text for name, text in kept.items() if text})
    await tx.mark(update(tenants).where(tenants.c.id == tenant_id).values(details=value))


# -------------------------------------------------------------------------------- the broker's own


async def fact(work: Work, key: str) -> str | None:
    rows = await work.run(select(facts.c.value).where(facts.c.key == key))
    return rows[0].value if rows else None


async def set_fact(tx: Tx, key: str, value: str) -> None:
    if not await tx.mark(update(facts).where(facts.c.key == key).values(value=value)):
        await tx.mark(insert(facts).values(key=key, value=value))


async def spend_fact(tx: Tx, key: str, value: str) -> bool:
    """Take it away if it is exactly this; only one of two who come at once does."""
    return bool(await tx.mark(delete(facts).where(facts.c.key == key, facts.c.value == value)))


# ------------------------------------------------------------------------------------------- hosts


def _instant(text: str | None) -> datetime | None:
    return None if text is None else instant.parse(text)


def _text(at: datetime | None) -> str | None:
    return None if at is None else instant.to_text(at)


def _host(row: Row[Any]) -> Host:
    match row.state:
        case "prepared":
            return PreparedHost(row.tenant, row.id, row.label, row.place)
        case "signed":
            return SignedHost(row.tenant, row.id, row.label, row.place, row.enrolment, row.code)
        case "enrolled":
            return EnrolledHost(
                tenant=row.tenant,
                id=row.id,
                label=row.label,
                agent_key=row.agent_key,
                witness_key=row.witness_key,
                confirmed=bool(row.confirmed),
                next_host_n=row.next_host_n,
                place=row.place,
                enrolment=row.enrolment,
                recorder_key=row.recorder_key,
                witnessed=row.witnessed,
                last_seen=_instant(row.last_seen),
                silent_since=_instant(row.silent_since),
                enrolled=_instant(row.enrolled),
                listed=_instant(row.listed),
            )
        case "revoked":
            return RevokedHost(row.tenant, row.id, row.label, row.place, row.agent_key)
        case "bare" | "bare_gone":
            return HostWithoutAgent(row.tenant, row.id, row.label, row.place, row.state == "bare")
        case other:
            raise ValueError(f"a host in the state {other}, which nobody wrote")


async def find_host(work: Work, host_id: str) -> Host | None:
    """A host whose tenant is not known yet: an agent dials in, a page names it. Check the tenant next."""
    rows = await work.run(select(hosts).where(hosts.c.id == host_id))
    return _host(rows[0]) if rows else None


async def host(work: Work, tenant_id: str, host_id: str) -> Host | None:
    rows = await work.run(_HOST, {"of": tenant_id, "host": host_id})
    return _host(rows[0]) if rows else None


async def tenant_hosts(work: Work, tenant_id: str) -> list[Host]:
    rows = await work.run(
        select(hosts).where(hosts.c.tenant == tenant_id).order_by(hosts.c.label, hosts.c.id)
    )
    return [_host(row) for row in rows]


async def enrolled_hosts(work: Work, tenant_id: str) -> list[EnrolledHost]:
    return [one for one in await tenant_hosts(work, tenant_id) if isinstance(one, EnrolledHost)]


async def unheard_hosts(work: Work, tenant_id: str, since: datetime) -> list[EnrolledHost]:
    """Enrolled ones of which no sign of life is written down after that instant, or whose silence is under way."""
    unheard = (
        hosts.c.last_seen.is_(None),
        hosts.c.last_seen <= _text(since),
        hosts.c.silent_since.is_not(None),
    )
    rows = await work.run(
        select(hosts)
        .where(hosts.c.tenant == tenant_id, hosts.c.state == "enrolled", or_(*unheard))
        .order_by(hosts.c.label, hosts.c.id)
    )
    return [one for one in map(_host, rows) if isinstance(one, EnrolledHost)]


async def add_host(tx: Tx, new: PreparedHost) -> None:
    """No record: a name in a list is no fact yet. Signing its enrolment is (`host.prepared`)."""
    await tx.mark(
        insert(hosts).values(
            id=new.id,
            tenant=new.tenant,
            label=new.label,
            place=new.place,
            state="prepared",
            confirmed=False,
            next_host_n=0,
            witnessed=0,
        )
    )


async def keep_host(tx: Tx, changed: SignedHost | EnrolledHost | RevokedHost) -> None:
    """Write the host's new state."""
    values: dict[str, Any]
    match changed:
        case SignedHost():
            values = {"state": "signed", "enrolment": changed.enrolment, "code": changed.code}
        case EnrolledHost():
            values = {
                "state": "enrolled",
                "code": None,
                "agent_key": changed.agent_key,
                "witness_key": changed.witness_key,
                "recorder_key": changed.recorder_key,
                "confirmed": changed.confirmed,
                "next_host_n": changed.next_host_n,
                "enrolled": _text(changed.enrolled),
                "listed": _text(changed.listed),
            }
        case RevokedHost():
            values = {"state": "revoked", "code": None}
    await tx.change(
        update(hosts).where(hosts.c.tenant == changed.tenant, hosts.c.id == changed.id).values(**values)
    )


async def name_bare_hosts(tx: Tx, lines: Sequence[BareHost]) -> None:
    """Those that the rules just signed name, and no others. No record of their own: `policy.changed` is it."""
    known = {one.id for one in await tenant_hosts(tx.work, tx.tenant) if isinstance(one, HostWithoutAgent)}
    bare = (hosts.c.tenant == tx.tenant, hosts.c.state == "bare")
    await tx.mark(update(hosts).where(*bare).values(state="bare_gone"))
    for one in lines:
        values = {"label": one.label, "place": one.place, "state": "bare"}
        if one.id in known:
            mine = (hosts.c.tenant == tx.tenant, hosts.c.id == one.id)
            await tx.mark(update(hosts).where(*mine).values(**values))
        else:
            await tx.mark(
                insert(hosts).values(
                    id=one.id, tenant=tx.tenant, confirmed=False, next_host_n=0, witnessed=0, **values
                )
            )


async def seen(tx: Tx, tenant_id: str, host_id: str, at: datetime) -> None:
    """The last sign of life: bookkeeping, no fact."""
    await tx.work.change(_SEEN, {"of": tenant_id, "host": host_id, "at": instant.to_text(at)})


def labels(found: Sequence[Host]) -> dict[str, str]:
    return {one.id: one.label for one in found}
