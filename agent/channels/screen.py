"""The screen of a session's account: one VNC server for the session, started when it is first looked at.

It runs as that account under the session's guardian, in a folder that only the account can enter, and listens
on a socket there; with the last technician's channel it ends, and the folder goes.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import shutil
import socket
import string
import sys
from dataclasses import dataclass
from pathlib import Path

from agent.accounts import LocalAccount
from agent.channels import vnc_secret
from agent.channels.vnc_servers import SECRET, SOCKET, VncServer, installed
from agent.system.here import desktop
from agent.system.interface import Child, NotStarted, ProcessOrder, Warden

LISTENS_WITHIN_S = 10.0
LOOK_EVERY_S = 0.05
FOLDER = "screens"  # in the agent's state
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
        self._secret: bytes | None = None
        self._users = 0

    async def open(self, rights: Rights) -> tuple[socket.socket, bytes | None]:
        """A connected socket, and the secret its server asks for. `NoScreen` where that cannot be."""
        async with self._turn:
            if self._child is None or self._child.ended.done():
                await self._start(rights)
            found = await self._connect()
            self._users += 1
            return found, self._secret

    async def close(self) -> None:
        """After each `open` once; with the last one nothing of it is left."""
        async with self._turn:
            self._users -= 1
            if self._users == 0:
                await self._stop()

    async def _start(self, rights: Rights) -> None:
        env = dict(self._account.environment(self._warden.session, None))
        env |= await asyncio.to_thread(desktop.variables, self._account.uid)
        if not (env.get("DISPLAY") or env.get("WAYLAND_DISPLAY")):
            raise NoScreen("desktop_missing")
        server = installed(env["PATH"], env, control=rights.control, clipboard=rights.clipboard)
        if server is None:
            raise NoScreen("desktop_server_missing")
        try:
            await asyncio.to_thread(self._prepare, server)
            self._child = await self._warden.start(_NAME, self._order(server, env, rights))
        except (OSError, NotStarted) as wrong:
            await asyncio.to_thread(self._clear)
            raise NoScreen("process_not_started") from wrong

    def _order(self, server: VncServer, env: dict[str, str], rights: Rights) -> ProcessOrder:
        program = shutil.which(server.program, path=env["PATH"])
        if program is None:
            raise NotStarted(2)
        who = self._account
        return ProcessOrder(
            program,
            server.command(control=rights.control, clipboard=rights.clipboard),
            tuple(env.items()),
            str(self._folder),
            who.name,
            who.uid,
            who.gid,
            "none",
        )

    def _prepare(self, server: VncServer) -> None:
        """A folder that nobody else can enter, with the secret of this one server in it."""
        self._clear()
        self._folder.parent.mkdir(mode=0o711, exist_ok=True)
        self._folder.mkdir(mode=0o700)
        self._secret = None
        if server.secret:
            self._secret = "".join(secrets.choice(_SIGNS) for _ in range(vnc_secret.SECRET_BYTES)).encode()
            file = os.open(self._folder / SECRET, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(file, "wb") as out:
                out.write(vnc_secret.to_file(self._secret))
        if sys.platform != "win32" and os.geteuid() == 0:
            for path in (*self._folder.iterdir(), self._folder):
                shutil.chown(path, self._account.uid, self._account.gid)

    async def _connect(self) -> socket.socket:
        """Once it listens. The folder is entered by its descriptor: a socket's path may be 107 bytes long."""
        assert self._child is not None
        loop = asyncio.get_running_loop()
        until = loop.time() + LISTENS_WITHIN_S
        while loop.time() < until and not self._child.ended.done():
            found = await asyncio.to_thread(_connected, self._folder)
            if found is not None:
                return found
            await asyncio.wait((self._child.ended,), timeout=LOOK_EVERY_S)
        if not self._users:
            await self._stop()
        raise NoScreen("desktop_server_failed")

    async def _stop(self) -> None:
        child, self._child = self._child, None
        if child is not None and not child.ended.done():
            await self._warden.kill(_NAME)
            await asyncio.wait((child.ended,), timeout=LISTENS_WITHIN_S)
        await asyncio.to_thread(self._clear)

    def _clear(self) -> None:
        clear(self._folder)


def clear(folder: Path) -> None:
    """Of what a session, or an earlier life of the agent, has left."""
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(folder)


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
        """Screens of other systems are not served: `desktop.variables` names none there."""
        return None
