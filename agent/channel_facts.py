"""What the log is told of a session's channels, from what became of them: the notes, as the agent knows them. Pure."""

from __future__ import annotations

from typing import cast

from agent.commands import Command, Report, StartChannel
from agent.events import ChannelEnded, ChannelStarted, FileTold, ToolTold
from audit.canonical import Value
from audit.commitment import Opening


def opened(start: StartChannel, event: ChannelStarted) -> list[Command]:
    """With the command or the tool that runs in it."""
    body: dict[str, Value] = {"channel": event.channel, "kind": start.kind, "via": start.params.via}
    if start.granted.port is not None:
        body |= {"port": start.granted.port.id, "number": start.granted.port.port}
    if start.kind == "desktop":
        body["control"] = start.granted.control and not start.params.watch
    notes: list[Command] = [Report("channel.opened", body)]
    if event.command is not None:
        notes.append(Report("command.executed", {"channel": event.channel, "command": event.command}))
    if event.binary is not None:
        tool: dict[str, Value] = {
            "tool": start.params.tool, "binary": event.binary, "content": "not_seen",
        }  # fmt: skip
        if event.program is not None:
            tool["program"] = event.program.commitment
        notes.append(Report("tool.started", tool, event.program))
    return notes


def tool_told(start: StartChannel, event: ToolTold) -> Report:
    """Of a connection, as the tool's own log has it."""
    times = {"began": event.heard.began, "ended": event.heard.ended}
    said: dict[str, Value] = {"tool": start.params.tool, "event": event.heard.says}
    said |= {name: value for name, value in times.items() if value is not None}
    if event.peer is not None:
        said["peer"] = event.peer.commitment
    return Report("tool.told", said, event.peer)


def file_told(event: FileTold, salt: bytes) -> Report:
    """Salted: a path or a digest alone could be guessed."""
    fact = event.fact
    opening = Opening(salt, cast(Value, fact.text()))
    body: dict[str, Value] = {
        "channel": event.channel,
        "number": fact.number,
        "direction": fact.direction,
        "result": fact.result,
        "offset": fact.offset,
        "bytes": fact.count,
        "file": opening.commitment,
    }
    if fact.reason is not None:
        body["reason"] = fact.reason
    return Report("file.transferred", body, opening)


def closed(start: StartChannel, event: ChannelEnded) -> list[Report]:
    found = event.outcome
    notes: list[Report] = []
    if start.kind == "tool":
        tool: dict[str, Value] = {
            "tool": start.params.tool,
            "processes": found.processes,
            "forced": found.forced,
            "content": "not_seen",
        }
        if found.log is not None:
            tool["log"] = found.log
        if found.still:
            tool["still"] = found.still
        notes.append(Report("tool.stopped", tool))
    body: dict[str, Value] = {
        "channel": event.channel,
        "kind": start.kind,
        "in_bytes": found.in_bytes,
        "out_bytes": found.out_bytes,
        "out_digest": found.out_digest,
    }
    if found.exit.status is not None and start.kind != "forward":
        body["exit_status"] = found.exit.status
    notes.append(Report("channel.closed", body))
    return notes
