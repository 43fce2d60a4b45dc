"""Which files went over a channel, read from the conversation itself; the same at both ends. Pure.

Each end keeps its own watch and hashes what passes it, in the order in which it passes: nothing is held
back but one packet, however large the file. A fact is due at an answer of the host, so both ends tell the
same facts in the same order.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Protocol

from agent.wire import sftp
from agent.wire.frames import CLOSE_BREACH, ProtocolError
from agent.wire.paths import absolute, shown
from agent.wire.sftp import Code, Op

MAX_REFUSALS = 50  # of one channel that are told of; a program that asks again and again tells nothing new
MAX_FACTS = 21_000  # a host's end stops at half of it: more is none of ours
MAX_WAITING = 4096  # requests without an answer: OpenSSH has 64


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of what happened; `count` bytes from `offset` of the file on, `sha256` of them."""

    number: int
    direction: str
    result: str
    offset: int
    count: int
    path: str
    sha256: str | None = None
    to: str | None = None
    name: str | None = None
    reason: str | None = None

    def text(self) -> dict[str, str]:
        """What the record's commitment stands for."""
        found = {"path": self.path, "sha256": self.sha256, "to": self.to, "name": self.name}
        return {key: value for key, value in found.items() if value is not None}


class Watch(Protocol):
    """One end's reading of a channel for files. `ProtocolError` where it can no longer be read."""

    def from_client(self, data: bytes) -> list[Fact]: ...

    def from_host(self, data: bytes) -> list[Fact]: ...

    def end(self) -> list[Fact]:
        """The channel is over: what was under way is partial."""
        ...


class Numbered:
    """Gives facts their numbers, and tells a refusal once."""

    def __init__(self) -> None:
        self._told = 0
        self._refused: set[tuple[str, str]] = set()

    def fact(self, direction: str, result: str, path: str, **more: object) -> Fact:
        self._told += 1
        if self._told > MAX_FACTS:
            raise ProtocolError(CLOSE_BREACH, "more files than one channel may carry")
        plain = {"offset": 0, "count": 0} | more
        return Fact(self._told, direction, result, path=path, **plain)  # type: ignore[arg-type]

    def refusal(self, direction: str, path: str, reason: str, name: str | None = None) -> list[Fact]:
        key = (direction, f"{path}\0{name}")
        if key in self._refused or len(self._refused) >= MAX_REFUSALS:
            return []
        self._refused.add(key)
        return [self.fact(direction, "refused", path, reason=reason, name=name)]


@dataclass(slots=True)
class _Open:
    """A file that is open. `digest` is of what has passed, `taken` of what the host has taken of it."""

    path: str
    direction: str
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)
    taken: hashlib._Hash = field(default_factory=hashlib.sha256)
    offset: int | None = None
    next: int = 0
    count: int = 0
    waiting: int = 0
    eof: bool = False
    broken: bool = False  # out of order, or not all of it was taken
    reason: str | None = None

    def begin(self, offset: int, size: int) -> None:
        if self.offset is None:
            self.offset = offset
        elif offset != self.next:
            self.broken = True
        self.next = offset + size


@dataclass(frozen=True, slots=True)
class _Asked:
    op: Op
    path: str = ""
    to: str = ""
    direction: str = "to_host"
    handle: bytes = b""
    offset: int = 0
    size: int = 0
    after: hashlib._Hash | None = None


# What changes something, or would send a file; asking about one outside the folders is told of too.
_CHANGES = {Op.REMOVE, Op.MKDIR, Op.RMDIR, Op.RENAME, Op.SYMLINK, Op.SETSTAT}
_LOOKS = {Op.LSTAT, Op.STAT, Op.OPENDIR, Op.READLINK}


