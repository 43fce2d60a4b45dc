"""The process of one channel for files: ``python -I -S child.py ORDER``, files' bytes on stdin and stdout.

`ORDER` is JSON: ``{"folders": [[folder, direction], …], "files": "sftp" or a command line of scp or rsync}``. It says
nothing on stderr and knows no other file than those it serves.
"""

from __future__ import annotations

import sys

assert sys.platform != "win32"  # paths are opened component by component, below a descriptor

import json
import os
from pathlib import Path

READ_BYTES = 256 * 1024


def _write(data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(1, rest) :]


def serve(order: str) -> int:
    from agent.files import rsync_server, scp_server, sftp_server
    from agent.files.folders import Folders
    from agent.wire import files_command
    from agent.wire.files_command import ScpCommand
    from agent.wire.frames import ProtocolError
    from agent.wire.rsync_command import RsyncCommand

    said = json.loads(order)
    allowed = Folders([(folder, direction) for folder, direction in said["folders"]])
    try:
        if said["files"] == files_command.SFTP:
            sftp_server.serve(allowed, lambda: os.read(0, READ_BYTES), _write)
            return 0
        match files_command.read(said["files"]):
            case ScpCommand() as scp:
                return scp_server.serve(scp, allowed, lambda count: os.read(0, count), _write)
            case RsyncCommand() as rsync:
                return rsync_server.serve(rsync, allowed, lambda count: os.read(0, count), _write)
            case _:
                return 2
    except (ProtocolError, BrokenPipeError):
        return 2


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    sys.exit(serve(sys.argv[1]))
