"""The tenant's log in the database: append a leaf, move the head, read ranges and proofs.

The database is the source of truth; tiles are derived from it. Appending happens only inside
`tx.Tx`, so that a record and the state it speaks of commit together or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Select, and_, bindparam, column, select, values

from audit import checkpoint, instant, merkle
from audit.checkpoint import Checkpoint
from audit.keys import SigningKey
from audit.leaf import Leaf
from broker.store.database import Work
from broker.store.tables import entries, nodes, shards

T = TypeVar("T")
_HEAD = select(shards).where(shards.c.tenant == bindparam("of"))
_LOCKED = _HEAD.with_for_update()
Read = Callable[[int, int], bytes]
AT_ONCE = 32  # nodes in a query: what a proof from 2**32 records takes


def _nodes_by_key() -> Select[tuple[int, int, bytes]]:
    """By a join over the whole key: asked for a list of pairs, SQLite reads all nodes of the tenant."""
    key = (nodes.c.tenant, nodes.c.level, nodes.c.place)
    names = [("of", f"level_{n}", f"place_{n}") for n in range(AT_ONCE)]
    rows: list[tuple[Any, ...]] = [
        tuple(bindparam(name, type_=c.type) for name, c in zip(row, key, strict=True)) for row in names
    ]
    wanted = values(*(column(c.name, c.type) for c in key), name="wanted").data(rows).cte("wanted")
    same = and_(*(c == wanted.c[c.name] for c in key))
    return select(nodes.c.level, nodes.c.place, nodes.c.hash).join(wanted, same)


_NODES = _nodes_by_key()


def _places(tenant: str, wanted: Sequence[tuple[int, int]]) -> dict[str, str | int]:
    """What `_NODES` is asked for; the last one again and again where it is less than it can take."""
    found: dict[str, str | int] = {"of": tenant}
    for n in range(AT_ONCE):
        found[f"level_{n}"], found[f"place_{n}"] = wanted[min(n, len(wanted) - 1)]
    return found


@dataclass(frozen=True, slots=True)
class Head:
    """The log's signed head: `note` is the checkpoint as a signed note.

    Of a log in use, `since` is the size at which its own records begin, `ends` when its year does, and
    `successor` the origin of the next log once that is announced.
    """

    origin: str
    size: int
    root: bytes
    note: bytes
    since: int = field(default=0, compare=False)
    ends: datetime | None = field(default=None, compare=False)
    successor: str | None = field(default=None, compare=False)


async def with_nodes(work: Work, tenant: str, compute: Callable[[Read], T]) -> T:
    """Run a computation over stored subtree hashes.

    Which hashes a proof needs depends on sizes and never on the hashes themselves, so a first run
    over blanks tells which to fetch, in one query, and a second run gets them.
    """
    wanted: list[tuple[int, int]] = []

    def blank(level: int, place: int) -> bytes:
        wanted.append((level, place))
        return bytes(32)

    compute(blank)
    found: dict[tuple[int, int], bytes] = {}
    for start in range(0, len(wanted), AT_ONCE):
        rows = await work.run(_NODES, _places(tenant, wanted[start : start + AT_ONCE]))
        found.update({(row.level, row.place): bytes(row.hash) for row in rows})
    return compute(lambda level, place: found[level, place])


async def head(work: Work, tenant: str, *, lock: bool = False) -> Head | None:
    """The last signed head, or None for a tenant whose log is not open.

    `lock` holds the log until the transaction ends: other writers of this tenant wait.
    """
    rows = await work.run(_LOCKED if lock else _HEAD, {"of": tenant})
    if not rows:
        return None
    row = rows[0]
    ends = None if row.ends is None else instant.parse(row.ends)
    return Head(row.origin, row.size, bytes(row.root), bytes(row.checkpoint), row.since, ends, row.successor)


async def inclusion(work: Work, tenant: str, n: int, size: int) -> list[bytes]:
    return await with_nodes(work, tenant, lambda read: merkle.inclusion_proof(n, size, read))


async def consistency(work: Work, tenant: str, old: int, new: int) -> list[bytes]:
    return await with_nodes(work, tenant, lambda read: merkle.consistency_proof(old, new, read))


async def leaf_bytes(work: Work, tenant: str, n: int) -> bytes | None:
    rows = await work.run(select(entries.c.leaf).where(entries.c.tenant == tenant, entries.c.n == n))
    return bytes(rows[0].leaf) if rows else None


async def leaf(work: Work, tenant: str, n: int) -> Leaf:
    """Of an index that the log has."""
    data = await leaf_bytes(work, tenant, n)
    assert data is not None
    return Leaf.parse(data)


async def leaves(work: Work, tenant: str, first: int, after: int) -> list[bytes]:
    """Leaf bytes `first` ≤ n < `after`, in order."""
    rows = await work.run(
        select(entries.c.leaf)
        .where(entries.c.tenant == tenant, entries.c.n >= first, entries.c.n < after)
        .order_by(entries.c.n)
    )
    return [bytes(row.leaf) for row in rows]


async def level(work: Work, tenant: str, height: int, first: int, after: int) -> list[bytes]:
    """Hashes of the complete subtrees of 2**`height` leaves, `first` ≤ place < `after`, in order."""
    rows = await work.run(
        select(nodes.c.hash)
        .where(nodes.c.tenant == tenant, nodes.c.level == height)
        .where(nodes.c.place >= first, nodes.c.place < after)
        .order_by(nodes.c.place)
    )
    return [bytes(row.hash) for row in rows]


_AT_ONCE = 500  # parameters of one statement
ALL = 2**31 - 1  # as a limit: every record that matches


async def select_leaves(
    work: Work,
    tenant: str,
    *,
    session: str | None = None,
    host: str | None = None,
    kinds: Sequence[str] = (),
    limit: int = 1000,
) -> list[Leaf]:
    """The newest `limit` records that match, oldest first."""
    wanted = [entries.c.tenant == tenant]
    if session is not None:
        wanted.append(entries.c.session == session)
    if host is not None:
        wanted.append(entries.c.host == host)
    if kinds:
        wanted.append(entries.c.kind.in_(kinds))
    rows = await work.run(
        select(entries.c.leaf).where(and_(*wanted)).order_by(entries.c.n.desc()).limit(limit)
    )
    return [Leaf.parse(bytes(row.leaf)) for row in reversed(rows)]


async def kinds_among(work: Work, tenant: str, kinds: Sequence[str]) -> frozenset[str]:
    """Which of these a log has any record of."""
    rows = await work.run(
        select(entries.c.kind).where(entries.c.tenant == tenant, entries.c.kind.in_(kinds)).distinct()
    )
    return frozenset(row.kind for row in rows)


async def kinds_of(work: Work, tenant: str, numbers: Sequence[int]) -> dict[int, str]:
    """The kind of each of these records."""
    found: dict[int, str] = {}
    for start in range(0, len(numbers), _AT_ONCE):
        part = numbers[start : start + _AT_ONCE]
        rows = await work.run(
            select(entries.c.n, entries.c.kind).where(entries.c.tenant == tenant, entries.c.n.in_(part))
        )
        found |= {row.n: row.kind for row in rows}
    return found


def signed_head(origin: str, size: int, root: bytes, key: SigningKey) -> Head:
    return Head(origin, size, root, checkpoint.sign(Checkpoint(origin, size, root), key))
