"""What a page says over RFB, for tests: messages to send, and a screen read from pieces sent raw."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from agent.channels.rfb import PIXELS, VERSION
from tests.agent.session_kit import Line

HELLO = VERSION + b"\x01\x01"
GREETING = len(VERSION) + 2 + 4 + 24 + len(b"Verbale")
FORMAT = bytes(4) + PIXELS
RETURN = 0xFF0D


def encodings(*wanted: int) -> bytes:
    return struct.pack(f">BxH{len(wanted)}i", 2, len(wanted), *wanted)


def ask(width: int, height: int, *, whole: bool = True) -> bytes:
    return struct.pack(">BBHHHH", 3, not whole, 0, 0, width, height)


def key(keysym: int, *, down: bool) -> bytes:
    return struct.pack(">BBxxI", 4, down, keysym)


def typed(text: str) -> bytes:
    keys = [RETURN if sign == "\n" else ord(sign) for sign in text]
    return b"".join(key(one, down=True) + key(one, down=False) for one in keys)


def pointer(x: int, y: int, buttons: int = 0) -> bytes:
    return struct.pack(">BBHH", 5, buttons, x, y)


def cut(text: bytes) -> bytes:
    return struct.pack(">B3xi", 6, len(text)) + text


async def greeted(line: Line) -> tuple[int, int]:
    """Width and height of the screen that is offered."""
    await line.read_until(VERSION)
    line.type(HELLO)
    await line.read_until(b"Verbale")
    size: tuple[int, int] = struct.unpack_from(">HH", line.out, GREETING - 24 - len(b"Verbale"))
    return size


@contextmanager
def display(width: int = 640, height: int = 480) -> Iterator[str]:
    """A real X server."""
    server = shutil.which("Xvfb")
    assert server is not None, "Xvfb is missing: tools/system-packages installs it"
    reader, writer = os.pipe()
    size = f"{width}x{height}x24"
    # Else it begins anew whenever its last client leaves, and refuses whoever comes meanwhile.
    words = [server, "-displayfd", str(writer), "-screen", "0", size, "-nolisten", "tcp", "-noreset"]
    process = subprocess.Popen(words, pass_fds=(writer,), stderr=subprocess.DEVNULL)
    os.close(writer)
    try:
        with os.fdopen(reader, "rb") as told:
            yield f":{int(told.readline())}"
    finally:
        process.kill()
        process.wait()


@contextmanager
def xterm(on: str, command: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A window that takes what is typed anywhere: there is no window manager to ask. It is there on entering."""
    env = {**os.environ, "DISPLAY": on}
    folder = Path(tempfile.mkdtemp())
    os.mkfifo(folder / "runs")
    started = ["sh", "-c", f'echo > {folder}/runs; exec "$@"', "sh", *command]
    words = ["xterm", "-geometry", "80x24+0+0", "-xrm", "*waitForMap: true", "-e", *started]
    process = subprocess.Popen(words, env=env, stderr=subprocess.DEVNULL)
    try:
        assert (folder / "runs").read_bytes() == b"\n", "its program runs"
        yield process
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder)


def servers_of(folder: Path) -> list[int]:
    """Living processes started in that folder: the VNC server of its session."""
    found = []
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            try:
                if (place / "cwd").readlink() == folder:
                    found.append(int(place.name))
            except OSError:
                continue
    return found


def listening(folder: Path) -> set[str]:
    """Addresses on which the servers of that folder listen by TCP, as the kernel's own list has them."""
    own = set()
    for pid in servers_of(folder):
        for handle in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):  # closed meanwhile
                own.add(str(handle.readlink()))
    found: set[str] = set()
    for name in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]:
            words = line.split()
            if words[3] == "0A" and f"socket:[{words[9]}]" in own:
                found.add(words[1])
    return found
