"""A session in which everything was done that a grant can let in, and the month's report of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from audit.channel_records import (
    ChannelClosed,
    ChannelOpened,
    ClipboardCopied,
    FileTransferred,
    ToolStarted,
    ToolStopped,
)
from audit.commitment import Opening
from audit.folders import FolderLine
from audit.log_records import LogHeartbeat
from audit.named_ports import NamedPort
from audit.policy import Tool
from audit.record import Actor
from audit.session_records import WatchJoined
from audit.statement_parts import Channel
from tests.audit.world import ADS, HOST, Twist, World, seed

RDP = NamedPort("rdp", "localhost", 3389)
TOOL = Tool("supremo", ("/opt/supremo",), ("supremo",), 10)
FOLDER = FolderLine("/srv/dati", "from_host")
CHANNELS = (
    Channel("files", folder=FOLDER.folder, direction=FOLDER.direction),
    Channel("forward", port=RDP),
    Channel("desktop", control=True, clipboard=True),
    Channel("tool", TOOL.id),
)
DIGEST = "ab" * 32
TAKEN = {"path": "/srv/dati/listino.csv", "sha256": DIGEST}
DENIED = {"path": "=cmd|'/C calc'!A0"}
OUT = "10.8.0.31"


def begun(channels: tuple[Channel, ...] = CHANNELS, **twist: Any) -> tuple[World, str]:
    """A session under a grant for these, which has started and is watched."""
    w = World(Twist(request=lambda asked: replace(asked, channels=channels), **{"witnesses": 1} | twist))
    w.onboard()
    w.change_policy(channels=tuple(c.kind for c in CHANNELS), folders=(FOLDER,), ports=(RDP,), tools=(TOOL,))
    w.until(3, 10)
    request, _ = w.ask(1)
    grant = w.approve(request)
    session = w.open(request, grant)
    w.start(session, grant)
    watches = WatchJoined(ADS, "192.168.10.12")
    w.append(watches, actor=Actor(ADS, "ads"), session=session, host=HOST)
    return w, session


def file(w: World, session: str, number: int, texts: Any = TAKEN, **changes: Any) -> None:
    opening = Opening(w.octets(), texts)
    told = FileTransferred("c-1", number, "from_host", "whole", 0, 2048, opening.commitment, None, True, "")
    w.told(replace(told, **changes), session=session, opening=opening)


def opens(w: World, session: str, channel: str, kind: Any, via: str = "ssh", **more: Any) -> None:
    w.told(ChannelOpened(channel, kind, via, OUT, "", **more), session=session)


def closes(w: World, session: str, channel: str, kind: Any) -> None:
    w.wait(minutes=2)
    told = ChannelClosed(
        channel, kind, 120, 4096, seed(channel).hex(), agrees=True, exit_status=None, received=""
    )
    w.told(told, session=session)


def everything(**twist: Any) -> World:
    """Not closed yet: the month's last records are to come."""
    w, session = begun(**twist)
    opens(w, session, "c-1", "files")
    file(w, session, 1)
    file(w, session, 2, DENIED, result="refused", reason="outside_folder", bytes=0, agrees=None)
    closes(w, session, "c-1", "files")
    opens(w, session, "c-2", "forward", port=RDP.id, number=RDP.port)
    closes(w, session, "c-2", "forward")
    opens(w, session, "c-3", "desktop", "browser", control=True)
    w.told(ChannelOpened("c-4", "desktop", "watch", "192.168.10.12", "", control=False), session=session)
    w.told(ClipboardCopied("c-3", "to_host", 12, DIGEST, ""), session=session)
    closes(w, session, "c-4", "desktop")
    closes(w, session, "c-3", "desktop")
    opens(w, session, "c-5", "tool")
    w.told(ToolStarted(TOOL.id, DIGEST, "not_seen", ""), session=session)
    w.wait(minutes=4)
    w.told(ToolStopped(TOOL.id, 3, forced=False, content="not_seen", received=""), session=session)
    closes(w, session, "c-5", "tool")
    w.end(session, "closed_by_technician")
    return w


def month(**twist: Any) -> World:
    """With the month's end and its report."""
    w = everything(**twist)
    w.until(30, 23, 50)
    w.now = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
    w.append(LogHeartbeat("2026-12-01"))
    w.list_sessions()
    w.close()
    return w
