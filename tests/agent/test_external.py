"""Licensed tools: a real program on a real X server, and stand-ins for what real ones do to hide."""

from __future__ import annotations

import asyncio
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

from agent import guardian
from agent.channels import external
from agent.ledger import Ledger
from agent.wire import channel as wire
from agent.wire.channel import Exit, Tag
from audit.statement import Channel, Tool
from tests.agent.session_kit import SALT, House, Line, admitted, eventually, house, order


def tool(*start: str, watch: tuple[str, ...] = (), grace_s: int = 2) -> Tool:
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
        [server, "-displayfd", str(writing), "-screen", "0", "640x480x24", "-nolisten", "tcp"],
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
    clock = shutil.which("xclock")
    assert clock is not None, "install x11-apps"
    async with house(tmp_path) as h:
        session, line = await begin(h, tool("xclock", "-update", "1", watch=("xclock",)))
        started = await h.broker.until("tool.started")
        assert started == {
            "tool": "quickhelp",
            "binary": hashlib.sha256(Path(clock).read_bytes()).hexdigest(),
            "content": "not_seen",
        }
        await asyncio.sleep(0.7)
        assert of_name("xclock"), "it shows on the screen"
        await h.sessions.stop(session, "stopped_by_ads")
        stopped = await h.broker.until("tool.stopped")
        assert stopped == {"tool": "quickhelp", "processes": 1, "forced": False, "content": "not_seen"}
        assert not of_name("xclock")
        await line.read_to_end()
        assert line.exit == Exit(signal="TERM")
        await h.broker.until("session.ended")
        kinds = h.broker.kinds()
        assert kinds == [
            "session.started", "channel.opened", "tool.started", "tool.stopped", "channel.closed", "session.ended",
        ]  # fmt: skip


async def test_program_with_children_of_its_own(tmp_path: Path, display: str) -> None:
    """xterm and the shell in it: the tool is watched with its children."""
    async with house(tmp_path) as h:
        session, _ = await begin(h, tool("xterm", "-e", "sleep 300 & sleep 301", watch=("xterm",)))
        await h.broker.until("tool.started")
        await eventually(lambda: len(guardian.descendants(next(iter(h.sessions._guardians())))) >= 3)
        await asyncio.sleep(0.7)
        await h.sessions.stop(session, "stopped_by_ads")
        stopped = await h.broker.until("tool.stopped")
        assert stopped["processes"] >= 3
        assert not of_name("xterm")


# ------------------------------------------------------------------------ stand-ins for bad manners


async def test_stand_in_that_forks_and_detaches(tmp_path: Path) -> None:
    """Stand-in: the started program returns at once, a daemon of another name goes on."""
    shutil.copy("/bin/sleep", tmp_path / "qh_daemon")
    start = program(
        tmp_path, "qh_start", f"#!/bin/sh\nsetsid {tmp_path}/qh_daemon 300 >/dev/null 2>&1 &\nexit 0\n"
    )
    async with house(tmp_path) as h:
        session, _ = await begin(h, tool(start, watch=("qh_daemon",)))
        await eventually(lambda: bool(of_name("qh_daemon")))
        await asyncio.sleep(1.2)
        assert "tool.stopped" not in h.broker.kinds(), "its daemon is what counts, not the starter"
        await h.sessions.stop(session, "stopped_by_ads")
        stopped = await h.broker.until("tool.stopped")
        assert stopped["processes"] == 2
        assert stopped["forced"] is False
        assert not of_name("qh_daemon")


