"""Which files rsync carries, read from its conversation by both ends alike. Pure.

Nothing crosses but whole files, so what passes is what there is to hash. Where the host sends, a file is
told when the host has sent its end; where it takes, when it says that it has it (SUCCESS), or a sentence
about it. `NAME: SENTENCE` of the host's is a refusal, `PREFIX_MADE` a folder it made for the rest.
"""

from __future__ import annotations

import hashlib
import struct
from collections import deque
from dataclasses import dataclass, field

from agent.wire import sftp
from agent.wire.paths import absolute, shown
from agent.wire.rsync_command import RsyncCommand
from agent.wire.rsync_content import contents
from agent.wire.rsync_frames import REST, Feed, Frames, Tag
from agent.wire.rsync_list import Entry, read_list
from agent.wire.rsync_wire import (
    COMPAT_FLAGS,
    DONE,
    NO_SUMS,
    ROUNDS,
    SEED_BYTES,
    VERSION,
    WINDOW,
    Index,
    Item,
    Reader,
    attributes,
    breach,
    count,
)
from agent.wire.transfers import Fact, Numbered

MISSING = b"no such file"  # no refusal: there is nothing to refuse
PREFIX_MADE = b"created directory "
MAX_RULES = 1000
MAX_RULE_BYTES = 4096
MAX_LAST_BYTES = 128  # figures and farewell: six numbers of at most nine bytes, and nothing else
_GREETING = struct.pack("<iB", VERSION, COMPAT_FLAGS)


@dataclass(slots=True)
class _File:
    number: int
    path: str
    name: str | None
    count: int = 0
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)
    failed: str | None = None

    def take(self, piece: bytes) -> None:
        self.digest.update(piece)
        self.count += len(piece)


