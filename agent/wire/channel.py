"""The channel socket's messages: one tag byte and a payload (PROTOCOL.md §4). Standard library only."""

from __future__ import annotations

import hashlib
import json
import re
import struct
from dataclasses import dataclass
from enum import IntEnum

from agent.wire.frames import CLOSE_BREACH, ProtocolError, Sender

MAX_PAYLOAD_BYTES = 64 * 1024  # cost is per message: larger reads bring nothing (data-path.md §4)
MAX_MESSAGE_BYTES = MAX_PAYLOAD_BYTES + 1
MAX_SEGMENT_BYTES = 4 * 1024 + 1
SALT_BYTES = 32
AUTHORISATION = "Verbale"  # ``Authorization: Verbale <pass>``

SIGNALS = ("ABRT", "ALRM", "HUP", "INT", "KILL", "PIPE", "QUIT", "TERM", "USR1", "USR2")
_SIGNAL_FORM = re.compile(r"[A-Z][A-Z0-9]{1,15}")
ENV_VALUE = re.compile(r"[ -~]{0,256}")  # of a variable that a technician's ssh sends along
_MAX_SIDE = 10_000  # columns or rows; a terminal wider than that is a confused peer


DESKTOP_GONE = 1  # how a desktop's channel ended: its VNC server was no more,
DESKTOP_BREACH = 2  # or page or server said what is not of the protocol


class Tag(IntEnum):
    """What a message is; `DATA` is stdin towards the agent and stdout from it."""

    DATA = 0x00
    STDERR = 0x01
    RESIZE = 0x02
    SIGNAL = 0x03
    EOF = 0x04
    EXIT = 0x05
    ECHO = 0x06
    SEGMENT = 0x07
    SCREEN = 0x08


MAY_SEND: dict[Sender, frozenset[Tag]] = {
    "broker": frozenset({Tag.DATA, Tag.RESIZE, Tag.SIGNAL, Tag.EOF}),
    "agent": frozenset({Tag.DATA, Tag.STDERR, Tag.EOF, Tag.EXIT, Tag.ECHO, Tag.SEGMENT, Tag.SCREEN}),
}


@dataclass(frozen=True, slots=True)
class Exit:
    """How the process ended: exactly one of status and signal (without SIG)."""

    status: int | None = None
    signal: str | None = None


def pack(tag: Tag, payload: bytes = b"") -> bytes:
    """One message. The caller cuts streams to `MAX_PAYLOAD_BYTES`."""
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise ValueError("a payload is at most 64 KiB")
    return bytes((tag,)) + payload


def unpack(message: bytes | str, sender: Sender) -> tuple[Tag, bytes]:
    """Tag and payload of a message from `sender`; `ProtocolError` for one it may not send."""
    if isinstance(message, str):
        raise _breach("a channel carries binary messages only")
    if not 1 <= len(message) <= MAX_MESSAGE_BYTES:
        raise _breach("a channel message is 1 byte to 64 KiB and one")
    try:
        tag = Tag(message[0])
    except ValueError as wrong:
        raise _breach("a channel message bears a tag nobody knows") from wrong
    if tag not in MAY_SEND[sender]:
        raise _breach("a channel message from the wrong end")
    return tag, message[1:]


def _breach(reason: str) -> ProtocolError:
    return ProtocolError(CLOSE_BREACH, reason)


def pack_resize(cols: int, rows: int) -> bytes:
    return pack(Tag.RESIZE, struct.pack(">HH", cols, rows))


def read_resize(payload: bytes) -> tuple[int, int]:
    """(columns, rows)."""
    if len(payload) != 4:
        raise _breach("a window size is four bytes")
    cols, rows = struct.unpack(">HH", payload)
    if not (1 <= cols <= _MAX_SIDE and 1 <= rows <= _MAX_SIDE):
        raise _breach("a window of no possible size")
    return cols, rows


def pack_signal(name: str) -> bytes:
    return pack(Tag.SIGNAL, name.encode("ascii"))


def read_signal(payload: bytes) -> str:
    """A name of `SIGNALS`."""
    name = payload.decode("ascii", "replace")
    if name not in SIGNALS:
        raise _breach("a signal that is not passed on")
    return name


def pack_exit(exit_: Exit) -> bytes:
    """The channel's last message."""
    if (exit_.status is None) == (exit_.signal is None):
        raise ValueError("an exit is a status or a signal")
    body = {"status": exit_.status} if exit_.signal is None else {"signal": exit_.signal}
    return pack(Tag.EXIT, json.dumps(body, separators=(",", ":")).encode("ascii"))


def read_exit(payload: bytes) -> Exit:
    try:
        body = json.loads(payload) if len(payload) <= 64 else None
    except (ValueError, RecursionError) as wrong:
        raise _breach("an exit is not JSON") from wrong
    match body:
        case {"status": int(status), **rest} if not rest and type(status) is int and 0 <= status <= 255:
            return Exit(status=status)
        case {"signal": str(name), **rest} if not rest and _SIGNAL_FORM.fullmatch(name):
            return Exit(signal=name)
    raise _breach("an exit is neither status nor signal")


def pack_echo(*, on: bool) -> bytes:
    """Terminal echo was switched; the broker's masker needs to know (decisions.md §8)."""
    return pack(Tag.ECHO, b"\x01" if on else b"\x00")


def read_echo(payload: bytes) -> bool:
    if payload not in (b"\x00", b"\x01"):
        raise _breach("an echo message is one byte, 0 or 1")
    return payload == b"\x01"


def pack_segment(note: bytes, *, last: bool) -> bytes:
    """A segment of a recorded channel ends here; `last`: nothing more is said but the exit."""
    return pack(Tag.SEGMENT, (b"\x01" if last else b"\x00") + note)


def read_segment(payload: bytes) -> tuple[bytes, bool]:
    """(the host's signed note about it, whether it is the last)."""
    if payload[:1] not in (b"\x00", b"\x01") or len(payload) > MAX_SEGMENT_BYTES:
        raise _breach("the end of a segment is one byte, 0 or 1, and a note of at most 4 KiB")
    return payload[1:], payload[:1] == b"\x01"


class StreamDigest:
    """Count and SHA-256(salt ‖ stdout and stderr bytes in the order sent); kept at both ends."""

    def __init__(self, salt: bytes) -> None:
        if len(salt) != SALT_BYTES:
            raise ValueError("a stream's salt is 32 bytes")
        self._hash = hashlib.sha256(salt)
        self.count_bytes = 0

    def add(self, payload: bytes) -> None:
        self._hash.update(payload)
        self.count_bytes += len(payload)

    @property
    def hex(self) -> str:
        """Of everything so far; may be asked any number of times."""
        return self._hash.hexdigest()
