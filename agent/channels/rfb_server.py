"""What a host's VNC server says, message by message: the pure half of a desktop channel that faces it."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Generator

from agent.channels.rfb import (
    DESKTOP_SIZE,
    LAST_RECT,
    MAX_COPIES,
    MAX_CUT_BYTES,
    MAX_PIXELS,
    MAX_SIDE,
    MAX_WORDS,
    NONE,
    PIXELS,
    VERSION,
    VNC_AUTH,
    Breach,
    Copied,
    Machine,
    Ready,
    Step,
    Steps,
    ToServer,
    text_of,
)


class FromServer(Machine):
    """From the host's server. `answer` gives the response to its challenge, where there is a secret."""

    def __init__(self, answer: Callable[[bytes], bytes] | None, *, clipboard: bool) -> None:
        self._answer = answer
        self._clipboard = clipboard
        self._width = self._height = 0
        self._copies = 0
        super().__init__()

    def _run(self) -> Steps:
        found = re.fullmatch(rb"RFB 003\.([0-9]{3})\n", (yield 12, True))
        if found is None or int(found[1]) < 8:
            raise Breach("the server's version is too old, or none")
        self.say(ToServer(VERSION))
        yield from self._log_in()
        self.say(ToServer(b"\x01"))  # shared: whoever watches looks at the same screen
        init = yield 24, True
        self._size(*struct.unpack(">HH", init[:4]))
        yield self._words(init[20:]), False
        self.say(ToServer(bytes(4) + PIXELS))
        self.say(Ready(self._width, self._height))
        while True:
            head = yield 1, True
            match head[0]:
                case 0:
                    yield from self._update(head)
                case 2:
                    self._bell(head)
                case 3:
                    yield from self._cut()
                case _:
                    raise Breach(f"a message {head[0]} from the server")

    def _bell(self, head: bytes) -> None:
        self.passing += head

    def _log_in(self) -> Steps:
        count = (yield 1, True)[0]
        if not count:
            raise Breach("the server lets nobody in")
        offered = yield count, True
        kind = NONE if self._answer is None else VNC_AUTH
        if kind not in offered:
            raise Breach("the server offers no log-in of the agreed kind")
        self.say(ToServer(bytes((kind,))))
        if self._answer is not None:
            self.say(ToServer(self._answer((yield 16, True))))
        if (yield 4, True) != bytes(4):
            raise Breach("the server does not take the secret")

    @staticmethod
    def _words(head: bytes) -> int:
        size = int.from_bytes(head, "big")
        if size > MAX_WORDS:
            raise Breach("a server with too many words")
        return size

    def _size(self, width: int, height: int) -> None:
        if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE) or width * height > MAX_PIXELS:
            raise Breach("a screen of no possible size")
        self._width, self._height = width, height

    def _cut(self) -> Steps:
        (size,) = struct.unpack(">3xi", (yield 7, True))
        if size < 0:
            raise Breach("a clipboard of a form that was not offered")
        if not self._clipboard or size > MAX_CUT_BYTES or self._copies >= MAX_COPIES:
            yield size, False
            return
        data = yield size, True
        self._copies += 1
        self.passing += struct.pack(">B3xi", 3, size) + data
        self.say(Copied("from_host", text_of(data)))

    def _update(self, head: bytes) -> Steps:
        more = yield 3, True
        self.passing += head + more
        left = int.from_bytes(more[1:], "big")
        endless = left == 0xFFFF  # until LAST_RECT says so
        while left or endless:
            rect = yield 12, True
            self.passing += rect
            x, y, width, height, encoding = struct.unpack(">4Hi", rect)
            left -= 1
            if encoding == LAST_RECT:
                return
            if encoding == DESKTOP_SIZE:
                self._size(width, height)
            else:
                if x + width > self._width or y + height > self._height:
                    raise Breach("a piece outside the screen")
                yield from self._rect(encoding, width, height)

    def _rect(self, encoding: int, width: int, height: int) -> Steps:
        match encoding:
            case 0:
                yield 4 * width * height, None
            case 1:
                yield 4, None
            case 7:
                yield from self._tight(width, height)
            case 16:
                head = yield 4, True
                self.passing += head
                yield self._packed(int.from_bytes(head, "big"), width, height), None
            case _:
                raise Breach(f"an encoding {encoding} that was not offered")

    @staticmethod
    def _packed(size: int, width: int, height: int) -> int:
        """Packed data larger than twice the pixels is none."""
        if size > 8 * width * height + 4096:
            raise Breach("a piece larger than its pixels")
        return size

    def _tight(self, width: int, height: int) -> Steps:
        control = yield 1, True
        self.passing += control
        kind = control[0] >> 4
        if kind == 8:
            yield 3, None
            return
        if kind > 8:
            raise Breach("a packing that was not offered")
        row = 3 * width
        if kind & 4:
            filtered = yield 1, True
            self.passing += filtered
            if filtered[0] == 1:
                row = yield from self._palette(width)
            elif filtered[0] not in (0, 2):
                raise Breach("a filter nobody knows")
        if row * height < 12:
            yield row * height, None
        else:
            yield self._packed((yield from self._compact()), width, height), None

    def _palette(self, width: int) -> Generator[Step, bytes, int]:
        head = yield 1, True
        self.passing += head
        colours = head[0] + 1
        yield 3 * colours, None
        return (width + 7) // 8 if colours == 2 else width

    def _compact(self) -> Generator[Step, bytes, int]:
        """Up to three bytes, seven bits of each, the low ones first; the third is whole."""
        size = 0
        for place in range(3):
            one = yield 1, True
            self.passing += one
            size |= (one[0] if place == 2 else one[0] & 0x7F) << 7 * place
            if place == 2 or not one[0] & 0x80:
                break
        return size
