"""The host sends (`rsync --sender`): the list of what the folders hold, then each file that is asked for."""

from __future__ import annotations

import sys

assert sys.platform != "win32"  # paths are opened component by component, below a descriptor

import hashlib
import os
import stat
from collections.abc import Iterator

from agent.files import folders
from agent.files.folders import Folders, Refused, Spot
from agent.files.rsync_talk import Talk
from agent.wire.rsync_command import RsyncCommand
from agent.wire.rsync_content import put_deflated, put_plain
from agent.wire.rsync_frames import Tag
from agent.wire.rsync_list import MAX_ENTRIES, MAX_NAMES_BYTES, Entry, in_order, put_list
from agent.wire.rsync_watch import names_folder, read_rules, root_of
from agent.wire.rsync_wire import (
    DONE,
    NO_SUMS,
    PIECE_BYTES,
    ROUNDS,
    SUM_BYTES,
    Index,
    Item,
    attributes,
    block_sums,
    put_varlong,
)
from agent.wire.sftp import REASONS

MAX_DEPTH = 256


class Sender:
    def __init__(self, command: RsyncCommand, allowed: Folders, talk: Talk) -> None:
        self._command = command
        self._folders = allowed
        self._talk = talk
        self._target = allowed.absolute(command.path.encode())
        self._root = root_of(command, self._target)
        self._found: list[Entry] = []
        self._letters = 0

    def run(self) -> None:
        if self._talk.run(read_rules()):
            raise self._talk.give_up("patterns (--exclude, --include, --filter) are not done when fetching")
        top = b"." if names_folder(self._command.path) else os.path.basename(self._target)
        self._list(top or b".", 0)
        entries = in_order(self._found)
        for piece in put_list(entries, self._command, top or b"."):
            self._talk.put(piece)
        if entries:
            self._serve(entries)
        self._talk.flush()

    # ------------------------------------------------------------------------------------- the list

    def _list(self, name: bytes, depth: int) -> None:
        """`name` is below the root; what may not be sent is refused, and left out."""
        try:
            with self._folders.spot(self._path(name)) as spot:
                if not spot.folder.from_host:
                    raise Refused("direction")
                found = folders.status(spot)
                if depth >= MAX_DEPTH:
                    raise Refused("too_many")
                listed = self._listed(spot, name, found)
        except (Refused, OSError) as wrong:
            self._talk.refuse(name, wrong)
            return
        for one in listed:
            self._list(one if name == b"." else name + b"/" + one, depth + 1)

    def _listed(self, spot: Spot, name: bytes, found: os.stat_result) -> list[bytes]:
        """What is in it, of a folder that is to be gone through."""
        if stat.S_ISLNK(found.st_mode):
            raise Refused("link")
        if stat.S_ISREG(found.st_mode):
            self._add(Entry(name, found.st_mode, found.st_size, seconds(found), self._sum(spot)))
            return []
        if not stat.S_ISDIR(found.st_mode):
            raise Refused("not_plain")
        if not self._command.folders:
            self._talk.say(Tag.INFO, b"skipping directory " + name + b"\n")
            return []
        self._add(Entry(name, found.st_mode, found.st_size, seconds(found)))
        inside = self._command.recursive or name == b"."
        return [one for one, _ in folders.names(spot)] if inside else []

    def _add(self, entry: Entry) -> None:
        self._letters += len(entry.name)
        if len(self._found) >= MAX_ENTRIES or self._letters > MAX_NAMES_BYTES:
            self._talk.refuse(b".", Refused("too_many"))
            raise self._talk.give_up(REASONS["too_many"])
        self._found.append(entry)

    def _sum(self, spot: Spot) -> bytes:
        """Where sums were asked for (`-c`)."""
        if not self._command.checksums:
            return b""
        fd = folders.open_plain(spot, os.O_RDONLY)
        try:
            return file_sum(fd)
        finally:
            os.close(fd)

    def _path(self, name: bytes) -> bytes:
        return self._root if name == b"." else self._root + b"/" + name

    # ------------------------------------------------------------------------------------ the files

    def _serve(self, entries: list[Entry]) -> None:
        asked, told = Index(), Index()
        rounds = 0
        while rounds < ROUNDS:
            number = self._talk.run(asked.read())
            if number == DONE:
                self._talk.put(told.put(DONE))
                rounds += 1
                continue
            flags, more = self._talk.run(attributes())
            if number >= len(entries):
                raise self._talk.give_up("an index that is not in the list")
            head = flags.to_bytes(2, "little") + more
            if flags & Item.TRANSFER and not self._command.only_tells:
                self._talk.run(block_sums())
                self._send(number, entries[number], told, head)
            else:
                self._talk.put(told.put(number) + head)
        files = sum(entry.size for entry in entries if entry.is_plain)
        for figure in (self._talk.came, self._talk.went, files, 0, 0):  # and two times that are nobody's
            self._talk.put(put_varlong(figure, 3))
        self._talk.run(asked.read())

    def _send(self, number: int, entry: Entry, told: Index, head: bytes) -> None:
        try:
            with self._folders.spot(self._path(entry.name)) as spot:
                if not spot.folder.from_host:
                    raise Refused("direction")
                fd = folders.open_plain(spot, os.O_RDONLY)
        except (Refused, OSError) as wrong:
            self._talk.refuse(entry.name, wrong)
            self._talk.tell(Tag.NO_SEND, number)
            return
        try:
            self._talk.put(told.put(number) + head + NO_SUMS)
            content = _Content(fd)
            pieces = (
                put_deflated(content.pieces(), self._command.level)
                if self._command.compressed
                else put_plain(content.pieces())
            )
            for piece in pieces:
                self._talk.put(piece)
            if content.failed is not None:
                self._talk.refuse(entry.name, content.failed)
            self._talk.put(content.sum())
        finally:
            os.close(fd)


class _Content:
    """A file as it was long when it was opened: one that grows meanwhile has an end."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._left = os.fstat(fd).st_size
        self._digest = hashlib.md5(usedforsecurity=False)
        self.failed: OSError | None = None

    def pieces(self) -> Iterator[bytes]:
        while self._left:
            try:
                data = os.read(self._fd, min(self._left, PIECE_BYTES))
            except OSError as wrong:
                self.failed = wrong
                return
            if not data:
                return
            self._left -= len(data)
            self._digest.update(data)
            yield data

    def sum(self) -> bytes:
        """Of what could not be read to its end one that fits nothing, so that nobody keeps it."""
        found = self._digest.digest()
        return found if self.failed is None else bytes(byte ^ 0xFF for byte in found)


def file_sum(fd: int) -> bytes:
    """MD5, as rsync compares files by content (`-c`)."""
    digest = hashlib.md5(usedforsecurity=False)
    while data := os.read(fd, PIECE_BYTES):
        digest.update(data)
    assert digest.digest_size == SUM_BYTES
    return digest.digest()


def seconds(found: os.stat_result) -> int:
    """When it was last changed, since 1970; a float would round up what is nearly the next one."""
    return found.st_mtime_ns // 10**9
