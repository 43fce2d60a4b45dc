"""What recording a screen costs the agent, beside showing it: a desktop on which somebody works in an xterm."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from pathlib import Path

import pytest

from agent import desktop
from agent.channels import screen_folder
from agent.channels.rfb import TIGHT
from audit.canonical import b64
from audit.statement_parts import Channel
from tests.agent import viewer
from tests.agent.session_kit import RECORDING_SALT, House, Line, house
from tests.bench.table import Figure, Peer, Summary

SECONDS = 30
WORK = "while :; do clear; ls -l /usr/bin | head -n $((12 + $(date +%S) % 10)); sleep 1; done"
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")


def _server_s(pid: int) -> float:
    """CPU so far of the VNC server."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * _TICK_S


async def _page(line: Line, size: tuple[int, int]) -> None:
    """Asks as a page does, five times a second."""
    line.type(viewer.FORMAT + viewer.encodings(TIGHT) + viewer.ask(*size))
    while True:
        await asyncio.sleep(0.2)
        line.type(viewer.ask(*size, whole=False))


async def _spent(h: House, *, recorded: bool) -> tuple[float, float, float]:
    """A minute's CPU seconds of the agent and of the VNC server, and kilobytes that are kept."""
    session = await h.begin(channels=(Channel("desktop"),), recording=recorded)
    salt = {"recording_salt": b64(RECORDING_SALT)} if recorded else {}
    line = await h.channel(session, "desktop", **salt)
    size = await viewer.greeted(line)
    (pid,) = viewer.servers_of(h.state_dir / screen_folder.FOLDER / session)
    asking = None if recorded else asyncio.create_task(_page(line, size))  # noqa: TID251 - ends below
    began, server_s = time.process_time(), _server_s(pid)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(SECONDS):
            while await line.read_one():
                pass
    spent = time.process_time() - began, _server_s(pid) - server_s, len(line.pictures) / 1000
    if asking is not None:
        asking.cancel()
    agent_s, vnc_s, kept = (one * 60 / SECONDS for one in spent)
    return agent_s, vnc_s, kept


async def test_screens(figures: list[Figure], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = {}
    with viewer.display(1280, 800) as display, viewer.xterm(display, ["sh", "-c", WORK]):
        monkeypatch.setattr(desktop, "variables", lambda _uid: {"DISPLAY": display})
        for recorded in (True, False):
            folder = tmp_path / str(recorded)
            folder.mkdir()
            async with house(folder) as h:
                found[recorded] = await _spent(h, recorded=recorded)
    (agent_s, vnc_s, kept), (shown_s, shown_vnc_s, _) = found[True], found[False]
    for name, ours, theirs in (
        ("recording a screen, the agent", agent_s, shown_s),
        ("recording a screen, its VNC server", vnc_s, shown_vnc_s),
    ):
        peer = Peer("showing it to a page", Summary.once(theirs))
        figures.append(Figure(name, "CPU s/min", Summary.once(ours), peer))
    figures.append(Figure("a recorded screen", "kB/min", Summary.once(kept)))
