"""What a crash of the agent kept from being finished: ended now, and reported as what it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from agent.channels.external import Seen, end_left
from agent.conductor import ended_body
from agent.events import Left
from agent.ledger import Ledger, Unfinished, UnfinishedTool, boot_id
from agent.system.here import keeper
from audit.canonical import Value

Report = Callable[[str, str | None, dict[str, Value]], None]


@dataclass(frozen=True, slots=True)
class ToolStopped:
    """`processes` counts what was still found of it, and the one it was started as."""

    tool: str
    processes: int
    forced: bool


@dataclass(frozen=True, slots=True)
class Remains:
    """A session that nobody finished, once everything of it was ended."""

    line: Unfinished
    left: Left
    tools: tuple[ToolStopped, ...]


def end(ledger: Ledger) -> list[Remains]:
    """End what still lives of an earlier life. Blocks for seconds."""
    boot = boot_id()
    return [_end(line, was_in_this_boot=line.boot == boot) for line in ledger.read()]


def _end(line: Unfinished, *, was_in_this_boot: bool) -> Remains:
    if not was_in_this_boot:
        return Remains(line, "none", tuple(ToolStopped(tool.tool, 1, forced=False) for tool in line.tools))
    left = keeper.sweep(line.session, line.mark).left
    return Remains(line, left, tuple(_end_tool(tool) for tool in line.tools))


def _end_tool(tool: UnfinishedTool) -> ToolStopped:
    before = frozenset(Seen(pid, started) for pid, started in tool.before)
    found, forced = end_left(tool.watch, tool.uid, before)
    return ToolStopped(tool.tool, 1 + found, forced)


def tell(ledger: Ledger, found: Remains, report: Report) -> None:
    """Report the decided end, or that we died meanwhile; then it is finished."""
    line = found.line
    reason = line.reason or "agent_restarted"
    if line.started:
        for tool in found.tools:
            report("tool.stopped", line.session, _tool_body(tool))
        body = ended_body(reason, line.known_s, line.channels, found.left, line.order)
        report("session.ended", line.session, body)
    else:
        report("session.refused", line.session, {"grant": line.grant, "reason": reason})
    ledger.forget(line.session)


def _tool_body(tool: ToolStopped) -> dict[str, Value]:
    return {
        "tool": tool.tool,
        "processes": tool.processes,
        "forced": tool.forced,
        "content": "not_seen",
    }
