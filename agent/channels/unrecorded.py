"""A connection to an account's display, which knows where the windows lie that are not to be recorded.

Of X11 alone, and of a display of this machine: elsewhere nobody tells which window is where, and then nothing
of the screen may be recorded.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
import stat
import sys
from collections.abc import Mapping, Sequence

from agent.channels import x11_wire as x
from agent.channels.rectangles import Rect
from agent.channels.x11_windows import Windows

ANSWERS_WITHIN_S = 5.0
ROUNDS = 4  # in which new windows are read; what is new even then is covered
MAX_AUTHORITY_BYTES = 256 * 1024
_DISPLAY = re.compile(r"(?:unix)?:([0-9]{1,5})(?:\.([0-9]{1,2}))?")


class Unrecorded:
    """`Hidden` (screen_recorder) of one display. `now` is asked by one at a time, while `follow` runs."""

    def __init__(self, windows: Windows, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._windows = windows
        self._reader = reader
        self._writer = writer
        self._told = asyncio.Event()
        self._broken: OSError | None = None

    async def follow(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while data := await self._reader.read(64 * 1024):
                self._windows.feed(data, loop.time())
                self._writer.write(self._windows.to_send())
                self._told.set()
            self._broken = x.Breach("the display has gone")
        except OSError as wrong:
            self._broken = wrong
        finally:
            self._told.set()
            self._writer.close()

    async def now(self, since_s: float) -> tuple[Rect, ...]:
        try:
            async with asyncio.timeout(ANSWERS_WITHIN_S):
                for _ in range(ROUNDS):
                    await self._pause()
                    if self._windows.settled:
                        break
        except TimeoutError as wrong:
            raise x.Breach("the display does not answer") from wrong
        return self._windows.hidden(asyncio.get_running_loop().time(), since_s)

    async def _pause(self) -> None:
        self._windows.pause()
        self._writer.write(self._windows.to_send())
        while not self._windows.told:
            if self._broken is not None:
                raise self._broken
            self._told.clear()
            await self._told.wait()

    def until(self) -> float | None:
        return self._windows.until()

    def close(self) -> None:
        self._writer.close()


async def watched(environment: Mapping[str, str], uid: int | str, words: Sequence[str]) -> Unrecorded:
    """`OSError` where that account's screen is none of X11 on this machine, or lets us not in."""
    asked = _DISPLAY.fullmatch(environment.get("DISPLAY", ""))
    if asked is None or environment.get("WAYLAND_DISPLAY"):
        raise x.Breach("no X11 screen of this machine")
    number, screen = int(asked[1]), int(asked[2] or 0)
    cookie = await asyncio.to_thread(_cookie, environment.get("XAUTHORITY"), uid, number)
    reader, writer = await asyncio.open_connection(sock=await asyncio.to_thread(_connected, number))
    try:
        async with asyncio.timeout(ANSWERS_WITHIN_S):
            writer.write(x.hello(cookie))
            left = x.setup_bytes(await reader.readexactly(8))
            root = x.read_setup(await reader.readexactly(left), screen)
    except asyncio.IncompleteReadError as wrong:
        writer.close()
        raise x.Breach("the display lets us not in") from wrong
    except BaseException:
        writer.close()
        raise
    return Unrecorded(Windows(root, words), reader, writer)


if sys.platform == "linux":

    def _connected(display: int) -> socket.socket:
        found = socket.socket(socket.AF_UNIX)
        try:
            found.settimeout(ANSWERS_WITHIN_S)
            found.connect(f"/tmp/.X11-unix/X{display}")  # noqa: S108 - where a machine's X servers listen
        except BaseException:
            found.close()
            raise
        found.setblocking(False)
        return found

    def _cookie(path: str | None, uid: int | str, display: int) -> bytes | None:
        """None where there is none: the display may let this account in without. What is another account's is
        not read for it."""
        if path is None:
            return None
        try:
            file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return None
        with os.fdopen(file, "rb") as source:
            found = os.fstat(file)
            if not stat.S_ISREG(found.st_mode) or found.st_uid != uid or found.st_size > MAX_AUTHORITY_BYTES:
                return None
            return x.cookie_for(source.read(), os.uname().nodename.encode(), display)
else:

    def _connected(display: int) -> socket.socket:
        """No other system's screens are X11's."""
        raise x.Breach("no X11 screen of this machine")

    def _cookie(path: str | None, uid: int | str, display: int) -> bytes | None:
        return None
