"""Put together the bundle of an issued report: everything needed to check it offline, without us."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial

from audit import bundle, merkle
from audit.commitment import Opening
from audit.errors import Malformed
from audit.host_note import key_name
from audit.keys import PublicKey
from audit.note import VerifierKey, parse_note
from audit.witness_policy import policy_text
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import estate, log, openings, reports, statements
from broker.store.database import Work

COSIGN_WAIT_S = 3.0  # agents that are connected cosign within a second or two; others are not waited for


async def export_bundle(parts: Parts, tenant: str, number: str) -> bytes:
    """The ZIP, over the newest head; kept beside the report, so that it is made once."""
    await _cosigned(parts, tenant)
    async with parts.store.read() as work:
        entries = await _entries(parts, work, tenant)
    packed = await asyncio.to_thread(bundle.pack, entries)
    async with parts.store.tx(tenant, parts.clock.now()) as tx:
        await reports.add_bundle(tx, number, packed)
    return packed


async def bundle_of(parts: Parts, tenant: str, number: str, kept: bytes | None) -> bytes:
    """The kept bundle, or one made anew where the kept one lacked witnesses.

    Hosts sleep at six in the morning, when months are closed: their signatures come later.
    """
    async with parts.store.read() as work:
        policy = await statements.policy(work, tenant)
    needed = 0 if policy is None else policy.witnesses
    if kept is not None and _witnesses(kept) >= needed:
        return kept
    return await export_bundle(parts, tenant, number)


def _witnesses(packed: bytes) -> int:
    """How many signed the bundle's head besides the log itself; -1 for a copy that was damaged."""
    try:
        return len(parse_note(bundle.unpack(packed)["checkpoint"]).signatures) - 1
    except (Malformed, KeyError):
        return -1


async def _cosigned(parts: Parts, tenant: str) -> None:
    """Give the connected agents a moment to cosign the newest head."""
    for _ in range(int(COSIGN_WAIT_S / 0.1)):
        async with parts.store.read() as work:
            here = await log.head(work, tenant)
            hosts = [h for h in await estate.enrolled_hosts(work, tenant) if parts.hub.connected(h.id)]
            lines = [] if here is None else await reports.cosigned(work, tenant, here.size)
        if len(lines) >= len(hosts):
            return
        await asyncio.sleep(0.1)


async def _entries(parts: Parts, work: Work, tenant: str) -> dict[str, bytes]:
    here = await log.head(work, tenant)
    policy = await statements.policy(work, tenant)
    if here is None or policy is None:
        raise Refused(Why.POLICY_MISSING)
    leaves = await log.leaves(work, tenant, 0, here.size)
    tree = merkle.Tree()
    for leaf in leaves:
        tree.append(leaf)
    vkey = VerifierKey.log(here.origin, parts.keys.log_key(tenant).public)
    witnesses = {
        host.id: VerifierKey.witness(key_name(here.origin, host.id), PublicKey.parse(host.witness_key))
        for host in await estate.enrolled_hosts(work, tenant)
    }
    return bundle.build(
        leaves=leaves,
        read=tree.read,
        checkpoint=await _signed(work, tenant, here),
        log_vkey=vkey.text,
        policy_tenant=policy.encode(),
        policy_witness=policy_text(vkey, witnesses, policy.witnesses),
        heads=await _heads(parts, work, tenant, here),
        evidence=await reports.all_evidence(work, tenant),
        openings=await _openings(parts, work, tenant, here.size),
        reports=await _reports(work, tenant),
    )


async def _signed(work: Work, tenant: str, head: log.Head) -> bytes:
    """The head's note with the signature of every agent that cosigned exactly it."""
    note = parse_note(head.note)
    for line in await reports.cosigned(work, tenant, head.size):
        note = note.add(line)
    return note.data


async def _heads(parts: Parts, work: Work, tenant: str, here: log.Head) -> dict[int, bytes]:
    """Earlier heads somebody may hold: those that reports cite, and the last each agent cosigned."""
    sizes = {r.size for r in await reports.every(work, tenant)}
    sizes |= {c.size for c in await reports.last_cosigned(work, tenant)}
    found: dict[int, bytes] = {}
    key = parts.keys.log_key(tenant)
    for size in sorted(s for s in sizes if 0 < s < here.size):
        root = await log.with_nodes(work, tenant, partial(merkle.root, size))
        found[size] = await _signed(work, tenant, log.signed_head(here.origin, size, root, key))
    return found


async def _openings(parts: Parts, work: Work, tenant: str, size: int) -> Mapping[int, Opening]:
    return await openings.every(work, tenant, parts.keys.wrapping_key(), size)


async def _reports(work: Work, tenant: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for issued in await reports.every(work, tenant):
        files = await reports.files(work, tenant, issued.number)
        if files is not None:
            found[f"{issued.number}.pdf"] = files.pdf
            found[f"{issued.number}.json"] = files.json
    return found
