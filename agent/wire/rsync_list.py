"""rsync's list of files: what it says of each, and the order by which both ends number them. Pure.

Names are bytes below the folder that is sent, without `..`, empty parts or a slash in front: rsync's own end
sends no other, and what comes from outside must be such.
"""

from __future__ import annotations

import stat
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from agent.wire.rsync_command import RsyncCommand
from agent.wire.rsync_wire import (
    SUM_BYTES,
    Reader,
    breach,
    byte,
    i32,
    put_varint,
    put_varlong,
    varint,
    varlong,
)

MAX_ENTRIES = 10_000
MAX_NAME_BYTES = 4095
MAX_NAMES_BYTES = 4 * 1024 * 1024  # of one list
MAX_IDS = 10_000
# Flags of an entry.
TOP, SAME_MODE, MORE, SAME_OWNER, SAME_GROUP, SAME_NAME, LONG_NAME, SAME_TIME = (1 << n for n in range(8))
NO_CONTENT = SAME_MAJOR = 1 << 8
_KNOWN = (1 << 9) - 1


@dataclass(frozen=True, slots=True)
class Entry:
    """`modified` in seconds since 1970; `sum` is the MD5 of a plain file where sums were asked for (`-c`)."""

    name: bytes
    mode: int
    size: int
    modified: int
    sum: bytes = b""

    @property
    def is_folder(self) -> bool:
        return stat.S_ISDIR(self.mode)

    @property
    def is_plain(self) -> bool:
        return stat.S_ISREG(self.mode)


def place(entry: Entry) -> tuple[tuple[int, bytes], ...]:
    """Where it stands in the order of protocol 29 and later: in each folder its files before its folders,
    and a folder before what is in it, as if its name ended with a slash."""
    if entry.name == b".":
        return ((0, b""),)
    *above, last = entry.name.split(b"/")
    here = (1, last + b"/") if entry.is_folder else (0, last)
    return (*((1, part + b"/") for part in above), here)


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=place)


# ------------------------------------------------------------------------------------------ to read


def read_list(command: RsyncCommand) -> Reader[list[Entry] | None]:
    """In order; None as soon as there are more than `MAX_ENTRIES`, the rest being left unread."""
    found: list[Entry] = []
    last = Entry(b"", 0, 0, 0)
    letters = 0
    while flags := (yield from byte()):
        if flags & MORE:
            flags |= (yield from byte()) << 8
        if flags & ~_KNOWN:
            raise breach("an entry of a kind that nobody asked for")
        last = yield from _entry(flags, last, command)
        letters += len(last.name)
        if len(found) == MAX_ENTRIES or letters > MAX_NAMES_BYTES:
            return None
        found.append(last)
    if not command.numeric:
        for named in (command.owners, command.groups):
            if named:
                yield from _ids()
    return in_order(found)


def _entry(flags: int, last: Entry, command: RsyncCommand) -> Reader[Entry]:
    name = yield from _name(flags, last.name)
    size = yield from varlong(3)
    modified = last.modified if flags & SAME_TIME else (yield from varlong(4))
    mode = last.mode if flags & SAME_MODE else (yield from i32())
    if command.owners and not flags & SAME_OWNER:
        yield from varint()
    if command.groups and not flags & SAME_GROUP:
        yield from varint()
    special = not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISLNK(mode))
    if command.devices and special:
        if not flags & SAME_MAJOR:
            yield from varint()
        yield from varint()
    if command.links and stat.S_ISLNK(mode):
        target = yield from varint()
        if target > MAX_NAME_BYTES:
            raise breach("a link that is too long")
        if target:
            yield target
    digest = (yield SUM_BYTES) if command.checksums and stat.S_ISREG(mode) else b""
    if size < 0:
        raise breach("a file of no possible size")
    return Entry(name, mode, size, modified, digest)


def _name(flags: int, last: bytes) -> Reader[bytes]:
    same = (yield from byte()) if flags & SAME_NAME else 0
    size = yield from (varint() if flags & LONG_NAME else byte())
    if same > len(last) or not 0 < same + size <= MAX_NAME_BYTES:
        raise breach("a name of no possible size")
    name = last[:same] + ((yield size) if size else b"")
    if b"\0" in name or (name != b"." and not _is_below(name)):
        raise breach("a name that leads elsewhere")
    return name


def _is_below(name: bytes) -> bool:
    return not {b"", b".", b".."} & set(name.split(b"/"))


def _ids() -> Reader[None]:
    """Which number is whose name: owners are not carried over, so they are read past."""
    for _ in range(MAX_IDS):
        if not (yield from varint()):
            return
        size = yield from byte()
        if size:
            yield size
    raise breach("more owners than files")


# ------------------------------------------------------------------------------------------ to send


def put_list(entries: Iterable[Entry], command: RsyncCommand, top: bytes) -> Iterator[bytes]:
    """`top` is the name of the folder that was asked for. Of owners nothing is said: all are root's."""
    last = Entry(b"", 0, 0, 0)
    for entry in entries:
        yield _put(entry, last, command, is_top=entry.is_folder and entry.name == top)
        last = entry
    ids = 0 if command.numeric else command.owners + command.groups
    yield bytes(1 + ids)


def _put(entry: Entry, last: Entry, command: RsyncCommand, *, is_top: bool) -> bytes:
    flags = SAME_OWNER | SAME_GROUP | (TOP if is_top else 0)
    flags |= SAME_MODE if entry.mode == last.mode else 0
    flags |= SAME_TIME if entry.modified == last.modified else 0
    flags |= LONG_NAME if len(entry.name) > 0xFF else 0
    if entry.is_folder and not command.recursive and not is_top:
        flags |= NO_CONTENT | MORE
    size = put_varint(len(entry.name)) if flags & LONG_NAME else bytes([len(entry.name)])
    parts = [struct.pack("<H", flags) if flags & MORE else bytes([flags]), size, entry.name]
    parts.append(put_varlong(entry.size, 3))
    if not flags & SAME_TIME:
        parts.append(put_varlong(entry.modified, 4))
    if not flags & SAME_MODE:
        parts.append(struct.pack("<i", entry.mode))
    return b"".join([*parts, entry.sum])
