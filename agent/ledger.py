"""The sessions that have begun and not ended, on disk: what the next life of the agent must finish."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from agent.pins_store import StateDamaged, write_file
from agent.system.here import identity
from agent.system.interface import AccountKey, GuardianMark

FILE = "sessions.json"
MAX_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class UnfinishedTool:
    """A licensed tool under way, whose windows may live on without us.

    `before`: (pid, start time) of what of its names ran already, which is not ours to stop.
    """

    channel: str
    tool: str
    watch: tuple[str, ...]
    uid: AccountKey
    before: tuple[tuple[int, int], ...]

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> UnfinishedTool:
        before = tuple((int(pid), int(started)) for pid, started in value["before"])
        return cls(**value | {"watch": tuple(value["watch"]), "before": before})


@dataclass(frozen=True, slots=True)
class Unfinished:
    """`known_s`: length when last seen alive. `reason`: set once its end was decided and not yet reported,
    and `order`: the digest of the signed stop behind it."""

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
    order: str | None = None
    group: str | None = None
    tools: tuple[UnfinishedTool, ...] = ()

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Unfinished:
        return cls(**value | {"tools": tuple(UnfinishedTool.from_json(t) for t in value.get("tools", ()))})

    @property
    def mark(self) -> GuardianMark:
        group = None if self.group is None else Path(self.group)
        return GuardianMark(self.guardian_pid, self.guardian_started, group)


def boot_id() -> str:
    """Names this start of the machine: pids of an earlier one mean nothing."""
    return identity.boot_id()


class Ledger:
    """Kept whole in memory, written whole with fsync and rename at every change."""

    def __init__(self, state_dir: Path) -> None:
        self._path = state_dir / FILE
        self._lines: dict[str, Unfinished] = {}

    def read(self) -> list[Unfinished]:
        """What an earlier life left. `StateDamaged` when the file is not one of ours: somebody must look."""
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return []
        if len(data) > MAX_BYTES:
            raise StateDamaged(self._path, "longer than any list of sessions")
        try:
            lines = [Unfinished.from_json(line) for line in json.loads(data)["sessions"]]
        except (ValueError, TypeError, KeyError, RecursionError) as wrong:
            raise StateDamaged(self._path, "no list of sessions") from wrong
        self._lines = {line.session: line for line in lines}
        return lines

    def keep(self, line: Unfinished) -> None:
        self._lines[line.session] = line
        self._write()

    def change(self, session: str, **fields: Any) -> None:
        self.keep(replace(self._lines[session], **fields))

    def keep_tool(self, session: str, tool: UnfinishedTool) -> None:
        self.change(session, tools=(*self._lines[session].tools, tool))

    def forget_tool(self, session: str, channel: str) -> None:
        tools = self._lines[session].tools
        left = tuple(tool for tool in tools if tool.channel != channel)
        if left != tools:
            self.change(session, tools=left)

    def forget(self, session: str) -> None:
        if self._lines.pop(session, None) is not None:
            self._write()

    def _write(self) -> None:
        body = {"v": 1, "sessions": [asdict(line) for line in self._lines.values()]}
        write_file(self._path, json.dumps(body).encode())
