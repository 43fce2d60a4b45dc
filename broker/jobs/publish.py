"""Publishes each log as tiles after its commits: a little at a time, and never in the way of a commit.

Tiles first, the head that stands on them last. What was interrupted is taken up again: files that are
there already are compared, not written.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from audit import merkle, tiles
from audit.tiles import Tile
from broker.domain.estate import Tenant
from broker.jobs.tenants import everybody
from broker.parts import Parts
from broker.store import log, shards
from broker.store.log import Head
from broker.store.log_check import Flaw, Unsound
from broker.store.tile_folder import VKEY, PublishedDiffers, TileFolder, continues, is_full, place

MAX_TILES = 64  # a tick: at most some 4 MB of entries
_log = logging.getLogger("verbale.log")


@dataclass(slots=True)
class _Publication:
    """A head on its way out, and the tiles that it still lacks."""

    head: Head
    folder: TileFolder
    tiles: list[Tile]
    full: list[Tile] = field(default_factory=list)


def publishing(root: Path) -> Callable[[Parts], Awaitable[None]]:
    """A job that keeps the published logs under `root` up with the stored ones."""
    begun: dict[str, _Publication] = {}

    async def tick(parts: Parts) -> None:
        left = MAX_TILES

        async def one(tenant: Tenant) -> None:
            nonlocal left
            closed = parts.store.is_closed(tenant.id) or not parts.store.standing.signs(tenant.id)
            if left and not closed:
                left -= await _advance(parts, root, begun, tenant.id, left)

        await everybody(parts, "publishing the log", one)

    return tick


async def _advance(parts: Parts, root: Path, begun: dict[str, _Publication], tenant: str, limit: int) -> int:
    """Tiles written or compared."""
    try:
        now = begun.get(tenant) or await _begin(parts, root, tenant)
        if now is None:
            return 0
        begun[tenant] = now
        some, now.tiles = now.tiles[:limit], now.tiles[limit:]
        for tile in some:
            await _put(parts, tenant, now.folder, tile)
        now.full += [tile for tile in some if is_full(tile)]
        if not now.tiles and parts.store.standing.signs(tenant):
            await asyncio.to_thread(_finish, now)
            del begun[tenant]
    except (PublishedDiffers, Unsound) as wrong:
        # What others hold and what is stored are two logs: one more head would be a fork.
        parts.store.close_log(tenant)
        begun.pop(tenant, None)
        _log.error("the log of %s is closed: it is not the one that was published (%s)", tenant, wrong)
        return 1
    return len(some)


async def _begin(parts: Parts, root: Path, tenant: str) -> _Publication | None:
    """The oldest log of which less is published than is stored; None where there is none."""
    async with parts.store.read() as work:
        for shard in await shards.chain(work, tenant):
            head, folder = shard.head, TileFolder(place(root, shard.origin))
            since = await continues(work, tenant, head, folder)
            if since < head.size:
                break
        else:
            return None
        if await log.with_nodes(work, tenant, lambda read: merkle.root(head.size, read)) != head.root:
            raise Unsound(Flaw.TREE)
    vkey = shards.vkey(parts.keys, head.origin)
    await asyncio.to_thread(folder.add, VKEY, f"{vkey.text}\n".encode())
    return _Publication(
        head, folder, tiles.hash_tiles(head.size, since) + tiles.entry_tiles(head.size, since)
    )


async def _put(parts: Parts, tenant: str, folder: TileFolder, tile: Tile) -> None:
    first, after = tile.index * tiles.WIDTH, tile.index * tiles.WIDTH + tile.width
    async with parts.store.read() as work:
        hashes = await log.level(work, tenant, (tile.level or 0) * tiles.HEIGHT, first, after)
        leaves = await log.leaves(work, tenant, first, after) if tile.level is None else None
    if len(hashes) != tile.width or (
        leaves is not None and [merkle.leaf_hash(one) for one in leaves] != hashes
    ):
        raise Unsound(Flaw.TREE)
    data = b"".join(hashes) if leaves is None else tiles.pack_entries(leaves)
    await asyncio.to_thread(folder.add, tile.path, data)


def _finish(done: _Publication) -> None:
    done.folder.publish(done.head.note)
    for tile in done.full:
        done.folder.prune(tile)
