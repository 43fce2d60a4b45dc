"""Licensed tools that run, or take a connection, with no session that allows it: told once for each run.

Looked for are the tools of the rules in force and every other that this agent knows. One that the rules
let run always (`resident`) is told of only when its own log says that somebody connected.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import filterfalse
from pathlib import Path
from typing import Literal

from agent.accounts import NoAccount, local_account
from agent.channels.external import Seen
from agent.pins_store import write_file
from agent.report import Reports
from agent.system.here import table
from agent.system.interface import MARK
from agent.tools import program
from agent.tools.adapter import Adapter, LogPlace, NoAdapter, adapter, fit, known
from agent.tools.dialect import Heard
from agent.tools.held import Held
from agent.tools.own_log import OwnLogs
from audit.canonical import Value
from audit.commitment import Opening
from audit.policy import Policy

LOG = logging.getLogger("verbale.agent")
LOOK_EVERY_S = 30.0
FILE = "tools_seen.json"
MAX_STATE_BYTES = 1024 * 1024
Why = Literal["no_grant", "left"]


@dataclass(frozen=True, slots=True)
class Watched:
    """A tool to look for. `known`: its maker. `resident`: only its log is of interest."""

    tool: str
    names: frozenset[str]
    known: str
    resident: bool
    logs: tuple[LogPlace, ...]


def watched(policy: Policy, others: Iterable[Adapter]) -> tuple[Watched, ...]:
    """The tools of the rules first; of the others those that no rule names."""
    found, named = [], set()
    for tool in policy.tools:
        named.add(tool.adapter)
        try:
            names, of = fit(tool).watch, adapter(tool.adapter or "generic")
        except NoAdapter:
            names, of = tool.watch, adapter("generic")
        found.append(Watched(tool.id, frozenset(names), of.publisher, tool.resident, of.logs))
    return (
        *found,
        *(Watched(one.name, frozenset(one.processes), one.publisher, False, ()) for one in others if one.name not in named),
    )  # fmt: skip


Runs = Mapping[str, frozenset[Seen]]


@dataclass(frozen=True, slots=True)
class Alarm:
    tool: Watched
    why: Why
    of: Seen


def judge(
    running: Mapping[Watched, frozenset[Seen]], held: frozenset[Seen], left: Iterable[Seen], before: Runs
) -> tuple[Runs, list[Alarm]]:
    """The runs under way, and those of them that nobody was told of. A run lasts while one of its processes does."""
    after: dict[str, frozenset[Seen]] = {}
    alarms = []
    for tool, processes in running.items():
        outside = processes - held
        if tool.resident or not outside:
            continue
        after[tool.tool] = outside
        if outside.isdisjoint(before.get(tool.tool, ())):
            why: Why = "left" if not outside.isdisjoint(left) else "no_grant"
            alarms.append(Alarm(tool, why, min(outside, key=lambda seen: (seen.started, seen.pid))))
    return after, alarms


@dataclass(slots=True)
class Scan:
    """Processes by tool. Cheap: of one that was there before, only the kernel's name for it is read again."""

    _old: dict[int, tuple[str, frozenset[str]]] = field(default_factory=dict)

    def find(self, tools: Iterable[Watched]) -> dict[Watched, frozenset[Seen]]:
        now: dict[int, tuple[str, frozenset[str]]] = {}
        for pid in table.pids():
            called = table.called(pid)
            old = self._old.get(pid)
            now[pid] = old if old is not None and old[0] == called else (called, frozenset(table.names(pid)))
        self._old = now
        found: dict[Watched, frozenset[Seen]] = {}
        taken: set[int] = set()
        for tool in tools:
            mine = {
                pid
                for pid, (_, names) in now.items()
                if pid not in taken and not tool.names.isdisjoint(names)
            }
            taken |= mine
            found[tool] = frozenset(_living(mine))
        return found


def _living(pids: Iterable[int]) -> Iterable[Seen]:
    for pid in pids:
        process = table.process(pid)
        if process is not None and process.state not in "ZX":
            yield Seen(pid, process.started)


