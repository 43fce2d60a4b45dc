"""The ends of a process's streams as descriptors: what the agent's relay reads and writes."""

from __future__ import annotations

import sys

assert sys.platform != "win32"

import asyncio
import contextlib
import fcntl
import os
import struct
import termios
from collections.abc import Callable

from agent.system.ends import Ends

PIPE_BYTES = 256 * 1024  # of a command's pipes: four messages, so that it writes while one is sent


class DescriptorOutput:
    """The descriptor is non-blocking."""

    def __init__(self, fd: int) -> None:
        self._fd = fd

    def read(self, most: int) -> bytes | None:
        try:
            return os.read(self._fd, most)
        except BlockingIOError:
            return None
        except OSError:  # EIO: the terminal's last holder closed it
            return b""

    def ready(self) -> asyncio.Future[None]:
        loop = asyncio.get_running_loop()
        found: asyncio.Future[None] = loop.create_future()
        loop.add_reader(self._fd, lambda: None if found.done() else found.set_result(None))
        return found

    def unready(self) -> None:
        asyncio.get_running_loop().remove_reader(self._fd)


class DescriptorInput:
    """`on_close` closes it, where there is something to close."""

    def __init__(self, fd: int, on_close: Callable[[], None]) -> None:
        self._fd = fd
        self.close = on_close

    def write(self, data: bytes | memoryview) -> int | None:
        try:
            return os.write(self._fd, data)
        except BlockingIOError:
            return 0
        except OSError:
            return None

    async def room(self) -> None:
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[None] = loop.create_future()
        loop.add_writer(self._fd, lambda: None if waiting.done() else waiting.set_result(None))
        try:
            await waiting
        finally:
            loop.remove_writer(self._fd)


class TerminalConsole:
    def __init__(self, fd: int) -> None:
        self._fd = fd

    def resize(self, cols: int, rows: int) -> None:
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))

    def shows_typing(self) -> bool | None:
        try:
            flags = termios.tcgetattr(self._fd)[3]
        except termios.error:
            return None
        # A password prompt reads lines without echo. A shell's line editor turns echo off too, but reads
        # signs one by one and shows them itself: what is typed there is meant to be seen.
        return not (flags & termios.ICANON and not flags & termios.ECHO)

    def foreground(self) -> int:
        try:
            return os.tcgetpgrp(self._fd)
        except OSError:
            return 0

    def end_of_input(self) -> bytes:
        """A terminal has no end of file but the sign for it, where lines are read as lines."""
        try:
            found = termios.tcgetattr(self._fd)
        except termios.error:
            return b""
        sign = found[6][termios.VEOF]
        return sign if found[3] & termios.ICANON and isinstance(sign, bytes) else b""


def ends_of(descriptors: tuple[int, ...], *, on_terminal: bool) -> Ends:
    """Of a terminal's master, or of stdin, stdout and stderr."""
    held = set(descriptors)

    def close() -> None:
        for fd in held:
            os.close(fd)
        held.clear()

    def close_input() -> None:
        if descriptors[0] in held:  # once: its number may be somebody else's by now
            held.discard(descriptors[0])
            os.close(descriptors[0])

    if on_terminal:
        (fd,) = descriptors
        return Ends(DescriptorInput(fd, lambda: None), (DescriptorOutput(fd),), TerminalConsole(fd), close)
    for fd in descriptors:
        _widen(fd)
    stdin, *outputs = descriptors
    return Ends(
        DescriptorInput(stdin, close_input), tuple(DescriptorOutput(fd) for fd in outputs), None, close
    )


def _widen(fd: int) -> None:
    if sys.platform == "linux":  # elsewhere a pipe grows by itself
        with contextlib.suppress(OSError):  # the account's share of pipe memory is used up
            fcntl.fcntl(fd, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
