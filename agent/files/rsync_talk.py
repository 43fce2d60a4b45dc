"""The host's end of rsync's two streams: it runs readers on what comes, and buffers what goes."""

from __future__ import annotations

import sys

assert sys.platform != "win32"  # paths are opened component by component, below a descriptor

import struct
from collections import deque
from collections.abc import Callable

from agent.files import answers
from agent.files.folders import Refused
from agent.wire.rsync_frames import Frames, Tag, frame
from agent.wire.rsync_list import MAX_ENTRIES
from agent.wire.rsync_wire import PIECE_BYTES, Reader, T, breach

READ_BYTES = 256 * 1024


class Over(Exception):
    """The technician's program has gone, or there is nothing more to say to it."""


class Talk:
    """`read(n)` gives up to n bytes, none at the end. What is put waits until something is awaited."""

    def __init__(self, read: Callable[[int], bytes], write: Callable[[bytes], None]) -> None:
        self._read = read
        self._write = write
        self._frames = Frames()
        self._held = bytearray()
        self._out = bytearray()
        self.unsent: deque[int] = deque()  # indices that the technician's program cannot send after all
        self.failed = False
        self.came, self.went = 0, 0  # bytes

    def plain(self, size: int) -> bytes:
        """Before there are frames; `Over` at the end."""
        found = b""
        while len(found) < size:
            piece = self._read(size - len(found))
            if not piece:
                raise Over
            found += piece
        return found

    def put_plain(self, data: bytes) -> None:
        self._write(data)

    def run(self, reader: Reader[T]) -> T:
        """What the reader finds; `Over` where the stream ends before."""
        try:
            need = next(reader)
            while True:
                need = reader.send(self._data(need))
        except StopIteration as found:
            return found.value  # type: ignore[no-any-return]

    def await_any(self) -> bool:
        """Until data are there (True), or the word that a file cannot be sent."""
        while not self._held and not self.unsent:
            self._more()
        return bool(self._held)

    def _more(self) -> None:
        self.flush()
        piece = self._read(READ_BYTES)
        if not piece:
            raise Over
        self.came += len(piece)
        for tag, data in self._frames.feed(piece):
            if tag == Tag.DATA:
                self._held += data
            elif tag == Tag.NO_SEND and len(data) == 4:
                if len(self.unsent) >= MAX_ENTRIES:
                    raise breach("more files that cannot be sent than files")
                self.unsent.append(int.from_bytes(data, "little"))

    def _data(self, size: int) -> bytes:
        while len(self._held) < size:
            self._more()
        found = bytes(self._held[:size])
        del self._held[:size]
        return found

    def put(self, data: bytes) -> None:
        self._out += data
        if len(self._out) >= PIECE_BYTES:
            self.flush()

    def flush(self) -> None:
        if self._out:
            self._write(frame(Tag.DATA, bytes(self._out)))
            self.went += len(self._out)
            self._out.clear()

    # ------------------------------------------------------------------------------ what people read

    def say(self, tag: Tag, message: bytes) -> None:
        self.flush()
        self._write(frame(tag, message))

    def tell(self, tag: Tag, number: int) -> None:
        self.say(tag, struct.pack("<i", number))

    def refuse(self, name: bytes, wrong: Refused | OSError) -> None:
        """The technician reads it, both watches too, and rsync's exit status says that not all went well."""
        self.failed = True
        self.say(Tag.ERROR_XFER, name + b": " + answers.why(wrong)[1].encode() + b"\n")

    def give_up(self, sentence: str) -> Over:
        """To be raised."""
        self.failed = True
        self.say(Tag.ERROR, b"verbale: " + sentence.encode() + b"\n")
        return Over()
