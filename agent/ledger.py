"""The sessions that have begun and not ended, on disk: what the next life of the agent must finish."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from agent.warden import GuardianMark

FILE = "sessions.json"
MAX_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Unfinished:
    """`known_s`: length when last seen alive. `reason`: set once its end was decided and not yet reported."""

    session: str
    grant: str
    guardian_pid: int
    guardian_started: int
    boot: str
    ends: str
    started: bool = False
    known_s: int = 0
    channels: int = 0
    reason: str | None = None

    @property
    def mark(self) -> GuardianMark:
        return GuardianMark(self.guardian_pid, self.guardian_started)


def boot_id() -> str:
    """Names this start of the machine: pids of an earlier one mean nothing."""
    return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()


class Ledger:
    """Kept whole in memory, written whole with fsync and rename at every change."""

    def __init__(self, state_dir: Path) -> None:
        self._path = state_dir / FILE
        self._lines: dict[str, Unfinished] = {}

    def read(self) -> list[Unfinished]:
        """What an earlier life left. ValueError when the file is not one of ours: somebody must look."""
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return []
        if len(data) > MAX_BYTES:
            raise ValueError(f"{self._path} is longer than any list of sessions")
        value: dict[str, Any] = json.loads(data)
        try:
            lines = [Unfinished(**line) for line in value["sessions"]]
        except (TypeError, KeyError) as wrong:
            raise ValueError(f"{self._path} is no list of sessions") from wrong
        self._lines = {line.session: line for line in lines}
        return lines

    def keep(self, line: Unfinished) -> None:
        self._lines[line.session] = line
        self._write()

    def change(self, session: str, **fields: Any) -> None:
        self.keep(replace(self._lines[session], **fields))

    def forget(self, session: str) -> None:
        if self._lines.pop(session, None) is not None:
            self._write()

    def _write(self) -> None:
        body = {"v": 1, "sessions": [asdict(line) for line in self._lines.values()]}
        fresh = self._path.with_suffix(".new")
        fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(fd, "wb") as file:
            file.write(json.dumps(body).encode())
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, self._path)
        folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
