"""Bundles as they were earlier, and whether the verdict on the later one is the same by way of them."""

from __future__ import annotations

import hashlib
import random
from typing import Any

from audit import bundle, checkpoint
from audit.canonical import decode
from audit.checkpoint import Checkpoint
from audit.commitment import Opening
from audit.errors import Malformed
from audit.estate_records import PolicyChanged
from audit.findings import Verdict
from audit.host_note import key_name
from audit.keys import SigningKey
from audit.leaf import Leaf
from audit.log_records import HeadStamped, KeyRotated, ReportIssued, ShardOpened
from audit.merkle import Tree
from audit.note import VerifierKey, cosign, parse_note
from audit.recording_records import RecordingClosed
from audit.trust_file import Trust
from audit.verify import Verified, verify
from audit.verify_log import read_entries
from audit.verify_records import appended
from audit.witness_policy import parse_policy, policy_text
from tests.audit.world import HOST, ORIGIN, seed

RESUMED = {"resumed", "not_resumed"}


def cut(data: bytes, size: int) -> bytes | None:
    """The bundle of the first `size` records of this one; None where it cannot be told."""
    try:
        files = bundle.unpack(data)
        held = checkpoint.parse(files["checkpoint"].split(b"\n\n")[0].decode() + "\n")
        entries = list(read_entries(files, held.size))[:size]
        leaves = [Leaf.parse(entry) for entry in entries]
        return bundle.pack(_files(files, entries, leaves)) if len(leaves) == size else None
    except (Malformed, KeyError, UnicodeDecodeError):
        return None


def _files(files: bundle.Entries, entries: list[bytes], leaves: list[Leaf]) -> dict[str, bytes]:
    size, tree, origin, policy = len(leaves), Tree(), ORIGIN, files["policy.tenant"]
    evidence: dict[str, bytes] = {}
    stamps: dict[int, bytes] = {}
    reports: dict[str, bytes] = {}
    recordings: dict[str, bytes] = {}
    key, announced = SigningKey(seed("log")), files["log.vkey"].decode().partition("+")[0]
    for leaf, entry in zip(leaves, entries, strict=True):
        tree.append(entry)
        there = {e.kind: e.sha256 for e in leaf.evidence if f"evidence/{e.sha256}" in files}
        evidence |= {digest: files[f"evidence/{digest}"] for digest in there.values()}
        match leaf.record:
            case PolicyChanged() if "statement" in there:
                policy = evidence[there["statement"]]
            case KeyRotated(key=said):
                announced = said.partition("+")[0]
            case ShardOpened():
                origin, key = announced, SigningKey(seed(f"log {announced.rpartition('/')[2]}"))
            case HeadStamped(size=n) if f"heads/{n}.tsr" in files:
                stamps[n] = files[f"heads/{n}.tsr"]
            case ReportIssued(number=number):
                names = [name for name in files if name.startswith(f"reports/{number}.")]
                reports |= {name.removeprefix("reports/"): files[name] for name in names}
            case RecordingClosed(recording=one):
                recordings |= {name: files[name] for name in files if name.startswith(f"recordings/{one}/")}
            case _:
                pass
    vkey, witness_key = VerifierKey.log(origin, key.public), SigningKey(seed("witness"))
    witness = VerifierKey.witness(key_name(ORIGIN, HOST), witness_key.public)
    head = parse_note(checkpoint.sign(Checkpoint(origin, size, tree.root()), key))
    head = head.add(cosign(head.text, witness.name, witness_key, appended(leaves[-1])))
    quorum = parse_policy(files["policy.witness"]).needed
    opened = {n: files.get(f"openings/{n}.json") for n in range(size)}
    heads = {n: files.get(f"heads/{n}.note") for n in range(size + 1)}
    return bundle.build(
        leaves=entries, read=tree.read, checkpoint=head.data, log_vkey=vkey.text, policy_tenant=policy,
        policy_witness=policy_text(vkey, {"agente": witness}, quorum), heads={n: note for n, note in heads.items() if note is not None},
        stamps=stamps, evidence=evidence,
        openings={n: Opening.from_value(decode(text)) for n, text in opened.items() if text is not None},
        reports=reports, recordings=recordings,
    )  # fmt: skip


def same(resumed: Verdict, full: Verdict) -> bool:
    """Whether they are, but for the note that says how it was come to."""

    def of(verdict: Verdict) -> dict[str, Any]:
        value: dict[str, Any] = verdict.to_value()
        return value | {"notes": [note for note in value["notes"] if note["code"] not in RESUMED]}

    return of(resumed) == of(full)


def snapshot(data: bytes, size: int, trust: Trust) -> bytes | None:
    """What a verification of the first `size` records leaves; None where they are not sound."""
    before = cut(data, size)
    return None if before is None else verify(before, trust=trust, keep=True).snapshot


def resumed(data: bytes, size: int, trust: Trust, **kw: Any) -> Verified | None:
    """By way of an earlier verification of its first `size` records, if they were sound."""
    kept = snapshot(data, size, trust)
    return None if kept is None else verify(data, trust=trust, snapshot=kept, keep=True, **kw)


def agrees(full: Verdict, data: bytes, trust: Trust | None, **kw: Any) -> int:
    """The verdict is the same by way of some earlier one. How many ways were tried."""
    if trust is None or not full.counts.get("entries"):
        return 0
    chance = random.Random(hashlib.sha256(data).digest())
    tried = 0
    for size in {chance.randrange(5, 5 + full.counts["entries"]) for _ in range(2)}:
        found = resumed(data, size, trust, **kw)
        if found is not None:
            assert same(found.verdict, full), (size, found.verdict, full)
            assert len(RESUMED & {note.code for note in found.verdict.notes}) == 1
            assert full.sound or "resumed" not in {note.code for note in found.verdict.notes}
            tried += 1
    return tried
