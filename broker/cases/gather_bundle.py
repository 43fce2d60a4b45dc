"""What a bundle is made of, read in one transaction, and the ZIP that becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from audit import bundle, merkle, sealed
from audit.bundle_files import SUMS
from audit.commitment import Opening
from audit.note import VerifierKey
from audit.policy import Policy
from audit.verifica.page import page
from audit.witness_policy import policy_text
from broker.cases.host_keys import host_keys
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.ports import Chance
from broker.store import estate, log, openings, recording_files, reports, shards, stamps, statements
from broker.store.database import Work
from broker.store.openings import Sealed, unsealed


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
    recordings: dict[str, bytes]


async def gather(parts: Parts, work: Work, tenant: str, number: str | None = None) -> Gathered:
    """`number` is the report asked for, which may be older than those that a bundle holds anyway."""
    parts.store.standing.demand(tenant)  # it signs earlier heads anew, of what may be another history
    here = await log.head(work, tenant)
    policy = await statements.policy(work, tenant)
    if here is None or policy is None:
        raise Refused(Why.POLICY_MISSING)
    return Gathered(
        leaves=await log.leaves(work, tenant, 0, here.size),
        checkpoint=await shards.with_witnesses(work, tenant, here),
        log_vkey=shards.vkey(parts.keys, here.origin),
        policy=policy,
        witnesses={
            host.id: (await host_keys(work, host)).witness
            for host in await estate.enrolled_hosts(work, tenant)
        }
        | {f"external/{w.key.name}": w.key for w in policy.external},
        heads=await _heads(parts, work, tenant, here),
        evidence=await reports.all_evidence(work, tenant),
        sealed=await openings.below(work, tenant, here.size),
        reports=await reports.printed(work, tenant, number),
        stamps=await stamps.tokens(work, tenant),
        recordings=await recording_files.every(work, parts.settings.state, tenant),
    )


def packed_sealed(found: Gathered, wrapping: bytes, chance: Chance) -> bytes:
    """The ZIP with its texts and reports under the subjects' keys, which only the titolare's identity opens.

    `Refused` where his rules name no recipient. Takes long for a big log: call it in a thread.
    """
    lines = {one.subject: one for one in found.sealed}
    if not lines or any(one.titolare is None for one in lines.values()):
        raise Refused(Why.RECIPIENT_MISSING)
    files = _files(found, {}, {})
    texts = unsealed(found.sealed, wrapping)
    plain = {
        (one.subject, f"openings/{one.n}.json"): bundle.encode_opening(texts[one.n]) for one in found.sealed
    }
    whole = next(iter(lines.values())).tenant
    if whole in lines:  # the subject of a month's own texts: without one there is no report either
        plain |= {(whole, f"reports/{name}"): data for name, data in found.reports.items()}
    keys = {subject: one.key(wrapping) for subject, one in lines.items()}
    for subject, one in lines.items():
        assert one.titolare is not None
        files[sealed.key_name(subject)] = one.titolare
    for (subject, name), data in plain.items():
        nonce = chance.octets(sealed.NONCE_BYTES)
        files[sealed.sealed_name(subject, name)] = sealed.seal(keys[subject], nonce, name, data)
    files[SUMS] = bundle.sums(files)
    return bundle.pack(files)


def packed(found: Gathered, wrapping: bytes) -> bytes:
    """The ZIP. Takes long for a big log: call it in a thread."""
    return bundle.pack(_files(found, unsealed(found.sealed, wrapping), found.reports))


def _files(found: Gathered, texts: Mapping[int, Opening], printed: Mapping[str, bytes]) -> dict[str, bytes]:
    tree = merkle.Tree()
    for leaf in found.leaves:
        tree.append(leaf)
    return bundle.build(
        leaves=found.leaves,
        read=tree.read,
        checkpoint=found.checkpoint,
        log_vkey=found.log_vkey.text,
        policy_tenant=found.policy.encode(),
        policy_witness=policy_text(found.log_vkey, found.witnesses, found.policy.witnesses),
        heads=found.heads,
        evidence=found.evidence,
        openings=texts,
        reports=printed,
        page=page(),
        stamps=found.stamps,
        recordings=found.recordings,
    )


async def _heads(parts: Parts, work: Work, tenant: str, here: log.Head) -> dict[int, bytes]:
    """Earlier heads somebody may hold: those that reports cite, that were stamped, and the last each agent
    cosigned."""
    sizes = {r.size for r in await reports.every(work, tenant)}
    sizes |= {c.size for c in await reports.last_cosigned(work, tenant)}
    sizes |= {s.size for s in await stamps.every(work, tenant)}
    found: dict[int, bytes] = {}
    for size in sorted(s for s in sizes if 0 < s < here.size):
        head = await shards.signed_at(work, tenant, here, size, parts.keys)
        found[size] = await shards.with_witnesses(work, tenant, head)
    return found
