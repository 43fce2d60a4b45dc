"""The host's half of `scp -O` within the approved folders; the protocol is in `agent.wire.scp_watch`."""

from __future__ import annotations

import sys

assert sys.platform != "win32"  # paths are opened component by component, below a descriptor

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass

from agent.files import answers, folders
from agent.files.folders import Folders, Refused, Spot
from agent.wire.files_command import ScpCommand
from agent.wire.frames import CLOSE_BREACH, ProtocolError
from agent.wire.scp_watch import MAX_DEPTH, MAX_LINE_BYTES, PREFIX

PIECE_BYTES = 256 * 1024
MAX_FILES = 10_000
_PLAIN_MODE = 0o777


class _Over(Exception):
    """The technician's program has gone, or has said that it goes on no further."""


@dataclass(slots=True)
class _Stream:
    read: Callable[[int], bytes]
    write: Callable[[bytes], None]

    def byte(self) -> bytes:
        found = self.read(1)
        if not found:
            raise _Over
        return found

    def line(self) -> bytes:
        found = bytearray()
        while (sign := self.byte()) != b"\n":
            found += sign
            if len(found) > MAX_LINE_BYTES:
                raise ProtocolError(CLOSE_BREACH, "a line of scp is too long")
        return bytes(found)

    def answered(self) -> bool:
        """Whether the other end says yes; a 1 is its no to this one file, a 2 to everything."""
        sign = self.byte()
        if sign == b"\0":
            return True
        self.line()
        if sign != b"\x01":
            raise _Over
        return False

    def refuse(self, wrong: Refused | OSError) -> None:
        self.write(b"\x01" + PREFIX + answers.why(wrong)[1].encode() + b"\n")


def serve(
    command: ScpCommand, allowed: Folders, read: Callable[[int], bytes], write: Callable[[bytes], None]
) -> int:
    """The exit status. `read(n)` gives up to n bytes, none at the end."""
    half = _Half(command, allowed, _Stream(read, write))
    try:
        half.send() if command.sends else half.take()
    except _Over:
        return 1
    return 1 if half.failed else 0


