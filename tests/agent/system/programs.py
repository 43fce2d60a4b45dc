"""Programs that run alike on every system: this Python, told what to do."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Callable
from typing import Literal

from agent.system.ends import Ends
from agent.system.here import accounts
from agent.system.interface import MARK, Account, ProcessOrder

PATIENCE_S = 60.0


def me() -> Account:
    found = accounts.find(accounts.me()[0])
    assert found is not None
    return found


def order(code: str, streams: Literal["pty", "pipes", "none"] = "pipes", *words: str) -> ProcessOrder:
    account = me()
    env = accounts.environment(account) | {MARK: "s-contract", "PYTHONUTF8": "1"}
    argv = (sys.executable, "-I", "-S", "-c", code, *words)
    return ProcessOrder(
        sys.executable, argv, tuple(env.items()), tempfile.gettempdir(), account.name, account.key, account.gid,
        streams, 91, 23,
    )  # fmt: skip


async def eventually(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not is_so():  # noqa: ASYNC110 - processes give no event to wait for
            await asyncio.sleep(0.02)


async def read_all(ends: Ends, which: int = 0, until: bytes | None = None) -> bytes:
    """To the end of an output, or to where these words have come."""
    output, heard = ends.outputs[which], b""
    async with asyncio.timeout(PATIENCE_S):
        while until is None or until not in heard:
            data = output.read(65536)
            if data is None:
                try:
                    await output.ready()
                finally:
                    output.unready()
            elif data:
                heard += data
            else:
                break
    return heard


async def write_all(ends: Ends, data: bytes) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while data:
            taken = ends.input.write(data)
            assert taken is not None, "it reads no more"
            data = data[taken:]
            if taken == 0:
                await ends.input.room()
