"""Whether a stored log is what its own head says: quickly at each start, completely when asked.

The quick check costs the same for any size: head, edge of the tree and the last records. The full one
goes through every record, node and piece of evidence, a batch at a time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from enum import StrEnum

from sqlalchemy import func, select

from audit import merkle
from audit.checkpoint import open_checkpoint
from audit.errors import BadSignature, Malformed
from audit.instant import to_text
from audit.leaf import Leaf
from broker.ports import KeyRing
from broker.store import log, shards
from broker.store.database import Work
from broker.store.log import Head
from broker.store.tables import entries, evidence, nodes, openings

LAST = 256  # records looked at by the quick check
BATCH = 1000


class Flaw(StrEnum):
    """What is wrong with a log. `cases/check_logs.py` has the sentences."""

    HEAD_MISSING = "head_missing"
    SIGNATURE = "signature"
    HEAD_DIFFERS = "head_differs"
    LENGTH = "length"
    TREE = "tree"
    RECORD = "record"
    EVIDENCE = "evidence"
    PUBLISHED = "published"


class Unsound(Exception):
    """The first flaw found, and at which record, where it has a place."""

    def __init__(self, flaw: Flaw, n: int | None = None) -> None:
        super().__init__(flaw.value)
        self.flaw = flaw
        self.n = n


async def quick(work: Work, tenant: str, keys: KeyRing) -> Head:
    """The head of the log in use, after a look at those it goes on from; or `Unsound`."""
    head = await log.head(work, tenant)
    if head is None:
        raise Unsound(Flaw.HEAD_MISSING)
    _signed(head, keys)
    for shard in await shards.closed(work, tenant):
        _signed(shard.head, keys)
        size = shard.head.size
        root = await _with_nodes(work, tenant, lambda read, size=size: merkle.root(size, read))  # type: ignore[misc]
        if size > head.size or root != shard.head.root:
            raise Unsound(Flaw.TREE)
    for column, where in ((entries.c.n, ()), (nodes.c.place, (nodes.c.level == 0,))):
        last = select(func.max(column)).where(column.table.c.tenant == tenant, *where)
        if [row[0] for row in await work.run(last)] != [head.size - 1 if head.size else None]:
            raise Unsound(Flaw.LENGTH)
    if await _with_nodes(work, tenant, lambda read: merkle.root(head.size, read)) != head.root:
        raise Unsound(Flaw.TREE)
    first = max(0, head.size - LAST)
    hashes = await _hashes(work, tenant, first, head.size)
    if await log.level(work, tenant, 0, first, head.size) != hashes:
        raise Unsound(Flaw.TREE)
    for n in {first, head.size - 1} if head.size else ():
        path = await _with_nodes(
            work,
            tenant,
            lambda read, n=n: merkle.inclusion_proof(n, head.size, read),  # type: ignore[misc]
        )
        if not merkle.check_inclusion(hashes[n - first], n, head.size, path, head.root):
            raise Unsound(Flaw.TREE, n)
    return head


class FullCheck:
    """Record by record up to the head of `begin`; then `finish`. Each call in a transaction of its own."""

    def __init__(self, tenant: str, head: Head) -> None:
        self.head = head
        self.done = 0
        self._tenant = tenant
        self._edge: dict[int, bytes] = {}

    @classmethod
    async def begin(cls, work: Work, tenant: str, keys: KeyRing) -> FullCheck:
        return cls(tenant, await quick(work, tenant, keys))

    async def step(self, work: Work) -> bool:
        """The next batch. False when there is none."""
        first, after = self.done, min(self.done + BATCH, self.head.size)
        made: dict[int, list[tuple[int, bytes]]] = {}
        for n, leaf in enumerate(await _hashes(work, self._tenant, first, after), first):
            for level, place, found in merkle.stored_nodes(n, leaf, lambda level, _: self._edge[level]):
                made.setdefault(level, []).append((place, found))
                self._edge[level] = found
        for level, row in made.items():
            stored = await log.level(work, self._tenant, level, row[0][0], row[-1][0] + 1)
            if stored != [found for _, found in row]:
                raise Unsound(Flaw.TREE, first)
        self.done = after
        if after < self.head.size:
            return True
        if merkle.root(after, lambda level, _: self._edge[level]) != self.head.root:
            raise Unsound(Flaw.TREE)
        return False


def _signed(head: Head, keys: KeyRing) -> None:
    try:
        signed = open_checkpoint(head.note, shards.vkey(keys, head.origin))
    except (Malformed, BadSignature) as wrong:
        raise Unsound(Flaw.SIGNATURE) from wrong
    if (signed.size, signed.root) != (head.size, head.root):
        raise Unsound(Flaw.HEAD_DIFFERS)


async def _with_nodes(work: Work, tenant: str, compute: Callable[[merkle.Read], log.T]) -> log.T:
    try:
        return await log.with_nodes(work, tenant, compute)
    except KeyError as missing:
        raise Unsound(Flaw.TREE) from missing


async def _hashes(work: Work, tenant: str, first: int, after: int) -> list[bytes]:
    """Leaf hashes of these records, after looking at each: readable, in its place, its evidence whole."""
    rows = await work.run(
        select(entries)
        .where(entries.c.tenant == tenant, entries.c.n >= first, entries.c.n < after)
        .order_by(entries.c.n)
    )
    if [row.n for row in rows] != list(range(first, after)):
        raise Unsound(Flaw.LENGTH, first)
    wanted: dict[str, int] = {}
    mails: dict[str, int] = {}
    for row in rows:
        try:
            leaf = Leaf.parse(bytes(row.leaf))
        except Malformed as wrong:
            raise Unsound(Flaw.RECORD, row.n) from wrong
        says = (leaf.tenant, leaf.n, leaf.record.KIND, leaf.session, leaf.host, to_text(leaf.time))
        if says != (tenant, row.n, row.kind, row.session, row.host, row.time):
            raise Unsound(Flaw.RECORD, row.n)
        wanted |= {one.sha256: row.n for one in leaf.evidence}
        mails |= {one.sha256: row.n for one in leaf.evidence if one.kind == "mail"}
    await _evidence(work, tenant, await _without_erased(work, tenant, wanted, mails))
    return [merkle.leaf_hash(bytes(row.leaf)) for row in rows]


async def _without_erased(
    work: Work, tenant: str, wanted: dict[str, int], mails: dict[str, int]
) -> dict[str, int]:
    """A mail's bytes go with its opening: `audit.verify` says whether that was lawful."""
    kept: set[int] = set()
    for part in _slices(sorted(mails)):
        numbers = [mails[digest] for digest in part]
        rows = await work.run(
            select(openings.c.n).where(openings.c.tenant == tenant, openings.c.n.in_(numbers))
        )
        kept |= {row.n for row in rows}
    return {digest: n for digest, n in wanted.items() if digest not in mails or n in kept}


async def _evidence(work: Work, tenant: str, wanted: dict[str, int]) -> None:
    whole: set[str] = set()
    for digests in _slices(sorted(wanted)):
        rows = await work.run(
            select(evidence.c.sha256, evidence.c.data).where(
                evidence.c.tenant == tenant, evidence.c.sha256.in_(digests)
            )
        )
        whole |= {row.sha256 for row in rows if hashlib.sha256(bytes(row.data)).hexdigest() == row.sha256}
    for digest, n in wanted.items():
        if digest not in whole:
            raise Unsound(Flaw.EVIDENCE, n)


def _slices(items: Sequence[str]) -> list[Sequence[str]]:
    return [items[at : at + 200] for at in range(0, len(items), 200)]
