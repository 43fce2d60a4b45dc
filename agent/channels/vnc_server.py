"""One VNC server as a row of a table: its program, what it is told, what it reads, and where it listens. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from agent.channels import vnc_secret
from agent.system.screens import Setting

SOCKET, SECRET = "rfb", "secret"  # files of the folder in which a server is started
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Show:
    """What one server is started for. `secret`: 8 bytes, of one session; `port`: on 127.0.0.1, and 0 for a
    server that listens on a socket in `folder`."""

    folder: Path
    secret: bytes
    port: int
    control: bool
    clipboard: bool


def password_file(show: Show) -> Mapping[str, bytes]:
    return {SECRET: vnc_secret.to_file(show.secret)}


@dataclass(frozen=True, slots=True)
class Lent:
    """Settings it reads from its account's registry: at which key, and which."""

    key: str
    values: Callable[[Show], tuple[Setting, ...]]


@dataclass(frozen=True, slots=True)
class VncServer:
    """`screen`: the variable that names its display, empty where the system needs none. In `options` stand
    `{port}` and `{folder}` for what they are of this session. `seen`: more options where it is only looked at,
    `deaf` where nothing is copied. `folders`: where installers put it. `clipboard`: it can pass that on.
    `any_keyboard`: it types a sign also where this host's keyboard has it elsewhere than the technician's.
    `secret`: it asks for one. `port`: it listens on a port and not on a socket. `files`: what it reads from
    its folder, by name."""

    program: str
    screen: str
    options: tuple[str, ...]
    seen: tuple[str, ...] = ()
    deaf: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    clipboard: bool = False
    any_keyboard: bool = False
    secret: bool = True
    port: bool = False
    files: Callable[[Show], Mapping[str, bytes]] = password_file
    lent: Lent | None = None

    def command(self, show: Show) -> tuple[str, ...]:
        more = (() if show.control else self.seen) + (() if show.clipboard else self.deaf)
        said = {"{port}": str(show.port), "{folder}": str(show.folder)}
        return (self.program, *(_said(word, said) for word in self.options + more))

    def reads(self, show: Show) -> Mapping[str, bytes]:
        return self.files(show) if self.secret else {}


def _said(word: str, of_session: Mapping[str, str]) -> str:
    for name, value in of_session.items():
        word = word.replace(name, value)
    return word
