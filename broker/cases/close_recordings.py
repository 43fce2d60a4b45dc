"""The broker began: what its forerunner was recording when it died is closed, with what is on the disk."""

from __future__ import annotations

import asyncio

from audit import checkpoint
from audit import recording as rec
from audit.instant import whole_ms
from audit.record import BROKER
from audit.recording import SegmentLeaf
from audit.recording_records import RecordingClosed
from broker.parts import Parts
from broker.store import recordings
from broker.store.recording_folder import RecordingFolder
from broker.store.recordings import Recorded

ABORTED = "aborted"


async def close_recordings(parts: Parts, tenant: str) -> int:
    """How many. Begun before anybody is served."""
    async with parts.store.read() as work:
        left = [
            one
            for one in await recordings.every(work, tenant)
            if not one.closed and not parts.recordings.claims(one.id)
        ]
    for one in left:
        record = await asyncio.to_thread(_gathered, parts, one)
        async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
            await tx.append(record, actor=BROKER, session=one.session, host=one.host)
            await recordings.advance(tx, one.id, record.segments, closed=True)
            tx.announce("session", one.session)
    return len(left)


def _gathered(parts: Parts, one: Recorded) -> RecordingClosed:
    """What stands there, its head signed once more."""
    folder = RecordingFolder(parts.settings.state, one.tenant, one.id)
    raw = folder.whole()
    tree = rec.tree_of(raw)
    leaves = [SegmentLeaf.parse(data) for data in raw]
    if raw:
        key = parts.keys.log_key(one.origin)
        folder.sign(checkpoint.sign(rec.head_of(one.origin, one.id, tree), key))
    masked = sum(count for leaf in leaves for _, count in leaf.masked)
    out_bytes = sum(leaf.out_bytes for leaf in leaves)
    return RecordingClosed(one.id, tree.size, tree.root().hex(), out_bytes, masked, ABORTED)
