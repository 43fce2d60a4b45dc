"""Notes not yet acknowledged, kept through restarts: an append-only file and the host's own counter.

Each line is the CRC-32 of its JSON, a blank, and the JSON: ``{"n": 5, "note": …}``, with the ``opening`` of
what that commits to if there is one, or ``{"acked": 5}``.
A torn last line is what ``kill -9`` leaves and is cut off: nobody was told of that note. Damage before
the last line is another matter and refuses.
"""

from __future__ import annotations

import errno
import json
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent.pins_store import StateDamaged, sync_folder, write_file
from agent.system.here import files

REWRITE_BYTES = 256 * 1024  # an idle host's file stays smaller than one disk extent


@dataclass(frozen=True, slots=True)
class Spooled:
    host_n: int
    note: str
    opening: dict[str, Any] | None = None

    @property
    def size(self) -> int:
        return len(self.note) + (0 if self.opening is None else len(json.dumps(self.opening)))

    def to_value(self) -> dict[str, Any]:
        more = {} if self.opening is None else {"opening": self.opening}
        return {"n": self.host_n, "note": self.note, **more}


class Spool:
    """`next_n` is the number the next note must bear; numbers are gap-free from 0."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._pending: dict[int, Spooled] = {}
        self._waiting_bytes = 0
        self.acked = -1
        self.next_n = 0
        fresh = not path.exists()
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | files.OPEN_FLAGS, 0o600)
        try:
            self._load()
        except BaseException:
            os.close(self._handle)
            raise
        if fresh:
            sync_folder(path.parent)

    def close(self) -> None:
        held, self._handle = self._handle, -1
        if held >= 0:
            os.close(held)

    # ------------------------------------------------------------------------------------- writing

    def append(self, host_n: int, note: str, opening: dict[str, Any] | None = None) -> None:
        """On disk when this returns, so that the fact may be acted upon."""
        if host_n != self.next_n:
            raise ValueError(f"note {host_n} is not the next one, {self.next_n}")
        found = Spooled(host_n, note, opening)
        self._write(found.to_value())
        files.sync(self._handle)
        self._pending[host_n] = found
        self._waiting_bytes += found.size
        self.next_n = host_n + 1

    def acknowledge(self, host_n: int) -> bool:
        """Forget notes up to `host_n`. False, and nothing forgotten, if there never was such a note.

        Not fsynced: a note that comes back after a crash is only sent twice.
        """
        if host_n >= self.next_n:
            return False
        if host_n > self.acked:
            for n in range(self.acked + 1, host_n + 1):
                gone = self._pending.pop(n, None)
                self._waiting_bytes -= 0 if gone is None else gone.size
            self.acked = host_n
            self._write({"acked": host_n})
            # Twice what waits, so that emptying a long queue rewrites it a few times, not at every step.
            if os.fstat(self._handle).st_size > max(REWRITE_BYTES, 2 * self._waiting_bytes):
                self._rewrite()
        return True

    def start_after(self, host_n: int) -> None:
        """A fresh host: everything up to `host_n` was handed over at enrolment."""
        if self.next_n != 0:
            raise ValueError("the spool is in use")
        self._write({"acked": host_n})
        files.sync(self._handle)
        self.acked, self.next_n = host_n, host_n + 1

    def pending(self, after: int = -1) -> Iterator[Spooled]:
        """Unacknowledged notes beyond `after`, in order; begins there at once, however many wait."""
        for host_n in range(max(after, self.acked) + 1, self.next_n):
            yield self._pending[host_n]

    def __len__(self) -> int:
        return len(self._pending)

    def _write(self, value: dict[str, Any]) -> None:
        line = _line(value)
        before = os.fstat(self._handle).st_size
        if os.write(self._handle, line) != len(line):
            os.ftruncate(self._handle, before)  # a torn line may only ever be the last
            raise OSError(errno.ENOSPC, "no room for a note", str(self._path))

    def _rewrite(self) -> None:
        lines = [_line({"acked": self.acked})]
        lines += [_line(one.to_value()) for one in self._pending.values()]
        self.close()  # Windows replaces no file that is open
        try:
            write_file(self._path, b"".join(lines))
        finally:
            self._handle = os.open(self._path, os.O_RDWR | os.O_APPEND | files.OPEN_FLAGS)

    def _load(self) -> None:
        data = self._path.read_bytes()
        found = _replay(data, self._path)
        self._pending, self.acked, self.next_n = found.pending, found.acked, found.next_n
        self._waiting_bytes = sum(one.size for one in found.pending.values())
        if found.sound_bytes < len(data):
            os.ftruncate(self._handle, found.sound_bytes)
            files.sync(self._handle)


@dataclass(slots=True)
class _Content:
    """A spool file read from its start; `sound_bytes` excludes a torn last line."""

    pending: dict[int, Spooled] = field(default_factory=dict)
    acked: int = -1
    next_n: int = 0
    sound_bytes: int = 0

    def take(self, value: dict[str, Any]) -> bool:
        match value:
            case {"n": int(n), "note": str(note)} if n == self.next_n:
                opening = value.get("opening")
                self.pending[n] = Spooled(n, note, opening if isinstance(opening, dict) else None)
                self.next_n = n + 1
                return True
            case {"acked": int(n)} if n >= self.acked and (n < self.next_n or self.next_n == 0):
                for gone in range(self.acked + 1, n + 1):
                    self.pending.pop(gone, None)
                self.acked = n
                self.next_n = max(self.next_n, n + 1)
                return True
            case _:
                return False


def _replay(data: bytes, path: Path) -> _Content:
    found = _Content()
    lines = data.split(b"\n")[:-1]
    for place, line in enumerate(lines):
        value = _value(line)
        if value is None and place == len(lines) - 1:
            break
        if value is None or not found.take(value):
            raise StateDamaged(path, f"line {place + 1} is damaged")
        found.sound_bytes += len(line) + 1
    return found


def waiting_in(path: Path) -> int:
    """How many notes of a spool file wait, without touching it: another process may be writing."""
    return len(_replay(path.read_bytes(), path).pending) if path.exists() else 0


def _value_of(one: Spooled) -> dict[str, Any]:
    return {"n": one.host_n, "note": one.note} | ({} if one.opening is None else {"opening": one.opening})


def _line(value: dict[str, Any]) -> bytes:
    body = json.dumps(value, separators=(",", ":")).encode()
    return b"%08x %s\n" % (zlib.crc32(body), body)


def _value(line: bytes) -> dict[str, Any] | None:
    """None for a line that is not as it was written."""
    if len(line) < 10 or line[:9] != b"%08x " % zlib.crc32(line[9:]):
        return None
    try:
        found = json.loads(line[9:])
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
