"""SFTP version 3 within the approved folders: one request after the other, in their order.

In order on purpose: so the bytes of a file cross in the file's own order, and both ends can hash them as
they pass, whatever its size. Deletes nothing, makes no link, and changes modes and times only of what this
channel itself has written or made.
"""

from __future__ import annotations

import sys

assert sys.platform != "win32"  # paths are opened component by component, below a descriptor

import contextlib
import os
import stat
import struct
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from agent.files import answers, folders
from agent.files.folders import Folders, Refused, Spot
from agent.wire import sftp
from agent.wire.frames import CLOSE_BREACH, ProtocolError
from agent.wire.sftp import Code, Fields, Op, packet, string

NAMES_AT_ONCE = 100
MAX_OPENED = 10_000  # files and folders of one channel: each leaves a record
_PLAIN_MODE = 0o777


@dataclass(slots=True)
class _Handle:
    fd: int | None = None
    writes: bool = False
    mine: bool = False  # something of it is this channel's: to open what is there makes it nobody's
    names: Iterator[tuple[bytes, os.stat_result]] | None = None


class SftpServer:
    """Give it each packet; it answers with packets."""

    def __init__(self, allowed: Folders) -> None:
        self._folders = allowed
        self._handles: dict[bytes, _Handle] = {}
        self._opened = 0
        self._mine: set[tuple[int, int]] = set()  # (device, inode) of what this channel wrote or made
        self._do: dict[int, Callable[[bytes, Fields], bytes]] = {
            Op.OPEN: self._open, Op.CLOSE: self._close, Op.READ: self._read, Op.WRITE: self._write,
            Op.LSTAT: self._stat, Op.STAT: self._stat, Op.FSTAT: self._fstat, Op.SETSTAT: self._setstat,
            Op.FSETSTAT: self._fsetstat, Op.OPENDIR: self._opendir, Op.READDIR: self._readdir,
            Op.MKDIR: self._mkdir, Op.REALPATH: self._realpath, Op.RENAME: self._rename,
            Op.READLINK: self._refuse, Op.SYMLINK: self._refuse, Op.REMOVE: self._refuse,
            Op.RMDIR: self._refuse, Op.EXTENDED: self._extended,
        }  # fmt: skip

    def answer(self, request: bytes) -> bytes:
        """`ProtocolError` for what no client sends."""
        op, f = request[0], Fields(request, 1)
        if op == Op.INIT:
            names = ((sftp.POSIX_RENAME, b"1"), (sftp.FSYNC, b"1"), (sftp.LIMITS, b"1"))
            told = b"".join(string(name) + string(version) for name, version in names)
            return packet(Op.VERSION, struct.pack(">I", sftp.VERSION), told)
        number = struct.pack(">I", f.u32())
        act = self._do.get(op)
        if act is None:
            return _status(number, Code.UNSUPPORTED, "not supported")
        try:
            return act(number, f)
        except (Refused, OSError) as wrong:
            return _status(number, *answers.why(wrong))

    def close(self) -> None:
        for one in self._handles.values():
            if one.fd is not None:
                os.close(one.fd)
        self._handles.clear()

    # ------------------------------------------------------------------------------------- files

    def _open(self, number: bytes, f: Fields) -> bytes:
        path, asked = f.string(), f.u32()
        mode = _attributes(f).get("mode", 0o666)
        writes, reads = asked & ~sftp.READ, asked & sftp.READ
        if bool(writes) == bool(reads):
            raise Refused("not_allowed")  # both at once: whose bytes were it then?
        with self._folders.spot(path) as spot:
            if not (spot.folder.to_host if writes else spot.folder.from_host):
                raise Refused("direction")
            self._one_more()
            there = _exists(spot)
            fd = folders.open_plain(spot, _flags(asked), mode & _PLAIN_MODE)
        if writes and asked & sftp.TRUNC:
            os.ftruncate(fd, 0)
        one = _Handle(fd, writes=bool(writes))
        if writes and (asked & sftp.TRUNC or not there):
            self._wrote(one)
        return self._handle(number, one)

    def _read(self, number: bytes, f: Fields) -> bytes:
        one, offset, size = self._of(f.string()), f.u64(), f.u32()
        if one.fd is None or one.writes:
            raise Refused("not_allowed")
        data = os.pread(one.fd, min(size, sftp.MAX_DATA_BYTES), _place(offset))
        if not data:
            return _status(number, Code.EOF, "end of file")
        return packet(Op.DATA, number, struct.pack(">I", len(data)), data)

    def _write(self, number: bytes, f: Fields) -> bytes:
        one, offset, data = self._of(f.string()), _place(f.u64()), memoryview(f.string())
        if one.fd is None or not one.writes:
            raise Refused("not_allowed")
        while data:
            written = os.pwrite(one.fd, data, offset)
            data, offset = data[written:], offset + written
            self._wrote(one)
        return _ok(number)

    def _close(self, number: bytes, f: Fields) -> bytes:
        one = self._handles.pop(f.string(), None)
        if one is None:
            return _status(number, Code.FAILURE, "no such handle")
        if one.fd is not None:
            os.close(one.fd)  # a disk that is full may say so only now
        return _ok(number)

    def _rename(self, number: bytes, f: Fields) -> bytes:
        return self._move(number, f.string(), f.string(), replace=False)

    def _move(self, number: bytes, old: bytes, new: bytes, *, replace: bool) -> bytes:
        with self._folders.spot(old) as a, self._folders.spot(new) as b:
            if not (a.folder.to_host and b.folder.to_host):
                raise Refused("direction")
            if not a.name or not b.name:
                raise Refused("not_allowed")
            found = folders.status(a)
            if (found.st_dev, found.st_ino) not in self._mine or not stat.S_ISREG(found.st_mode):
                raise Refused("not_allowed")
            if not replace and _exists(b):
                return _status(number, Code.FAILURE, "it exists already")
            os.rename(a.name, b.name, src_dir_fd=a.fd, dst_dir_fd=b.fd)
        return _ok(number)

    # ----------------------------------------------------------------------------------- folders

    def _opendir(self, number: bytes, f: Fields) -> bytes:
        path = f.string()
        above = self._folders.above(path)
        if above is not None:
            there = os.stat(b"/")
            return self._handle(number, _Handle(names=iter([(name, there) for name in above])))
        with self._folders.spot(path) as spot:
            found = list(folders.names(spot))
        return self._handle(number, _Handle(names=iter(found)))

    def _readdir(self, number: bytes, f: Fields) -> bytes:
        one = self._of(f.string())
        if one.names is None:
            raise Refused("not_allowed")
        entries = []
        for name, found in one.names:
            line = f"{stat.filemode(found.st_mode)} {found.st_nlink} {found.st_uid} {found.st_gid}"
            day = time.strftime("%b %d %H:%M", time.gmtime(found.st_mtime))
            long = f"{line} {found.st_size} {day} ".encode() + name
            entries.append(string(name) + string(long) + _attrs(found))
            if len(entries) == NAMES_AT_ONCE:
                break
        if not entries:
            return _status(number, Code.EOF, "no more")
        return packet(Op.NAME, number, struct.pack(">I", len(entries)), *entries)

    def _mkdir(self, number: bytes, f: Fields) -> bytes:
        with self._folders.spot(f.string()) as spot:
            if not spot.folder.to_host:
                raise Refused("direction")
            if not spot.name:
                return _status(number, Code.FAILURE, "it exists already")
            self._one_more()
            os.mkdir(spot.name, _PLAIN_MODE, dir_fd=spot.fd)
            self._is_mine(folders.status(spot))
        return _ok(number)

    def _realpath(self, number: bytes, f: Fields) -> bytes:
        path = string(self._folders.absolute(f.string()))
        return packet(Op.NAME, number, struct.pack(">I", 1), path, path, struct.pack(">I", 0))

    # -------------------------------------------------------------------------------- what is there

    def _stat(self, number: bytes, f: Fields) -> bytes:
        path = f.string()
        if self._folders.above(path) is not None:
            return packet(Op.ATTRS, number, _attrs(os.stat(b"/")))
        with self._folders.spot(path) as spot:
            return packet(Op.ATTRS, number, _attrs(folders.status(spot)))

    def _fstat(self, number: bytes, f: Fields) -> bytes:
        one = self._of(f.string())
        if one.fd is None:
            raise Refused("not_allowed")
        return packet(Op.ATTRS, number, _attrs(os.fstat(one.fd)))

    def _setstat(self, number: bytes, f: Fields) -> bytes:
        path, wanted = f.string(), _attributes(f)
        if "size" in wanted:
            raise Refused("not_allowed")
        with self._folders.spot(path) as spot:
            fd = os.open(
                spot.name or b".", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=spot.fd
            )
        try:
            self._set(fd, wanted)
        finally:
            os.close(fd)
        return _ok(number)

    def _fsetstat(self, number: bytes, f: Fields) -> bytes:
        one, wanted = self._of(f.string()), _attributes(f)
        if one.fd is None or not one.writes:
            raise Refused("not_allowed")
        if "size" in wanted:
            os.ftruncate(one.fd, _place(wanted["size"]))
        self._set(one.fd, wanted)
        return _ok(number)

    def _set(self, fd: int, wanted: dict[str, int]) -> None:
        found = os.fstat(fd)
        if (found.st_dev, found.st_ino) not in self._mine or "owner" in wanted:
            raise Refused("not_allowed")
        if "mode" in wanted:
            os.fchmod(fd, wanted["mode"] & _PLAIN_MODE)
        if "modified" in wanted:
            os.utime(fd, (wanted["accessed"], wanted["modified"]))

    def _extended(self, number: bytes, f: Fields) -> bytes:
        match f.string():
            case sftp.POSIX_RENAME:
                return self._move(number, f.string(), f.string(), replace=True)
            case sftp.FSYNC:
                one = self._of(f.string())
                if one.fd is not None:
                    os.fsync(one.fd)
                return _ok(number)
            case sftp.LIMITS:
                sizes = (sftp.MAX_PACKET_BYTES, sftp.MAX_DATA_BYTES, sftp.MAX_DATA_BYTES, sftp.MAX_HANDLES)
                return packet(Op.EXTENDED_REPLY, number, struct.pack(">QQQQ", *sizes))
            case sftp.HARDLINK:
                raise Refused("not_allowed")
            case _:
                return _status(number, Code.UNSUPPORTED, "not supported")

    def _refuse(self, number: bytes, f: Fields) -> bytes:
        raise Refused("not_allowed")

    # ----------------------------------------------------------------------------------- bookkeeping

    def _one_more(self) -> None:
        if self._opened >= MAX_OPENED or len(self._handles) >= sftp.MAX_HANDLES:
            raise Refused("too_many")
        self._opened += 1

    def _wrote(self, one: _Handle) -> None:
        if not one.mine and one.fd is not None:
            one.mine = True
            self._is_mine(os.fstat(one.fd))

    def _is_mine(self, found: os.stat_result) -> None:
        self._mine.add((found.st_dev, found.st_ino))

    def _handle(self, number: bytes, one: _Handle) -> bytes:
        free = next(n for n in range(sftp.MAX_HANDLES + 1) if struct.pack(">I", n) not in self._handles)
        if free == sftp.MAX_HANDLES:
            if one.fd is not None:
                os.close(one.fd)
            raise Refused("too_many")
        name = struct.pack(">I", free)
        self._handles[name] = one
        return packet(Op.HANDLE, number, string(name))

    def _of(self, name: bytes) -> _Handle:
        one = self._handles.get(name)
        if one is None:
            raise Refused("not_allowed")
        return one


