"""What a killed agent left: its processes and its tools' windows are ended, and every end is reported."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import textwrap
from pathlib import Path

import pytest

from agent import earlier_life
from agent.channels.external import named
from agent.ledger import Ledger, Unfinished, UnfinishedTool, boot_id
from tests.agent.session_kit import PATIENCE_S, SESSION, house

pytestmark = pytest.mark.usefixtures("patient")
AGENT = textwrap.dedent(
    """
    import asyncio, sys
    from pathlib import Path
    from audit.policy import Tool
    from audit.statement_parts import Channel
    from tests.agent.session_kit import house

    async def main():
        state, session, start, watched = sys.argv[1:]
        tool = Tool("quickhelp", (start,), (watched,), 2)
        async with house(Path(state)) as h:
            await h.begin(session=session, length_s=1800, channels=(Channel("tool", tool.id),), tools=(tool,))
            await h.channel(session, "tool", tool=tool.id)
            await h.broker.until("tool.started")
            print("up", flush=True)
            await asyncio.Event().wait()

    asyncio.run(main())
    """
)


def unfinished(session: str, boot: str, *tools: UnfinishedTool, started: bool = True) -> Unfinished:
    return Unfinished(
        session, "a" * 64, 2**22 + 1, 1, boot, "2026-11-22T11:00:00.000Z", started=started, tools=tools
    )


async def test_a_killed_agents_tool_is_stopped_and_reported_by_the_next_life(tmp_path: Path) -> None:
    """The window belongs to somebody else's tree, as with a tool whose service opens it; kill -9 of the agent."""
    session, watched = f"{SESSION}-tool", f"qw{os.getpid()}"
    shutil.copy("/bin/sleep", tmp_path / watched)
    start = tmp_path / "qh_start"
    start.write_text("#!/bin/sh\nexec sleep 300\n")
    start.chmod(0o755)
    words = [sys.executable, "-c", AGENT, str(tmp_path), session, str(start), watched]
    agent = await asyncio.create_subprocess_exec(
        *words, stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    try:
        assert agent.stdout is not None
        assert await asyncio.wait_for(agent.stdout.readline(), 2 * PATIENCE_S) == b"up\n"
        window = await asyncio.create_subprocess_exec(str(tmp_path / watched), "300")
    finally:
        agent.kill()
        await agent.wait()
    assert named((watched,), os.getuid())
    async with house(tmp_path) as h:
        assert h.broker.kinds() == ["tool.stopped", "session.ended"]
        assert h.broker.reports[0][1:] == (
            session,
            {"tool": "quickhelp", "processes": 2, "forced": False, "content": "not_seen"},
        )
        ended = h.broker.body("session.ended")
        assert (ended["reason"], ended["channels"]) == ("agent_restarted", 1)
    assert await asyncio.wait_for(window.wait(), PATIENCE_S) == -15
    async with house(tmp_path) as h:
        assert h.broker.reports == []


def test_after_a_restart_of_the_machine_nothing_is_left_and_nobody_is_harmed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool = UnfinishedTool("c-1", "quickhelp", ("python3",), os.getuid(), ())
    ledger = Ledger(tmp_path)
    ledger.keep(unfinished("s-1", "another boot", tool))
    monkeypatch.setattr(earlier_life, "keeper", None)
    monkeypatch.setattr(earlier_life, "end_left", None)
    [remains] = earlier_life.end(ledger)
    told: list[tuple[str, object]] = []
    earlier_life.tell(ledger, remains, lambda kind, _, body: told.append((kind, body)))
    assert told == [
        ("tool.stopped", {"tool": "quickhelp", "processes": 1, "forced": False, "content": "not_seen"}),
        ("session.ended", {"reason": "agent_restarted", "seconds": 0, "channels": 0}),
    ]
    assert ledger.read() == []


def test_a_session_that_never_started_was_refused(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.keep(unfinished("s-1", boot_id(), started=False))
    [remains] = earlier_life.end(ledger)
    told: list[tuple[str, object]] = []
    earlier_life.tell(ledger, remains, lambda kind, _, body: told.append((kind, body)))
    assert told == [("session.refused", {"grant": "a" * 64, "reason": "agent_restarted"})]


def test_tools_and_group_are_kept_word_for_word(tmp_path: Path) -> None:
    one = UnfinishedTool("c-1", "quickhelp", ("qh", "qh_daemon"), 1000, ((7, 99), (8, 100)))
    two = UnfinishedTool("c-2", "quickhelp", (), 1000, ())
    ledger = Ledger(tmp_path)
    ledger.keep(unfinished("s-1", boot_id()))
    ledger.change("s-1", group="/sys/fs/cgroup/verbale-s-1")
    ledger.keep_tool("s-1", one)
    ledger.keep_tool("s-1", two)
    [line] = Ledger(tmp_path).read()
    assert line.tools == (one, two)
    assert line.mark.group == Path("/sys/fs/cgroup/verbale-s-1")
    ledger.forget_tool("s-1", "c-1")
    ledger.forget_tool("s-1", "c-9")
    assert Ledger(tmp_path).read()[0].tools == (two,)
