"""What an export of an incident's evidence holds, read out of one customer's log (`audit.incident_export`)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, or_, select

from audit import instant, merkle
from audit.incident_export import CATEGORY_OF, ENDS, MAX_RECORDS
from audit.leaf import Leaf
from audit.log_extract import Extract
from broker.domain.refusal import Refused, Why
from broker.ports import KeyRing
from broker.store import log, shards
from broker.store.database import Work
from broker.store.log import Head
from broker.store.tables import entries, evidence
from broker.store.tables import requests as request_rows

_AT_ONCE = 500
_WINDOW = timedelta(
    days=31
)  # the longest that an authorisation lies before its session (broker.domain.appointing)
_BEFORE = ("approval.given", "grant.issued", "supervision.taken")


async def taken(
    work: Work, tenant: str, since: datetime, until: datetime, head: Head, keys: KeyRing
) -> Extract:
    """All of that time, whole sessions and what opened them; `Refused` (too_large) for more than fits."""
    leaves = await _within(work, tenant, since, until)
    parsed = [Leaf.parse(data) for data in leaves.values()]
    asked = {getattr(leaf.record, "request", None) for leaf in parsed} - {None}
    leaves |= await _before(work, tenant, {str(one) for one in asked}, since)
    _bounded(len(leaves))
    numbers = sorted(leaves)

    def paths(read: merkle.Read) -> list[list[bytes]]:
        return [merkle.inclusion_proof(n, head.size, read) for n in numbers]

    proven = dict(zip(numbers, await log.with_nodes(work, tenant, paths), strict=True))
    return Extract(
        tenant=tenant,
        origin=head.origin,
        checkpoint=await shards.with_witnesses(work, tenant, head),
        vkey=shards.vkey(keys, head.origin).text,
        leaves=leaves,
        paths=proven,
        evidence=await _evidence(work, tenant, leaves),
    )


def _bounded(count: int) -> None:
    if count > MAX_RECORDS:
        raise Refused(Why.TOO_LARGE, field="period", limit=str(MAX_RECORDS))


async def _within(work: Work, tenant: str, since: datetime, until: datetime) -> dict[int, bytes]:
    first, after = instant.to_text(since), instant.to_text(until)
    running = (
        select(entries.c.session)
        .where(entries.c.tenant == tenant, entries.c.session.is_not(None))
        .group_by(entries.c.session)
        .having(
            func.min(entries.c.time) < after,
            or_(
                func.max(entries.c.time) >= first,
                func.sum(case((entries.c.kind.in_(ENDS), 1), else_=0)) == 0,
            ),
        )
    )
    meant = or_(
        (entries.c.time >= first) & (entries.c.time < after),
        entries.c.session.in_(running),
    )
    query = select(entries.c.n, entries.c.leaf).where(
        entries.c.tenant == tenant, entries.c.kind.in_(sorted(CATEGORY_OF)), meant
    )
    rows = await work.run(query.order_by(entries.c.n).limit(MAX_RECORDS + 1))
    _bounded(len(rows))
    return {int(row.n): bytes(row.leaf) for row in rows}


async def _before(work: Work, tenant: str, asked: Collection[str], since: datetime) -> dict[int, bytes]:
    """The requests, and what was signed of them before that time began."""
    found: dict[int, bytes] = {}
    opened: list[int] = []
    for some in _parts(sorted(asked)):
        where = (request_rows.c.tenant == tenant, request_rows.c.id.in_(some))
        opened += [int(row.opened_n) for row in await work.run(select(request_rows.c.opened_n).where(*where))]
    for some in _parts(opened):
        query = select(entries.c.n, entries.c.leaf).where(entries.c.tenant == tenant, entries.c.n.in_(some))
        found |= {int(row.n): bytes(row.leaf) for row in await work.run(query)}
    signed = select(entries.c.n, entries.c.leaf).where(
        entries.c.tenant == tenant,
        entries.c.kind.in_(_BEFORE),
        entries.c.time >= instant.to_text(since - 2 * _WINDOW),
        entries.c.time < instant.to_text(since),
    )
    for row in await work.run(signed):
        if getattr(Leaf.parse(bytes(row.leaf)).record, "request", None) in asked:
            found[int(row.n)] = bytes(row.leaf)
    return found


async def _evidence(work: Work, tenant: str, leaves: dict[int, bytes]) -> dict[str, bytes]:
    """What was signed, as it was signed."""
    digests = {e.sha256 for data in leaves.values() for e in Leaf.parse(data).evidence}
    found: dict[str, bytes] = {}
    for some in _parts(sorted(digests)):
        query = select(evidence.c.sha256, evidence.c.data).where(
            evidence.c.tenant == tenant, evidence.c.sha256.in_(some)
        )
        found |= {row.sha256: bytes(row.data) for row in await work.run(query)}
    return found


def _parts(wanted: list[Any]) -> list[list[Any]]:
    return [wanted[start : start + _AT_ONCE] for start in range(0, len(wanted), _AT_ONCE)]
