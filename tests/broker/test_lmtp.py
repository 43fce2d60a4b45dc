"""The listener for the local mail server: one answer for one mail, given once it is kept, and never a loss."""

from __future__ import annotations

import asyncio
import smtplib
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from broker.domain.arrived import Arrived
from broker.out import lmtp
from tests.doubles import MORNING, FakeClock

RAW = b"From: a@b.example\r\n\r\n" + b"x" * 5000 + b"\r\n.\r\n..\r\n\xff\x00fine\r\n"


@dataclass
class Take:
    """What came; `keeps` False, or an error, is what the broker says of it."""

    came: list[Arrived] = field(default_factory=list)
    keeps: bool | Exception = True

    async def __call__(self, arrived: Arrived) -> bool:
        self.came.append(arrived)
        if isinstance(self.keeps, Exception):
            raise self.keeps
        return self.keeps


@pytest.fixture
async def take(door: socket.socket) -> AsyncIterator[Take]:
    found = Take()
    async with lmtp.listening([door], found, 100_000, FakeClock()):
        yield found


@pytest.fixture
def door() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0))


async def hand_in(door: socket.socket, raw: bytes = RAW, *to: str) -> tuple[int, bytes]:
    """The answer to the text, as a mail server that speaks LMTP hears it."""

    def speak() -> tuple[int, bytes]:
        client = smtplib.LMTP("127.0.0.1", door.getsockname()[1])
        try:
            assert client.ehlo()[0] == 250
            client.mail("bounce@b.example")
            for one in to or ("registro@alfa.example",):
                assert client.rcpt(one)[0] in {250, 452}
            return client.data(raw)
        finally:
            client.close()

    return await asyncio.to_thread(speak)


async def test_the_bytes_and_how_they_came(take: Take, door: socket.socket) -> None:
    assert (await hand_in(door))[0] == 250
    (one,) = take.came
    assert one.raw == RAW
    assert (one.way, one.mail_from, one.recipients) == (
        "lmtp",
        "bounce@b.example",
        ("registro@alfa.example",),
    )
    assert (one.source, one.came) == ("127.0.0.1", MORNING)
    assert lmtp.source("") == ""


@pytest.mark.parametrize("keeps", [False, RuntimeError("a bug")])
async def test_what_is_not_kept_stays_with_its_sender(
    take: Take, door: socket.socket, *, keeps: bool | Exception
) -> None:
    take.keeps = keeps
    assert (await hand_in(door))[0] == 451


async def test_one_recipient_at_a_time(take: Take, door: socket.socket) -> None:
    assert (await hand_in(door, RAW, "a@alfa.example", "b@alfa.example"))[0] == 250
    assert [one.recipients for one in take.came] == [("a@alfa.example",)]


async def test_too_large_is_said_for_good(take: Take, door: socket.socket) -> None:
    assert (await hand_in(door, RAW * 30))[0] == 552
    assert take.came == []


async def test_no_second_mail_is_smuggled(take: Take, door: socket.socket) -> None:
    """An end of text with bare line ends is none (RFC 5321 §2.3.8)."""
    smuggled = b"From: a@b.example\r\n\r\nx\n.\nMAIL FROM:<evil@b.example>\r\nRCPT TO:<a@alfa.example>\r\nDATA\r\nFrom: c\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", door.getsockname()[1])
    for line in (b"LHLO x", b"MAIL FROM:<a@b.example>", b"RCPT TO:<a@alfa.example>", b"DATA"):
        writer.write(line + b"\r\n")
    writer.write(smuggled + b"\r\n.\r\nQUIT\r\n")
    await reader.read()
    writer.close()
    await writer.wait_closed()
    (one,) = take.came
    assert b"MAIL FROM:<evil" in one.raw
