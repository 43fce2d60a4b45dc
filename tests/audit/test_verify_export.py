"""An export that is as it was made is sound, and nothing in it can be bent, dropped or added unnoticed."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from audit import bundle, checkpoint
from audit.access_export import CLAIM, CSV, JSONL, README_NAME, Claim, Selection, key_name
from audit.checkpoint import Checkpoint
from audit.findings import Verdict
from audit.keys import SigningKey
from audit.note import parse_note, sign_note
from audit.periods import NoZones
from audit.trust_file import SeenHeads
from audit.verify import verify
from audit.verify_export import is_export, verify_export
from tests.audit import second_verifier
from tests.audit.exported import digest, export, packed
from tests.audit.verdicts import honest
from tests.audit.world import ORIGIN, TENANT, seed

Files = dict[str, bytes]


def ads_alone() -> Files:
    w = honest()
    return export(w, Selection(0, w.tree.size, administrators=True))


def judge(found: Files) -> Verdict:
    return verify_export(packed(found), trust=honest().trust())


def codes(verdict: Verdict) -> set[str]:
    return {f"{one.cls} {one.code}" for one in verdict.findings}


def signed(found: Files, text: str, origin: str = ORIGIN, key: SigningKey | None = None) -> Files:
    return found | {CLAIM: sign_note(text, key_name(origin), key or honest().log_key)}


def claim_of(found: Files) -> Claim:
    return Claim.parse(parse_note(found[CLAIM]).text)


def test_l13_the_accesses_of_administrators_alone_still_verify() -> None:
    found = ads_alone()
    verdict = judge(found)
    assert verdict.sound, verdict.findings
    assert verdict.trust == "pinned"
    assert {step.n: step.state for step in verdict.steps} == {
        1: "ok", 2: "ok", 3: "ok", 4: "unknown", 5: "unknown", 6: "ok", 7: "ok", 8: "unknown", 9: "unknown",
        10: "unknown", 11: "ok", 12: "unknown", 13: "unknown", 14: "ok", 15: "unknown",
    }  # fmt: skip
    assert [note.code for note in verdict.notes] == ["export"]
    assert verdict.counts["accesses"] == len(found[JSONL].splitlines()) > 0
    unpinned = verify_export(packed(found))
    assert unpinned.sound
    assert unpinned.trust == "none"
    assert is_export(packed(found))
    assert not is_export(packed(honest().entries()))
    assert not is_export(b"")


def test_l13_a_flipped_bit_anywhere_is_found() -> None:
    data = packed(ads_alone())
    trust = honest().trust()
    for place in random.Random(13).sample(range(len(data)), 120):
        bent = bytearray(data)
        bent[place] ^= 1 << place % 8
        assert not verify_export(bytes(bent), trust=trust).sound, place


def flipped(data: bytes) -> bytes:
    return data[:-2] + bytes([data[-2] ^ 1]) + data[-1:]


def first(found: Files, prefix: str) -> str:
    return min(name for name in found if name.startswith(prefix))


def entry_of(found: Files) -> str:
    """Number of a record that has a line of its own."""
    return found[JSONL].split(b'"seq":')[1].split(b",")[0].decode()


def without(found: Files, *names: str) -> Files:
    return {name: data for name, data in found.items() if name not in names}


def no_line(found: Files) -> Files:
    return found | {name: b"\n".join([*found[name].split(b"\n")[:-2], b""]) for name in (CSV, JSONL)}


def no_entry(found: Files) -> Files:
    """A record and its lines are taken out of everything that the log's key did not sign."""
    n = entry_of(found)
    left = without(found, f"leaves/{n}.json", f"proofs/{n}.tlog-proof")
    lines = [line for line in found[JSONL].splitlines(keepends=True) if f'"seq":{n},'.encode() not in line]
    rows = [row for row in found[CSV].split(b"\r\n") if f'"{n}"'.encode() not in row[:20]]
    return left | {JSONL: b"".join(lines), CSV: b"\r\n".join(rows)}


def _opening(found: Files, data: bytes) -> Files:
    return found | {first(found, "openings/"): data}


def _claimed(**changes: object) -> Callable[[Files], Files]:
    return lambda found: signed(found, replace(claim_of(found), **changes).text)  # type: ignore[arg-type]


