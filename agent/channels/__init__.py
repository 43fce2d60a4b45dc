"""What every channel of a session shares: its order, its socket, its outcome."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from websockets.exceptions import ConnectionClosed

from agent.wire.channel import ENV_VALUE, SALT_BYTES, Exit
from audit.canonical import Fields, Value
from audit.errors import Malformed
from audit.forms import VARIABLE
from audit.named_ports import MAX_VARIABLES

MAX_COMMAND_BYTES = 128 * 1024 - 1  # Linux: MAX_ARG_STRLEN, one argument of execve
_TERM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}")
_WORD = re.compile(r"[a-z0-9_]{1,32}")
_MAX_SIDE = 10_000

CLOSED = (ConnectionClosed, OSError)
"""What a channel's socket raises when it is closed."""


class ChannelSocket(Protocol):
    """The WebSocket dialled back for one channel; whole binary messages."""

    async def send(self, message: bytes) -> None: ...

    async def recv(self) -> bytes | str: ...

    async def close(self) -> None: ...

    def is_gone(self) -> bool:
        """Whether the other end has closed or cut, also while earlier messages of it are unread."""
        ...


@dataclass(frozen=True, slots=True)
class Params:
    """What the broker says about a channel, bounded and of known form; it grants nothing.

    A terminal has a window always, an exec when its technician asked for a terminal (`term` is there). `watch`:
    a screen for whoever watches, beside the technician's own.
    """

    via: str
    command: str | None = None
    command_salt: bytes | None = None
    term: str | None = None
    cols: int = 80
    rows: int = 24
    tool: str | None = None
    recording_salt: bytes | None = None
    watch: bool = False
    files: str | None = None  # of a channel for files: `sftp`, or a command line of scp
    port: str | None = None
    env: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, value: Value) -> Params:
        f = Fields(value, "a channel's order")
        if f.has("terminal"):
            f.text("terminal")  # the technician's address: the broker's fact, not the host's
        command, term, via = f.opt_text("command"), f.opt_text("term"), f.text("via")
        salt = f.raw("command_salt", length=SALT_BYTES) if f.has("command_salt") else None
        cols, rows = f.opt_integer("cols"), f.opt_integer("rows")
        recorded = f.raw("recording_salt", length=SALT_BYTES) if f.has("recording_salt") else None
        found = cls(
            via, command, salt, term, cols or 80, rows or 24, f.opt_text("tool"), recorded, f.flag("watch"),
            files=f.opt_text("files"), port=f.opt_text("port"), env=_env(f),
        )  # fmt: skip
        f.done()
        if not _WORD.fullmatch(via) or (term is not None and not _TERM.fullmatch(term)):
            raise Malformed("a channel's order names no known way or no terminal type")
        if not (1 <= found.cols <= _MAX_SIDE and 1 <= found.rows <= _MAX_SIDE):
            raise Malformed("a window of no possible size")
        if command is not None and ("\0" in command or len(command.encode()) > MAX_COMMAND_BYTES):
            raise Malformed("a command line the system cannot take")
        return found


def _env(f: Fields) -> tuple[tuple[str, str], ...]:
    """Of known form; whether the customer's rules name them, the conductor judges."""
    sent = f.opt_mapping("env") or {}
    found = []
    for name, value in sorted(sent.items()):
        if not VARIABLE.fits(name) or not isinstance(value, str) or not ENV_VALUE.fullmatch(value):
            raise Malformed("a variable of no known form")
        found.append((name, value))
    if len(found) > MAX_VARIABLES:
        raise Malformed("more variables than a policy names")
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What crossed a channel, as this end counted it, and how its process ended."""

    in_bytes: int
    out_bytes: int
    out_digest: str
    exit: Exit
    processes: int = 0  # tool only: how many were seen, and whether any had to be killed
    forced: bool = False
    log: str | None = None  # tool only: what of its own log was read
    still: int = 0  # tool only: processes of its names that live on, whoever started them
