"""Numbers and indices of rsync's protocol 30: the bytes of the real ones, there and back, and hostile ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.wire.frames import ProtocolError
from agent.wire.rsync_wire import (
    DONE,
    Index,
    Item,
    Reader,
    T,
    attributes,
    block_sums,
    byte,
    count,
    put_varint,
    put_varlong,
    u16,
    varint,
    varlong,
    vstring,
)


def run(reader: Reader[T], data: bytes) -> tuple[T, bytes]:
    """What it reads, and what it leaves; `EOFError` where there is too little."""
    try:
        need = next(reader)
        while True:
            if need > len(data):
                raise EOFError
            piece, data = data[:need], data[need:]
            need = reader.send(piece)
    except StopIteration as found:
        return found.value, data


@given(st.integers(0, 2**32 - 1))
def test_varint_there_and_back(number: int) -> None:
    assert run(varint(), put_varint(number) + b"x") == (number, b"x")


@given(st.integers(-(2**63), 2**63 - 1), st.sampled_from([3, 4]))
def test_varlong_there_and_back(number: int, least: int) -> None:
    assert run(varlong(least), put_varlong(number, least) + b"x") == (number, b"x")


@pytest.mark.parametrize(
    ("number", "data"),
    [(0, "00"), (127, "7f"), (128, "8080"), (16383, "bfff"), (16384, "c00040"), (2**32 - 1, "f0ffffffff")],
)
def test_varint_as_rsync_writes_it(number: int, data: str) -> None:
    assert put_varint(number).hex() == data


@pytest.mark.parametrize(
    ("number", "least", "data"),
    [(0, 3, "000000"), (300_000, 3, "04e093"), (0x6A085013, 4, "6a135008"), (5_000_000_000, 3, "c100f2052a")],
)
def test_varlong_as_rsync_writes_it(number: int, least: int, data: str) -> None:
    assert put_varlong(number, least).hex() == data


@given(st.lists(st.one_of(st.integers(0, 2**31 - 1), st.integers(0, 70_000), st.just(DONE)), max_size=20))
def test_indices_there_and_back(numbers: list[int]) -> None:
    told, heard = Index(), Index()
    data = b"".join(told.put(number) for number in numbers)
    for number in numbers:
        found, data = run(heard.read(), data)
        assert found == number
    assert data == b""


def test_an_index_of_lists_in_parts_is_a_breach() -> None:
    with pytest.raises(ProtocolError):
        run(Index().read(), b"\xff\x01")


def test_an_index_beyond_every_list_is_a_breach() -> None:
    index = Index()
    run(index.read(), b"\xfe\xff\xff\xff\xff")
    with pytest.raises(ProtocolError):
        run(index.read(), b"\x01")


@given(st.integers(0, 2**16 - 1), st.binary(max_size=300).filter(bool))
def test_what_is_said_of_an_entry_is_said_again(flags: int, name: bytes) -> None:
    said = bytes([7]) if flags & Item.BASIS else b""
    if flags & Item.NAME:
        size = len(name)
        said += (bytes([size >> 8 | 0x80, size & 0xFF]) if size > 0x7F else bytes([size])) + name
    assert run(attributes(), flags.to_bytes(2, "little") + said) == ((flags, said), b"")


def test_sums_of_blocks_are_read_past() -> None:
    data = b"".join(n.to_bytes(4, "little") for n in (3, 700, 2, 5)) + bytes(18) + b"x"
    assert run(block_sums(), data) == (3, b"x")


@pytest.mark.parametrize(
    ("reader", "data"),
    [
        (varint(), b"\xf8" + bytes(9)), (varint(), b"\xfc" + bytes(9)), (varlong(4), b"\xfc" + bytes(12)),
        (count(), b"\xff" * 4), (block_sums(), bytes(8) + b"\x11\0\0\0" + bytes(4)), (vstring(), b"\xff\xff"),
    ],
    ids=["five bytes more", "six", "ten in all", "below nothing", "long sums", "long name"],
)  # fmt: skip
def test_no_possible_size_is_a_breach(reader: Reader[object], data: bytes) -> None:
    with pytest.raises(ProtocolError):
        run(reader, data)


@given(st.binary(max_size=40), st.sampled_from([varint, vstring, count, attributes, block_sums, u16, byte]))
def test_any_bytes_are_read_or_refused(data: bytes, reader: type[Reader[object]]) -> None:
    try:
        _, left = run(reader(), data)
    except (EOFError, ProtocolError):
        return
    assert data.endswith(left)
