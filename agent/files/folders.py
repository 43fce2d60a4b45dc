"""Stays inside the approved folders: every path is walked from the root, one name at a time.

Each name is opened relative to the folder before it and never as a link (`O_NOFOLLOW`), so nothing that is
renamed or replaced meanwhile leads elsewhere: what is opened is what was looked at. `..` never reaches the
system. Paths are bytes: any name that a disk can hold.
"""

from __future__ import annotations

import sys

assert sys.platform != "win32"  # paths are opened component by component, below a descriptor

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass

from agent.wire.paths import absolute

_SYSTEMS_OWN = frozenset({b"proc", b"sys", b"dev"})  # what is in them is no file, whatever it looks like
_PATH = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class Refused(Exception):
    """`reason` is a word of `agent.wire.sftp.REASONS`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Approved:
    """A folder as its names from the root, and which way files may go in it."""

    parts: tuple[bytes, ...]
    from_host: bool
    to_host: bool


@dataclass(frozen=True, slots=True)
class Spot:
    """A name in an open folder; the empty name is the folder itself."""

    fd: int
    name: bytes
    folder: Approved


class Folders:
    """`lines` are (folder, direction) as the grant has them; the first is where a client begins."""

    def __init__(self, lines: list[tuple[str, str]]) -> None:
        self.home = lines[0][0].encode()
        self._folders = [
            Approved(_parts(name.encode()), way in ("from_host", "both"), way in ("to_host", "both"))
            for name, way in lines
        ]

    def absolute(self, path: bytes) -> bytes:
        return absolute(path, self.home)

    def above(self, path: bytes) -> list[bytes] | None:
        """The names that lead on to an approved folder from one above it; None for any other path."""
        parts = _parts(self.absolute(path))
        found = {f.parts[len(parts)] for f in self._folders if f.parts[: len(parts)] == parts != f.parts}
        return sorted(found) if found and self._of(parts) is None else None

    @contextlib.contextmanager
    def spot(self, path: bytes) -> Iterator[Spot]:
        """The place of a path; `Refused` outside the folders, `OSError` as the system says."""
        if b"\0" in path:
            raise Refused("not_allowed")
        parts = _parts(self.absolute(path))
        folder = self._of(parts)
        if folder is None or parts[:1] in {(one,) for one in _SYSTEMS_OWN}:
            raise Refused("outside_folder")
        # The folder itself may be looked at, but is nobody's to replace: it has no name here.
        inside = parts[len(folder.parts) :]
        way, name = (parts[:-1], parts[-1]) if inside else (parts, b"")
        fd = walk(way)
        try:
            yield Spot(fd, name, folder)
        finally:
            os.close(fd)

    def _of(self, parts: tuple[bytes, ...]) -> Approved | None:
        """The innermost approved folder that holds it: of two nested ones its own direction counts."""
        holding = [f for f in self._folders if parts[: len(f.parts)] == f.parts]
        return max(holding, key=lambda f: len(f.parts), default=None)


def _parts(path: bytes) -> tuple[bytes, ...]:
    return tuple(part for part in path.split(b"/") if part)


def walk(parts: tuple[bytes, ...]) -> int:
    """An open descriptor of that folder, reached through no link."""
    fd = os.open(b"/", _PATH)
    for part in parts:
        try:
            deeper = os.open(part, _PATH, dir_fd=fd)
        except OSError as wrong:
            if wrong.errno in {errno.ENOTDIR, errno.ELOOP} and _is_link(part, fd):
                raise Refused("link") from wrong
            raise
        finally:
            os.close(fd)
        fd = deeper
    return fd


def _is_link(name: bytes, fd: int) -> bool:
    try:
        return stat.S_ISLNK(os.lstat(name, dir_fd=fd).st_mode)
    except OSError:
        return False


def status(spot: Spot) -> os.stat_result:
    """Of a link its own."""
    return os.lstat(spot.name, dir_fd=spot.fd) if spot.name else os.fstat(spot.fd)


def names(spot: Spot) -> Iterator[tuple[bytes, os.stat_result]]:
    """What a folder holds; a name that vanishes meanwhile is left out."""
    fd = os.open(
        spot.name or b".", os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=spot.fd
    )
    try:
        listed = [os.fsencode(name) for name in os.listdir(fd)]
        for name in sorted(listed):
            with contextlib.suppress(OSError):
                yield name, os.lstat(name, dir_fd=fd)
    finally:
        os.close(fd)


def open_plain(spot: Spot, flags: int, mode: int = 0o666) -> int:
    """A plain file at this place; `Refused` for a link, a device, a pipe, a folder.

    One that has a second name is not written: the other name may lie anywhere. Never truncates: what it is
    has to be known first.
    """
    if not spot.name:
        raise Refused("not_plain")
    more = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    try:
        fd = os.open(spot.name, flags | more, mode, dir_fd=spot.fd)
    except OSError as wrong:
        if wrong.errno == errno.ELOOP:
            raise Refused("link") from wrong
        if wrong.errno in {errno.ENXIO, errno.EISDIR, errno.ENODEV}:
            raise Refused("not_plain") from wrong
        raise
    found = os.fstat(fd)
    written = flags & (os.O_WRONLY | os.O_RDWR)
    if not stat.S_ISREG(found.st_mode) or (written and found.st_nlink > 1):
        os.close(fd)
        raise Refused("not_plain")
    return fd
