"""The host takes what the technician's rsync has: the list first, then whole files, one after the other.

A file is written where it lies, as by `--inplace`, and nothing is deleted. Times and modes are set only on
what this channel wrote or made.
"""

from __future__ import annotations

import sys

assert sys.platform != "win32"  # paths are opened component by component, below a descriptor

import contextlib
import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field

from agent.files import folders
from agent.files.folders import Folders, Refused, Spot
from agent.files.rsync_send import file_sum, seconds
from agent.files.rsync_talk import Talk
from agent.wire.rsync_command import RsyncCommand
from agent.wire.rsync_content import contents
from agent.wire.rsync_frames import Tag
from agent.wire.rsync_list import Entry, read_list
from agent.wire.rsync_watch import PREFIX_MADE, is_alone, names_folder
from agent.wire.rsync_wire import DONE, NO_SUMS, ROUNDS, WINDOW, Index, Item, attributes, breach, exactly
from agent.wire.sftp import REASONS

_PLAIN_MODE = 0o777


@dataclass(slots=True)
class _Writing:
    """One file that was asked for. Once its bytes cannot be written, they are read and dropped."""

    entry: Entry
    fd: int
    is_new: bool
    digest: hashlib._Hash = field(default_factory=lambda: hashlib.md5(usedforsecurity=False))
    count: int = 0
    failed: Refused | OSError | None = None

    def take(self, piece: bytes) -> None:
        self.digest.update(piece)
        rest = memoryview(piece)
        while rest and self.failed is None:
            try:
                written = os.write(self.fd, rest)
            except OSError as wrong:
                self.failed = wrong
            else:
                rest = rest[written:]
                self.count += written

    def finish(self, said: bytes, command: RsyncCommand) -> None:
        """`said`: what the other end says its MD5 is. `Refused` or `OSError` where it is not whole."""
        if self.failed is not None:
            raise self.failed
        if said != self.digest.digest():
            raise Refused("failed")
        os.ftruncate(self.fd, self.count)
        _set(self.fd, self.entry, command)


def _set(fd: int, entry: Entry, command: RsyncCommand, *, times: bool = True) -> None:
    if command.modes:
        os.fchmod(fd, entry.mode & _PLAIN_MODE)
    if command.times and times:
        os.utime(fd, (entry.modified, entry.modified))


