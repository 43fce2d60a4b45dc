"""Signed notes: the published example, both directions; one spelling; any flipped byte is noticed."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sigstore._internal.rekor.checkpoint import SignedNote

from audit import note
from audit.errors import BadSignature, Malformed
from audit.keys import SigningKey
from audit.note import Note, Signature, VerifierKey
from tests.audit.people import LOG_KEY, LOG_VKEY, NOW, ORIGIN, WITNESS_KEY, WITNESS_VKEY

EXAMPLE = json.loads((Path(__file__).parents[1] / "vectors" / "note.json").read_text())
TEXT = "una riga\n\nun'altra, è così\n"


def test_published_example_verifies() -> None:
    vkey = VerifierKey.parse(EXAMPLE["vkey"])
    assert vkey.text == EXAMPLE["vkey"]
    found = note.parse_note(EXAMPLE["note"].encode())
    found.check(vkey)
    assert found.data == EXAMPLE["note"].encode()


def test_signing_the_published_text_gives_the_published_note() -> None:
    key = SigningKey(base64.b64decode(EXAMPLE["skey"].split("+", 4)[4])[1:])
    text = EXAMPLE["note"].split("\n\n")[0] + "\n"
    assert note.sign_note(text, "PeterNeumann", key).decode() == EXAMPLE["note"]


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=60))
def test_round_trip_of_any_text(line: str) -> None:
    text = line + "\n"
    found = note.parse_note(note.sign_note(text, ORIGIN, LOG_KEY))
    assert found.text == text
    found.check(LOG_VKEY)


def test_sigstore_reads_our_notes_alike() -> None:
    data = note.sign_note("testo\n", ORIGIN, LOG_KEY)
    theirs = SignedNote.from_text(data.decode())
    ours = note.parse_note(data)
    assert theirs.note == ours.text
    assert [(s.name, s.sig_hash, base64.b64decode(s.signature)) for s in theirs.signatures] == [
        (s.name, s.key_id, s.raw) for s in ours.signatures
    ]


def test_every_flipped_byte_is_refused() -> None:
    data = note.sign_note(TEXT, ORIGIN, LOG_KEY)
    for at in range(len(data)):
        for bit in (1, 0x80):
            flipped = bytearray(data)
            flipped[at] ^= bit
            with pytest.raises((Malformed, BadSignature)):
                note.parse_note(bytes(flipped)).check(LOG_VKEY)


_LINE = note.signature_line(TEXT, ORIGIN, LOG_KEY)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"\xff\n\n" + _LINE.encode(),
        f"text\n\n{_LINE}".encode()[:-1],
        f"text\n\n{_LINE}{_LINE}".encode(),
        f"text\r\n\n{_LINE}".encode(),
        f"te\x07xt\n\n{_LINE}".encode(),
        "text\n\n— name\n".encode(),
        b"text\n\n- name AAAAAAAA\n",
        "text\n\n— na+me AAAAAAAA\n".encode(),
        "text\n\n— name AAAAA===\n".encode(),
        "text\n\n— name AAAAAB==\n".encode(),
        "text\n\n— name AAAAAAB=\n".encode(),
        "text\n\n— name A\n".encode(),
        "text\n\n— name AAAA\n".encode(),
        b"x" * (note.MAX_NOTE_BYTES + 1),
        f"text\n\n{_LINE * (note.MAX_SIGNATURES + 1)}".encode(),
    ],
)
def test_wrong_spellings_are_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        note.parse_note(data)


@pytest.mark.parametrize("text", ["no newline", "", "bell\x07\n"])
def test_text_that_cannot_be_signed(text: str) -> None:
    with pytest.raises(Malformed):
        note.sign_note(text, ORIGIN, LOG_KEY)


@pytest.mark.parametrize(
    "text",
    [
        "name",
        "a+b",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T",
        "PeterNeumann+c74f20a3+AxpcAAAA",
        "n" * 300 + "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_vkeys_in_other_spellings(text: str) -> None:
    with pytest.raises(Malformed):
        VerifierKey.parse(text)


def test_another_key_or_kind_does_not_check() -> None:
    found = note.parse_note(note.sign_note(TEXT, ORIGIN, LOG_KEY))
    with pytest.raises(BadSignature):
        found.check(VerifierKey.log(ORIGIN, WITNESS_KEY.public))
    with pytest.raises(BadSignature):
        found.check(WITNESS_VKEY)
    with pytest.raises(BadSignature):
        note.check_cosignature(found, LOG_VKEY)
    with pytest.raises(BadSignature):
        note.check_cosignature(found, WITNESS_VKEY)


def test_cosignatures_join_a_head_and_are_replaced_by_newer_ones() -> None:
    head = note.parse_note(note.sign_note(TEXT, ORIGIN, LOG_KEY))
    once = head.add(note.cosign(TEXT, WITNESS_VKEY.name, WITNESS_KEY, NOW))
    later = datetime(2026, 11, 23, tzinfo=UTC)
    twice = once.add(note.cosign(TEXT, WITNESS_VKEY.name, WITNESS_KEY, later))
    assert note.check_cosignature(once, WITNESS_VKEY) == NOW
    assert note.check_cosignature(note.parse_note(twice.data), WITNESS_VKEY) == later
    assert len(twice.signatures) == 2
    twice.check(LOG_VKEY)


def test_cosignature_bytes_are_those_of_the_specification() -> None:
    line = note.cosign(TEXT, WITNESS_VKEY.name, WITNESS_KEY, NOW)
    raw = Signature.parse(line).raw
    message = b"cosignature/v1\ntime 1795341600\n" + TEXT.encode()
    assert int.from_bytes(raw[:8], "big") == 1795341600 == int(NOW.timestamp())
    WITNESS_KEY.public.check(raw[8:], message)


def test_bent_cosignatures() -> None:
    line = Signature.parse(note.cosign(TEXT, WITNESS_VKEY.name, WITNESS_KEY, NOW))
    for raw in (line.raw[:-1], bytes(8) + line.raw[8:], b"\xff" * 8 + line.raw[8:]):
        bent = Note(TEXT, (Signature(line.name, line.key_id, raw),))
        with pytest.raises(BadSignature):
            note.check_cosignature(bent, WITNESS_VKEY)
    with pytest.raises(BadSignature):
        note.check_cosignature(Note(TEXT + "x\n", (line,)), WITNESS_VKEY)
    with pytest.raises(Malformed):
        note.cosign(TEXT, WITNESS_VKEY.name, WITNESS_KEY, datetime(1970, 1, 1, tzinfo=UTC))


def test_a_note_takes_no_more_signatures_than_anybody_needs() -> None:
    many = tuple(Signature(f"w{i}", b"abcd", b"s") for i in range(note.MAX_SIGNATURES))
    with pytest.raises(Malformed):
        Note(TEXT, many).add(_LINE)
