"""The broker began: whoever watched when its forerunner died watches no more, and the log says so."""

from __future__ import annotations

from collections import defaultdict

from audit.instant import whole_ms
from audit.leaf import Leaf
from audit.record import BROKER
from audit.session_records import WatchJoined, WatchLeft
from broker.cases.see_sessions import places
from broker.parts import Parts
from broker.store import log
from broker.store.database import Work

_LOOKED_AT = 2000  # records of comings and goings; what a crash left open is among the newest


async def close_watches(parts: Parts, tenant: str) -> int:
    """A `watch.left` of the broker's for each coming without a going; how many. Begun before anybody is served."""
    async with parts.store.read() as work:
        if not await _open(work, tenant):
            return 0
    async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
        still = await _open(tx.work, tenant)
        for session, host, watcher in still:
            await tx.append(WatchLeft(watcher=watcher), actor=BROKER, session=session, host=host)
            tx.announce("session", session)
    return len(still)


async def _open(work: Work, tenant: str) -> list[tuple[str, str | None, str]]:
    """(session, host, watcher) of each page that was never left."""
    kinds = (WatchJoined.KIND, WatchLeft.KIND)
    feeds: dict[str, list[Leaf]] = defaultdict(list)
    for leaf in await log.select_leaves(work, tenant, kinds=kinds, limit=_LOOKED_AT):
        if leaf.session is not None:
            feeds[leaf.session].append(leaf)
    return [
        (session, feed[0].host, watcher)
        for session, feed in feeds.items()
        for watcher, count in places(feed).items()
        for _ in range(count)
    ]
