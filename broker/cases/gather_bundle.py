"""What a bundle is made of, read in one transaction, and the ZIP that becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from audit import bundle, merkle
from audit.host_note import key_name
from audit.keys import PublicKey
from audit.note import VerifierKey, parse_note
from audit.statement import Policy
from audit.witness_policy import policy_text
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import estate, log, openings, reports, stamps, statements
from broker.store.database import Work
from broker.store.openings import Sealed


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a bundle is made of, of one moment."""

    leaves: list[bytes]
    checkpoint: bytes
    log_vkey: VerifierKey
    policy: Policy
    witnesses: dict[str, VerifierKey]
    heads: dict[int, bytes]
    evidence: dict[str, bytes]
    sealed: list[Sealed]
    reports: dict[str, bytes]
    stamps: dict[int, bytes]


async def gather(parts: Parts, work: Work, tenant: str) -> Gathered:
    here = await log.head(work, tenant)
    policy = await statements.policy(work, tenant)
    if here is None or policy is None:
        raise Refused(Why.POLICY_MISSING)
    return Gathered(
        leaves=await log.leaves(work, tenant, 0, here.size),
        checkpoint=await signed_with_witnesses(work, tenant, here),
        log_vkey=VerifierKey.log(here.origin, parts.keys.log_key(tenant).public),
        policy=policy,
        witnesses={
            host.id: VerifierKey.witness(key_name(here.origin, host.id), PublicKey.parse(host.witness_key))
            for host in await estate.enrolled_hosts(work, tenant)
        },
        heads=await _heads(parts, work, tenant, here),
        evidence=await reports.all_evidence(work, tenant),
        sealed=await openings.below(work, tenant, here.size),
        reports=await reports.printed(work, tenant),
        stamps=await stamps.tokens(work, tenant),
    )


def packed(found: Gathered, wrapping: bytes) -> bytes:
    """The ZIP. Takes long for a big log: call it in a thread."""
    tree = merkle.Tree()
    for leaf in found.leaves:
        tree.append(leaf)
    return bundle.pack(
        bundle.build(
            leaves=found.leaves,
            read=tree.read,
            checkpoint=found.checkpoint,
            log_vkey=found.log_vkey.text,
            policy_tenant=found.policy.encode(),
            policy_witness=policy_text(found.log_vkey, found.witnesses, found.policy.witnesses),
            heads=found.heads,
            evidence=found.evidence,
            openings=openings.unsealed(found.sealed, wrapping),
            reports=found.reports,
            stamps=found.stamps,
        )
    )


async def signed_with_witnesses(work: Work, tenant: str, head: log.Head) -> bytes:
    """The head's note with the signature of every agent that cosigned exactly it."""
    note = parse_note(head.note)
    for line in await reports.cosigned(work, tenant, head.size):
        note = note.add(line)
    return note.data


async def _heads(parts: Parts, work: Work, tenant: str, here: log.Head) -> dict[int, bytes]:
    """Earlier heads somebody may hold: those that reports cite, that were stamped, and the last each agent
    cosigned."""
    sizes = {r.size for r in await reports.every(work, tenant)}
    sizes |= {c.size for c in await reports.last_cosigned(work, tenant)}
    sizes |= {s.size for s in await stamps.every(work, tenant)}
    found: dict[int, bytes] = {}
    key = parts.keys.log_key(tenant)
    for size in sorted(s for s in sizes if 0 < s < here.size):
        root = await log.with_nodes(work, tenant, partial(merkle.root, size))
        found[size] = await signed_with_witnesses(work, tenant, log.signed_head(here.origin, size, root, key))
    return found
