"""A tenant's logs, one after the other: each year has its own name and key, and one tree goes through all.

So a record keeps its number for good, and that no record was lost between two logs is a consistency proof
like any other. A log that is closed signs nothing new; its last head is kept here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, insert, select, update

from audit import instant, merkle
from audit.checkpoint import Checkpoint, parse
from audit.leaf import Leaf
from audit.log_records import KeyRotated
from audit.note import VerifierKey, parse_note
from broker.ports import KeyRing
from broker.store import log
from broker.store.database import Work
from broker.store.log import Head
from broker.store.tables import closed_shards, cosignatures, entries, evidence, shards, tenants

_LAST_LETTER = "z"
_CLOSED = (
    select(closed_shards)
    .where(closed_shards.c.tenant == bindparam("of"))
    .order_by(closed_shards.c.size, closed_shards.c.since)
)


class OutOfNames(RuntimeError):
    """The log of this year was followed by so many others that no letter is left."""


@dataclass(frozen=True, slots=True)
class Shard:
    """One log by its last head: of a closed one the last there will be. `cosigned` above its size: lost."""

    head: Head
    cosigned: int = 0

    @property
    def origin(self) -> str:
        return self.head.origin

    @property
    def lost(self) -> bool:
        """Whether the log after it goes on without records of it."""
        return self.cosigned > self.head.size

    @property
    def known(self) -> int:
        """The largest size of a head of this log that somebody lawfully holds."""
        return max(self.head.size, self.cosigned)


def vkey(keys: KeyRing, origin: str) -> VerifierKey:
    return VerifierKey.log(origin, keys.log_key(origin).public)


def year_of(at: datetime, zone: str) -> int:
    """The tenant's local year."""
    return at.astimezone(ZoneInfo(zone)).year


def year_end(at: datetime, zone: str) -> datetime:
    """The instant at which that year is over where the tenant is."""
    return datetime(year_of(at, zone) + 1, 1, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)


async def closed(work: Work, tenant: str) -> list[Shard]:
    """Oldest first."""
    return [
        Shard(Head(row.origin, row.size, bytes(row.root), bytes(row.checkpoint), row.since), row.cosigned)
        for row in await work.run(_CLOSED, {"of": tenant})
    ]


async def chain(work: Work, tenant: str) -> list[Shard]:
    """Every log of the tenant, the one in use last."""
    now = await log.head(work, tenant)
    return [*await closed(work, tenant), *([] if now is None else [Shard(now)])]


async def origin_at(work: Work, tenant: str, head: Head, size: int) -> str:
    """Which log's head of that size it is, `head` being the present one."""
    if size > head.since:
        return head.origin
    return next((s.origin for s in await closed(work, tenant) if size <= s.head.size), head.origin)


async def signed_at(work: Work, tenant: str, head: Head, size: int, keys: KeyRing) -> Head:
    """The head of an earlier size, signed as it was then by the log it was a head of."""
    root = await log.with_nodes(work, tenant, lambda read: merkle.root(size, read))
    origin = await origin_at(work, tenant, head, size)
    return log.signed_head(origin, size, root, keys.log_key(origin))


async def shown(work: Work, tenant: str, lost: Shard) -> Checkpoint:
    """The longest head of that log, as a witness showed it and the record of the loss keeps it."""
    data = await log.leaf_bytes(work, tenant, lost.head.size)
    assert data is not None  # the first record of the log after it
    digests = [e.sha256 for e in Leaf.parse(data).evidence if e.kind == "cosigned"]
    rows = await work.run(
        select(evidence.c.data).where(evidence.c.tenant == tenant, evidence.c.sha256.in_(digests))
    )
    return parse(parse_note(bytes(rows[0].data)).text)


async def heard_since(work: Work, tenant: str, host: str, since: int) -> bool:
    """Whether a note of this host was recorded from that index on."""
    rows = await work.run(
        select(entries.c.leaf).where(entries.c.tenant == tenant, entries.c.n >= since, entries.c.host == host)
    )
    return any(Leaf.parse(bytes(row.leaf)).host_n is not None for row in rows)


# ------------------------------------------------------------------------------------- the next log


async def zone_of(work: Work, tenant: str) -> str:
    rows = await work.run(select(tenants.c.zone).where(tenants.c.id == tenant))
    return str(rows[0].zone) if rows else "UTC"


async def free_origin(work: Work, tenant: str, held: str, year: int) -> str:
    """The next log's: the year's own, or with the next letter where that name was announced before.

    A key that was announced and never used may be known to whoever had the one before it.
    """
    place, _, label = held.rpartition("/")
    spent = {held} | {
        leaf.record.key.partition("+")[0]
        for leaf in await log.select_leaves(work, tenant, kinds=(KeyRotated.KIND,))
        if isinstance(leaf.record, KeyRotated)
    }
    first = f"{max(year, int(label[:4])):04d}"
    letters = ["", *map(chr, range(ord("b"), ord(_LAST_LETTER) + 1))]
    for letter in letters:
        origin = f"{place}/{first}{letter}"
        if origin not in spent and f"{first}{letter}" > label:
            return origin
    raise OutOfNames(held)


async def name_successor(work: Work, tenant: str, origin: str) -> None:
    await work.change(update(shards).where(shards.c.tenant == tenant).values(successor=origin))


async def last_cosigned(work: Work, tenant: str, head: Head) -> int:
    """The size of the largest head of this log that a witness cosigned; 0 for none."""
    rows = await work.run(
        select(func.max(cosignatures.c.size).label("size")).where(
            cosignatures.c.tenant == tenant,
            cosignatures.c.size > head.since,
            cosignatures.c.size <= head.size,
        )
    )
    return int(rows[0].size or 0)


async def with_witnesses(work: Work, tenant: str, head: Head) -> bytes:
    """The head's note with the signature of every witness that cosigned exactly it."""
    note = parse_note(head.note)
    rows = await work.run(
        select(cosignatures.c.line)
        .where(cosignatures.c.tenant == tenant, cosignatures.c.size == head.size)
        .order_by(cosignatures.c.host)
    )
    for row in rows:
        note = note.add(row.line)
    return note.data


async def close(work: Work, tenant: str, last: Head, cosigned: int) -> None:
    """Keep the last head of the log in use, which signs nothing from here on."""
    await work.change(
        insert(closed_shards).values(
            tenant=tenant, origin=last.origin, since=last.since, size=last.size, root=last.root,
            checkpoint=last.note, cosigned=cosigned,
        )
    )  # fmt: skip


async def begin(work: Work, tenant: str, first: Head) -> None:
    """The log that goes on with the tree, in the place of the one that was closed."""
    await work.change(
        update(shards)
        .where(shards.c.tenant == tenant)
        .values(
            origin=first.origin, size=first.size, root=first.root, checkpoint=first.note, since=first.since,
            ends=None if first.ends is None else instant.to_text(first.ends), successor=None,
        )
    )  # fmt: skip