class Taker:
    def __init__(self, command: RsyncCommand, allowed: Folders, talk: Talk) -> None:
        self._command = command
        self._folders = allowed
        self._talk = talk
        self._target = allowed.absolute(command.path.encode())
        self._alone = False
        self._asked, self._got = Index(), Index()
        self._under_way: dict[int, _Writing] = {}
        self._made: list[Entry] = []

    def run(self) -> None:
        entries = self._talk.run(read_list(self._command))
        if entries is None:
            self._talk.refuse(b".", Refused("too_many"))
            raise self._talk.give_up(REASONS["too_many"])
        if not entries:
            return
        self._begin(entries)
        try:
            self._take(entries)
        finally:
            for one in self._under_way.values():
                os.close(one.fd)
        for entry in reversed(self._made):
            self._set_folder(entry)
        self._talk.put(self._asked.put(DONE))
        self._talk.flush()

    def _take(self, entries: list[Entry]) -> None:
        names: set[bytes] = set()
        for number, entry in enumerate(entries):
            if entry.name not in names:  # the same name twice: the first of them
                names.add(entry.name)
                self._one(number, entry)
            while len(self._under_way) >= WINDOW:
                if self._next():
                    raise breach("an end before the end")
        for _ in range(ROUNDS):
            self._talk.put(self._asked.put(DONE))
        rounds = 0
        while rounds < ROUNDS:
            rounds += self._next()

    def _begin(self, entries: list[Entry]) -> None:
        """What the target is: a folder that is there or is made, or the new name of a file."""
        try:
            with self._folders.spot(self._target) as spot:
                if not spot.folder.to_host:
                    raise Refused("direction")
                try:
                    is_folder = stat.S_ISDIR(folders.status(spot).st_mode)
                except FileNotFoundError:
                    self._alone = is_alone(entries) and not names_folder(self._command.path)
                    if not self._alone and not self._command.only_tells:
                        os.mkdir(spot.name, _PLAIN_MODE, dir_fd=spot.fd)
                        self._talk.say(Tag.INFO, PREFIX_MADE + self._target + b"\n")
                        self._made += [one for one in entries[:1] if one.name == b"."]
                    return
        except (Refused, OSError) as wrong:
            self._talk.refuse(entries[0].name if is_alone(entries) else b".", wrong)
            raise self._talk.give_up("nothing can be put there") from wrong
        self._alone = not is_folder
        if not is_folder and not is_alone(entries):
            self._talk.refuse(b".", Refused("not_plain"))
            raise self._talk.give_up("several files need a folder")

    @contextlib.contextmanager
    def _spot(self, entry: Entry) -> Iterator[Spot]:
        path = self._target if self._alone or entry.name == b"." else self._target + b"/" + entry.name
        with self._folders.spot(path) as spot:
            if not spot.folder.to_host:
                raise Refused("direction")
            yield spot

    # --------------------------------------------------------------------------- what is asked for

    def _one(self, number: int, entry: Entry) -> None:
        try:
            if entry.is_folder:
                self._folder(number, entry)
            elif entry.is_plain:
                self._ask(number, entry)
            elif self._command.links or not stat.S_ISLNK(entry.mode):
                raise Refused("link" if stat.S_ISLNK(entry.mode) else "not_plain")
        except (Refused, OSError) as wrong:
            self._talk.refuse(entry.name, wrong)

    def _folder(self, number: int, entry: Entry) -> None:
        if entry.name == b".":
            return  # the target itself
        if not self._is_missing(entry):
            return
        if not self._command.only_tells:
            with self._spot(entry) as spot:
                os.mkdir(spot.name, _PLAIN_MODE, dir_fd=spot.fd)
            self._made.append(entry)
        self._item(number, Item.NEW | Item.LOCAL)

    def _is_missing(self, entry: Entry) -> bool:
        try:
            with self._spot(entry) as spot:
                if not stat.S_ISDIR(folders.status(spot).st_mode):
                    raise Refused("not_plain")
        except FileNotFoundError:
            return not self._command.only_present
        return False

    def _ask(self, number: int, entry: Entry) -> None:
        is_new = False
        try:
            with self._spot(entry) as spot:
                differs = self._differs(spot, entry, folders.status(spot))
        except FileNotFoundError:
            is_new, differs = True, 0 if self._command.only_present else Item.NEW
        if not differs:
            return
        if not self._command.only_tells:
            with self._spot(entry) as spot:
                fd = folders.open_plain(spot, os.O_WRONLY | os.O_CREAT, entry.mode & _PLAIN_MODE)
            self._under_way[number] = _Writing(entry, fd, is_new)
        self._item(number, differs | Item.TRANSFER)
        if not self._command.only_tells:
            self._talk.put(NO_SUMS)

    def _differs(self, spot: Spot, entry: Entry, found: os.stat_result) -> int:
        """What of it does; none where it can stay as it is."""
        if not stat.S_ISREG(found.st_mode):
            raise Refused("link" if stat.S_ISLNK(found.st_mode) else "not_plain")
        modified = seconds(found)
        if self._command.only_new or (self._command.keeps_newer and modified > entry.modified):
            return 0
        size = Item.SIZE if found.st_size != entry.size else 0
        time = Item.TIME if modified != entry.modified else 0
        if self._command.checksums and not size and spot.folder.from_host:
            return 0 if self._sum(spot) == entry.sum else Item.CONTENT
        if self._command.by_size and not size:
            return 0
        return size | time | (Item.CONTENT if self._command.takes_all or self._command.checksums else 0)

    def _sum(self, spot: Spot) -> bytes:
        fd = folders.open_plain(spot, os.O_RDONLY)
        try:
            return file_sum(fd)
        finally:
            os.close(fd)

    def _item(self, number: int, flags: int) -> None:
        self._talk.put(self._asked.put(number) + flags.to_bytes(2, "little"))

    # ------------------------------------------------------------------------------------ what comes

    def _next(self) -> bool:
        """A file that was asked for comes, or the word that it will not; whether it was an end instead."""
        there = self._talk.await_any()
        while self._talk.unsent:
            one = self._under_way.pop(self._talk.unsent.popleft(), None)
            if one is not None:
                self._unmake(one)
        if not there:
            return False
        number = self._talk.run(self._got.read())
        if number == DONE:
            return True
        flags, _ = self._talk.run(attributes())
        if flags & Item.TRANSFER and not self._command.only_tells:
            self._file(number)
        return False

    def _file(self, number: int) -> None:
        one = self._under_way.pop(number, None)
        if one is None or self._talk.run(exactly(len(NO_SUMS))) != NO_SUMS:
            raise breach("a file that nobody asked for")
        try:
            one.finish(
                self._talk.run(contents(compressed=self._command.compressed, take=one.take)), self._command
            )
        except (Refused, OSError) as wrong:
            self._talk.refuse(one.entry.name, wrong)
        else:
            self._talk.tell(Tag.SUCCESS, number)
        finally:
            os.close(one.fd)

    def _unmake(self, one: _Writing) -> None:
        """The empty file that was made for one that the other end could not read after all."""
        self._talk.failed = True
        found = os.fstat(one.fd)
        os.close(one.fd)
        if not one.is_new or found.st_size:
            return
        with self._spot(one.entry) as spot:
            now = folders.status(spot)
            if (now.st_dev, now.st_ino) == (found.st_dev, found.st_ino):
                os.unlink(spot.name, dir_fd=spot.fd)

    def _set_folder(self, entry: Entry) -> None:
        try:
            with self._spot(entry) as spot:
                flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
                fd = os.open(spot.name or b".", flags, dir_fd=spot.fd)
            try:
                _set(fd, entry, self._command, times=not self._command.no_folder_times)
            finally:
                os.close(fd)
        except (Refused, OSError) as wrong:
            self._talk.refuse(entry.name, wrong)
