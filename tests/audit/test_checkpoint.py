"""Heads: the example of tlog-checkpoint, one spelling, and every flipped byte."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sigstore._internal.rekor.checkpoint import LogCheckpoint

from audit import checkpoint
from audit.checkpoint import Checkpoint
from audit.errors import BadSignature, Malformed
from audit.merkle import EMPTY_ROOT
from audit.note import VerifierKey, sign_note
from tests.audit.people import LOG_KEY, LOG_VKEY, ORIGIN

EXAMPLE = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
HEAD = Checkpoint(ORIGIN, 7, b"r" * 32)


def test_example_of_the_specification() -> None:
    found = checkpoint.parse(EXAMPLE)
    assert (found.origin, found.size) == ("example.com/behind-the-sofa", 20852163)
    assert found.text == EXAMPLE


@given(st.integers(1, 2**53 - 1), st.binary(min_size=32, max_size=32))
def test_round_trip_and_sigstore_reads_the_same(size: int, root: bytes) -> None:
    head = Checkpoint(ORIGIN, size, root)
    assert checkpoint.parse(head.text) == head
    assert checkpoint.open_checkpoint(checkpoint.sign(head, LOG_KEY), LOG_VKEY) == head
    theirs = LogCheckpoint.from_text(head.text)
    assert (theirs.origin, theirs.log_size, theirs.log_hash) == (ORIGIN, size, root.hex())


def test_the_empty_log_has_the_empty_root_alone() -> None:
    empty = Checkpoint(ORIGIN, 0, EMPTY_ROOT)
    assert checkpoint.parse(empty.text) == empty
    for size, root in ((0, b"r" * 32), (1, EMPTY_ROOT)):
        with pytest.raises(Malformed):
            Checkpoint(ORIGIN, size, root)


_ROOT = base64.b64encode(b"r" * 32).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"o\n7\n{_ROOT}",
        f"o\n7\n{_ROOT}\nextension\n",
        f"o\n7\n{_ROOT}\n\n",
        f"o\n07\n{_ROOT}\n",
        f"o\n+7\n{_ROOT}\n",
        f"o\n-7\n{_ROOT}\n",
        f"o\n٧\n{_ROOT}\n",
        f"o\n\n{_ROOT}\n",
        f"o\n{2**53}\n{_ROOT}\n",
        f"o\n{10**17}\n{_ROOT}\n",
        f"o o\n7\n{_ROOT}\n",
        f"\n7\n{_ROOT}\n",
        f"o\n7\n{_ROOT[:-1]}\n",
        f"o\n7\n{_ROOT[:-4]}\n",
        f"o\n7\n{_ROOT[:-2]}J=\n",
        f"o\r\n7\n{_ROOT}\n",
    ],
)
def test_wrong_spellings_are_refused(text: str) -> None:
    with pytest.raises(Malformed):
        checkpoint.parse(text)


def test_every_flipped_byte_is_refused() -> None:
    data = checkpoint.sign(HEAD, LOG_KEY)
    for at in range(len(data)):
        flipped = bytearray(data)
        flipped[at] ^= 1
        with pytest.raises((Malformed, BadSignature)):
            checkpoint.open_checkpoint(bytes(flipped), LOG_VKEY)


def test_no_log_speaks_for_another() -> None:
    name = "another.example/log"
    data = sign_note(HEAD.text, name, LOG_KEY)
    with pytest.raises(BadSignature):
        checkpoint.open_checkpoint(data, VerifierKey.log(name, LOG_KEY.public))
