"""A second process that judges entry tiles before the first comes to them (`verify_ahead`).

Forked by the command, which like `cli` touches the world. Neither waits while there is a tile that nobody has
taken: the first, where the answer it needs next is not there yet, judges a later one for its own use. Of tiles
the second says nothing about, and of all of them once it is gone or hangs, the first judges all itself.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import threading
from collections import deque
from collections.abc import Iterator
from typing import NoReturn

from audit.bundle import Entries
from audit.tiles import WIDTH
from audit.verify_ahead import MAX_ANSWER, NOTHING, Ahead, Alone, Hearing, Told, judged, read

TILES = 4  # taken at once: some 1,000 records
_HELD = 3  # questions on their way: it has never to wait for the next
LEAST_TILES = 16 * TILES  # below that a second process costs more than it does
PATIENCE_S = 30.0


class Asking:
    """The first process's end, which goes through the tiles in order; `size` is the log's."""

    def __init__(self, line: socket.socket, files: Entries, size: int, hearing: Hearing) -> None:
        self._line: socket.socket | None = line
        line.settimeout(PATIENCE_S)
        self._there = select.poll()
        self._there.register(line, select.POLLIN)
        self._log = files, size, hearing
        self._chunks = -(-(size // WIDTH) // TILES)
        self._next = 0  # the first that nobody has taken
        self._asked: deque[int] = deque()
        self._answers: dict[int, list[bytes]] = {}  # of chunks to come
        self._at: tuple[int, list[bytes]] = (-1, [])

    def told(self, index: int, data: bytes) -> Told | None:
        chunk, place = divmod(index, TILES)
        if chunk != self._at[0]:
            self._at = chunk, self._answered(chunk)
        said = self._at[1]
        return read(said[place], data) if place < len(said) else None

    def _answered(self, chunk: int) -> list[bytes]:
        """The answers about a chunk; empty where none will come."""
        taken = chunk < self._next
        if not taken:
            self._next = chunk + 1
        self._exchange(0)
        while taken and chunk not in self._answers and self._line is not None:
            if self._next < self._chunks:
                own = self._take()
                self._answers[own] = _judged(own, *self._log)
                self._exchange(0)
            else:
                self._exchange(PATIENCE_S)
        return self._answers.pop(chunk, [])

    def _take(self) -> int:
        self._next += 1
        return self._next - 1

    def _exchange(self, patience: float) -> None:
        """Take the answers that are there, one at least with patience, and ask for more."""
        try:
            while self._line is not None and self._asked and self._there.poll(patience * 1000):
                self._answers[self._asked[0]] = _heard(self._line)
                self._asked.popleft()
                patience = 0
            if patience:
                raise TimeoutError("the other process hangs")
            while self._line is not None and self._next < self._chunks and len(self._asked) < _HELD:
                # A signal would end the command where it may come to nothing but more work.
                self._line.send(self._next.to_bytes(4, "big"), getattr(socket, "MSG_NOSIGNAL", 0))
                self._asked.append(self._take())
        except OSError:
            self._line = None  # it is gone, or hangs


def _exactly(line: socket.socket, count: int) -> bytes:
    """`OSError` where the line ends before."""
    found = b""
    while len(found) < count:
        more = line.recv(count - len(found))
        if not more:
            raise ConnectionError("the other process is gone")
        found += more
    return found


def _heard(line: socket.socket) -> list[bytes]:
    """The answers about one chunk, each behind its length; `OSError`."""
    found = []
    for _ in range(TILES):
        length = int.from_bytes(_exactly(line, 4), "big")
        if length > MAX_ANSWER:
            raise ConnectionError("the other process talks nonsense")
        found.append(_exactly(line, length))
    return found


def _judged(chunk: int, files: Entries, size: int, hearing: Hearing) -> list[bytes]:
    """The answers about a chunk's tiles, `NOTHING` about one that is not there or not full."""
    there = range(chunk * TILES, (chunk + 1) * TILES)
    return [judged(files, index, hearing) if index < size // WIDTH else NOTHING for index in there]


def answer(line: socket.socket, files: Entries, size: int, hearing: Hearing) -> None:
    """The second process's end: until nobody asks any more."""
    with contextlib.suppress(ConnectionError):
        while True:
            said = _judged(int.from_bytes(_exactly(line, 4), "big"), files, size, hearing)
            line.sendall(b"".join([len(one).to_bytes(4, "big") + one for one in said]))


@contextlib.contextmanager
def read_ahead(files: Entries, size: int, hearing: Hearing) -> Iterator[Ahead]:
    """The second process, where it is possible and worth it; its end is that of the block."""
    # Forked beside other threads, a process may stand for ever on a lock that one of them held.
    if size // WIDTH < LEAST_TILES or not hasattr(os, "fork") or threading.active_count() > 1:
        yield Alone()
        return
    ours, theirs = socket.socketpair()
    with ours, theirs:
        pid = os.fork() or _live(ours, theirs, files, size, hearing)
        theirs.close()
        try:
            yield Asking(ours, files, size, hearing)
        finally:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _live(
    ours: socket.socket, theirs: socket.socket, files: Entries, size: int, hearing: Hearing
) -> NoReturn:
    """The whole life of the second process. Nothing of the first is flushed, closed or told by it."""
    try:
        ours.close()
        answer(theirs, files, size, hearing)
    finally:
        os._exit(0)
