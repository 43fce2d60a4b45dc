"""The heads an agent has to be shown, in order: each log it has not left yet to its end, then the one in use.

Built and sent in the agent's turn (`Hub.turn`), for each starts at the head that the one before it ended with.
"""

from __future__ import annotations

from agent.wire.frames import Head, LeafProof
from audit.canonical import b64
from audit.leaf import Leaf
from audit.records import KeyRotated
from audit.statement import Enrolment
from broker.store import estate, log, shards, statements
from broker.store.database import Work
from broker.store.shards import Shard

Step = tuple[Head, int]  # the frame, and the size of its head


async def head_frames(work: Work, tenant: str, host: str, old_size: int) -> list[Step]:
    """Empty where the agent holds the newest head already, or one that this log has not."""
    now = await log.head(work, tenant)
    if now is None or old_size > now.size:
        return []
    if old_size > now.since:
        return [] if old_size == now.size else [await _step(work, tenant, Shard(now), old_size)]
    found: list[Step] = []
    path = await _path(work, tenant, host, old_size)
    for place, shard in enumerate(path):
        if place:
            found.append(await _step(work, tenant, shard, old_size, moved=True))
        elif old_size < shard.head.size:
            found.append(await _step(work, tenant, shard, old_size))
        old_size = shard.head.size
    return found


async def _path(work: Work, tenant: str, host: str, old_size: int) -> list[Shard]:
    """From the log where this host stands to the one in use."""
    chain = await shards.chain(work, tenant)
    origins = [shard.origin for shard in chain]
    known = await estate.host(work, tenant, host)
    signed = await statements.by_digest(work, tenant, getattr(known, "enrolment", ""))
    pinned = None if signed is None else Enrolment.parse(signed.statement).log_origin
    first = origins.index(pinned) if pinned in origins else 0
    while first < len(chain) - 1 and chain[first].head.size < old_size:
        first += 1
    return chain[first:]


async def _step(work: Work, tenant: str, shard: Shard, old_size: int, *, moved: bool = False) -> Step:
    head = shard.head
    proof = [] if old_size == 0 else await log.consistency(work, tenant, old_size, head.size)
    announced = await _announced(work, tenant, shard.origin, old_size) if moved else None
    frame = Head(head.note.decode(), old_size, tuple(h.hex() for h in proof), announced)
    return frame, head.size


async def _announced(work: Work, tenant: str, origin: str, size: int) -> LeafProof | None:
    """Where the log before said the key of this one, in its tree of that size."""
    for leaf in await log.select_leaves(work, tenant, kinds=(KeyRotated.KIND,)):
        if leaf.n < size and _names(leaf, origin):
            data = await log.leaf_bytes(work, tenant, leaf.n)
            assert data is not None  # it was just read
            path = await log.inclusion(work, tenant, leaf.n, size)
            return LeafProof(b64(data), leaf.n, tuple(h.hex() for h in path))
    return None


def _names(leaf: Leaf, origin: str) -> bool:
    return isinstance(leaf.record, KeyRotated) and leaf.record.key.startswith(f"{origin}+")
