"""The agent's programs that this broker gives out: what lies in a folder, with the digest of the very bytes.

The same for everybody: nothing of a customer is in them. Names say version and system, as `make agent` and
`make deb` write them; anything else in the folder is not given out.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import stat
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

NAME = re.compile(
    r"verbale-agent[-_](?P<version>[0-9][A-Za-z0-9.+~]{0,30})[-_]"
    r"(?P<system>linux-(?:x86_64|aarch64)|(?:amd64|arm64)\.deb|windows-(?:x86_64|arm64)\.exe|macos-(?:x86_64|arm64))"
)
MAX_FILES = 24
MAX_BYTES = 256 * 1024 * 1024
CHUNK_BYTES = 256 * 1024
AT_ONCE, AT_ONCE_EACH = 64, 4  # downloads under way: of all, and to one address


@dataclass(frozen=True, slots=True)
class AgentFile:
    """`system` as its name says it: `linux-x86_64`, `amd64.deb`; `sha256` in hex."""

    name: str
    version: str
    system: str
    size: int
    sha256: str


class _State(NamedTuple):
    """Of a file: while it is the same, so are its bytes."""

    inode: int
    size: int
    changed_ns: int


class AgentFiles:
    """One per broker. `folder` may be missing, and may change while the broker runs; None gives nothing out."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._known: dict[str, tuple[_State, str]] = {}
        self._hashing = asyncio.Lock()  # a crowd of readers makes one reading
        self._under_way: Counter[str] = Counter()

    async def listed(self) -> list[AgentFile]:
        """By system, then the newest name first."""
        found = [await self.find(name) for name in await asyncio.to_thread(self._names)]
        there = sorted((one for one in found if one is not None), key=lambda one: one.name, reverse=True)
        return sorted(there, key=lambda one: one.system)

    async def find(self, name: str) -> AgentFile | None:
        """None for whatever is not given out."""
        named = NAME.fullmatch(name)
        opened = None if named is None else self._open(name)
        if named is None or opened is None:
            return None
        handle, state = opened
        try:
            async with self._hashing:
                known = self._known.get(name)
                if known is None or known[0] != state:
                    known = state, await asyncio.to_thread(_digest, handle)
                    self._known[name] = known
        finally:
            os.close(handle)
        return AgentFile(name, named["version"], named["system"], state.size, known[1])

    def begin(self, file: AgentFile, reader: str) -> AsyncIterator[bytes] | None:
        """Its bytes; None where too many are under way, or where it is no longer the file of that digest."""
        if self._under_way.total() >= AT_ONCE or self._under_way[reader] >= AT_ONCE_EACH:
            return None
        opened = self._open_same(file)
        if opened is None:
            return None
        os.close(opened)
        return self._bytes(file, reader)

    async def _bytes(self, file: AgentFile, reader: str) -> AsyncIterator[bytes]:
        """Opened here, and not before: whoever hangs up at once leaves nothing open."""
        handle, left = self._open_same(file), file.size
        if handle is None:
            return  # shorter than was said: whoever reads it sees a broken download
        self._under_way[reader] += 1
        try:
            with os.fdopen(handle, "rb") as data:
                while left > 0 and (chunk := await asyncio.to_thread(data.read, min(CHUNK_BYTES, left))):
                    left -= len(chunk)
                    yield chunk
        finally:
            self._under_way[reader] -= 1
            self._under_way += Counter()  # forgets who has none

    def _open_same(self, file: AgentFile) -> int | None:
        """The file, if it is still the one of that digest."""
        opened = self._open(file.name)
        if opened is None or self._known.get(file.name) == (opened[1], file.sha256):
            return None if opened is None else opened[0]
        os.close(opened[0])
        return None

    def _names(self) -> list[str]:
        if self._folder is None:
            return []
        try:
            with os.scandir(self._folder) as entries:
                found = [entry.name for entry in entries if NAME.fullmatch(entry.name)]
        except OSError:
            return []
        return sorted(found, reverse=True)[:MAX_FILES]

    def _open(self, name: str) -> tuple[int, _State] | None:
        """A plain file in the folder itself; a link leads elsewhere and is none."""
        if self._folder is None:
            return None
        try:
            handle = os.open(self._folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError:
            return None
        seen = os.fstat(handle)
        if not stat.S_ISREG(seen.st_mode) or not 0 < seen.st_size <= MAX_BYTES:
            os.close(handle)
            return None
        return handle, _State(seen.st_ino, seen.st_size, seen.st_mtime_ns)


def _digest(handle: int) -> str:
    with os.fdopen(os.dup(handle), "rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()
