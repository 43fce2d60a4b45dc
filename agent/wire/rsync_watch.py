"""Which files rsync carries, read from its conversation by both ends alike. Pure.

Nothing crosses but whole files, so what passes is what there is to hash. Where the host sends, a file is
told when the host has sent its end; where it takes, when it says that it has it (SUCCESS), or a sentence
about it. `NAME: SENTENCE` of the host's is a refusal, `PREFIX_MADE` a folder it made for the rest.
"""

from __future__ import annotations

import hashlib
from collections import deque
from dataclasses import dataclass, field

from agent.wire import sftp
from agent.wire.paths import absolute, shown
from agent.wire.rsync_command import RsyncCommand
from agent.wire.rsync_content import contents
from agent.wire.rsync_frames import Feed, Frames, Tag
from agent.wire.rsync_list import Entry, read_list
from agent.wire.rsync_wire import (
    DONE,
    NO_SUMS,
    Index,
    Item,
    Reader,
    attributes,
    breach,
    byte,
    count,
    i32,
    varint,
)
from agent.wire.transfers import Fact, Numbered

PREFIX_MADE = b"created directory "
MAX_RULES = 1000
MAX_RULE_BYTES = 4096
PHASES = 3  # rounds that each end closes with DONE


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
        self._way = "down" if command.sends else "up"
        target = command.path.encode()
        self._target = absolute(target, home.encode())
        self._root = root_of(command, self._target)
        self._entries: list[Entry] = []
        self._listed = False
        self._file: _File | None = None
        self._waiting: deque[_File] = deque()  # taken whole by the wire, without the host's word yet
        self._found: list[Fact] = []
        self._facts = Numbered()
        self._client_head, self._host_head = 4, 0
        self._client_frames, self._host_frames = Frames(), Frames()
        sent = Feed(self._sender())
        self._from_sender = sent
        self._hello = Feed(self._greeting())
        self._asked = None if command.sends else Feed(self._requests())
        self._greeted = False

    def from_client(self, data: bytes) -> list[Fact]:
        rest = data[self._client_head :]
        self._client_head -= min(self._client_head, len(data))
        if self._command.sends:
            return []  # what it asks for; what it gets is seen
        for tag, piece in self._client_frames.feed(rest):
            if tag == Tag.DATA:
                self._from_sender.feed(piece)
        return []

    def from_host(self, data: bytes) -> list[Fact]:
        rest = self._hello.rest(data) if not self._greeted else data
        self._greeted = self._hello.is_over
        for tag, piece in self._host_frames.feed(rest):
            if tag == Tag.DATA:
                (self._asked or self._from_sender).feed(piece)
            else:
                self._said(tag, piece)
        found, self._found = self._found, []
        return found

    def end(self) -> list[Fact]:
        left = [*self._waiting, *([self._file] if self._file is not None and self._file.count else [])]
        self._file = None
        self._waiting.clear()
        return [self._told(one, "partial") for one in left]

    # ------------------------------------------------------------------------ what the readers read

    def _greeting(self) -> Reader[None]:
        yield 4
        yield from varint()
        yield 4

    def _sender(self) -> Reader[None]:
        """The list, then each file that was asked for."""
        entries = yield from read_list(self._command)
        if entries is None:
            while True:  # the host says no to so many
                yield 1
        self._entries, self._listed = entries, True
        index, rounds = Index(), 0
        while rounds < PHASES:
            number = yield from index.read()
            if number == DONE:
                rounds += 1
                continue
            flags, _ = yield from attributes()
            if flags & Item.TRANSFER and not self._command.only_tells:
                yield from self._carried(number)
        while True:  # figures, and the last farewell
            yield 1

    def _carried(self, number: int) -> Reader[None]:
        if (yield 16) != NO_SUMS:
            raise breach("blocks of an older file")
        entry = self._entry(number)
        one = self._file = _File(number, *self._place(entry))
        yield from contents(compressed=self._command.compressed, take=one.take)
        self._file = None
        if self._command.sends:
            self._found.append(self._told(one, "partial" if one.failed else "whole"))
        else:
            self._waiting.append(one)

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
                if not self._command.only_tells and (yield 16) != NO_SUMS:
                    raise breach("blocks of an older file")
            elif flags & Item.NEW and entry.is_folder and not self._command.only_tells:
                self._found.append(self._facts.fact("up", "made", self._place(entry)[0]))

    def _entry(self, number: int) -> Entry:
        if not self._listed or number >= len(self._entries):
            raise breach("an index that is not in the list")
        return self._entries[number]

    # --------------------------------------------------------------------------- what the host says

    def _said(self, tag: int, message: bytes) -> None:
        if tag == Tag.SUCCESS and not self._command.sends:
            if not self._waiting or int.from_bytes(message, "little") != self._waiting[0].number:
                raise breach("a file that was not sent is said to be there")
            self._found.append(self._told(self._waiting.popleft(), "whole"))
        elif tag == Tag.ERROR_XFER:
            self._refused(message.rstrip(b"\n"))
        elif tag == Tag.INFO and message.startswith(PREFIX_MADE) and not self._command.sends:
            self._found.append(self._facts.fact("up", "made", shown(self._root)))

    def _refused(self, line: bytes) -> None:
        name, _, sentence = line.rpartition(b": ")
        path = shown(absolute(name, self._root))
        reason = sftp.reason_of(sentence.decode("utf-8", "replace"))
        under_way = self._file if self._command.sends else (self._waiting[0] if self._waiting else None)
        if under_way is None or name != self._name(under_way):
            self._found += self._facts.refusal(self._way, path, reason)
        elif self._command.sends:
            under_way.failed = reason
        else:
            self._waiting.popleft()
            self._found.append(self._told(under_way, "partial", reason))

    def _name(self, one: _File) -> bytes:
        return self._entries[one.number].name

    def _place(self, entry: Entry) -> tuple[str, str | None]:
        """(path, name beside it); whether a target is a folder is seen from its letters and the list only."""
        alone = len(self._entries) == 1 and not entry.is_folder
        if alone and not self._command.sends and not names_folder(self._command.path):
            return shown(self._target), shown(entry.name)
        return shown(self._root if entry.name == b"." else self._root + b"/" + entry.name), None

    def _told(self, one: _File, result: str, reason: str | None = None) -> Fact:
        return self._facts.fact(
            self._way, result, one.path, count=one.count, sha256=one.digest.hexdigest(), name=one.name,
            reason=reason or one.failed,
        )  # fmt: skip


def names_folder(path: str) -> bool:
    """By its letters: `a/`, `a/.`, `.` and `..`."""
    return path.endswith("/") or path.rpartition("/")[2] in {".", ".."}


def root_of(command: RsyncCommand, target: bytes) -> bytes:
    """What names in the list are below: of what is sent its folder, unless its content was asked for."""
    if command.sends and not names_folder(command.path):
        return target.rpartition(b"/")[0]
    return target


def read_rules(take_one: list[bytes]) -> Reader[None]:
    """The patterns (`--exclude` and its like) of a client that fetches."""
    while size := (yield from count()):
        if size > MAX_RULE_BYTES or len(take_one) >= MAX_RULES:
            raise breach("too many patterns")
        take_one.append((yield size))


def read_greeting() -> Reader[int]:
    """The client's version."""
    return (yield from i32())
