"""L-61: evidence of an incident is what the log says of a time, and nothing in it can be bent unnoticed."""

from __future__ import annotations

import hashlib
import random
from datetime import UTC, datetime

from audit import bundle, cli, merkle
from audit.bundle_files import SUMS
from audit.findings import Verdict
from audit.incident_export import (
    CATEGORY_OF,
    CLAIM,
    README_NAME,
    SUMMARY_EN,
    SUMMARY_IT,
    Claim,
    files,
    key_name,
    summary,
)
from audit.leaf import Leaf
from audit.log_extract import Extract
from audit.note import parse_note, sign_note
from audit.records import AnyRecord
from audit.verify_export import is_export
from audit.verify_incident import is_incident, verify_incident
from tests.audit.verdicts import honest
from tests.audit.world import ORIGIN, TENANT

SINCE, UNTIL = datetime(2026, 11, 10, tzinfo=UTC), datetime(2026, 11, 13, tzinfo=UTC)
MADE = datetime(2026, 12, 2, 9, 0, tzinfo=UTC)
Files = dict[str, bytes]


def export(since: datetime = SINCE, until: datetime = UNTIL) -> Files:
    w = honest()
    wanted = [
        leaf.n
        for leaf in (Leaf.parse(data) for data in w.leaves)
        if leaf.record.KIND in CATEGORY_OF and since <= leaf.time < until
    ]
    digests = {e.sha256 for n in wanted for e in Leaf.parse(w.leaves[n]).evidence}
    taken = Extract(
        TENANT, ORIGIN, w.cosigned_head, w.vkey.text,
        {n: w.leaves[n] for n in wanted},
        {n: merkle.inclusion_proof(n, w.tree.size, w.tree.read) for n in wanted},
        {digest: w.evidence[digest] for digest in digests},
    )  # fmt: skip
    return files(taken, since, until, MADE, w.log_key)


def packed(found: Files) -> bytes:
    first = {README_NAME: found[README_NAME]}
    return bundle.pack(first | found)


def judge(found: Files) -> Verdict:
    return verify_incident(packed(found), trust=honest().trust())


def codes(found: Files) -> set[str]:
    return {f"{one.cls} {one.code}" for one in judge(found).findings}


def summed(found: Files, *, claimed: bool = False) -> Files:
    """Digests put right again; `claimed`: by whoever holds the log's key."""
    found = found | {SUMS: b""}
    found[SUMS] = bundle.sums({name: data for name, data in found.items() if name != CLAIM})
    if claimed:
        was = Claim.parse(parse_note(found[CLAIM]).text)
        count = sum(name.startswith("leaves/") for name in found)
        now = Claim(
            was.tenant, was.made, was.since, was.until, count, hashlib.sha256(found[SUMS]).hexdigest()
        )
        found[CLAIM] = sign_note(now.text, key_name(ORIGIN), honest().log_key)
    return found


def test_l61_what_was_exported_verifies_and_says_what_happened() -> None:
    found = export()
    verdict = judge(found)
    assert verdict.sound, verdict.findings
    assert [note.code for note in verdict.notes] == ["incident"]
    said, told = found[SUMMARY_IT].decode(), found[SUMMARY_EN].decode()
    assert "Sessioni: 2" in said
    assert "Tentativi negati o falliti: 3" in said
    assert "reason=window_closed" in said
    assert "Attempts denied or failed: 3" in told
    assert is_incident(packed(found))
    assert not is_export(packed(found))
    assert not [name for name in found if name.startswith("openings/")]  # no names, no texts


def test_l61_a_flipped_bit_anywhere_is_found() -> None:
    data = packed(export())
    for place in random.Random(61).sample(range(len(data)), 100):
        bent = bytearray(data)
        bent[place] ^= 1 << place % 8
        assert not verify_incident(bytes(bent), trust=honest().trust()).sound, place


def test_l61_adding_and_removing_is_found_with_digests_put_right() -> None:
    found = export()
    leaf = min(name for name in found if name.startswith("leaves/"))
    pair = (leaf, f"proofs/{leaf[7:-5]}.tlog-proof")
    less = summed({name: data for name, data in found.items() if name not in pair})
    assert "FORGED export_claim" in codes(less)
    assert "DAMAGED file_extra" in codes(found | {"altro.txt": b"x"})
    lied = found | {SUMMARY_IT: found[SUMMARY_IT].replace(b"negati o falliti: 3", b"negati o falliti: 0")}
    assert "REPORT export_claimed" in codes(lied)
    # Whoever holds the log's key can sign another list, and not another summary of these records.
    assert codes(summed(lied, claimed=True)) == {"REPORT export_differs"}


def test_l61_records_of_another_time_have_no_place() -> None:
    whole = export(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))
    was = Claim.parse(parse_note(whole[CLAIM]).text)
    leaves = [Leaf.parse(whole[name]) for name in whole if name.startswith("leaves/")]
    leaves.sort(key=lambda leaf: leaf.n)
    whole |= {
        SUMMARY_IT: summary(TENANT, leaves, SINCE, UNTIL, "it"),
        SUMMARY_EN: summary(TENANT, leaves, SINCE, UNTIL, "en"),
    }
    narrowed = Claim(was.tenant, was.made, SINCE, UNTIL, was.count, was.sums)
    whole[CLAIM] = sign_note(narrowed.text, key_name(ORIGIN), honest().log_key)
    assert codes(summed(whole, claimed=True)) == {"REPORT incident_unfounded"}


def test_l61_each_kind_that_is_meant_is_there() -> None:
    known = {one.KIND for one in AnyRecord.__args__}  # type: ignore[attr-defined]
    assert set(CATEGORY_OF) <= known


def test_l61_the_command_takes_it_as_it_takes_a_bundle(tmp_path, capsys) -> None:
    (tmp_path / "INCIDENTE.zip").write_bytes(packed(export()))
    (tmp_path / "trust.json").write_bytes(honest().trust().encode())
    assert cli.main([str(tmp_path / "INCIDENTE.zip"), "--trust", str(tmp_path / "trust.json")]) == 0
    assert "Evidenze di incidente" in capsys.readouterr().out
