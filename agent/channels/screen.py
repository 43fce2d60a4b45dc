"""The screen of a session's account: one VNC server for the session, started when it is first looked at.

It runs as that account under the session's guardian, in a folder that only the account can enter, and listens
on a socket there, or on a port of this machine that was picked for it; on anything more it is not left alone
for a moment. With the last technician's channel it ends, the folder goes, and settings it was lent are put back.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import socket
import string
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from agent.accounts import LocalAccount
from agent.channels import vnc_secret, vnc_servers
from agent.channels.screen_folder import remove
from agent.channels.screen_recorder import Hidden
from agent.channels.vnc_server import LOOPBACK, SOCKET, Show, VncServer
from agent.system.here import files, screens, table
from agent.system.interface import Child, NotStarted, ProcessOrder, Warden
from agent.system.screens import Address

LISTENS_WITHIN_S = 10.0
LOOK_EVERY_S = 0.05
_NAME = "screen-server"  # to the guardian; no channel is called so
_SIGNS = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True)
class Rights:
    """What was approved of a screen; whoever only watches has neither."""

    control: bool = False
    clipboard: bool = False


class NoScreen(Exception):
    """The screen cannot be shown; `reason` is a refusal code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Screen:
    """Of one session. `open` gives a connection to its server, `close` gives one back."""

    def __init__(self, warden: Warden, account: LocalAccount, folder: Path) -> None:
        self._warden = warden
        self._account = account
        self._folder = folder / warden.session
        self._turn = asyncio.Lock()
        self._child: Child | None = None
        self._server: VncServer | None = None  # with `_show`, of the child
        self._show: Show | None = None
        self._lent: str | None = None  # the key of settings that have to be put back
        self._users = 0
        self._there: dict[str, str] = {}  # what the child was told of its screen

    async def open(self, rights: Rights) -> tuple[socket.socket, bytes | None]:
        """A connected socket, and the secret its server asks for. `NoScreen` where that cannot be."""
        async with self._turn:
            if self._child is None or self._child.ended.done():
                await self._start(rights)
            found = await self._connect()
            self._users += 1
            assert self._server is not None, "it runs"
            assert self._show is not None, "it runs"
            return found, self._show.secret if self._server.secret else None

    async def hidden(self, words: Sequence[str]) -> Hidden:
        """After `open`: where the windows lie that bear one of these words. `NoScreen` where nobody can tell."""
        from agent.channels.unrecorded import watched

        try:
            return await watched(self._there, self._account.uid, words)
        except (OSError, TimeoutError) as wrong:
            raise NoScreen("windows_unread") from wrong

    async def close(self) -> None:
        """After each `open` once; with the last one nothing of it is left."""
        async with self._turn:
            self._users -= 1
            if self._users == 0:
                await self._stop()

    async def _start(self, rights: Rights) -> None:
        env = dict(self._account.environment(self._warden.session, None))
        there = await asyncio.to_thread(screens.environment, self._account.uid)
        if there is None:
            raise NoScreen("desktop_missing")
        self._there = there
        env |= there
        server = vnc_servers.installed(env["PATH"], env, control=rights.control, clipboard=rights.clipboard)
        if server is None:
            raise NoScreen("desktop_server_missing")
        try:
            show = await asyncio.to_thread(self._prepare, server, rights)
            self._child = await self._warden.start(_NAME, self._order(server, show, env))
        except (OSError, NotStarted) as wrong:
            await asyncio.to_thread(self._clear)
            raise NoScreen("process_not_started") from wrong

    def _order(self, server: VncServer, show: Show, env: dict[str, str]) -> ProcessOrder:
        program = vnc_servers.found(server, env["PATH"])
        if program is None:
            raise NotStarted(2)
        who = self._account
        return ProcessOrder(
            program,
            server.command(show),
            tuple(env.items()),
            str(self._folder),
            who.name,
            who.uid,
            who.gid,
            "none",
        )

    def _prepare(self, server: VncServer, rights: Rights) -> Show:
        """A folder that nobody else can enter, with what this one server reads, and its secret of one session."""
        self._clear()
        self._folder.parent.mkdir(mode=0o711, exist_ok=True)
        self._folder.mkdir(mode=0o700)
        secret = "".join(secrets.choice(_SIGNS) for _ in range(vnc_secret.SECRET_BYTES)).encode()
        port = _free_port() if server.port else 0
        show = Show(self._folder, secret, port, rights.control, rights.clipboard)
        self._server, self._show = server, show
        for name, data in server.reads(show).items():
            file = os.open(
                self._folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | files.OPEN_FLAGS, 0o600
            )
            with os.fdopen(file, "wb") as out:
                out.write(data)
        screens.give(self._folder, self._account.uid, self._account.gid)
        if server.lent is not None:
            assert screens.registry is not None, "no other system's table names one"
            screens.registry.lend(self._account.uid, server.lent.key, server.lent.values(show))
            self._lent = server.lent.key
        return show

    async def _connect(self) -> socket.socket:
        """Once it listens where it was told to. `NoScreen`, and it is no more, where it listens anywhere else."""
        assert self._child is not None
        loop = asyncio.get_running_loop()
        until = loop.time() + LISTENS_WITHIN_S
        while loop.time() < until and not self._child.ended.done():
            try:
                found = await asyncio.to_thread(self._reached, self._child.pid)
            except _Exposed as wrong:
                await self._stop()
                raise NoScreen("desktop_server_exposed") from wrong
            if found is not None:
                return found
            await asyncio.wait((self._child.ended,), timeout=LOOK_EVERY_S)
        if not self._users:
            await self._stop()
        raise NoScreen("desktop_server_failed")

    def _reached(self, pid: int) -> socket.socket | None:
        """None while it does not listen yet. Another program's port is never taken for its own."""
        assert self._show is not None
        heard = screens.listening((pid, *(below.pid for below in table.descendants(pid))))
        if exposed(heard, self._show.port):
            raise _Exposed
        if self._show.port == 0:
            return _connected(self._folder)
        if (LOOPBACK, self._show.port) not in heard:
            return None
        try:
            found = socket.create_connection((LOOPBACK, self._show.port), LISTENS_WITHIN_S)
        except OSError:
            return None
        found.setblocking(False)
        return found

    async def _stop(self) -> None:
        child, self._child = self._child, None
        if child is not None and not child.ended.done():
            await self._warden.kill(_NAME)
            await asyncio.wait((child.ended,), timeout=LISTENS_WITHIN_S)
        await asyncio.to_thread(self._clear)

    def _clear(self) -> None:
        """Of whatever this session's server was given."""
        if self._lent is not None and screens.registry is not None:
            # Who has logged off has them back when he and the agent meet again: nobody reaches them before.
            with contextlib.suppress(OSError):
                screens.registry.put_back(self._account.uid, self._lent)
            self._lent = None
        remove(self._folder)


class _Exposed(Exception):
    """It listens where it was not told to."""


def exposed(heard: Iterable[Address], port: int) -> bool:
    """Whether any of these addresses is more than that port of this machine's own; a port 0 is none at all."""
    return any(found != port or not ip_address(host.partition("%")[0]).is_loopback for host, found in heard)


def _free_port() -> int:
    """Should another program take it meanwhile, the server's own failing to listen there tells."""
    with socket.socket() as found:
        found.bind((LOOPBACK, 0))
        return int(found.getsockname()[1])


if sys.platform == "linux":

    def _connected(folder: Path) -> socket.socket | None:
        """None while nobody listens there."""
        found = socket.socket(socket.AF_UNIX)
        try:
            place = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                found.connect(f"/proc/self/fd/{place}/{SOCKET}")
            finally:
                os.close(place)
        except OSError:
            found.close()
            return None
        found.setblocking(False)
        return found
else:

    def _connected(folder: Path) -> socket.socket | None:
        """No server of another system's table listens on one."""
        return None
