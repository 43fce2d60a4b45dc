"""A licensed tool, as the first user works: a real program on a real X server, under the grant alone."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.e2e.kit import STOP_BAR_S, Demo, alive, gone, started, until
from tests.stopwatch import Stopwatch
from web.demo.client import Said

# Names of this run's own: a watched name counts for every process of the account that bears it.
VIEWER, STUBBORN = f"vista-{os.getpid()}", f"duro-{os.getpid()}"


@pytest.fixture(scope="module")
def display(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An X server that picks its own number."""
    reader, writer = os.pipe()
    words = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "640x480x24", "-nolisten", "tcp", "-noreset"]
    with (tmp_path_factory.mktemp("x") / "log").open("wb") as log:
        server = subprocess.Popen(words, pass_fds=(writer,), stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    os.close(writer)
    try:
        with os.fdopen(reader) as said:
            yield f":{int(said.readline())}"
    finally:
        server.terminate()
        server.wait(60)


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tools")
    for name in (VIEWER, STUBBORN):
        shutil.copy("/usr/bin/xterm", folder / name)
    return folder


@pytest.fixture(scope="module")
def _stack(tmp_path_factory: pytest.TempPathFactory, display: str, programs: Path) -> Iterator[Demo]:
    def tool(name: str, command: str, grace_s: int) -> dict[str, object]:
        start = [str(programs / name), "-e", "sh", "-c", command]
        return {"id": name, "start": start, "watch": [name], "stop_grace_s": grace_s}

    tools = [
        tool(VIEWER, "sleep 601 & sleep 602", 5),
        tool(STUBBORN, "trap '' HUP TERM INT; while :; do sleep 603; done", 1),
    ]
    with started(tmp_path_factory.mktemp("demo"), tools=tools, agent_env={"DISPLAY": display}) as demo:
        yield demo


@pytest.fixture
async def demo(_stack: Demo) -> Demo:
    await _stack.whole()
    return _stack


async def start_tool(demo: Demo, session: str, tool: str) -> str:
    async with demo.stage.logged_in("technician") as technician:
        said = await technician.post(f"/api/sessions/{session}/tool", tool=tool)
    return str(said["channel"])


def family(name: str) -> list[psutil.Process]:
    """The tool and what it started."""
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or [""]
        if Path(words[0]).name == name:
            return [process, *process.children(recursive=True)]
    return []


def windows(display: str) -> int:
    """How many windows of xterm are on that display; the agent’s own window at the desk is another."""
    env = {**os.environ, "DISPLAY": display}
    words = ["xdotool", "search", "--onlyvisible", "--class", "xterm"]
    found = subprocess.run(words, env=env, capture_output=True, check=False, timeout=20).stdout
    return len(found.split())


async def test_started_seen_running_and_stopped_with_the_session(
    demo: Demo, display: str, programs: Path
) -> None:
    opened = await demo.open("tool", tool=VIEWER)
    assert not family(VIEWER), "an approval alone starts nothing"
    await start_tool(demo, opened.session, VIEWER)
    began = await demo.record("tool.started", session=opened.session)
    assert began.record.tool == VIEWER
    assert began.record.content == "not_seen"
    digest = hashlib.sha256((programs / VIEWER).read_bytes()).hexdigest()
    assert began.record.binary == digest
    assert began.actor.role == "agent"
    assert "note" in {e.kind for e in began.evidence}
    assert began.sealed == began.record.program, "where it lies and whose it is came beside the note"
    await until(lambda: len(family(VIEWER)) >= 4, "xterm, its shell and two sleeps")
    await until(lambda: windows(display) > 0, "its window is on the screen")
    pids = [p.pid for p in family(VIEWER)]
    with Stopwatch() as watch:
        await opened.stop()
        await gone(pids)
    assert watch.took < STOP_BAR_S
    ended = await demo.record("tool.stopped", session=opened.session)
    assert (ended.record.tool, ended.record.content) == (VIEWER, "not_seen")
    assert ended.record.processes >= 4
    await demo.record("session.ended", session=opened.session)
    await until(lambda: windows(display) == 0, "its window is gone")
    opened_record = demo.records("channel.opened", session=opened.session)[0].record
    assert (opened_record.kind, opened_record.via) == ("tool", "agent")


async def test_the_technician_stops_his_tool_and_the_session_goes_on(demo: Demo) -> None:
    opened = await demo.open("tool", tool=VIEWER)
    await start_tool(demo, opened.session, VIEWER)
    await until(lambda: len(family(VIEWER)) >= 4, "the tool runs")
    pids = [p.pid for p in family(VIEWER)]
    async with demo.stage.logged_in("technician") as technician:
        assert (await technician.post(f"/api/sessions/{opened.session}/tool/stop"))["asked"] == 1
    await gone(pids)
    ended = await demo.record("tool.stopped", session=opened.session)
    assert ended.record.forced is False, "it was asked, and went"
    assert not demo.records("session.ended", session=opened.session)
    await start_tool(demo, opened.session, VIEWER)
    await until(lambda: family(VIEWER), "it may be started again under the same session")
    await opened.close()
    assert not family(VIEWER)


async def test_a_tool_the_person_closes_is_told(demo: Demo) -> None:
    opened = await demo.open("tool", tool=VIEWER)
    await start_tool(demo, opened.session, VIEWER)
    first = (await until(lambda: family(VIEWER), "the tool runs"))[0]
    pids = [p.pid for p in family(VIEWER)]
    first.terminate()
    await gone(pids[:1])
    assert await demo.record("tool.stopped", session=opened.session)
    await opened.close()
    assert not any(alive(p) for p in pids)


async def test_one_that_will_not_go_is_forced(demo: Demo) -> None:
    opened = await demo.open("tool", tool=STUBBORN)
    await start_tool(demo, opened.session, STUBBORN)
    await until(lambda: len(family(STUBBORN)) >= 3, "the tool runs")
    pids = [p.pid for p in family(STUBBORN)]
    async with demo.stage.logged_in("technician") as technician:
        await technician.post(f"/api/sessions/{opened.session}/tool/stop")
    await gone(pids)
    assert (await demo.record("tool.stopped", session=opened.session)).record.forced is True
    await opened.close()


async def test_without_a_grant_nothing_starts(demo: Demo) -> None:
    opened = await demo.open("exec")
    with pytest.raises(Said, match="channel_not_granted"):
        await start_tool(demo, opened.session, VIEWER)
    refused = await demo.record("channel.refused", session=opened.session)
    assert (refused.record.kind, refused.record.reason) == ("tool", "channel_not_granted")
    assert not family(VIEWER)
    await opened.close()
    with pytest.raises(Said, match="session_ended"):
        await start_tool(demo, opened.session, VIEWER)
    assert not family(VIEWER)


async def test_another_tool_than_the_granted_one(demo: Demo) -> None:
    opened = await demo.open("tool", tool=VIEWER)
    with pytest.raises(Said, match="channel_not_granted"):
        await start_tool(demo, opened.session, STUBBORN)
    assert not family(STUBBORN)
    assert (await opened.ssh("true")).status == 254, "no shell comes with a tool"
    await opened.close()


async def test_a_tool_the_policy_does_not_know_cannot_be_asked_for(demo: Demo) -> None:
    with pytest.raises(Said, match=r"\((policy_forbids|tool_missing)"):
        await demo.ask("tool", tool="rustdesk")
