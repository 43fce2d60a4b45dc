"""The standard's call as bytes: its own examples, ours, and every spelling that is not the one."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from audit import add_checkpoint, checkpoint, merkle
from audit.add_checkpoint import (
    AddCheckpoint,
    cosignature,
    parse_cosignatures,
    parse_size_answer,
    size_answer,
)
from audit.checkpoint import Checkpoint
from audit.errors import BadSignature, Malformed
from audit.keys import SigningKey
from audit.note import VerifierKey, cosign, parse_note
from tests.audit.people import LOG_KEY, ORIGIN

EXAMPLES = json.loads((Path(__file__).parents[1] / "vectors/tlog_witness.json").read_text("utf-8"))
AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
KEY, OTHER = SigningKey(b"w" * 32), SigningKey(b"o" * 32)
VKEY = VerifierKey.witness("witness.example/w1", KEY.public)
TREE = merkle.Tree()
for _word in "abcdefgh":
    TREE.append(_word.encode())
HEAD = Checkpoint(ORIGIN, 8, TREE.root())
NOTE = checkpoint.sign(HEAD, LOG_KEY)
PROOF = tuple(merkle.consistency_proof(5, 8, TREE.read))


def test_the_standards_examples() -> None:
    request = AddCheckpoint.parse(EXAMPLES["request"].encode())
    assert (request.old_size, len(request.proof)) == (20852014, 4)
    assert (request.head.origin, request.head.size) == ("example.com/behind-the-sofa", 20852163)
    assert request.proof[0].hex().startswith("3e544d0abc07a6a8")
    assert request.encode().decode() == EXAMPLES["request"]
    lines = parse_cosignatures(EXAMPLES["answer"].encode())
    assert [s.name for s in lines] == ["witness.example/w1"] * 2 + ["witness.example/w2"]
    assert "".join(s.line for s in lines) == EXAMPLES["answer"]
    note = parse_note(EXAMPLES["cosigned"].encode())
    assert note.text == request.head.text
    assert int.from_bytes(note.signatures[1].raw[:8], "big") == 1679315147  # as the standard's text says


def test_what_we_ask_is_read_as_it_was_meant() -> None:
    request = AddCheckpoint.of(5, PROOF, NOTE)
    assert request.encode().startswith(b"old 5\n")
    assert AddCheckpoint.parse(request.encode()) == request
    first = AddCheckpoint.of(0, (), NOTE)
    assert first.encode() == b"old 0\n\n" + NOTE
    assert AddCheckpoint.parse(first.encode()).head == HEAD


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 5\n" + NOTE,
        b"old 05\n\n" + NOTE,
        b"old -1\n\n" + NOTE,
        b"old 9\n\n" + NOTE,
        b"old  5\n\n" + NOTE,
        b"new 5\n\n" + NOTE,
        b"old 5\r\n\n" + NOTE,
        b"old 5\n\n\n" + NOTE,
        b"old 5\nAA==\n\n" + NOTE,
        b"old 5\n?\n\n" + NOTE,
        b"old 5\n\xc3\xa8\n\n" + NOTE,
        b"old 5\n" + b"A" * 42 + b"F=\n\n" + NOTE,
        b"old 5\n" + (b"A" * 43 + b"=\n") * 64 + b"\n" + NOTE,
        b"old 5\n\n" + HEAD.text.encode(),
        b"old 5\n\n" + NOTE + b"x" * add_checkpoint.MAX_REQUEST_BYTES,
    ],
)
def test_any_other_spelling_is_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        AddCheckpoint.parse(body)


def test_no_witness_is_asked_with_too_long_a_proof() -> None:
    assert len(AddCheckpoint.of(5, (bytes(32),) * 63, NOTE).proof) == 63
    with pytest.raises(Malformed):
        AddCheckpoint.of(5, (bytes(32),) * 64, NOTE)


def test_a_conflict_says_the_size() -> None:
    assert size_answer(20852014) == b"20852014\n"
    assert parse_size_answer(b"20852014\n") == 20852014
    for body in (b"5", b"", b"05\n", b"5\n\n", b"\xc3\xa8\n", b"5 \n", b"9" * 40 + b"\n"):
        with pytest.raises(Malformed):
            parse_size_answer(body)


def test_the_cosignature_of_the_witness_that_was_asked() -> None:
    mine, foreign = cosign(HEAD.text, VKEY.name, KEY, AT), cosign(HEAD.text, "other.example", OTHER, AT)
    assert cosignature((foreign + mine).encode(), HEAD, VKEY) == (mine, AT)
    with pytest.raises(BadSignature):
        cosignature(foreign.encode(), HEAD, VKEY)
    with pytest.raises(BadSignature):
        cosignature(cosign(HEAD.text.replace("8", "7"), VKEY.name, KEY, AT).encode(), HEAD, VKEY)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\n",
        b"x\n",
        b"\xff\n",
        "— a QUJDREVG".encode(),
        b"x" * 65 * 1024,
        "— a QUJDREVG\n".encode() * 65,
    ],
)
def test_an_answer_that_is_none(body: bytes) -> None:
    with pytest.raises(Malformed):
        parse_cosignatures(body)


def test_every_refusal_of_a_witness_has_a_status() -> None:
    assert add_checkpoint.STATUS == {
        "malformed": 400, "bad_signature": 403, "stale": 409, "fork": 409, "unproven": 422,
    }  # fmt: skip
