"""Put together the bundle of an issued report: everything needed to check it offline, without us."""

from __future__ import annotations

import asyncio

from audit import bundle, checkpoint
from audit.errors import Malformed
from audit.estate_records import ApproversChanged, PolicyChanged
from audit.note import parse_note
from broker.cases.gather_bundle import gather, packed, packed_sealed
from broker.parts import Parts
from broker.store import estate, log, reports, stamps, statements
from broker.store.database import Work

_RULES = (ApproversChanged.KIND, PolicyChanged.KIND)
COSIGN_WAIT_S = 3.0  # who is there cosigns within a second or two; others are not waited for


async def export_bundle(parts: Parts, tenant: str, number: str) -> bytes:
    """The ZIP, over the newest head; kept beside the report, so that it is made once."""
    async with parts.turns.of(f"bundle/{tenant}"):
        return await _export(parts, tenant, number)


async def bundle_of(parts: Parts, tenant: str, number: str) -> bytes:
    """The kept bundle, or one made anew where the kept one lacks witnesses or the timestamp of its month's
    end that can be had now, or what the titolare signed of approvers and rules since.

    Hosts sleep at six in the morning, when months are closed: their signatures come later. A trust file that was
    fetched today pins today's rules, and a bundle that ends before them would not fit it.
    """
    async with parts.turns.of(f"bundle/{tenant}"):
        async with parts.store.read() as work:
            files = await reports.files(work, tenant, number)
            policy = await statements.policy(work, tenant)
            most = await _most_witnesses(parts, work, tenant)
            stamped = await _stamped(work, tenant, number)
            ruled = await log.select_leaves(work, tenant, kinds=_RULES, limit=1)
        assert files is not None  # a report has its files from its own commit on
        if files.bundle is None:
            return await _export(parts, tenant, number)
        held, size, names = await asyncio.to_thread(_kept, files.bundle)
        needed = 0 if policy is None else policy.witnesses
        newer = any(leaf.n >= size for leaf in ruled) and most >= needed
        if held >= min(needed, most) and stamped <= names and not newer:
            return files.bundle
        return await _export(parts, tenant, number)


async def sealed_bundle(parts: Parts, tenant: str) -> bytes:
    """The bundle over the newest head, its texts and reports sealed for the titolare alone; kept nowhere."""
    await _cosigned(parts, tenant)
    async with parts.store.read() as work:
        found = await gather(parts, work, tenant)
    return await asyncio.to_thread(packed_sealed, found, parts.keys.wrapping_key(), parts.chance)


async def _most_witnesses(parts: Parts, work: Work, tenant: str) -> int:
    """How many sign a head now: those that signed the newest already, or hosts that will when they hear of it."""
    here = await log.head(work, tenant)
    signed = [] if here is None else await reports.cosigned(work, tenant, here.size)
    hosts = [h for h in await estate.enrolled_hosts(work, tenant) if parts.hub.connected(h.id)]
    return max(len(signed), len(hosts))


async def _export(parts: Parts, tenant: str, number: str) -> bytes:
    await _cosigned(parts, tenant)
    async with parts.store.read() as work:
        found = await gather(parts, work, tenant, number)
    made = await asyncio.to_thread(packed, found, parts.keys.wrapping_key())
    async with parts.store.tx(tenant, parts.clock.now()) as tx:
        await reports.add_bundle(tx, number, made)
    return made


async def _stamped(work: Work, tenant: str, number: str) -> frozenset[str]:
    """The token over the head this report cites, by its name in a bundle, if there is one."""
    cited = {r.size for r in await reports.every(work, tenant) if r.number == number}
    return frozenset(f"heads/{s.size}.tsr" for s in await stamps.every(work, tenant) if s.size in cited)


def _kept(kept: bytes) -> tuple[int, int, frozenset[str]]:
    """How many signed the bundle's head besides the log itself (-1 for a copy that was damaged), that head's size,
    and its files."""
    try:
        files = bundle.unpack(kept)
        head = parse_note(files["checkpoint"])
        return len(head.signatures) - 1, checkpoint.parse(head.text).size, frozenset(files)
    except (Malformed, KeyError):
        return -1, 0, frozenset()


async def _cosigned(parts: Parts, tenant: str) -> None:
    """Give the connected agents and the external witnesses a moment to cosign the newest head."""
    for _ in range(int(COSIGN_WAIT_S / 0.1)):
        async with parts.store.read() as work:
            here = await log.head(work, tenant)
            hosts = [h for h in await estate.enrolled_hosts(work, tenant) if parts.hub.connected(h.id)]
            policy = await statements.policy(work, tenant)
            lines = [] if here is None else await reports.cosigned(work, tenant, here.size)
        external = () if policy is None else policy.external
        if len(lines) >= len(hosts) + len(external):
            return
        await asyncio.sleep(0.1)
