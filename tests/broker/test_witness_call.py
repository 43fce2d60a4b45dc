"""Over real HTTP: the program a customer runs, and servers that do not behave."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from audit.add_checkpoint import cosignature
from broker.out import witness_call
from broker.out.witness_call import HttpWitnessCaller
from tests.agent.test_witness_main import request
from tests.agent.witness_process import running
from tests.audit.people import LOG_VKEY


@pytest.fixture
async def caller() -> AsyncIterator[HttpWitnessCaller]:
    made = HttpWitnessCaller()
    yield made
    await made.close()


async def test_the_program_itself(caller: HttpWitnessCaller, tmp_path: Path) -> None:
    (tmp_path / "logs").write_text(LOG_VKEY.text)
    with running(tmp_path / "state", tmp_path / "logs", "--name", "testimone") as one:
        asked = request(0, 5)
        answer = await caller.ask(one.url, asked.encode())
        assert (answer.status, answer.kind) == (200, "text/plain")
        assert cosignature(answer.body, asked.head, one.vkey)
        answer = await caller.ask(one.url, request(0, 8).encode())
        assert (answer.status, answer.kind, answer.body) == (409, "text/x.tlog.size", b"5\n")
    with pytest.raises(OSError, match="not reached"):
        await caller.ask(one.url, asked.encode())


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + b"x" * 100_000,
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\n",
        b"no http at all\r\n\r\n",
        b"",
    ],
)
async def test_an_answer_without_end_or_without_sense(caller: HttpWitnessCaller, said: bytes) -> None:
    async with saying(said) as url:
        with pytest.raises(OSError, match="witness"):
            await caller.ask(url, b"body")


async def test_a_redirect_is_not_followed(caller: HttpWitnessCaller) -> None:
    said = b"HTTP/1.1 307 Away\r\nLocation: http://127.0.0.1:9/x\r\nContent-Length: 0\r\n\r\n"
    async with saying(said) as url:
        assert (await caller.ask(url, b"body")).status == 307


async def test_silence_ends(caller: HttpWitnessCaller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(witness_call, "TIMEOUT_S", 0.05)
    async with saying(None) as url:
        with pytest.raises(OSError):
            await caller.ask(url, b"body")


@asynccontextmanager
async def saying(said: bytes | None) -> AsyncIterator[str]:
    """The address of a server that says this to anybody, and closes; None: says nothing."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            await reader.readuntil(b"body")
            if said is not None:
                writer.write(said)
                await writer.drain()
            else:
                await reader.read()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
