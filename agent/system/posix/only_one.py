"""One of a program's kind for each person and folder, by a lock that goes with it."""

from __future__ import annotations

import sys

assert sys.platform != "win32"

import contextlib
import fcntl
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def only_one(state_dir: Path) -> Iterator[bool]:
    """Whether this is it, if the person has a folder that nobody else can write in."""
    folder = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
    name = f"verbale-desk-{os.getuid()}-{os.stat(state_dir).st_ino}-{os.environ.get('DISPLAY', '')}.lock"
    path = Path(folder) / name.replace("/", "_")
    try:
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError:
        yield True
        return
    try:
        ours = os.fstat(lock).st_uid == os.getuid()
        if ours:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
        if ours:
            path.unlink(missing_ok=True)  # while it is held: nobody else's is taken away
    except BlockingIOError:
        yield False
    finally:
        os.close(lock)