def serve(allowed: Folders, read: Callable[[], bytes], write: Callable[[bytes], None]) -> None:
    """Until the client's end of file."""
    server, packets = SftpServer(allowed), sftp.Packets()
    try:
        while data := read():
            for request in packets.feed(data):
                write(server.answer(request))
    finally:
        with contextlib.suppress(OSError):
            server.close()


def _flags(asked: int) -> int:
    if not asked & ~sftp.READ:
        return os.O_RDONLY
    flags = os.O_WRONLY
    if asked & sftp.CREAT:
        flags |= os.O_CREAT
    if asked & sftp.EXCL:
        flags |= os.O_EXCL
    return flags


def _place(offset: int) -> int:
    if offset > 2**63 - 1 - sftp.MAX_PACKET_BYTES:
        raise ProtocolError(CLOSE_BREACH, "no file is so long")
    return offset


def _exists(spot: Spot) -> bool:
    try:
        folders.status(spot)
    except FileNotFoundError:
        return False
    return True


def _attributes(f: Fields) -> dict[str, int]:
    kinds, found = f.u32(), {}
    if kinds & sftp.ATTR_SIZE:
        found["size"] = f.u64()
    if kinds & sftp.ATTR_UIDGID:
        found["owner"] = f.u32()
        f.u32()
    if kinds & sftp.ATTR_PERMISSIONS:
        found["mode"] = f.u32()
    if kinds & sftp.ATTR_TIMES:
        found["accessed"], found["modified"] = f.u32(), f.u32()
    return found


def _attrs(found: os.stat_result) -> bytes:
    kinds = sftp.ATTR_SIZE | sftp.ATTR_UIDGID | sftp.ATTR_PERMISSIONS | sftp.ATTR_TIMES
    times = (max(0, min(int(one), 2**32 - 1)) for one in (found.st_atime, found.st_mtime))
    return struct.pack(
        ">IQIIIII", kinds, found.st_size, found.st_uid, found.st_gid, found.st_mode, *times
    )  # fmt: skip


def _status(number: bytes, code: Code, sentence: str) -> bytes:
    return packet(Op.STATUS, number, struct.pack(">I", code), string(sentence.encode()), string(b"en"))


def _ok(number: bytes) -> bytes:
    return _status(number, Code.OK, "done")
