"""The HTTP face of a witness: `POST /add-checkpoint`, and nothing else.

A few lines of HTTP/1.1 on purpose: a host carries no web framework, and what is not read here cannot be
attacked. Every request is bounded in bytes and in time; connections stay open for the next one, as the
standard wishes, and are bounded in number.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from agent.held_head import Cosigned
from agent.witness_state import UnknownLog, WitnessBook
from audit import add_checkpoint
from audit.add_checkpoint import MAX_REQUEST_BYTES, PATH, SIZE_TYPE, AddCheckpoint
from audit.errors import Malformed
from audit.witness import HeadRefused

LOG = logging.getLogger("verbale.witness")
MAX_HEAD_BYTES = 16 * 1024
REQUEST_S = 15.0  # for a whole request, from its first byte
IDLE_S = 60.0  # between two requests on one connection
MAX_CONNECTIONS = 256
TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes = b""
    kind: str = TEXT
    allow: bool = False


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request's head. `expects`: the client waits for a word before it sends the body."""

    method: str
    path: str
    length: int | None
    expects: bool
    last: bool


class NotHttp(Exception):
    """Bytes that are no request of this server; `answer` is the last thing said."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.answer = Answer(status)


def judge(book: WitnessBook, body: bytes, at: datetime) -> Answer:
    """What the standard answers to these bytes; the head is on disk before a 200 exists."""
    try:
        request = AddCheckpoint.parse(body)
    except Malformed as wrong:
        return Answer(add_checkpoint.MALFORMED, f"{wrong}\n".encode())
    match book.add(request, at):
        case Cosigned(size, line):
            LOG.info("cosigned %s at %d", request.head.origin, size)
            return Answer(add_checkpoint.OK, line.encode())
        case UnknownLog():
            return Answer(add_checkpoint.UNKNOWN_LOG, b"this witness does not know the log\n")
        case HeadRefused(reason, size):
            if reason == "fork":
                LOG.error("TWO HISTORIES of %s at size %d: the proof is kept", request.head.origin, size)
            status = add_checkpoint.STATUS[reason]
            if status == add_checkpoint.CONFLICT:
                return Answer(status, add_checkpoint.size_answer(size), SIZE_TYPE)
            return Answer(status, f"{reason}\n".encode())


class WitnessServer:
    """One per process: requests are judged one after the other, so that no head is passed by another."""

    def __init__(self, book: WitnessBook, now: Callable[[], datetime]) -> None:
        self._book = book
        self._now = now
        self._open = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, to its end. Never raises on what came over it."""
        self._open += 1
        try:
            if self._open > MAX_CONNECTIONS:
                await self._say(writer, Answer(503), last=True)
                return
            while await self._one(reader, writer):
                pass
        except NotHttp as wrong:
            await self._say(writer, wrong.answer, last=True)
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError):
            return  # whoever says nothing, or half of something, is owed no answer
        except OSError:
            LOG.exception("the head could not be kept, so it was not cosigned")
            await self._say(writer, Answer(500), last=True)
        finally:
            self._open -= 1
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; whether another may follow."""
        async with asyncio.timeout(IDLE_S):
            first = await reader.read(1)
        if not first:
            return False
        async with asyncio.timeout(REQUEST_S):
            asked = _read_head(first + await _until_blank(reader))
            answer = _before_body(asked)
            if answer is None:
                assert asked.length is not None
                if asked.expects:
                    writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                    await writer.drain()
                body = await reader.readexactly(asked.length)
                answer = judge(self._book, body, self._now())
                await self._say(writer, answer, last=asked.last)
                return not asked.last
            await self._say(writer, answer, last=True)  # its body was not read, so nothing can follow it
            return False

    async def _say(self, writer: asyncio.StreamWriter, answer: Answer, *, last: bool) -> None:
        lines = [
            f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}",
            f"Content-Type: {answer.kind}",
            f"Content-Length: {len(answer.body)}",
            "Cache-Control: no-store",
            *(["Allow: POST"] if answer.allow else []),
            *(["Connection: close"] if last else []),
        ]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + answer.body)
        async with asyncio.timeout(REQUEST_S):
            await writer.drain()


async def _until_blank(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError as long:
        raise NotHttp(431) from long


def _before_body(asked: _Asked) -> Answer | None:
    """The answer that needs no body; None where the body decides."""
    if asked.path != PATH:
        return Answer(404)
    if asked.method != "POST":
        return Answer(405, allow=True)
    if asked.length is None:
        return Answer(411)
    return Answer(413) if asked.length > MAX_REQUEST_BYTES else None


def _read_head(data: bytes) -> _Asked:
    """The request line and what of the fields matters; `NotHttp` for what two servers could read differently."""
    try:
        first, *lines = data[:-4].decode("ascii").split("\r\n")
    except UnicodeDecodeError as wrong:
        raise NotHttp(400) from wrong
    words = first.split(" ")
    if len(words) != 3 or words[2] not in ("HTTP/1.1", "HTTP/1.0"):
        raise NotHttp(400)
    fields: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        name = name.lower()
        if not colon or not name or not name.isprintable() or " " in name or "\t" in name:
            raise NotHttp(400)
        if name == "content-length" and name in fields:
            raise NotHttp(400)
        fields[name] = value.strip(" \t")
    if "transfer-encoding" in fields:
        raise NotHttp(411)
    length = fields.get("content-length")
    if length is not None and not (length.isascii() and length.isdigit() and len(length) <= 9):
        raise NotHttp(400)
    last = words[2] == "HTTP/1.0" or "close" in fields.get("connection", "").lower()
    return _Asked(
        words[0],
        words[1].partition("?")[0],
        None if length is None else int(length),
        expects=fields.get("expect", "").lower() == "100-continue",
        last=last,
    )
