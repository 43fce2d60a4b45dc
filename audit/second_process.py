"""A second process that judges entry tiles before the first comes to them (`verify_ahead`).

Forked by the command, which like `cli` touches the world. Of tiles it says nothing about, and of all of
them once it is gone or hangs, nobody has to wait: the first process judges them itself.
"""

from __future__ import annotations

import contextlib
import hashlib
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
from audit.verify_ahead import DIGEST, NOTHING, Ahead, Alone, judged

TILES = 8  # asked for at once: some 2,000 records
_HELD = 4  # questions on their way: it has never to wait for the next
_ANSWER = TILES * len(NOTHING)
LEAST_TILES = 8 * TILES  # below that a second process costs more than it does
PATIENCE_S = 30.0


class Asking:
    """The first process's end. `count` is how many full tiles there are; asked for in order."""

    def __init__(self, line: socket.socket, count: int) -> None:
        self._line: socket.socket | None = line
        line.settimeout(PATIENCE_S)
        self._there = select.poll()
        self._there.register(line, select.POLLIN)
        self._chunks = -(-count // TILES)
        self._next = 0  # the first question neither asked nor kept
        self._keep = 1  # how many of the next to keep: whoever had to wait works more himself
        self._asked: deque[int] = deque()
        self._answer: tuple[int, bytes] = (-1, b"")

    def top(self, index: int, data: bytes) -> bytes | None:
        chunk, place = divmod(index, TILES)
        if chunk != self._answer[0]:
            self._answer = chunk, self._answered(chunk)
        at = place * len(NOTHING)
        said = self._answer[1][at : at + len(NOTHING)]
        if not said or said[:DIGEST] != hashlib.sha256(data).digest():
            return None
        return said[DIGEST:]

    def _answered(self, chunk: int) -> bytes:
        """The answer about a chunk; empty where none will come."""
        try:
            self._ask(chunk)
            if self._line is None or not self._asked or self._asked[0] != chunk:
                return b""
            self._asked.popleft()
            if not self._there.poll(0):
                self._keep += 1
            return _exactly(self._line, _ANSWER)
        except OSError:
            self._line = None  # it is gone, or hangs
            return b""

    def _ask(self, chunk: int) -> None:
        self._next = max(self._next, chunk)
        while self._line is not None and self._next < self._chunks and len(self._asked) < _HELD:
            if self._keep:
                self._keep -= 1
            else:
                # A signal would end the command where it may come to nothing but more work.
                self._line.send(self._next.to_bytes(4, "big"), getattr(socket, "MSG_NOSIGNAL", 0))
                self._asked.append(self._next)
            self._next += 1


def _exactly(line: socket.socket, count: int) -> bytes:
    """`OSError` where the line ends before; empty at its end."""
    found = b""
    while len(found) < count:
        more = line.recv(count - len(found))
        if not more:
            raise ConnectionError("the other process is gone")
        found += more
    return found


def answer(line: socket.socket, files: Entries, size: int) -> None:
    """The second process's end: until nobody asks any more."""
    with contextlib.suppress(ConnectionError):
        while True:
            first = int.from_bytes(_exactly(line, 4), "big") * TILES
            full = range(first, min(first + TILES, size // WIDTH))
            line.sendall(b"".join([judged(files, index) for index in full]).ljust(_ANSWER, b"\0"))


@contextlib.contextmanager
def read_ahead(files: Entries, size: int) -> Iterator[Ahead]:
    """The second process, where it is possible and worth it; its end is that of the block."""
    full = size // WIDTH
    # Forked beside other threads, a process may stand for ever on a lock that one of them held.
    if full < LEAST_TILES or not hasattr(os, "fork") or threading.active_count() > 1:
        yield Alone()
        return
    ours, theirs = socket.socketpair()
    with ours, theirs:
        pid = os.fork() or _live(ours, theirs, files, size)
        theirs.close()
        try:
            yield Asking(ours, full)
        finally:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _live(ours: socket.socket, theirs: socket.socket, files: Entries, size: int) -> NoReturn:
    """The whole life of the second process. Nothing of the first is flushed, closed or told by it."""
    try:
        ours.close()
        answer(theirs, files, size)
    finally:
        os._exit(0)
