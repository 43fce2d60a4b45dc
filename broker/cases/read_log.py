"""A file of a published log, for its own people and for the monitor they let in.

Entries hold pseudonyms, but a tenant's log is nobody else's. That somebody who is logged in reads it is a
record; a monitor's readings are none: it reads all the time, and each would be one more record to read.
"""

from __future__ import annotations

import asyncio
import hmac
import re
from dataclasses import dataclass

from audit.errors import Malformed
from audit.tiles import Tile
from broker.cases.deny import allow
from broker.cases.note_reading import note_reading
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.secrets import digest_of
from broker.parts import Parts
from broker.store import log_tokens
from broker.store.tile_folder import CHECKPOINT, FOLDER, VKEY, TileFolder, is_full

_YEAR = re.compile(r"[0-9]{4}[b-z]?")
_TENANT = re.compile(r"[a-z0-9-]{1,64}")


@dataclass(frozen=True, slots=True)
class Published:
    """`text`: for people's eyes too. `forever`: this address never gives other bytes."""

    data: bytes
    text: bool
    forever: bool


async def read_log(parts: Parts, who: Who, tenant: str, year: str, path: str) -> Published:
    """For whoever is logged in."""
    await allow(parts, who, Action.READ_LOG, tenant, "log")
    await note_reading(parts, who, tenant, "log")
    return await _file(parts, tenant, year, path)


async def monitor_log(parts: Parts, token: str, tenant: str, year: str, path: str) -> Published:
    """For whoever shows the tenant's token; a wrong one is told nothing, not even whether the log exists."""
    async with parts.store.read() as work:
        kept = await log_tokens.digest(work, tenant) if _TENANT.fullmatch(tenant) else None
    if kept is None or not hmac.compare_digest(kept, digest_of(token)):
        raise Refused(Why.NOT_RECOGNISED)
    return await _file(parts, tenant, year, path)


async def _file(parts: Parts, tenant: str, year: str, path: str) -> Published:
    named = path in (CHECKPOINT, VKEY)
    if not _TENANT.fullmatch(tenant) or not _YEAR.fullmatch(year):
        raise Refused(Why.NOT_FOUND)
    try:
        forever = not named and is_full(Tile.parse(path))
    except Malformed as wrong:
        raise Refused(Why.NOT_FOUND) from wrong
    folder = TileFolder(parts.settings.state / FOLDER / tenant / year)
    data = await asyncio.to_thread(folder.read, path)
    if data is None:
        raise Refused(Why.NOT_FOUND)
    return Published(data, named, forever)
