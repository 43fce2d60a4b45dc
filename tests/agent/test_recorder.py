"""A segment ends in time, by size or by count; what the host signs is what its own masker let through."""

from __future__ import annotations

from agent.channels.recorder import Recorder
from audit.recording_stream import MaskedStream, Seen, open_seen
from tests.agent.session_kit import ORIGIN, RECORDER, SALT, sign_segment


def seen(note: bytes | None) -> Seen:
    assert note is not None
    return open_seen(note, ORIGIN, "h-00000001", RECORDER.public)


def recorder() -> Recorder:
    return Recorder(MaskedStream("c-1", SALT), sign_segment)


async def test_a_segment_ends_ten_seconds_after_its_first_message() -> None:
    one = recorder()
    assert not one.due(1000.0)
    await one.feed(b"$ ", 5.0)
    await one.feed(b"ls\n", 14.0)
    assert not one.due(14.9)
    assert one.due(15.0)
    one.cut()
    assert not one.due(100.0)


async def test_or_when_it_is_large_or_of_many_messages() -> None:
    one = recorder()
    for _ in range(11):
        await one.feed(b"all is well\n" * 5400, 1.0)
    assert one.due(1.0)
    other = recorder()
    for _ in range(4096):
        await other.feed(b".\n", 1.0)
    assert other.due(1.0)


async def test_both_ends_come_to_the_same() -> None:
    one, broker = recorder(), MaskedStream("c-1", SALT)
    await one.feed(b"Password: ", 1.0)
    broker.feed(b"Password: ")
    one.echo(on=False)
    broker.echo(on=False)
    assert seen(one.cut()) == broker.cut()[1]
    await one.feed(b"secret-typed\r\nnext\r\n", 2.0)
    broker.feed(b"secret-typed\r\n")
    broker.feed(b"next\r\n")
    assert seen(await one.end()) == broker.finish()[1]


async def test_nothing_said_is_no_segment() -> None:
    assert await recorder().end() is None
