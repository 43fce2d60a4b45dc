"""The frozen vectors of the evidence format (see `make_vectors.py`): what was written once is read for ever."""

from __future__ import annotations

import json
from typing import Any

import pytest

from audit import bundle, cli
from audit.canonical import decode
from audit.commitment import Opening
from audit.errors import BadSignature, Malformed
from audit.findings import STEP_OF
from audit.grant import Grant, SignedGrant
from audit.keys import PublicKey, SigningKey
from audit.leaf import Leaf
from audit.merkle import leaf_hash
from audit.recording import entries_name, parse_all, segment_name, unpack_entries
from audit.recording_segment import check_plain, unseal
from audit.records import KINDS
from audit.trust_file import Trust
from audit.verify import verify
from audit.verify_export import verify_export
from tests.audit.make_vectors import VECTORS
from tests.audit.recorded import CHANNEL

PIECES: dict[str, Any] = json.loads((VECTORS / "evidence.json").read_text(encoding="utf-8"))
BUNDLES: list[dict[str, Any]] = json.loads((VECTORS / "bundles/index.json").read_text(encoding="utf-8"))
TRUST = Trust.parse((VECTORS / "bundles/trust.json").read_bytes())


@pytest.mark.parametrize("line", PIECES["leaves"], ids=lambda line: line["kind"])
def test_a_leaf_of_every_kind(line: dict[str, str]) -> None:
    data = line["leaf"].encode()
    leaf = Leaf.parse(data)
    assert line["kind"] == leaf.record.KIND
    assert leaf.encode() == data
    assert leaf_hash(data).hex() == line["hash"]


def test_every_kind_has_its_leaf() -> None:
    assert {line["kind"] for line in PIECES["leaves"]} == set(KINDS)


@pytest.mark.parametrize("text", PIECES["leaves_refused"])
def test_leaves_in_another_spelling(text: str) -> None:
    with pytest.raises(Malformed):
        Leaf.parse(text.encode())


def test_an_opening() -> None:
    frozen = PIECES["opening"]
    opening = Opening.from_value(decode(frozen["opening"].encode()))
    assert opening.commitment == frozen["commitment"]
    assert opening.opens(frozen["commitment"])
    assert not any(map(opening.opens, frozen["others"]))
    assert bundle.encode_opening(opening).decode() == frozen["opening"]


def test_a_grant() -> None:
    frozen = PIECES["grant"]
    signed = SignedGrant.from_value(decode(frozen["signed"].encode()))
    grant = signed.check(PublicKey.parse(frozen["key"]))
    assert grant == Grant.parse(frozen["grant"].encode())
    assert grant.encode().decode() == frozen["grant"]
    assert grant.digest.hex() == frozen["digest"]
    assert grant.activation_challenge.hex() == frozen["activation_challenge"]
    with pytest.raises(BadSignature):
        signed.check(SigningKey(bytes(32)).public)


def test_a_trust_file() -> None:
    frozen = PIECES["trust"]
    assert Trust.parse(frozen["file"].encode()).encode().decode() == frozen["file"]
    for text in frozen["refused"]:
        with pytest.raises(Malformed):
            Trust.parse(text.encode())


@pytest.mark.parametrize("line", BUNDLES, ids=lambda line: line["file"])
def test_bundles_good_and_broken(line: dict[str, Any]) -> None:
    """Each broken one has its class and no other, and its step alone has failed."""
    data = (VECTORS / "bundles" / line["file"]).read_bytes()
    verdict = verify(data, trust=TRUST).verdict
    assert {f.cls for f in verdict.findings} == ({line["class"]} if line["class"] else set())
    assert {f.code for f in verdict.findings} == ({line["code"]} if line["code"] else set())
    failed = [step.n for step in verdict.steps if step.state == "failed"]
    assert failed == ([STEP_OF[line["class"]]] if line["class"] else [])


@pytest.mark.parametrize(("name", "segments"), [("recorded", slice(0, 3)), ("recorded-screen", slice(3, 4))])
def test_a_recordings_segments_open(name: str, segments: slice) -> None:
    """With the frozen identity, to what their leaves say of them."""
    told = json.loads((VECTORS / "recording.json").read_text(encoding="utf-8"))
    files = bundle.unpack((VECTORS / "bundles" / f"{name}.zip").read_bytes())
    leaves = parse_all(unpack_entries(files[entries_name(CHANNEL)]), CHANNEL)
    for leaf, segment in zip(leaves, told["segments"][segments], strict=True):
        plain = unseal(told["identity"], files[segment_name(CHANNEL, leaf.n)])
        assert plain.hex() == segment["plain"]
        check_plain(plain, CHANNEL, leaf.n, digest=leaf.plain, output=leaf.output)


def test_accesses_taken_out() -> None:
    data = (VECTORS / "accesses.zip").read_bytes()
    verdict = verify_export(data, trust=TRUST)
    assert verdict.sound, verdict.findings
    assert (verdict.trust, verdict.counts["accesses"]) == ("pinned", 7)
    for place in range(0, len(data), len(data) // 50):
        assert not verify_export(
            data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :], trust=TRUST
        ).sound


def test_there_is_one_for_every_class_this_version_can_find() -> None:
    assert {line["class"] for line in BUNDLES} == {*STEP_OF, None}


def test_the_command_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    folder = VECTORS / "bundles"
    for line in BUNDLES:
        code = cli.main([str(folder / line["file"]), "--trust", str(folder / "trust.json"), "--json"])
        said = json.loads(capsys.readouterr().out)
        assert code == (0 if line["class"] is None else 1)
        assert said["verdict"] == ("sound" if line["class"] is None else "findings")
