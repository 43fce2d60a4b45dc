"""A tool's own log, read on from where it stood when the tool was started.

The file is anybody's who may write it: it is opened only where it is a plain file, read in bounded
pieces, and nothing leaves here but what a pattern of the dialect takes out of a line.
"""

from __future__ import annotations

import codecs
import os
import stat
from pathlib import Path
from typing import Literal

from agent.tools.adapter import LogPlace
from agent.tools.dialect import MAX_LINE, Heard, heard

State = Literal["read", "skipped", "missing"]
"""Of all a tool's logs: every new line was read; some were not (too much, too long, cut off); there is none."""

MAX_AT_ONCE = 256 * 1024  # bytes read of one file in one look
MAX_HEARD = 200  # of one run: a log that tells more is skipped
_FLAGS = (
    os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
)


class OwnLogs:
    """All logs of one run of a tool. Making it notes where each stands; blocks for a disk's time."""

    def __init__(self, places: tuple[LogPlace, ...], home: str) -> None:
        self._files = [_File(place, _at_home(path, home)) for place in places for path in place.paths]
        self._left = MAX_HEARD
        self._skipped = False

    def listen(self) -> list[Heard]:
        """What was told since the last look, in the order of each file."""
        found: list[Heard] = []
        for file in self._files:
            for one in file.read():
                if self._left == 0:
                    self._skipped = True
                    break
                self._left -= 1
                found.append(one)
        return found

    @property
    def state(self) -> State | None:
        """None where no log is known of the tool."""
        if not self._files:
            return None
        if self._skipped or any(file.skipped for file in self._files):
            return "skipped"
        return "read" if any(file.there for file in self._files) else "missing"

    def close(self) -> None:
        for file in self._files:
            file.close()


class _File:
    """One path. It may not be there yet, be written anew, or give way to another file of its name."""

    def __init__(self, place: LogPlace, path: str) -> None:
        self._forms, self._path = place.lines, path
        self._handle: int | None = None
        self._at = 0
        self._decoder: codecs.IncrementalDecoder | None = None
        self._rest = ""
        self._too_long = False
        self.skipped = self.there = False
        handle = _open(path)
        if handle is not None:
            self._take(handle, os.fstat(handle).st_size)

    def close(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def read(self) -> list[Heard]:
        found = self._read_on()
        fresh = self._another()
        if fresh is not None:
            self.close()
            self._take(fresh, 0)
            found += self._read_on()
        return found

    def _take(self, handle: int, at: int) -> None:
        self._handle, self._at, self.there = handle, at, True
        self._decoder, self._rest, self._too_long = None, "", False

    def _another(self) -> int | None:
        """A file that bears the name now and is not the one that we hold."""
        handle = _open(self._path)
        if handle is None or self._handle is None:
            return handle
        if os.path.sameopenfile(handle, self._handle):
            os.close(handle)
            return None
        return handle

    def _read_on(self) -> list[Heard]:
        if self._handle is None:
            return []
        try:
            size = os.fstat(self._handle).st_size
            if size < self._at:  # written anew: what we had not read is gone
                self.skipped = True
                self._take(self._handle, 0)
            if size - self._at > MAX_AT_ONCE:
                self.skipped = True
                self._take(self._handle, (size - MAX_AT_ONCE) & ~1)  # whole signs of UTF-16
                self._too_long = True  # what it begins in is no whole line
            data = self._piece(size - self._at)
        except OSError:
            self.skipped = True
            return []
        return self._lines(data)

    def _piece(self, count: int) -> bytes:
        assert self._handle is not None
        if count <= 0:
            return b""
        if self._decoder is None:
            os.lseek(self._handle, 0, os.SEEK_SET)
            self._decoder = _decoder(os.read(self._handle, 2))
        os.lseek(self._handle, self._at, os.SEEK_SET)
        data = os.read(self._handle, count)
        self._at += len(data)
        return data

    def _lines(self, data: bytes) -> list[Heard]:
        found = []
        text = self._rest + (self._decoder.decode(data) if self._decoder is not None else "")
        *lines, self._rest = text.split("\n")
        for line in lines:
            if self._too_long:
                self._too_long = False
                continue
            one = heard(line.rstrip("\r").lstrip("\ufeff"), self._forms)
            self.skipped |= len(line) > MAX_LINE
            if one is not None:
                found.append(one)
        if len(self._rest) > MAX_LINE:
            self._rest, self._too_long, self.skipped = "", True, True
        return found


def _decoder(first: bytes) -> codecs.IncrementalDecoder:
    """UTF-16 where it says so or every second byte is empty, else UTF-8; wrong bytes become a sign of their own."""
    name = "utf-8"
    if first == codecs.BOM_UTF16_BE:
        name = "utf-16-be"
    elif first == codecs.BOM_UTF16_LE or first[1:] == b"\0":
        name = "utf-16-le"
    return codecs.getincrementaldecoder(name)("replace")


def _open(path: str) -> int | None:
    """A plain file, and nothing that waits or leads elsewhere."""
    try:
        handle = os.open(path, _FLAGS)
    except OSError:
        return None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        return None
    return handle


def _at_home(path: str, home: str) -> str:
    return str(Path(home) / path[2:].replace("\\", os.sep)) if path[:2] in {"~/", "~\\"} else path
