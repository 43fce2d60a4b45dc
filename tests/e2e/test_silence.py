"""An agent falls silent: its sessions' end is presumed and said to be, never invented.

The waits are the product's own (90 s of silence), so the three cases run side by side, each on a stack
of its own.
"""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import ExitStack
from pathlib import Path

import pytest

from agent.wire.link import DEAD_AFTER_S
from audit.leaf import Leaf
from tests.e2e.kit import BOTH, Demo, of_session, started, until


@pytest.fixture(scope="module")
def stacks(tmp_path_factory: pytest.TempPathFactory):
    with ExitStack() as held:
        yield [held.enter_context(started(tmp_path_factory.mktemp("silent"))) for _ in range(3)]


async def _sound(demo: Demo, folder: Path) -> None:
    await demo.linked()
    folder.mkdir()
    verdict = await demo.verdict(folder)
    assert verdict["verdict"] == "sound", verdict


async def _never_answered(demo: Demo, folder: Path) -> None:
    """The agent hangs as the order comes, and for longer than its link lives: whether the order still reaches
    it when it wakes is chance. If so it says so, after the presumption; in any case it keeps no session."""
    request = await demo.ask("exec")
    session = await demo.approve(request)
    hung = demo.pid("agente")
    os.kill(hung, signal.SIGSTOP)
    try:
        async with demo.stage.logged_in("technician") as technician:
            await technician.activate(session)
        opened = demo.records("session.opened", session=session)[0]
        presumed = await demo.record("session.presumed_ended", session=session, seconds=2 * DEAD_AFTER_S + 40)
        # Not before it is silent: the person at the desk may be thinking about it.
        assert (presumed.time - opened.time).total_seconds() >= DEAD_AFTER_S
        assert await demo.phase(request, "presumed_ended")
    finally:
        os.kill(hung, signal.SIGCONT)
    await demo.linked()
    if demo.records("session.started", session=session):
        await demo.record("session.ended", session=session)
    told = demo.records("session.started", "session.ended", "session.refused", session=session)
    assert all(late.n > presumed.n for late in told)
    await until(lambda: not of_session(session), "nothing runs on")
    await _sound(demo, folder)


async def _presumed(demo: Demo, request: str, session: str) -> Leaf:
    found = await demo.record("session.presumed_ended", session=session, seconds=2 * DEAD_AFTER_S + 40)
    assert found.record.last_seen < found.time.strftime("%Y-%m-%dT%H:%M:%S.000Z"), "no invented time"
    assert found.actor.role == "broker"
    assert await demo.phase(request, "presumed_ended")
    return found


async def _killed(demo: Demo, folder: Path) -> None:
    opened = await demo.open(*BOTH)
    demo.kill("agente")
    await until(lambda: not of_session(opened.session), "no orphan")
    presumed = await _presumed(demo, opened.request, opened.session)
    demo.start_agent()
    ended = await demo.record("session.ended", session=opened.session)
    assert ended.n > presumed.n, "its own word comes after, and stands beside"
    assert ended.record.reason == "agent_restarted"
    assert not of_session(opened.session)
    await _sound(demo, folder)


async def _hung(demo: Demo, folder: Path) -> None:
    """Its socket stays open, and says nothing: a half-open line is no sign of life."""
    opened = await demo.open(*BOTH)
    hung = demo.pid("agente")
    os.kill(hung, signal.SIGSTOP)
    try:
        presumed = await _presumed(demo, opened.request, opened.session)
    finally:
        os.kill(hung, signal.SIGCONT)
    ended = await demo.record("session.ended", session=opened.session)
    assert ended.n > presumed.n
    await until(lambda: not of_session(opened.session), "nothing runs on")
    await _sound(demo, folder)


async def test_what_is_presumed_says_so(stacks: list[Demo], tmp_path: Path) -> None:
    cases = (_never_answered, _killed, _hung)
    async with asyncio.TaskGroup() as group:
        for case, demo in zip(cases, stacks, strict=True):
            group.create_task(case(demo, tmp_path / case.__name__))
