"""Each log against its own head: quickly at every start, one completely when somebody asks.

A log that fails is closed for this process: nothing is recorded for that customer, so nothing is
approved or opened there. The others go on.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from broker.domain.estate import Tenant
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import estate, shards
from broker.store.log_check import Flaw, FullCheck, Unsound, quick
from broker.store.tile_folder import FOLDER, PublishedDiffers, TileFolder, continues, place

Check = Callable[[Parts, str], Awaitable[int]]
_log = logging.getLogger("verbale.log")
SENTENCES = {
    Flaw.HEAD_MISSING: "la testa firmata non c’è",
    Flaw.SIGNATURE: "la firma della testa non è della chiave di questo registro",
    Flaw.HEAD_DIFFERS: "la testa firmata non è quella annotata accanto",
    Flaw.LENGTH: "le registrazioni non sono tante quante la testa ne conta",
    Flaw.TREE: "registrazioni e albero non danno la radice firmata",
    Flaw.RECORD: "una registrazione non è leggibile o sta al posto sbagliato",
    Flaw.EVIDENCE: "una prova citata da una registrazione manca o è stata alterata",
    Flaw.PUBLISHED: "non continua quello già pubblicato, come accade con una copia di riserva vecchia",
}


@dataclass(frozen=True, slots=True)
class Checked:
    """`wrong` is a sentence; None for a sound log of `size` records."""

    tenant: str
    size: int
    wrong: str | None = None


async def check_all(parts: Parts) -> list[Checked]:
    """Quickly, every log there is."""
    return [await _closing(parts, tenant, _quickly) for tenant in await _everybody(parts)]


async def check_completely(parts: Parts, tenant: str | None) -> list[Checked]:
    """Every record of one log, or of all; others write and read meanwhile."""
    found = [one for one in await _everybody(parts) if tenant in (None, one.id)]
    if tenant is not None and not found:
        raise Refused(Why.NOT_FOUND)
    return [await _closing(parts, one, _completely) for one in found]


async def _everybody(parts: Parts) -> list[Tenant]:
    async with parts.store.read() as work:
        house = await estate.house(work)
        return [*([] if house is None else [house]), *await estate.customers(work)]


async def _closing(parts: Parts, tenant: Tenant, check: Check) -> Checked:
    try:
        return Checked(tenant.id, await check(parts, tenant.id))
    except Unsound as no:
        parts.store.close_log(tenant.id)
        where = "" if no.n is None else f", registrazione {no.n}"
        wrong = f"Il registro di {tenant.id} è chiuso: {SENTENCES[no.flaw]}{where}."
        _log.error("%s", wrong)
        return Checked(tenant.id, 0, wrong)


async def _quickly(parts: Parts, tenant: str) -> int:
    async with parts.store.read() as work:
        head = await quick(work, tenant, parts.keys)
        for shard in await shards.chain(work, tenant):
            folder = TileFolder(place(parts.settings.state / FOLDER, shard.origin))
            try:
                await continues(work, tenant, shard.head, folder)
            except PublishedDiffers as differs:
                raise Unsound(Flaw.PUBLISHED) from differs
    return head.size


async def _completely(parts: Parts, tenant: str) -> int:
    await _quickly(parts, tenant)
    async with parts.store.read() as work:
        check = await FullCheck.begin(work, tenant, parts.keys)
    more = True
    while more:
        await asyncio.sleep(0)  # a turn for everybody else between two batches
        async with parts.store.read() as work:
            more = await check.step(work)
    return check.head.size
