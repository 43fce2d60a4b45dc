"""The real `rsync`, whose other half is the agent's server, with a watch in between that sees small pieces."""

from __future__ import annotations

import json
import os
import shlex
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

from agent.files import rsync_server
from agent.files.folders import Folders
from agent.wire import files_command
from agent.wire.file_watch import unserved
from agent.wire.rsync_command import RsyncCommand
from agent.wire.rsync_watch import RsyncWatch
from agent.wire.transfers import Fact
from audit.folders import DIRECTIONS

FROM_HOST, TO_HOST, BOTH = DIRECTIONS
PIECE = 1000  # bytes that a watch sees at once
_RELAY = """
import json, os, socket, sys, threading
def pump(read, write, done):
    while data := read():
        write(data)
    done()
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
words = json.dumps(sys.argv[3:]).encode()
s.sendall(len(words).to_bytes(4, "big") + words)
os.set_blocking(0, True)
os.set_blocking(1, True)
def say(data):
    while data:
        data = data[os.write(1, data):]
up = lambda: pump(lambda: os.read(0, 65536), s.sendall, lambda: s.shutdown(socket.SHUT_WR))
threading.Thread(target=up, daemon=True).start()
pump(lambda: s.recv(65536), say, lambda: os._exit(0))
"""


@dataclass
class Ran:
    status: int
    out: str
    err: str
    served: int | None
    facts: list[Fact] = field(default_factory=list)

    @property
    def told(self) -> list[tuple[str, str, str, int, str | None]]:
        return [(f.direction, f.result, f.path, f.count, f.reason) for f in self.facts]


def rsync(home: Path, *words: str | Path, way: str = BOTH, room: Path) -> Ran:
    """`host:` in a word is the host, whose only folder is `home`; `room` is a folder for the way to it."""
    door = socket.socket(socket.AF_UNIX)
    place = room / f"s{os.getpid()}"
    place.unlink(missing_ok=True)
    door.bind(str(place))
    door.listen()
    door.settimeout(60)
    ran = Ran(-1, "", "", None)
    host = threading.Thread(target=_serve, args=(door, Folders([(str(home), way)]), home, ran), daemon=True)
    host.start()
    script = room / "relay.py"
    script.write_text(_RELAY)
    shell = shlex.join([sys.executable, "-I", "-S", str(script), str(place)])
    done = subprocess.run(
        ["rsync", "-e", shell, *map(str, words)], capture_output=True, timeout=60, check=False
    )
    host.join(60)
    door.close()
    ran.status, ran.out, ran.err = done.returncode, done.stdout.decode(), done.stderr.decode()
    return ran


def _serve(door: socket.socket, allowed: Folders, home: Path, ran: Ran) -> None:
    with door.accept()[0] as line:
        line.settimeout(60)
        size = int.from_bytes(line.recv(4, socket.MSG_WAITALL), "big")
        words = line.recv(size, socket.MSG_WAITALL).decode()
        command = files_command.read(" ".join(json.loads(words)))
        assert isinstance(command, RsyncCommand), (words, unserved(" ".join(json.loads(words))))
        watch = RsyncWatch(command, str(home))

        def read(count: int) -> bytes:
            data = line.recv(count)
            for n in range(0, len(data), PIECE):
                ran.facts += watch.from_client(data[n : n + PIECE])
            return data

        def write(data: bytes) -> None:
            for n in range(0, len(data), PIECE):
                ran.facts += watch.from_host(data[n : n + PIECE])
            line.sendall(data)

        ran.served = rsync_server.serve(command, allowed, read, write)
        ran.facts += watch.end()
