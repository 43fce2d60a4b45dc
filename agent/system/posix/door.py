"""The desk's door as a Unix socket in the state folder; the kernel says who calls."""

from __future__ import annotations

import sys

assert sys.platform != "win32"

import asyncio
import contextlib
import os
import socket
import struct
import tempfile
from collections.abc import Iterator
from pathlib import Path

from agent.system.interface import Caller, NobodyListens, NotHeard

SOCKET = "desk.sock"
BACKLOG = 64
MAX_ANSWER_BYTES = 64 * 1024
MAX_PATH_BYTES = 103  # of sun_path, on macOS
_XUCRED = struct.Struct("@IIh2x16I")  # struct xucred of <sys/ucred.h>: version, uid, number of groups, groups


class SocketPeer:
    def __init__(self, peer: socket.socket) -> None:
        peer.setblocking(False)
        self._peer = peer
        self.caller = caller(peer)

    async def recv(self, most: int) -> bytes:
        return await asyncio.get_running_loop().sock_recv(self._peer, most)

    async def send(self, data: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self._peer, data)

    def turn_away(self, data: bytes) -> None:
        with self._peer, contextlib.suppress(OSError):  # gone already
            self._peer.send(data)

    def close(self) -> None:
        self._peer.close()


class SocketListener:
    def __init__(self, listener: socket.socket, path: Path) -> None:
        self._listener = listener
        self._path = path

    async def accept(self) -> SocketPeer:
        peer: socket.socket | None = None
        while peer is None:
            try:
                peer, _ = self._listener.accept()
            except BlockingIOError:
                await self._somebody()
        try:
            return SocketPeer(peer)
        except OSError:
            peer.close()
            raise

    async def _somebody(self) -> None:
        """Until one is there. He is not taken yet: `sock_accept` that is cancelled may have one, and loses him."""
        loop, there = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._listener, there.set)
        try:
            await there.wait()
        finally:
            loop.remove_reader(self._listener)

    def close(self) -> None:
        self._listener.close()
        self._path.unlink(missing_ok=True)


class UnixDoor:
    def listen(self, state_dir: Path) -> SocketListener:
        path = state_dir / SOCKET
        path.unlink(missing_ok=True)  # of an earlier life: one agent at a time owns the state folder
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with place(state_dir) as address:
            listener.bind(address)
        path.chmod(0o666)  # whoever is logged in may interrupt; the kernel tells who calls
        listener.listen(BACKLOG)
        listener.setblocking(False)
        return SocketListener(listener, path)

    def ask(self, state_dir: Path, order: bytes, limit_s: float) -> bytes:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(limit_s)
            try:
                with place(state_dir) as address:
                    line.connect(address)
            except BlockingIOError as full:
                raise NotHeard from full
            except (ConnectionError, FileNotFoundError, NotADirectoryError) as nobody:
                raise NobodyListens from nobody
            with contextlib.suppress(BrokenPipeError):  # turned away before it spoke, and told why
                line.sendall(order)
            try:
                with line.makefile("rb") as answer:
                    return answer.readline(MAX_ANSWER_BYTES)
            except OSError as wrong:
                raise NotHeard from wrong


def caller(peer: socket.socket) -> Caller:
    if sys.platform == "darwin":
        # <sys/un.h>: SOL_LOCAL is 0, LOCAL_PEERCRED 1, LOCAL_PEERPID 2; the socket module names none.
        words = _XUCRED.unpack(peer.getsockopt(0, 1, _XUCRED.size))
        (pid,) = struct.unpack("i", peer.getsockopt(0, 2, 4))
        return Caller(pid, words[1])
    else:  # noqa: RET505 - type checkers judge one branch for each system
        pid, uid, _ = struct.unpack("3i", peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
        return Caller(pid, uid)


@contextlib.contextmanager
def place(state_dir: Path) -> Iterator[str]:
    """The socket's address, short enough for the system however deep the state folder lies."""
    if sys.platform == "darwin":
        path = str(state_dir.absolute() / SOCKET)
        if len(os.fsencode(path)) <= MAX_PATH_BYTES:
            yield path
        else:
            with by_link(state_dir) as path:
                yield path
    else:
        folder = os.open(state_dir, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            yield f"/proc/self/fd/{folder}/{SOCKET}"
        finally:
            os.close(folder)


@contextlib.contextmanager
def by_link(state_dir: Path) -> Iterator[str]:
    """The same, where descriptors have no path: by a link that is there for the moment of the call."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        link = Path(folder) / "d"
        link.symlink_to(state_dir.absolute(), target_is_directory=True)
        yield str(link / SOCKET)
