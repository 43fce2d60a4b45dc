"""The heads an agent has to be shown, in order: each log it has not left yet to its end, then the one in use.

Built and sent in the agent's turn (`Hub.turn`), for each starts at the head that the one before it ended with.
"""

from __future__ import annotations

from dataclasses import dataclass

from agent.wire.frames import Head, LeafProof
from audit.canonical import b64
from audit.enrolment import Enrolment
from audit.leaf import Leaf
from audit.log_records import KeyRotated
from broker.ports import KeyRing
from broker.store import estate, log, shards, statements
from broker.store.database import Work
from broker.store.shards import Shard

Step = tuple[Head, int]  # the frame, and the size of its head


@dataclass(frozen=True, slots=True)
class Stands:
    """Where an agent is: the size of the head it holds, and of which log, where that is known."""

    tenant: str
    host: str
    size: int
    log: str | None = None


async def head_frames(work: Work, keys: KeyRing, at: Stands) -> list[Step]:
    """Empty where the agent holds the newest head already, or where it cannot follow yet."""
    now = await log.head(work, at.tenant)
    if now is None:
        return []
    if at.log == now.origin or (at.log is None and now.since < at.size <= now.size):
        return [] if at.size >= now.size else [await _step(work, at.tenant, Shard(now), at.size)]
    found: list[Step] = []
    size, path = at.size, await _path(work, at)
    for before, shard in zip([None, *path], path, strict=False):
        if before is None:
            if size < shard.head.size:
                found.append(await _step(work, at.tenant, shard, size))
        elif before.lost:
            signed = await statements.recovery(work, at.tenant, shards.vkey(keys, shard.origin).text)
            if signed is None:
                break  # nobody of the customer has said yet that it goes on without what is lost
            size = min(size, before.head.size)
            found.append(await _step(work, at.tenant, shard, size, recovered=signed.to_value()))
        else:
            announced = await _announced(work, at.tenant, shard.origin, size)
            found.append(await _step(work, at.tenant, shard, size, moved=announced))
        size = max(size, shard.head.size)
    return found


async def newest(work: Work, at: Stands, steps: list[Step]) -> Head | None:
    """The head in use as this agent can take it, after all `steps` but the last; None where it cannot yet."""
    now = await log.head(work, at.tenant)
    if now is None:
        return None
    if not steps:
        held = at.size == now.size and at.log in (None, now.origin)
        return Head(now.note.decode(), at.size, ()) if held else None
    last, size = steps[-1]
    return last if size == now.size and last.checkpoint.encode() == now.note else None


async def _path(work: Work, at: Stands) -> list[Shard]:
    """From the log where this host stands to the one in use."""
    chain = await shards.chain(work, at.tenant)
    origins = [shard.origin for shard in chain]
    if at.log in origins:
        return chain[origins.index(at.log) :]
    known = await estate.host(work, at.tenant, at.host)
    signed = await statements.by_digest(work, at.tenant, getattr(known, "enrolment", None) or "")
    pinned = None if signed is None else Enrolment.parse(signed.statement).log_origin
    first = origins.index(pinned) if pinned in origins else 0
    while first < len(chain) - 1 and chain[first].known < at.size:
        first += 1
    return chain[first:]


async def _step(
    work: Work,
    tenant: str,
    shard: Shard,
    old_size: int,
    *,
    moved: LeafProof | None = None,
    recovered: dict[str, object] | None = None,
) -> Step:
    head = shard.head
    proof = [] if old_size == 0 else await log.consistency(work, tenant, old_size, head.size)
    frame = Head(head.note.decode(), old_size, tuple(h.hex() for h in proof), moved, recovered)
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
