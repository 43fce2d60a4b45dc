"""A file's bytes as rsync sends them, plain and deflated, there and back, and what is no whole file."""

from __future__ import annotations

import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.wire.frames import ProtocolError
from agent.wire.rsync_content import MAX_TOKEN_BYTES, contents, put_deflated, put_plain
from tests.agent.test_rsync_wire import run

SUM = bytes(range(16))


def read(data: bytes, *, compressed: bool) -> bytes:
    pieces: list[bytes] = []
    found, left = run(contents(compressed=compressed, take=pieces.append), data + SUM + b"x")
    assert (found, left) == (SUM, b"x")
    assert all(0 < len(piece) <= MAX_TOKEN_BYTES for piece in pieces)
    return b"".join(pieces)


@given(st.lists(st.binary(min_size=1, max_size=200), max_size=6), st.integers(0, 9))
def test_there_and_back(pieces: list[bytes], level: int) -> None:
    whole = b"".join(pieces)
    assert read(b"".join(put_plain(iter(pieces))), compressed=False) == whole
    assert read(b"".join(put_deflated(iter(pieces), level)), compressed=True) == whole


@pytest.mark.parametrize("size", [16_383, 32_768, 300_000])
def test_what_does_not_deflate_crosses_in_many_tokens(size: int) -> None:
    data = random.Random(7).randbytes(size)
    sent = list(put_deflated(iter([data]), 6))
    assert all(len(token) <= 2 + 16_383 for token in sent)
    assert read(b"".join(sent), compressed=True) == data


def test_a_few_bytes_that_stand_for_very_many_come_in_pieces() -> None:
    data = bytes(20_000_000)
    sent = b"".join(put_deflated(iter([data]), 9))
    assert len(sent) < 30_000
    assert read(sent, compressed=True) == data


@pytest.mark.parametrize("data", [b"\xff\xff\xff\xff", (MAX_TOKEN_BYTES + 1).to_bytes(4, "little")])
def test_a_block_of_an_older_file_is_a_breach(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        read(data, compressed=False)


@pytest.mark.parametrize(
    "data",
    [b"\x80", b"\x20\0\0\0\0", b"\xc1", b"\x40\x03\xff\xff\xff", b"\x40\x02" + zlib.compress(b"", wbits=-15)],
    ids=["relative", "long", "run", "damaged", "ended"],
)
def test_what_is_no_deflated_file_is_a_breach(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        read(data, compressed=True)


@given(st.binary(max_size=80), st.booleans())
def test_any_bytes_are_read_or_refused(data: bytes, compressed: bool) -> None:  # noqa: FBT001
    try:
        run(contents(compressed=compressed, take=[].append), data)
    except (EOFError, ProtocolError):
        return
