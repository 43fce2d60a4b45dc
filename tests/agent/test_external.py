"""Licensed tools: a real program on a real X server, and stand-ins for what real ones do to hide."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from agent import guardian, perform
from agent.channels import external
from agent.ledger import Ledger
from agent.wire import channel as wire
from agent.wire.channel import Exit, Tag
from audit.policy import Tool
from audit.statement_parts import Channel
from tests.agent.session_kit import PATIENCE_S, SALT, House, Line, admitted, eventually, house, order

pytestmark = pytest.mark.usefixtures("patient")
# Names of this run's own: a watched name counts for every process of the account that bears it.
CLOCK, SCREEN, DAEMON, WINDOW, DEAF = (f"q{letter}{os.getpid()}" for letter in "csdwt")


def tool(*start: str, watch: tuple[str, ...] = (), grace_s: int = 60) -> Tool:
    return Tool("quickhelp", start, watch, grace_s)


async def begin(h: House, found: Tool) -> tuple[str, Line]:
    what: dict[str, Any] = {"channels": (Channel("tool", found.id),), "tools": (found,)}
    session = await h.begin(**what)
    return session, await h.channel(session, "tool", tool=found.id)


def program(folder: Path, name: str, text: str) -> str:
    """A stand-in for a licensed tool: a script under the tool's name."""
    path = folder / name
    path.write_text(text)
    path.chmod(0o755)
    return str(path)


def of_name(name: str) -> frozenset[external.Seen]:
    return external.named((name,), os.getuid())


# --------------------------------------------------------------------------- a real program, really seen


