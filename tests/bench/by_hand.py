"""WebSockets by hand, for load clients: frames are made beforehand, and read without an interpreter's loop per
byte. Sockets block; a client's mask is not zero, which some servers would pass over."""

from __future__ import annotations

import base64
import os
import socket
from collections.abc import Mapping

from tests.bench.load import PATIENCE_S

MASK = bytes.fromhex("37fa213d")
ROOM_BYTES = 1 << 18


def tuned(line: socket.socket) -> socket.socket:
    line.settimeout(PATIENCE_S)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return line


def dial(port: int, path: str, headers: Mapping[str, str] | None = None) -> socket.socket:
    """A socket whose handshake is over (RFC 6455 §4.1). `headers` beside what every handshake has."""
    line = tuned(socket.create_connection(("127.0.0.1", port)))
    nonce = base64.b64encode(os.urandom(16)).decode()
    own = {
        "Host": f"localhost:{port}", "Upgrade": "websocket", "Connection": "Upgrade",
        "Sec-WebSocket-Key": nonce, "Sec-WebSocket-Version": "13", **(headers or {}),
    }  # fmt: skip
    words = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in own.items()), "", ""]
    line.sendall("\r\n".join(words).encode())
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):  # byte by byte: what follows belongs to the frames
        more = line.recv(1)
        assert more, answer
        answer += more
    assert answer.startswith(b"HTTP/1.1 101 "), answer
    return line


def frame(payload: bytes, opcode: int = 2) -> bytes:
    """One whole message of a client (RFC 6455 §5.2); binary unless said otherwise."""
    size = len(payload)
    if size < 126:
        head = bytes((0x80 | opcode, 0x80 | size))
    elif size < 1 << 16:
        head = bytes((0x80 | opcode, 0xFE)) + size.to_bytes(2, "big")
    else:
        head = bytes((0x80 | opcode, 0xFF)) + size.to_bytes(8, "big")
    key = (MASK * (size // 4 + 1))[:size]
    hidden = int.from_bytes(payload, "big") ^ int.from_bytes(key, "big")
    return head + MASK + hidden.to_bytes(size, "big")


class Reader:
    """What comes in, by a buffer of its own. `framed`: as a server's WebSocket frames, else as it is."""

    def __init__(self, line: socket.socket, *, framed: bool) -> None:
        self._line = line
        self._framed = framed
        self._room = memoryview(bytearray(ROOM_BYTES))
        self._start = self._end = 0

    def skip(self, count: int) -> None:
        """Take so many bytes of payload, which end with a frame, and look at none of them."""
        while count > 0:
            length = self._head()[1] if self._framed else count
            count -= length
            while length:
                if self._start == self._end:
                    self._refill()
                taken = min(length, self._end - self._start)
                self._start += taken
                length -= taken
        assert count == 0, "more came than was sent"

    def message(self) -> tuple[int, bytes]:
        """(opcode, payload) of the next frame, which has to be a whole message."""
        first, length = self._head()
        assert first & 0x80, "a message in parts"
        return first & 0x0F, self._exactly(length)

    def _head(self) -> tuple[int, int]:
        first, length = self._exactly(2)
        if length == 126:
            length = int.from_bytes(self._exactly(2), "big")
        elif length == 127:
            length = int.from_bytes(self._exactly(8), "big")
        return first, length

    def _exactly(self, count: int) -> bytes:
        found = b""
        while len(found) < count:
            if self._start == self._end:
                self._refill()
            taken = min(count - len(found), self._end - self._start)
            found += self._room[self._start : self._start + taken]
            self._start += taken
        return found

    def _refill(self) -> None:
        got = self._line.recv_into(self._room)
        assert got, "the other end has closed"
        self._start, self._end = 0, got
