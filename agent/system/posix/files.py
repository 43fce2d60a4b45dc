"""Files of a POSIX system: fsync of file and folder, flock, modes."""

from __future__ import annotations

import sys

assert sys.platform != "win32"

import fcntl
import os
from collections.abc import Mapping
from pathlib import Path


class PosixFiles:
    OPEN_FLAGS = os.O_CLOEXEC

    def __init__(self, system_state: Path, user_state: str) -> None:
        """`user_state`: below the home folder, where the environment names no other."""
        self._system_state = system_state
        self._user_state = user_state

    def system_state(self) -> Path:
        return self._system_state

    def user_state(self, environ: Mapping[str, str]) -> Path:
        base = environ.get("XDG_STATE_HOME") or os.path.expanduser(f"~/{self._user_state}")
        return Path(base) / "verbale-agent"

    def set_mode(self, path: Path, mode: int) -> None:
        path.chmod(mode)

    def sync(self, handle: int) -> None:
        if sys.platform == "darwin":
            fcntl.fcntl(handle, fcntl.F_FULLFSYNC)  # there fsync leaves it in the disk's own memory
        else:
            os.fdatasync(handle)

    def sync_folder(self, folder: Path) -> None:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def replace(self, fresh: Path, path: Path) -> None:
        os.replace(fresh, path)
        self.sync_folder(path.parent)

    def try_lock(self, handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