@pytest.fixture
def display(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An X server of this test's own."""
    server = shutil.which("Xvfb")
    assert server is not None, "install xvfb"
    reading, writing = os.pipe()
    with subprocess.Popen(
        [server, "-displayfd", str(writing), "-screen", "0", "640x480x24", "-nolisten", "tcp", "-noreset"],
        pass_fds=(writing,),
        stderr=subprocess.DEVNULL,
    ) as running:
        os.close(writing)
        with open(reading, "rb") as number:
            name = f":{int(number.readline())}"
        monkeypatch.setenv("DISPLAY", name)
        yield name
        running.terminate()


async def test_real_program_on_a_real_x_server(tmp_path: Path, display: str) -> None:
    program = shutil.which("xclock")
    assert program is not None, "install x11-apps"
    clock = shutil.copy(program, tmp_path / CLOCK)
    async with house(tmp_path) as h:
        session, line = await begin(h, tool(str(clock), "-update", "1", watch=(CLOCK,)))
        started = await h.broker.until("tool.started")
        assert started == {
            "tool": "quickhelp",
            "binary": hashlib.sha256(Path(clock).read_bytes()).hexdigest(),
            "content": "not_seen",
            "program": h.broker.openings[0].commitment,
        }
        assert h.broker.openings[0].data == {"path": str(clock), "publisher": "unknown"}
        await eventually(lambda: CLOCK in _windows(display))
        await h.sessions.stop(session, "stopped_by_ads")
        stopped = await h.broker.until("tool.stopped")
        assert stopped == {"tool": "quickhelp", "processes": 1, "forced": False, "content": "not_seen"}
        assert not of_name(CLOCK)
        await line.read_to_end()
        assert line.exit == Exit(signal="TERM")
        await h.broker.until("session.ended")
        kinds = h.broker.kinds()
        assert kinds == [
            "session.started", "channel.opened", "tool.started", "tool.stopped", "channel.closed", "session.ended",
        ]  # fmt: skip


async def test_program_with_children_of_its_own(tmp_path: Path, display: str) -> None:
    """xterm and the shell in it: the tool is watched with its children."""
    program = shutil.which("xterm")
    assert program is not None, "install xterm"
    shutil.copy(program, tmp_path / SCREEN)
    async with house(tmp_path) as h:
        words = (str(tmp_path / SCREEN), "-e", "sleep 300 & sleep 301")
        session, _ = await begin(h, tool(*words, watch=(SCREEN,)))
        await h.broker.until("tool.started")
        await eventually(lambda: len(guardian.descendants(h.sessions._live[session].warden.mark.pid)) >= 3)
        await h.sessions.stop(session, "stopped_by_ads")
        stopped = await h.broker.until("tool.stopped")
        assert stopped["processes"] >= 3
        assert not of_name(SCREEN)


def _windows(display: str) -> str:
    """What is on that screen, in xwininfo's words."""
    words = ["xwininfo", "-root", "-tree", "-display", display]
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout


# ------------------------------------------------------------------------ stand-ins for bad manners


async def test_stand_in_that_forks_and_detaches(tmp_path: Path) -> None:
    """Stand-in: the started program returns at once, a daemon of another name goes on."""
    shutil.copy("/bin/sleep", tmp_path / DAEMON)
    begin_it = f"setsid {tmp_path}/{DAEMON} 300 >/dev/null 2>&1 &"
    until_it_bears_its_name = f'until [ "$(cat /proc/$!/comm)" = {DAEMON} ]; do sleep 0.05; done'
    start = program(tmp_path, "qh_start", f"#!/bin/sh\n{begin_it}\n{until_it_bears_its_name}\nexit 0\n")
    async with house(tmp_path) as h:
        session, _ = await begin(h, tool(start, watch=(DAEMON,)))
        await eventually(lambda: of_name(DAEMON))
        await asyncio.sleep(1.2)  # two looks, and more: whatever would be told is told by then
        assert "tool.stopped" not in h.broker.kinds(), "its daemon is what counts, not the starter"
        await h.sessions.stop(session, "stopped_by_ads")
        stopped = await h.broker.until("tool.stopped")
        assert stopped["processes"] >= 2
        assert stopped["forced"] is False
        assert not of_name(DAEMON)


async def test_stand_in_started_elsewhere_on_our_behalf(tmp_path: Path) -> None:
    """Stand-in for a tool whose service (not our child) starts the window: seen by name and account.

    What ran under that name before is not ours, and stays.
    """
    shutil.copy("/bin/sleep", tmp_path / WINDOW)
    before = await asyncio.create_subprocess_exec(str(tmp_path / WINDOW), "300")
    await eventually(lambda: of_name(WINDOW))
    async with house(tmp_path) as h:
        session, _ = await begin(h, tool("/bin/sleep", "300", watch=(WINDOW,)))
        await h.broker.until("tool.started")
        fresh = await asyncio.create_subprocess_exec(str(tmp_path / WINDOW), "301")
        await eventually(lambda: len(of_name(WINDOW)) == 2)
        await h.sessions.stop(session, "stopped_by_ads")
        stopped = await h.broker.until("tool.stopped")
        assert (stopped["processes"], stopped["still"]) == (2, 1), "no false stop"
        assert await asyncio.wait_for(fresh.wait(), PATIENCE_S) == -15
        assert before.returncode is None
    before.kill()
    await before.wait()


async def test_stand_in_that_will_not_go_is_forced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The end of the session is no time for the grace that its policy gives the tool."""
    monkeypatch.setattr(external, "CUT_GRACE_S", 1.0)
    monkeypatch.setattr(perform, "CUT_GRACE_S", 1.0)
    up = tmp_path / "up"
    start = program(tmp_path, DEAF, f"#!/bin/bash\ntrap '' TERM HUP\ntouch {up}\nwhile :; do sleep 1; done\n")
    async with house(tmp_path) as h:
        session, _ = await begin(h, tool(start, watch=(DEAF,), grace_s=10 * int(PATIENCE_S)))
        await h.broker.until("tool.started")
        await eventually(up.exists)
        await h.sessions.stop(session, "stopped_by_ads")
        await eventually(lambda: not of_name(DEAF))
        assert (await h.broker.until("tool.stopped"))["forced"] is True


@pytest.mark.parametrize("message", [wire.pack_signal("TERM"), wire.pack(Tag.EOF)])
async def test_stopping_the_tool_alone(tmp_path: Path, message: bytes) -> None:
    start = program(tmp_path, "qh_plain", "#!/bin/sh\nexec sleep 300\n")
    async with house(tmp_path) as h:
        session, line = await begin(h, tool(start))
        await h.broker.until("tool.started")
        line.tell(message)
        await h.broker.until("tool.stopped")
        assert h.sessions.live() == [session]


async def test_closing_the_channel_stops_the_tool(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        session, _ = await begin(h, tool("/bin/sleep", "300"))
        await h.broker.until("tool.started")
        await h.sessions.close_channel(session, "c-1")
        await h.broker.until("tool.stopped")
        assert h.sessions.live() == [session]
        await eventually(lambda: Ledger(tmp_path).read()[0].tools == ())


async def test_tool_that_ends_by_itself(tmp_path: Path) -> None:
    start = program(tmp_path, "qh_short", "#!/bin/sh\nyes | head -c 1000000\nexit 4\n")
    async with house(tmp_path) as h:
        _, line = await begin(h, tool(start))
        closed = await h.broker.until("channel.closed")
        assert closed == {
            "channel": "c-1",
            "kind": "tool",
            "in_bytes": 0,
            "out_bytes": 0,
            "out_digest": hashlib.sha256(SALT).hexdigest(),
            "exit_status": 4,
        }
        await line.read_to_end()
        assert line.exit == Exit(status=4)


async def test_losing_the_page_does_not_stop_the_tool(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        _, line = await begin(h, tool("/bin/sleep", "300"))
        await h.broker.until("tool.started")
        line.hang_up()
        await asyncio.sleep(1.2)  # two looks, and more: whatever would be told is told by then
        assert "tool.stopped" not in h.broker.kinds()


@pytest.mark.parametrize("start", ["qh_not_installed", "/etc/hostname"])
async def test_program_that_is_not_there(tmp_path: Path, start: str) -> None:
    async with house(tmp_path) as h:
        await begin(h, tool(start))
        assert (await h.broker.until("channel.refused"))["reason"] == "process_not_started"
        assert "tool.started" not in h.broker.kinds()
        await eventually(lambda: Ledger(tmp_path).read()[0].tools == ())


@pytest.mark.parametrize("deaf", [False, True])
async def test_what_a_tool_left_is_ended_and_what_ran_before_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, deaf: bool
) -> None:
    if deaf:
        monkeypatch.setattr(external, "CUT_GRACE_S", 1.0)
    name = f"qh{os.getpid()}"
    script = "trap '' TERM; while :; do sleep 100; done" if deaf else "sleep 300; true"
    window = program(tmp_path, name, f"#!/bin/bash\n{script}\n")
    earlier = await asyncio.create_subprocess_exec(window)
    await eventually(lambda: of_name(name))
    before = of_name(name)
    left = await asyncio.create_subprocess_exec(window)
    await eventually(lambda: guardian.descendants(left.pid))  # its trap is set, and its sleep runs
    found, forced = await asyncio.to_thread(external.end_left, (name,), os.getuid(), before)
    assert forced is deaf
    assert found >= 2
    await asyncio.wait_for(left.wait(), PATIENCE_S)
    assert earlier.returncode is None
    assert external.end_left((name,), os.getuid(), before) == (0, False)
    for seen in (*guardian.descendants(earlier.pid), *before):
        with contextlib.suppress(ProcessLookupError):  # the shell whose sleep is killed goes by itself
            os.kill(seen.pid, 9)
    await earlier.wait()


def test_a_pid_that_was_given_away_is_not_hit() -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as other:
        found = guardian.process(other.pid)
        assert found is not None
        external._tell(external.Seen(other.pid, found.started - 1), "kill")
        external._tell(external.Seen(2**22 + 1, 1), "kill")
        assert other.poll() is None
        external._tell(external.Seen(other.pid, found.started), "kill")
        assert other.wait(PATIENCE_S) == -9


async def test_tool_is_refused_without_its_line_in_the_rules(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        found = admitted(channels=(Channel("tool", "quickhelp"),), begin=datetime.now(UTC))
        await h.sessions.open(found, SALT)
        await h.broker.until("session.started")
        await h.sessions.channel(order(found.grant.session, "c-1", "tool", tool="quickhelp"))
        assert (await h.broker.until("channel.refused"))["reason"] == "tool_missing"
