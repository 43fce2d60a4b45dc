"""The channel socket's messages and the digest of its stream."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.wire import channel
from agent.wire.channel import Exit, StreamDigest, Tag, pack, unpack
from agent.wire.frames import CLOSE_BREACH, ProtocolError

SALT = b"s" * 32


@pytest.mark.parametrize(("sender", "tags"), channel.MAY_SEND.items())
def test_each_end_has_its_own_tags(sender: str, tags: frozenset[Tag]) -> None:
    for tag in Tag:
        message = pack(tag, b"x")
        if tag in tags:
            assert unpack(message, sender) == (tag, b"x")  # type: ignore[arg-type]
        else:
            with pytest.raises(ProtocolError) as caught:
                unpack(message, sender)  # type: ignore[arg-type]
            assert caught.value.code == CLOSE_BREACH


@pytest.mark.parametrize("message", [b"", b"\x09", b"\xff", "text", bytes(channel.MAX_MESSAGE_BYTES + 1)])
def test_what_is_no_message(message: bytes | str) -> None:
    with pytest.raises(ProtocolError):
        unpack(message, "agent")


def test_the_longest_message() -> None:
    payload = bytes(channel.MAX_PAYLOAD_BYTES)
    assert unpack(pack(Tag.DATA, payload), "agent") == (Tag.DATA, payload)
    with pytest.raises(ValueError, match="64 KiB"):
        pack(Tag.DATA, payload + b"x")


def test_window_size() -> None:
    assert channel.pack_resize(80, 24) == b"\x02\x00\x50\x00\x18"
    assert channel.read_resize(b"\x00\x50\x00\x18") == (80, 24)
    for wrong in (b"", b"\x00\x50\x00", b"\x00\x00\x00\x18", b"\x00\x50\x00\x00", b"\xff\xff\x00\x18"):
        with pytest.raises(ProtocolError):
            channel.read_resize(wrong)


def test_signals() -> None:
    for name in channel.SIGNALS:
        assert channel.read_signal(unpack(channel.pack_signal(name), "broker")[1]) == name
    for wrong in (b"", b"STOP", b"int", b"SIGINT", b"\xff"):
        with pytest.raises(ProtocolError):
            channel.read_signal(wrong)


@pytest.mark.parametrize(
    "exit_", [Exit(status=0), Exit(status=255), Exit(signal="TERM"), Exit(signal="SEGV")]
)
def test_exit(exit_: Exit) -> None:
    assert channel.read_exit(unpack(channel.pack_exit(exit_), "agent")[1]) == exit_


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"0",
        b"[]",
        b"{}",
        b"{",
        b'{"status":-1}',
        b'{"status":256}',
        b'{"status":true}',
        b'{"status":"0"}',
        b'{"status":0,"signal":"TERM"}',
        b'{"signal":"term"}',
        b'{"signal":""}',
        b'{"signal":"T"}' + b" " * 64,
        b"\xff",
    ],
)
def test_what_is_no_exit(payload: bytes) -> None:
    with pytest.raises(ProtocolError):
        channel.read_exit(payload)


def test_an_exit_is_one_thing() -> None:
    for wrong in (Exit(), Exit(0, "TERM")):
        with pytest.raises(ValueError, match="status or a signal"):
            channel.pack_exit(wrong)


def test_echo() -> None:
    assert channel.read_echo(unpack(channel.pack_echo(on=True), "agent")[1]) is True
    assert channel.read_echo(unpack(channel.pack_echo(on=False), "agent")[1]) is False
    with pytest.raises(ProtocolError):
        channel.read_echo(b"\x02")


@given(st.lists(st.binary(max_size=64)))
def test_the_digest_does_not_depend_on_how_the_stream_is_cut(parts: list[bytes]) -> None:
    digest = StreamDigest(SALT)
    for part in parts:
        digest.add(part)
    whole = b"".join(parts)
    assert digest.hex == hashlib.sha256(SALT + whole).hexdigest()
    assert digest.count_bytes == len(whole)


def test_a_salt_is_32_bytes() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        StreamDigest(b"")


def test_the_end_of_a_segment() -> None:
    for last in (False, True):
        tag, payload = channel.unpack(channel.pack_segment(b"note", last=last), "agent")
        assert tag is channel.Tag.SEGMENT
        assert channel.read_segment(payload) == (b"note", last)
    for payload in (b"", b"\x02note", b"\x00" + bytes(channel.MAX_SEGMENT_BYTES)):
        with pytest.raises(ProtocolError):
            channel.read_segment(payload)
