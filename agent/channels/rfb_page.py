"""What a page says, message by message: the pure half of a desktop channel that faces the browser."""

from __future__ import annotations

import struct
from collections.abc import Callable

from agent.channels.rfb import (
    MAX_COPIES,
    MAX_CUT_BYTES,
    MAX_ENCODINGS,
    NONE,
    OFFERED,
    PIXELS,
    VERSION,
    Breach,
    Copied,
    Event,
    Machine,
    Ready,
    Steps,
    ToClient,
    ToServer,
    text_of,
)

MAX_PRESSED = 64  # nobody has as many fingers


class FromClient(Machine):
    """From the page. `control`: mouse and keyboard pass; `clipboard`: what it copies does."""

    def __init__(self, screen: Ready, *, control: bool, clipboard: bool) -> None:
        self._screen = screen
        self._control = control
        self._clipboard = clipboard
        self._held_back = False
        self._asked: bytes | None = None  # for the picture, while nothing passes
        self._pressed: dict[int, None] = {}
        self._buttons = bytes(5)
        self._copies = 0
        super().__init__()

    def greet(self) -> list[Event]:
        """The first words are the server's."""
        self.say(ToClient(VERSION))
        return self.take()

    def hold(self) -> list[Event]:
        """From here on input is void; what is pressed is let go."""
        self._held_back = True
        self.let_go()
        return self.take()

    def release(self) -> list[Event]:
        """Input counts again; the picture that was asked for meanwhile is asked for now."""
        self._held_back = False
        if self._asked is not None:
            self.say(ToServer(self._asked))
            self._asked = None
        return self.take()

    def let_go(self) -> None:
        """No key or button stays down at the host without anybody to lift it."""
        for keysym in self._pressed:
            self.say(ToServer(struct.pack(">BBxxI", 4, 0, keysym)))
        self._pressed.clear()
        if self._buttons[0]:
            self._buttons = b"\0" + self._buttons[1:]
            self.say(ToServer(b"\x05" + self._buttons))

    def leave(self) -> list[Event]:
        """The page has gone."""
        self.let_go()
        return self.take()

    def _run(self) -> Steps:
        if (yield 12, True) != VERSION:
            raise Breach("the page speaks another version")
        self.say(ToClient(bytes((1, NONE))))
        if (yield 1, True) != bytes((NONE,)):
            raise Breach("the page chose what was not offered")
        self.say(ToClient(bytes(4)))
        yield 1, True  # whether it would share: it does
        name = b"Verbale"
        size = struct.pack(">HH", self._screen.width, self._screen.height)
        self.say(ToClient(size + PIXELS + struct.pack(">I", len(name)) + name))
        while True:
            kind = (yield 1, True)[0]
            message = self._messages().get(kind)
            if message is None:
                raise Breach(f"a message {kind} from the page")
            yield from message()

    def _messages(self) -> dict[int, Callable[[], Steps]]:
        return {0: self._format, 2: self._encodings, 3: self._ask, 4: self._key, 5: self._pointer,
                6: self._cut, 251: self._resize}  # fmt: skip

    def _format(self) -> Steps:
        if (yield 19, True)[3:] != PIXELS:
            raise Breach("a pixel format that was not offered")

    def _encodings(self) -> Steps:
        count = int.from_bytes((yield 3, True)[1:], "big")
        if count > MAX_ENCODINGS:
            raise Breach("too many encodings")
        asked = struct.unpack(f">{count}i", (yield 4 * count, True))
        wanted = [one for one in dict.fromkeys(asked) if one in OFFERED]
        self.say(ToServer(struct.pack(f">BxH{len(wanted)}i", 2, len(wanted), *wanted)))

    def _ask(self) -> Steps:
        body = yield 9, True
        if not self._held_back:
            self.say(ToServer(b"\x03" + body))
            return
        whole = self._asked is not None and self._asked[1] == 0
        self._asked = b"\x03" + (b"\0" + body[1:] if whole else body)

    def _key(self) -> Steps:
        down, keysym = struct.unpack(">B2xI", (yield 7, True))
        if not self._may_touch():
            return
        if down:
            if len(self._pressed) >= MAX_PRESSED and keysym not in self._pressed:
                return
            self._pressed[keysym] = None
        else:
            self._pressed.pop(keysym, None)
        self.say(ToServer(struct.pack(">BBxxI", 4, bool(down), keysym)))

    def _pointer(self) -> Steps:
        body = yield 5, True
        if self._may_touch():
            self._buttons = body
            self.say(ToServer(b"\x05" + body))

    def _may_touch(self) -> bool:
        return self._control and not self._held_back

    def _cut(self) -> Steps:
        (size,) = struct.unpack(">3xi", (yield 7, True))
        if not 0 <= size <= MAX_CUT_BYTES:
            raise Breach("a clipboard of a form or size that was not offered")
        data = yield size, True
        if self._clipboard and self._may_touch() and self._copies < MAX_COPIES:
            self._copies += 1
            self.say(ToServer(struct.pack(">B3xi", 6, size) + data))
            self.say(Copied("to_host", text_of(data)))

    def _resize(self) -> Steps:
        """The host's screen is not the technician's to change."""
        yield 16 * (yield 7, True)[5], False
