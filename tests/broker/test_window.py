"""A technician who sends faster than the host takes does not fill the broker's memory."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncssh
import asyncssh.connection

from agent.wire.channel import Exit, Tag
from broker import serve
from broker.bastion.shell import Shell
from broker.bastion.window import FULL_BYTES, WINDOW_BYTES
from broker.live.nursery import Nursery

SENT_BYTES, TAKEN_BYTES = 32 * 1024 * 1024, 8 * 1024 * 1024


class SlowHost:
    """In the place of a pipe: takes a piece now and then, and looks how much waits."""

    exit: Exit | None = None

    def __init__(self) -> None:
        self.shell: Any = None
        self.taken, self.most = 0, 0
        self.enough = asyncio.Event()

    async def send(self, tag: Tag, payload: bytes) -> None:
        await asyncio.sleep(0.002)
        self.taken += len(payload)
        held = sum(len(data) for data, _ in self.shell._chan._recv_buf)
        self.most = max(self.most, held + self.shell._queued)
        if self.taken >= TAKEN_BYTES:
            self.enough.set()

    async def read(self) -> None:
        await self.enough.wait()

    async def hang_up(self) -> None: ...

    def finish(self) -> None: ...

    def pause(self) -> None: ...

    def resume(self) -> None: ...


async def test_what_waits_is_bounded() -> None:
    assert asyncssh.connection._DEFAULT_WINDOW == WINDOW_BYTES
    host = SlowHost()

    async def join(kind: str, params: dict[str, object]) -> Any:
        return host

    async with Nursery() as nursery, asyncio.timeout(60):

        class Door(asyncssh.SSHServer):
            def begin_auth(self, username: str) -> bool:
                return False

            def session_requested(self) -> Shell:
                host.shell = Shell(join, str, nursery, "s", lambda: None)
                return host.shell  # type: ignore[no-any-return]

        [listener] = serve.bind("127.0.0.1", 0)
        key = asyncssh.generate_private_key("ssh-ed25519")
        async with (
            asyncssh.listen(sock=listener, server_factory=Door, server_host_keys=[key], encoding=None),
            asyncssh.connect(
                "127.0.0.1", listener.getsockname()[1], known_hosts=None, client_keys=None, agent_path=None,
                config=None, username="t",
            ) as there,
        ):  # fmt: skip
            process = await there.create_process("cat", encoding=None)
            process.stdin.write(bytes(SENT_BYTES))
            await host.enough.wait()
            there.abort()
    assert WINDOW_BYTES < host.most <= FULL_BYTES + 2 * WINDOW_BYTES
