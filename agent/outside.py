"""What every session of this agent reaches beyond its own processes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from agent.channels import ChannelSocket
from agent.desk import Desk
from agent.report import Reports
from agent.tools.held import Held
from audit.recording_stream import Seen as SegmentSeen
from audit.watch import Call


@dataclass(frozen=True, slots=True)
class Outside:
    """One for all sessions."""

    report: Reports
    channel_refused: Callable[[str, str, str], None]
    call_watcher: Callable[[str, Call], None]
    dial_channel: Callable[[str], Awaitable[ChannelSocket]]
    desk: Desk
    sign_segment: Callable[[SegmentSeen], bytes]
    screens: Path  # where a session's VNC server has its folder
    held: Held