class RsyncWatch:
    """Of one command. The sender is the host for `--sender`, else the technician's program."""

    def __init__(self, command: RsyncCommand, home: str) -> None:
        self._command = command
        self._way = "from_host" if command.sends else "to_host"
        self._target = absolute(command.path.encode(), home.encode())
        self._root = root_of(command, self._target)
        self._entries: list[Entry] | None = None
        self._file: _File | None = None
        self._waiting: deque[_File] = deque()  # taken whole by the wire, without the host's word yet
        self._found: list[Fact] = []
        self._facts = Numbered()
        self._version, self._greeting = b"", b""
        self._client_frames, self._host_frames = Frames(), Frames()
        self._sender = Feed(self._sent())
        self._asked = Feed(self._requests())

    def from_client(self, data: bytes) -> list[Fact]:
        missing = 4 - len(self._version)
        self._version += data[:missing]
        if not self._command.sends and not self._is_old():  # else it asks; what it gets is seen
            for tag, piece in self._client_frames.feed(data[missing:]):
                if tag == Tag.DATA:
                    self._sender.feed(piece)
        return []

    def from_host(self, data: bytes) -> list[Fact]:
        if len(self._version) < 4:
            raise breach("a host that speaks first")
        greeting = _GREETING[:4] if self._is_old() else _GREETING
        missing = len(greeting) + SEED_BYTES - len(self._greeting)
        self._greeting += data[:missing]
        if len(self._greeting) >= len(greeting) and not self._greeting.startswith(greeting):
            raise breach("another protocol than the one agreed")
        for tag, piece in self._host_frames.feed(data[missing:]):
            if tag != Tag.DATA:
                self._said(tag, piece)
            elif self._is_old():
                raise breach("data for a client that is too old")
            else:
                (self._sender if self._command.sends else self._asked).feed(piece)
        found, self._found = self._found, []
        return found

    def end(self) -> list[Fact]:
        left = [*self._waiting, *([self._file] if self._file is not None else [])]
        self._file = None
        self._waiting.clear()
        return [self._told(one, "partial") for one in left]

    def _is_old(self) -> bool:
        """The host tells such a client so, and goes."""
        return len(self._version) == 4 and int.from_bytes(self._version, "little") < VERSION

    # ------------------------------------------------------------------------ what the readers read

    def _sent(self) -> Reader[None]:
        """The list, then each file that was asked for."""
        self._entries = yield from read_list(self._command)
        if self._entries is None:  # more than a host serves: it says so, and goes
            yield REST
        if not self._entries:
            return
        index, rounds = Index(), 0
        while rounds < ROUNDS:
            number = yield from index.read()
            if number == DONE:
                rounds += 1
                continue
            flags, _ = yield from attributes()
            if flags & Item.TRANSFER and not self._command.only_tells:
                yield from self._carried(number)
        if self._command.sends:
            for _ in range(MAX_LAST_BYTES):
                yield 1

    def _carried(self, number: int) -> Reader[None]:
        if (yield len(NO_SUMS)) != NO_SUMS:
            raise breach("blocks of an older file")
        one = self._file = _File(number, *self._named(self._entry(number).name))
        yield from contents(compressed=self._command.compressed, take=one.take)
        self._file = None
        if self._command.sends:
            self._found.append(self._told(one, "partial" if one.failed else "whole"))
        else:
            self._waiting.append(one)
            if len(self._waiting) > WINDOW:
                raise breach("more files than the host asked for")

    def _requests(self) -> Reader[None]:
        """Of a host that takes: what it made, and what it asks for."""
        index = Index()
        while True:
            number = yield from index.read()
            if number == DONE:
                continue
            flags, _ = yield from attributes()
            entry = self._entry(number)
            if flags & Item.TRANSFER:
                if not entry.is_plain:
                    raise breach("what is no file was asked for")
                if not self._command.only_tells and (yield len(NO_SUMS)) != NO_SUMS:
                    raise breach("blocks of an older file")
            elif flags & Item.NEW and entry.is_folder and not self._command.only_tells:
                self._found.append(self._facts.fact(self._way, "made", self._named(entry.name)[0]))

    def _entry(self, number: int) -> Entry:
        if self._entries is None or number >= len(self._entries):
            raise breach("an index that is not in the list")
        return self._entries[number]

    # --------------------------------------------------------------------------- what the host says

    def _said(self, tag: int, message: bytes) -> None:
        if tag == Tag.SUCCESS and not self._command.sends:
            if not self._waiting or int.from_bytes(message, "little") != self._waiting[0].number:
                raise breach("a file that was not sent is said to be there")
            self._found.append(self._told(self._waiting.popleft(), "whole"))
        elif tag == Tag.ERROR_XFER:
            self._refused(message.removesuffix(b"\n"))
        elif tag == Tag.INFO and message.startswith(PREFIX_MADE) and not self._command.sends:
            self._found.append(self._facts.fact(self._way, "made", shown(self._root)))

    def _refused(self, line: bytes) -> None:
        name, _, sentence = line.rpartition(b": ")
        if sentence == MISSING:
            return
        reason = sftp.reason_of(sentence.decode("utf-8", "replace"))
        under_way = self._file if self._command.sends else (self._waiting[0] if self._waiting else None)
        if under_way is None or name != self._entry(under_way.number).name:
            path, beside = self._named(name)
            self._found += self._facts.refusal(self._way, path, reason, beside)
        elif self._command.sends:
            under_way.failed = reason
        else:
            self._waiting.popleft()
            self._found.append(self._told(under_way, "partial", reason))

    def _named(self, name: bytes) -> tuple[str, str | None]:
        """(path, name beside it); whether a target is a folder is seen from its letters and the list only."""
        listed = self._entries or []
        if not self._command.sends and is_alone(listed) and not names_folder(self._command.path):
            return shown(self._target), shown(name)
        return shown(absolute(name, self._root)), None

    def _told(self, one: _File, result: str, reason: str | None = None) -> Fact:
        return self._facts.fact(
            self._way, result, one.path, count=one.count, sha256=one.digest.hexdigest(), name=one.name,
            reason=reason or one.failed,
        )  # fmt: skip


def names_folder(path: str) -> bool:
    """By its letters: `a/`, `a/.`, `.` and `..`."""
    return path.endswith("/") or path.rpartition("/")[2] in {".", ".."}


def is_alone(entries: list[Entry]) -> bool:
    """One file, whose target may be its own new name."""
    return len(entries) == 1 and not entries[0].is_folder


def root_of(command: RsyncCommand, target: bytes) -> bytes:
    """What names in the list are below: of what is sent its folder, unless its content was asked for."""
    if command.sends and not names_folder(command.path):
        return target.rpartition(b"/")[0] or b"/"
    return target


def read_rules() -> Reader[int]:
    """How many patterns (`--exclude` and its like) a client that fetches has sent; they are read past."""
    found = 0
    while size := (yield from count()):
        if size > MAX_RULE_BYTES or found >= MAX_RULES:
            raise breach("too many patterns")
        yield size
        found += 1
    return found
