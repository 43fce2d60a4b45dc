"""The few lines of HTTP: the standard's status codes, and bytes that are no request."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from agent import witness_http
from agent.held_head import HeldHead
from agent.witness_http import WitnessServer
from agent.witness_state import WitnessBook
from audit.add_checkpoint import AddCheckpoint
from audit.keys import SigningKey
from tests.agent.orders import AT
from tests.agent.test_witness_state import ME, asked
from tests.audit.people import LOG_VKEY

POST = b"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture
async def port(tmp_path: Path) -> AsyncIterator[int]:
    server = WitnessServer(WitnessBook(tmp_path, ME, [LOG_VKEY]), lambda: AT)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, limit=witness_http.MAX_HEAD_BYTES)
    yield listening.sockets[0].getsockname()[1]
    listening.close()


async def said(port: int, data: bytes, *, ends: bool = True) -> bytes:
    """Everything that comes back to these bytes, until the other end closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(data)
        if ends:
            writer.write_eof()
        async with asyncio.timeout(60):
            return await reader.read()
    finally:
        writer.close()


def posted(request: AddCheckpoint, *fields: str) -> bytes:
    body = request.encode()
    lines = [*fields, f"Content-Length: {len(body)}"]
    return POST + "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def test_the_standards_answers_over_one_connection(port: int) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as client:

        async def answer(request: AddCheckpoint) -> tuple[int, str, str]:
            got = await client.post("/add-checkpoint", content=request.encode())
            return got.status_code, got.headers["content-type"], got.text

        assert (await answer(asked(0, 5)))[0] == 200
        assert await answer(asked(0, 8)) == (409, "text/x.tlog.size", "5\n")
        assert await answer(asked(5, 5, first=b"x")) == (409, "text/x.tlog.size", "5\n")
        assert (await answer(asked(5, 8, key=SigningKey(b"o" * 32))))[0] == 403
        assert (await answer(asked(0, 5, origin="else.example")))[0] == 404
        assert (await answer(AddCheckpoint.of(5, (), asked(5, 8).note)))[0] == 422
        assert (
            await client.post("/add-checkpoint", content=b"old 9\n\n" + asked(0, 5).note)
        ).status_code == 400
        assert (await client.get("/add-checkpoint")).headers["allow"] == "POST"
        assert (await client.post("/else")).status_code == 404
        assert (await answer(asked(5, 8)))[0] == 200


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"hello\r\n\r\n", 400),
        (b"POST /add-checkpoint HTTP/2\r\n\r\n", 400),
        (b"POST /\xc3\xa8 HTTP/1.1\r\n\r\n", 400),
        (POST + b"no colon\r\n\r\n", 400),
        (POST + b"Content-Length : 3\r\n\r\nabc", 400),
        (POST + b"Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400),
        (POST + b"Content-Length: +3\r\n\r\nabc", 400),
        (POST + b" folded: 3\r\n\r\n", 400),
        (POST + b"\r\n", 411),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411),
        (POST + b"Content-Length: 999999\r\n\r\n", 413),
        (POST + b"x: " + b"y" * 20_000 + b"\r\n\r\n", 431),
    ],
)
async def test_what_is_no_request_of_its_own(port: int, data: bytes, status: int) -> None:
    assert (await said(port, data)).startswith(b"HTTP/1.1 %d " % status)


async def test_half_a_request_and_silence_get_no_answer(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await said(port, posted(asked(0, 5))[:-1]) == b""
    monkeypatch.setattr(witness_http, "REQUEST_S", 0.05)
    monkeypatch.setattr(witness_http, "IDLE_S", 0.05)
    assert await said(port, POST, ends=False) == b""
    assert await said(port, b"", ends=False) == b""


async def test_who_waits_for_a_word_gets_it_and_who_says_close_is_closed(port: int) -> None:
    answer = await said(port, posted(asked(0, 5), "Expect: 100-continue", "Connection: close"), ends=False)
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")
    assert (await said(port, posted(asked(5, 5)).replace(b"HTTP/1.1", b"HTTP/1.0"), ends=False)).startswith(
        b"HTTP/1.1 200 OK\r\n"
    )


async def test_too_many_at_once_are_sent_away(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(witness_http, "MAX_CONNECTIONS", 0)
    assert (await said(port, b"", ends=False)).startswith(b"HTTP/1.1 503 ")


async def test_a_head_that_cannot_be_kept_is_not_cosigned(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(HeldHead, "_keep", full)
    assert (await said(port, posted(asked(0, 5)))).startswith(b"HTTP/1.1 500 ")