async def test_stand_in_started_elsewhere_on_our_behalf(tmp_path: Path) -> None:
    """Stand-in for a tool whose service (not our child) starts the window: seen by name and account.

    What ran under that name before is not ours, and stays.
    """
    shutil.copy("/bin/sleep", tmp_path / "qh_window")
    before = await asyncio.create_subprocess_exec(str(tmp_path / "qh_window"), "300")
    async with house(tmp_path) as h:
        session, _ = await begin(h, tool("/bin/sleep", "300", watch=("qh_window",)))
        await h.broker.until("tool.started")
        fresh = await asyncio.create_subprocess_exec(str(tmp_path / "qh_window"), "301")
        await asyncio.sleep(1.2)
        await h.sessions.stop(session, "stopped_by_ads")
        assert (await h.broker.until("tool.stopped"))["processes"] == 2
        assert await asyncio.wait_for(fresh.wait(), 3) == -15
        assert before.returncode is None
    before.kill()
    await before.wait()


async def test_stand_in_that_will_not_go_is_forced(tmp_path: Path) -> None:
    start = program(tmp_path, "qh_deaf", "#!/bin/bash\ntrap '' TERM HUP\nwhile :; do sleep 1; done\n")
    async with house(tmp_path) as h:
        session, _ = await begin(h, tool(start, watch=("qh_deaf",), grace_s=30))
        await h.broker.until("tool.started")
        await asyncio.sleep(0.7)
        await h.sessions.stop(session, "stopped_by_ads")
        await eventually(lambda: not of_name("qh_deaf"), 2)  # the end of the session is no time for grace
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
        await h.broker.until("tool.started", 30)
        await h.sessions.close_channel(session, "c-1")
        await h.broker.until("tool.stopped", 30)
        assert h.sessions.live() == [session]
        await eventually(lambda: Ledger(tmp_path).read()[0].tools == (), 30)


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
        await asyncio.sleep(1.2)
        assert "tool.stopped" not in h.broker.kinds()


@pytest.mark.parametrize("start", ["qh_not_installed", "/etc/hostname"])
async def test_program_that_is_not_there(tmp_path: Path, start: str) -> None:
    async with house(tmp_path) as h:
        await begin(h, tool(start))
        assert (await h.broker.until("channel.refused"))["reason"] == "process_not_started"
        assert "tool.started" not in h.broker.kinds()
        await eventually(lambda: Ledger(tmp_path).read()[0].tools == (), 30)


@pytest.mark.parametrize("deaf", [False, True])
async def test_what_a_tool_left_is_ended_and_what_ran_before_is_not(tmp_path: Path, *, deaf: bool) -> None:
    name = f"qh{os.getpid()}"
    script = "trap '' TERM; while :; do sleep 1; done" if deaf else "sleep 300"
    window = program(tmp_path, name, f"#!/bin/bash\n{script}\n")
    earlier = await asyncio.create_subprocess_exec(window)
    await eventually(lambda: bool(of_name(name)), 30)
    before = of_name(name)
    left = await asyncio.create_subprocess_exec(window)
    await eventually(lambda: len(of_name(name)) == 2, 30)
    await asyncio.sleep(0.3)  # for bash to set its trap
    found, forced = await asyncio.to_thread(external.end_left, (name,), os.getuid(), before)
    assert forced is deaf
    assert found >= 2
    await asyncio.wait_for(left.wait(), 30)
    assert earlier.returncode is None
    assert external.end_left((name,), os.getuid(), before) == (0, False)
    for seen in before:
        os.kill(seen.pid, 9)
    await earlier.wait()


def test_a_pid_that_was_given_away_is_not_hit() -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as other:
        found = guardian.process(other.pid)
        assert found is not None
        external._signal(external.Seen(other.pid, found.started - 1), 9)
        external._signal(external.Seen(2**22 + 1, 1), 9)
        assert other.poll() is None
        external._signal(external.Seen(other.pid, found.started), 9)
        assert other.wait(5) == -9


async def test_tool_is_refused_without_its_line_in_the_rules(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        found = admitted(channels=(Channel("tool", "quickhelp"),), begin=datetime.now(UTC))
        await h.sessions.open(found, SALT)
        await h.broker.until("session.started")
        await h.sessions.channel(order(found.grant.session, "c-1", "tool", tool="quickhelp"))
        assert (await h.broker.until("channel.refused"))["reason"] == "tool_missing"