class Lookout:
    """`policy` gives the rules in force. `demo`: agents of several hosts share this machine, and what
    another one's session runs is no concern of this one.
    """

    def __init__(
        self,
        state_dir: Path,
        boot: str,
        held: Held,
        report: Reports,
        policy: Callable[[], Policy],
        *,
        demo: bool = False,
    ) -> None:
        self._path = state_dir / FILE
        self._boot = boot
        self._demo = demo
        self._held, self._report, self._policy = held, report, policy
        self._scan = Scan()
        self._runs = _read(self._path, boot)
        self._logs: dict[tuple[str, str], OwnLogs] = {}
        self._were_held: frozenset[str] = frozenset()

    async def run(self, every_s: float = LOOK_EVERY_S) -> None:
        try:
            while True:
                try:
                    await self.look()
                except OSError as wrong:  # a full disk: what was not written down is told at a later look
                    LOG.warning("tools outside a grant could not be told: %s", wrong)
                await asyncio.sleep(every_s)
        finally:
            for logs in self._logs.values():
                logs.close()

    async def look(self) -> None:
        """One look; nothing is judged while a tool is just being started."""
        rules = self._policy()
        tools = watched(rules, known())
        running = await asyncio.to_thread(self._scan.find, tools)
        if self._held.starting:
            return
        if self._demo:
            running = {tool: frozenset(filterfalse(_of_a_session, found)) for tool, found in running.items()}
        runs, alarms = judge(running, self._held.processes(), self._held.left, self._runs)
        for alarm in alarms:
            await self._tell(alarm)
        if runs != self._runs:
            _write(self._path, self._boot, runs)
            self._runs = runs
        await self._listen(tools, rules)

    async def _tell(self, alarm: Alarm) -> None:
        body: dict[str, Value] = {"tool": alarm.tool.tool, "what": "running", "why": alarm.why}
        found = await asyncio.to_thread(_program_of, alarm.of, alarm.tool.known)
        opening = None
        if found is not None:
            body["binary"], opening = found
            body["program"] = opening.commitment
        self._report("tool.seen_outside_grant", None, body, opening)

    async def _listen(self, tools: Iterable[Watched], rules: Policy) -> None:
        """Logs of tools that may run always. What a session's own run told is that session's."""
        held, before = self._held.tools(), self._were_held
        self._were_held = held
        for tool in tools:
            if not (tool.resident and tool.logs):
                continue
            for home in _homes(rules):
                heard = await asyncio.to_thread(self._heard, tool, home)
                if tool.tool in held | before:
                    continue
                for one in heard:
                    if one.says != "ended":
                        self._connected(tool, program.peer(one.peer or program.UNKNOWN))

    def _heard(self, tool: Watched, home: str) -> list[Heard]:
        key = (tool.tool, home)
        if key not in self._logs:
            self._logs[key] = OwnLogs(tool.logs, home)
        return self._logs[key].listen()

    def _connected(self, tool: Watched, peer: Opening) -> None:
        body: dict[str, Value] = {
            "tool": tool.tool, "what": "connected", "why": "no_grant", "program": peer.commitment,
        }  # fmt: skip
        self._report("tool.seen_outside_grant", None, body, peer)


def _program_of(seen: Seen, maker: str) -> tuple[str, Opening] | None:
    """Digest and opening of the file it runs; None where that cannot be read. Blocks for seconds."""
    image = table.image(seen.pid)
    if image is None:
        return None
    path, file = image
    try:
        found = program.digest(file)
    except OSError:
        return None
    now = table.process(seen.pid)
    if now is None or now.started != seen.started:
        return None
    return found, program.opening(path, maker)


def _of_a_session(seen: Seen) -> bool:
    return table.bears(seen.pid, MARK)


def _homes(policy: Policy) -> list[str]:
    """Of the accounts that the rules name for hosts, as far as they are accounts of this one."""
    homes = []
    for _, account in policy.accounts:
        try:
            homes.append(local_account(account.name).home)
        except NoAccount:
            continue
    return list(dict.fromkeys(homes))


def _read(path: Path, boot: str) -> Runs:
    """Of this boot alone. A file that cannot be read tells of no run: it is then told again."""
    try:
        value = json.loads(path.read_bytes()[:MAX_STATE_BYTES])
        if value["boot"] != boot:
            return {}
        return {
            str(tool): frozenset(Seen(int(pid), int(started)) for pid, started in processes)
            for tool, processes in value["runs"].items()
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def _write(path: Path, boot: str, runs: Runs) -> None:
    value = {
        "boot": boot,
        "runs": {tool: sorted((s.pid, s.started) for s in found) for tool, found in runs.items()},
    }
    write_file(path, json.dumps(value).encode())
