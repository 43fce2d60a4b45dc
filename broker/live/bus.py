"""Announcements to the live pages of this process: bounded, per tenant, never in the way of a commit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from broker.store.tx import Announcement

_BACKLOG = 256  # a page that is further behind reloads what it shows instead


class Bus:
    """Give `publish` to `Store.listen`; pages take `subscribe`."""

    def __init__(self) -> None:
        self._queues: dict[asyncio.Queue[Announcement], frozenset[str] | None] = {}

    async def publish(self, announcement: Announcement) -> None:
        for queue, tenants in self._queues.items():
            if tenants is not None and announcement.tenant not in tenants:
                continue
            if queue.full():
                queue.get_nowait()  # the oldest: a page only needs to know that something changed
            queue.put_nowait(announcement)

    @asynccontextmanager
    async def subscribe(self, tenants: frozenset[str] | None) -> AsyncIterator[asyncio.Queue[Announcement]]:
        """A queue of announcements of these tenants (None: of all, for the vendor's own pages)."""
        queue: asyncio.Queue[Announcement] = asyncio.Queue(_BACKLOG)
        self._queues[queue] = tenants
        try:
            yield queue
        finally:
            del self._queues[queue]
