"""The peers of the relay: HAProxy as plain TCP on one thread, websockify, and MeshCentral's own relay.

The first two are packages of the system (`tools/system-packages bench`). MeshCentral comes from npm into
`build/`, as of a fixed day and without install scripts, when first it is wanted.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from tests.bench import by_hand, load
from web.build_assets import node_folder, npm

ROOT = Path(__file__).resolve().parents[2]
MESHCENTRAL = "meshcentral@1.1.55"
AS_OF = "2026-11-15"
ACCOUNT, PASSWORD = "misura", "Misura-1-Misura"
HAPROXY = """\
global
  nbthread 1
defaults
  mode tcp
  timeout connect 10s
  timeout client 1h
  timeout server 1h
listen relay
  bind 127.0.0.1:{here}
  server far 127.0.0.1:{there}
"""
Ends = tuple[socket.socket, socket.socket]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def running(command: Sequence[str], port: int, log: Path, **more: str) -> Iterator[int]:
    """Its process id, once it listens."""
    with (
        log.open("wb") as out,
        subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env={**os.environ, **more}
        ) as process,
    ):
        try:
            until = time.monotonic() + load.PATIENCE_S
            while port not in _listening():
                said = log.read_text("utf-8", "replace")
                assert process.poll() is None, f"{command[0]} has ended: {said}"
                assert time.monotonic() < until, f"{command[0]} does not listen: {said}"
                time.sleep(0.05)
            yield process.pid
        finally:
            process.terminate()


def _listening() -> set[int]:
    """The ports of this machine that somebody listens on, by either protocol."""
    lines = [
        line.split()
        for name in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{name}").read_text().splitlines()
    ]
    return {int(words[1].rpartition(":")[2], 16) for words in lines if words[3] == "0A"}


class Far:
    """What a TCP relay leads to: `port`, and whoever came there."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(load.PATIENCE_S)
        self.port = int(self._listener.getsockname()[1])

    def come(self) -> socket.socket:
        return by_hand.tuned(self._listener.accept()[0])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()


@contextmanager
def haproxy(folder: Path) -> Iterator[tuple[int, Far]]:
    """(the port it listens on, where it leads)."""
    far, here = Far(), free_port()
    settings = folder / "haproxy.cfg"
    settings.write_text(HAPROXY.format(here=here, there=far.port))
    program = shutil.which("haproxy", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program is not None, "tools/system-packages bench installs it"
    with far, running([program, "-db", "-f", str(settings)], here, folder / "haproxy.log"):
        yield here, far


@contextmanager
def websockify(folder: Path) -> Iterator[tuple[int, int, Far]]:
    """(its process, the port it listens on, where it leads)."""
    far, here = Far(), free_port()
    program = shutil.which("websockify")
    assert program is not None, "tools/system-packages bench installs it"
    words = [program, f"127.0.0.1:{here}", f"127.0.0.1:{far.port}"]
    with far, running(words, here, folder / "websockify.log") as pid:
        yield pid, here, far


def _meshcentral() -> Path:
    folder = ROOT / "build" / "bench" / MESHCENTRAL
    if not (folder / "complete").exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text('{"private": true}')
        words = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--omit=optional"]
        npm([*words, f"--before={AS_OF}", MESHCENTRAL], folder)
        (folder / "complete").touch()
    return folder / "node_modules" / "meshcentral"


def _node() -> Path:
    folder = node_folder()
    return Path(shutil.which("node") or "node") if folder is None else folder / "node"


@contextmanager
def meshcentral(folder: Path) -> Iterator[int]:
    """The port of a server without TLS that knows `ACCOUNT`."""
    place, here, data = _meshcentral(), free_port(), folder / "meshcentral"
    data.mkdir()
    settings = {
        "cert": "localhost", "WANonly": True, "port": here, "exactPorts": True, "redirPort": 0, "mpsPort": 0,
        "tlsOffload": "127.0.0.1", "fastCert": True, "selfUpdate": False, "agentTimeStampServer": False,
    }  # fmt: skip
    (data / "config.json").write_text(json.dumps({"settings": settings, "domains": {"": {}}}))
    words = [str(_node()), str(place), "--datapath", str(data), "--filespath", str(data / "files")]
    made = [*words, "--createaccount", ACCOUNT, "--pass", PASSWORD, "--email", "misura@esempio.invalid"]
    subprocess.run(made, cwd=folder, check=True, capture_output=True, timeout=10 * load.PATIENCE_S)
    with running(words, here, folder / "meshcentral.log"):
        yield here


def meshed(port: int) -> Ends:
    """Both ends of one relay: each is told ``c`` once the other is there."""
    path = f"/meshrelay.ashx?id=misura&p=2&noping=1&user={ACCOUNT}&pass={PASSWORD}"
    ends = by_hand.dial(port, path), by_hand.dial(port, path)
    for one in ends:
        assert by_hand.Reader(one, framed=True).message() == (1, b"c")
    return ends