class _Half:
    def __init__(self, command: ScpCommand, allowed: Folders, stream: _Stream) -> None:
        self._command = command
        self._folders = allowed
        self._stream = stream
        self._count = 0
        self.failed = False

    def _no(self, wrong: Refused | OSError) -> None:
        self.failed = True
        self._stream.refuse(wrong)

    def _one_more(self) -> None:
        self._count += 1
        if self._count > MAX_FILES:
            raise Refused("too_many")

    # ------------------------------------------------------------------------------------ to send

    def send(self) -> None:
        if self._stream.answered():
            self._send(self._folders.absolute(self._command.path.encode()), 0)

    def _send(self, path: bytes, depth: int) -> None:
        try:
            self._one_more()
            with self._folders.spot(path) as spot:
                if not spot.folder.from_host:
                    raise Refused("direction")
                found = folders.status(spot)
                listed, fd = self._opened(spot, found, depth)
        except (Refused, OSError) as wrong:
            self._no(wrong)
            return
        name = os.path.basename(path) or b"."
        if fd is None:
            self._send_folder(path, name, found, listed, depth)
            return
        try:
            self._send_file(name, fd)
        finally:
            os.close(fd)

    def _opened(self, spot: Spot, found: os.stat_result, depth: int) -> tuple[list[bytes], int | None]:
        """What a folder holds, or a file's descriptor."""
        if not stat.S_ISDIR(found.st_mode):
            return [], folders.open_plain(spot, os.O_RDONLY)
        if not self._command.recursive or depth >= MAX_DEPTH:
            raise Refused("not_plain")
        return [name for name, _ in folders.names(spot)], None

    def _send_folder(
        self, path: bytes, name: bytes, found: os.stat_result, listed: list[bytes], depth: int
    ) -> None:
        if not self._offered(b"D%04o 0 %s\n" % (found.st_mode & _PLAIN_MODE, name), found):
            return
        for one in listed:
            if b"\n" not in one:  # no line of this protocol can hold it; `sftp` can
                self._send(path + b"/" + one, depth + 1)
        self._stream.write(b"E\n")
        self._stream.answered()

    def _send_file(self, name: bytes, fd: int) -> None:
        found = os.fstat(fd)
        line = b"C%04o %d %s\n" % (found.st_mode & _PLAIN_MODE, found.st_size, name)
        if b"\n" in name or not self._offered(line, found):
            return
        left, whole = found.st_size, True
        while left:
            data = os.read(fd, min(left, PIECE_BYTES))
            if not data:  # it became shorter: the promised bytes come as zeros, and are said to be wrong
                data, whole = bytes(min(left, PIECE_BYTES)), False
            self._stream.write(data)
            left -= len(data)
        self._stream.write(b"\0" if whole else b"\x01" + PREFIX + b"it failed\n")
        self.failed = self.failed or not whole
        self._stream.answered()

    def _offered(self, line: bytes, found: os.stat_result) -> bool:
        if self._command.preserve:
            self._stream.write(b"T%d 0 %d 0\n" % (max(0, int(found.st_mtime)), max(0, int(found.st_atime))))
            if not self._stream.answered():
                return False
        self._stream.write(line)
        return self._stream.answered()

    # ------------------------------------------------------------------------------------ to take

    def take(self) -> None:
        target = self._folders.absolute(self._command.path.encode())
        is_folder = self._is_folder(target)
        if self._command.into_folder and not is_folder:
            self._no(Refused("not_allowed"))
            return
        self._stream.write(b"\0")
        self._take(target, is_folder=is_folder, depth=0)

    def _is_folder(self, path: bytes) -> bool:
        try:
            with self._folders.spot(path) as spot:
                return stat.S_ISDIR(folders.status(spot).st_mode)
        except (Refused, OSError):
            return False

    def _take(self, target: bytes, *, is_folder: bool, depth: int) -> None:
        times: tuple[int, int] | None = None
        while True:
            try:
                sign = self._stream.byte()
            except _Over:
                if depth:
                    raise
                return
            line = self._stream.line()
            match sign:
                case b"T":
                    times = _times(line)
                    self._stream.write(b"\0")
                case b"E" if depth:
                    self._stream.write(b"\0")
                    return
                case b"C" | b"D":
                    mode, size, name = _named(line)
                    path = target + b"/" + name if is_folder else target
                    if sign == b"C":
                        self._take_file(path, mode, size, times)
                    else:
                        self._take_folder(path, depth)
                    times = None
                case b"\x01" | b"\x02":
                    self.failed = True
                case _:
                    raise ProtocolError(CLOSE_BREACH, "a line of scp that nobody sends here")

    def _take_folder(self, path: bytes, depth: int) -> None:
        try:
            if not self._command.recursive or depth >= MAX_DEPTH:
                raise Refused("not_allowed")
            self._one_more()
            with self._folders.spot(path) as spot:
                if not spot.folder.to_host:
                    raise Refused("direction")
                try:
                    is_there = stat.S_ISDIR(folders.status(spot).st_mode)
                except FileNotFoundError:
                    os.mkdir(spot.name, _PLAIN_MODE, dir_fd=spot.fd)
                    is_there = True
                if not is_there:
                    raise Refused("not_plain")
        except (Refused, OSError) as wrong:
            self._no(wrong)
            return
        self._stream.write(b"\0")
        self._take(path, is_folder=True, depth=depth + 1)

    def _take_file(self, path: bytes, mode: int, size: int, times: tuple[int, int] | None) -> None:
        try:
            self._one_more()
            with self._folders.spot(path) as spot:
                if not spot.folder.to_host:
                    raise Refused("direction")
                fd = folders.open_plain(spot, os.O_WRONLY | os.O_CREAT, mode & _PLAIN_MODE)
        except (Refused, OSError) as wrong:
            self._no(wrong)
            return
        try:
            failed = self._fill(fd, size, times)
        finally:
            os.close(fd)
        whole = self._stream.answered()
        if failed is not None:
            self._no(failed)
        else:
            self.failed = self.failed or not whole
            self._stream.write(b"\0")

    def _fill(self, fd: int, size: int, times: tuple[int, int] | None) -> OSError | None:
        """What went wrong; the bytes that are promised are read whatever becomes of them."""
        failed: OSError | None = None
        self._stream.write(b"\0")
        left = size
        while left:
            data = self._stream.read(min(left, PIECE_BYTES))
            if not data:
                raise _Over
            left -= len(data)
            rest = memoryview(data)
            while rest and failed is None:
                try:
                    rest = rest[os.write(fd, rest) :]
                except OSError as wrong:
                    failed = wrong
        if failed is None:
            try:
                os.ftruncate(fd, size)
                if times is not None and self._command.preserve:
                    os.utime(fd, times)
            except OSError as wrong:
                failed = wrong
        return failed


def _named(line: bytes) -> tuple[int, int, bytes]:
    """(mode, size, name); a name that is a path is nobody's to send."""
    parts = line.split(b" ", 2)
    if len(parts) != 3 or not parts[1].isdigit() or len(parts[1]) > 18:
        raise ProtocolError(CLOSE_BREACH, "a line of scp is not of its form")
    try:
        mode = int(parts[0], 8)
    except ValueError as wrong:
        raise ProtocolError(CLOSE_BREACH, "a mode of scp is not of its form") from wrong
    if not parts[2] or b"/" in parts[2] or parts[2] in {b".", b".."}:
        raise ProtocolError(CLOSE_BREACH, "a name of scp is a path")
    return mode, int(parts[1]), parts[2]


def _times(line: bytes) -> tuple[int, int]:
    """(accessed, modified), in seconds since 1970."""
    parts = line.split(b" ")
    if len(parts) != 4 or not all(part.isdigit() and len(part) <= 11 for part in parts):
        raise ProtocolError(CLOSE_BREACH, "times of scp are not of their form")
    return int(parts[2]), int(parts[0])