class SftpWatch:
    def __init__(self, home: str) -> None:
        """`home` is where the host begins: its first folder."""
        self._home = home.encode()
        self._asked_of: dict[int, _Asked] = {}
        self._open: dict[bytes, _Open] = {}
        self._requests = sftp.Packets()
        self._answers = sftp.Packets()
        self._facts = Numbered()

    def from_client(self, data: bytes) -> list[Fact]:
        for packet in self._requests.feed(data):
            self._request(packet[0], sftp.Fields(packet, 1))
        return []

    def from_host(self, data: bytes) -> list[Fact]:
        found: list[Fact] = []
        for packet in self._answers.feed(data):
            found += self._answer(packet[0], sftp.Fields(packet, 1))
        return found

    def end(self) -> list[Fact]:
        found = [self._told(one, "partial") for one in self._open.values()]
        self._open.clear()
        return found

    # ------------------------------------------------------------------------------ from the client

    def _request(self, op: int, f: sftp.Fields) -> None:
        if op == Op.INIT:
            return
        number = f.u32()
        if len(self._asked_of) >= MAX_WAITING or number in self._asked_of:
            raise ProtocolError(CLOSE_BREACH, "SFTP requests without answers are too many, or alike")
        asked = self._read_request(op, f)
        if asked is not None:
            self._asked_of[number] = asked

    def _read_request(self, op: int, f: sftp.Fields) -> _Asked | None:
        match op:
            case Op.OPEN:
                path, flags = self._path(f), f.u32()
                return _Asked(Op.OPEN, path, direction="to_host" if flags & ~sftp.READ else "from_host")
            case Op.CLOSE:
                return _Asked(Op.CLOSE, handle=f.handle())
            case Op.READ:
                return _Asked(Op.READ, handle=f.handle(), offset=f.u64())
            case Op.WRITE:
                return self._write(f.handle(), f.u64(), f.string())
            case Op.RENAME:
                return _Asked(Op.RENAME, self._path(f), self._path(f))
            case Op.SYMLINK:  # OpenSSH sends what it points to first
                return _Asked(Op.SYMLINK, to=self._path(f), path=self._path(f))
            case Op.EXTENDED:
                return self._extended(f.string(), f)
            case _ if op in _CHANGES:
                return _Asked(Op(op), self._path(f))
            case _ if op in _LOOKS:
                return _Asked(Op(op), self._path(f), direction="from_host")
            case _:
                return None

    def _extended(self, name: bytes, f: sftp.Fields) -> _Asked | None:
        match name:
            case sftp.POSIX_RENAME:
                return _Asked(Op.RENAME, self._path(f), self._path(f))
            case sftp.HARDLINK:
                return _Asked(Op.SYMLINK, to=self._path(f), path=self._path(f))
            case _:
                return None

    def _write(self, handle: bytes, offset: int, data: bytes) -> _Asked | None:
        one = self._open.get(handle)
        if one is None:
            return None
        one.begin(offset, len(data))
        one.digest.update(data)
        one.waiting += 1
        return _Asked(Op.WRITE, handle=handle, offset=offset, size=len(data), after=one.digest.copy())

    def _path(self, f: sftp.Fields) -> str:
        return shown(absolute(f.string(), self._home))

    # -------------------------------------------------------------------------------- from the host

    def _answer(self, op: int, f: sftp.Fields) -> list[Fact]:
        if op == Op.VERSION:
            return []
        asked = self._asked_of.pop(f.u32(), None)
        if asked is None:
            return []
        one = self._open.get(asked.handle)
        match op, asked.op:
            case Op.HANDLE, Op.OPEN:
                self._opened(f.handle(), asked)
            case Op.DATA, Op.READ if one is not None:
                data = f.string()
                one.begin(asked.offset, len(data))
                one.digest.update(data)
                one.count += len(data)
            case Op.STATUS, _:
                return self._status(asked, one, f.u32(), f)
            case _:
                pass
        return []

    def _opened(self, handle: bytes, asked: _Asked) -> None:
        """Not more at once than our own host's end gives: what another answers with is held here."""
        if handle in self._open or len(self._open) >= sftp.MAX_HANDLES:
            raise ProtocolError(CLOSE_BREACH, "SFTP handles are too many, or alike")
        self._open[handle] = _Open(asked.path, asked.direction)

    def _status(self, asked: _Asked, one: _Open | None, code: int, f: sftp.Fields) -> list[Fact]:
        match asked.op:
            case Op.READ if one is not None:
                one.eof = one.eof or code == Code.EOF
            case Op.WRITE if one is not None:
                one.waiting -= 1
                if code == Code.OK and not one.reason:
                    assert asked.after is not None, "a write that was seen"
                    one.count, one.taken = one.count + asked.size, asked.after
                else:
                    one.broken, one.reason = True, one.reason or _why(f)
            case Op.CLOSE:
                return self._closed(asked.handle, code)
            case Op.MKDIR if code == Code.OK:
                return [self._facts.fact("to_host", "made", asked.path)]
            case Op.RENAME if code == Code.OK:
                return [self._facts.fact("to_host", "renamed", asked.path, to=asked.to)]
            case _ if code == Code.PERMISSION_DENIED or (asked.op is Op.OPEN and code == Code.FAILURE):
                return self._facts.refusal(asked.direction, asked.path, _why(f))
            case _:
                pass
        return []

    def _closed(self, handle: bytes, code: int) -> list[Fact]:
        one = self._open.pop(handle, None)
        if one is None:
            return []
        whole = code == Code.OK and not one.broken and not one.waiting
        whole = whole and (one.eof or one.direction == "to_host")
        return [self._told(one, "whole" if whole else "partial")]

    def _told(self, one: _Open, result: str) -> Fact:
        digest = one.taken if one.direction == "to_host" else one.digest
        return self._facts.fact(
            one.direction, result, one.path,
            offset=one.offset or 0, count=one.count, sha256=digest.hexdigest(), reason=one.reason,
        )  # fmt: skip


def _why(f: sftp.Fields) -> str:
    return sftp.reason_of(f.string().decode("utf-8", "replace"))