BENT: dict[str, tuple[Callable[[Files], Files], set[str]]] = {
    "line dropped": (no_line, {"REPORT export_claimed", "REPORT export_differs"}),
    "entry dropped": (no_entry, {"REPORT export_claimed"}),
    "entry dropped, lines kept": (
        lambda f: without(f, f"leaves/{entry_of(f)}.json", f"proofs/{entry_of(f)}.tlog-proof"),
        {"REPORT export_differs"}),
    "record changed": (
        lambda f: f | {f"leaves/{entry_of(f)}.json": flipped(f[f"leaves/{entry_of(f)}.json"])},
        {"TAMPERED inclusion", "MALFORMED record_form"}),
    "another record in its place": (
        lambda f: f | {f"leaves/{entry_of(f)}.json": f["leaves/0.json"]}, {"TAMPERED inclusion", "MALFORMED record_place"}),
    "another customer's record": (
        lambda f: f | {"leaves/0.json": f["leaves/0.json"].replace(TENANT.encode(), b"t-99999999")},
        {"TAMPERED inclusion", "MALFORMED record_tenant"}),
    "proof of another": (
        lambda f: f | {"proofs/0.tlog-proof": f[f"proofs/{entry_of(f)}.tlog-proof"]}, {"TAMPERED inclusion"}),
    "proof unreadable": (lambda f: f | {"proofs/0.tlog-proof": b"x"}, {"TAMPERED inclusion"}),
    "proof under another head": (
        lambda f: f | {"proofs/0.tlog-proof": f["proofs/0.tlog-proof"].replace(f["checkpoint"], honest().head)},
        {"TAMPERED inclusion"}),
    "proof missing": (lambda f: without(f, "proofs/0.tlog-proof"), {"DAMAGED file_missing"}),
    "record missing": (lambda f: without(f, "leaves/0.json"), {"DAMAGED file_extra"}),
    "file missing": (lambda f: without(f, "checkpoint"), {"DAMAGED file_missing"}),
    "file too many": (lambda f: f | {"altro.txt": b""}, {"DAMAGED file_extra"}),
    "evidence nobody cites": (lambda f: f | {f"evidence/{digest(b'x')}": b"x"}, {"DAMAGED file_extra"}),
    "evidence changed": (
        lambda f: f | {first(f, "evidence/"): b"x"}, {"DAMAGED file_differs"}),
    "evidence missing": (
        lambda f: {name: data for name, data in f.items() if not name.startswith("evidence/")}, {"REPORT export_unread"}),
    "name changed": (lambda f: _opening(f, b'{"data":{"name":"Altra"},"salt":"' + b"A" * 43 + b'"}'),
                     {"ALTERED opening_differs", "REPORT export_differs"}),
    "name unreadable": (lambda f: _opening(f, b"x"), {"ALTERED opening_differs", "REPORT export_differs"}),
    "text beside a record that seals none": (
        lambda f: f | {"openings/0.json": f[first(f, "openings/")]}, {"ALTERED opening_differs"}),
    "name taken away": (lambda f: without(f, *[n for n in f if n.startswith("openings/")]), {"REPORT export_differs"}),
    "claim of somebody else": (
        lambda f: signed(f, claim_of(f).text, key=SigningKey(seed("stranger"))), {"FORGED export_claim"}),
    "claim under the log's own name": (
        lambda f: f | {CLAIM: sign_note(claim_of(f).text, ORIGIN, honest().log_key)}, {"FORGED export_claim"}),
    "claim unreadable": (lambda f: signed(f, "{}\n"), {"FORGED export_claim"}),
    "claim of another customer": (_claimed(tenant="t-99999999"), {"FORGED export_claim"}),
    "claim beyond the log": (_claimed(selection=Selection(0, 10**6, administrators=True)), {"FORGED export_claim"}),
    "claim of fewer": (_claimed(selection=Selection(0, 1)), {"REPORT export_differs"}),
    "head forged": (lambda f: f | {"checkpoint": flipped(f["checkpoint"])}, {"FORGED head_unread"}),
    "key unreadable": (lambda f: f | {"log.vkey": b"x"}, {"FORGED vkey_unread"}),
}  # fmt: skip


@pytest.mark.parametrize("name", BENT)
def test_what_is_bent_is_found(name: str) -> None:
    bend, wanted = BENT[name]
    verdict = judge(bend(ads_alone()))
    assert not verdict.sound
    assert codes(verdict) == wanted


def test_no_zip_is_said_so() -> None:
    assert codes(verify_export(b"PK")) == {"DAMAGED zip"}


def test_keys_are_compared() -> None:
    data, trust = packed(ads_alone()), honest().trust()
    other = replace(trust, tenant="t-99999999")
    assert codes(verify_export(data, trust=other)) == {"UNTRUSTED origin_unpinned"}
    [key] = trust.log_vkeys
    wrong = replace(trust, log_vkeys=(replace(key, raw=SigningKey(seed("x")).public.raw),))
    assert codes(verify_export(data, trust=wrong)) == {"UNTRUSTED log_key_unpinned"}
    earlier = replace(trust, origin="x/y/2025", log_vkeys=(replace(key, name="x/y/2025"),))
    verdict = verify_export(data, trust=earlier)
    assert verdict.sound
    assert verdict.steps[1].state == "unknown"


def test_a_head_kept_before_of_the_same_size_is_compared() -> None:
    w, data = honest(), packed(ads_alone())
    mine = checkpoint.open_checkpoint(w.head, w.vkey)
    other = Checkpoint(ORIGIN, mine.size, bytes(32))
    stranger = parse_note(checkpoint.sign(other, SigningKey(seed("x"))))
    for given, step, found in (
        ({"seen": SeenHeads((mine,))}, "ok", set()),
        ({"seen": SeenHeads((other,))}, "failed", {"REWRITTEN saved_head"}),
        ({"seen": SeenHeads((replace(mine, size=1),))}, "unknown", set()),
        ({"kept": [parse_note(w.head)]}, "ok", set()),
        ({"kept": [parse_note(checkpoint.sign(other, w.log_key))]}, "failed", {"REWRITTEN own_head"}),
        ({"kept": [stranger]}, "unknown", set()),
    ):
        verdict = verify_export(data, trust=w.trust(), **given)  # type: ignore[arg-type]
        assert (verdict.steps[4].state, codes(verdict)) == (step, found)


def test_without_zone_rules_the_table_is_not_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(_: str) -> None:
        raise NoZones

    data = packed(ads_alone())
    monkeypatch.setattr("audit.verify_export.chosen", lambda *_: nowhere(""))
    assert verify_export(data).steps[13].state == "unknown"


def test_whoever_judges_bundles_says_what_it_is() -> None:
    data = packed(ads_alone())
    verdict = verify(data, trust=honest().trust()).verdict
    assert codes(verdict) == {"DAMAGED not_bundle"}
    second_verifier.agrees(verdict, data, honest().trust())
    assert bundle.unpack(data)[README_NAME]
