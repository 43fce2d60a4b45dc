"""What a lost guardian leaves behind: found again and ended, and no foreign process with it."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from agent import cgroup, guardian
from agent.sweep import Dead, GuardianMark, is_guardian, marked, sweep
from agent.warden import Warden
from tests.agent.session_kit import PATIENCE_S
from tests.agent.test_guardian import HOSTILE, below, close, order
from tests.agent.test_guardian import SESSION as MARK

SESSION = MARK  # what `order` marks its processes with
ORPHANS = f"s-{os.getpid()}-orphans"


async def test_sweep_ends_a_guardian_that_does_not_end_by_itself() -> None:
    """A guardian that hangs (here: stopped) is known by pid, start time and words, and killed with its tree."""
    found = Warden(SESSION)
    child = await found.start("c-1", order(HOSTILE["deaf"]))
    close(*child.descriptors)
    os.kill(found.mark.pid, signal.SIGSTOP)
    swept = await asyncio.to_thread(sweep, SESSION, found.mark, wait_s=0.2)
    assert len(swept.forced) >= 2
    assert swept.left == "none"
    assert not marked(SESSION)
    await asyncio.wait_for(asyncio.shield(found.dead), PATIENCE_S)
    assert not is_guardian(found.mark, SESSION)


async def test_sweep_never_touches_a_foreign_process() -> None:
    stranger = await asyncio.create_subprocess_exec("sleep", "300")
    found = guardian.process(stranger.pid)
    assert found is not None
    assert sweep(SESSION, GuardianMark(found.pid, found.started), wait_s=0.1).forced == frozenset()
    assert sweep(SESSION, GuardianMark(found.pid, found.started - 1), wait_s=0.1).forced == frozenset()
    assert stranger.returncode is None
    stranger.kill()
    await stranger.wait()


async def test_sweep_finds_orphans_of_a_dead_guardian() -> None:
    env = {"VERBALE_SESSION": ORPHANS, "PATH": os.environ["PATH"]}
    orphan = await asyncio.create_subprocess_exec("sleep", "300", env=env)
    other = await asyncio.create_subprocess_exec("sleep", "300", env=env | {"VERBALE_SESSION": f"{ORPHANS}2"})
    swept = sweep(ORPHANS, GuardianMark(2**22 + 1, 1), wait_s=0.1)
    assert swept == Dead(frozenset({orphan.pid}), "unknown"), "who left his mark behind could not be found"
    assert await orphan.wait() == -signal.SIGKILL
    assert other.returncode is None
    other.kill()
    await other.wait()


async def test_sweep_waits_for_a_guardian_that_is_ending_by_itself() -> None:
    """It was seen, and went: then everything below it is dead, group or none."""
    found = Warden(SESSION)
    child = await found.start("c-1", order("trap '' HUP TERM; sleep 300; true"))
    close(*child.descriptors)
    await below(child.pid, 1)
    found.end(grace_s=2.0)  # it is deaf: so long the guardian will be seen
    mark = GuardianMark(found.mark.pid, found.mark.started)
    swept = await asyncio.to_thread(sweep, SESSION, mark, wait_s=PATIENCE_S)
    assert swept.left == "none"
    await asyncio.wait_for(asyncio.shield(found.dead), PATIENCE_S)


async def test_sweep_reaches_by_the_group_what_has_no_mark_and_no_guardian() -> None:
    fled = await asyncio.create_subprocess_exec("/bin/sleep", "300", env={}, start_new_session=True)
    group = cgroup.enter(ORPHANS, fled.pid)
    if group is None:
        fled.kill()
        await fled.wait()
        pytest.skip("no control group may be made here")
    mark = GuardianMark(2**22 + 1, 1, group.path)
    swept = await asyncio.to_thread(sweep, ORPHANS, mark, wait_s=0.1)
    assert swept == Dead(frozenset({fled.pid}), "none")
    assert await fled.wait() == -signal.SIGKILL
    assert not group.path.exists()
    assert (await asyncio.to_thread(sweep, ORPHANS, mark, wait_s=0.1)).left == "none"


@pytest.mark.parametrize("name", ["verbale-s-other", "user.slice"])
def test_a_group_of_another_name_is_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "cgroup.events").write_text("populated 1\n")
    assert sweep(ORPHANS, GuardianMark(2**22 + 1, 1, tmp_path / name), wait_s=0.0).left == "unknown"


def test_the_group_we_are_in_ourselves_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An agent that somebody starts from inside a session does not kill itself."""
    group = tmp_path / f"verbale-{ORPHANS}"
    (group / "inner").mkdir(parents=True)
    monkeypatch.setattr(cgroup, "own_group", lambda: group / "inner")
    assert sweep(ORPHANS, GuardianMark(2**22 + 1, 1, group), wait_s=0.0).left == "unknown"


def test_a_group_that_does_not_empty_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    group = tmp_path / f"verbale-{ORPHANS}"
    group.mkdir()
    (group / "cgroup.events").write_text("populated 1\n")
    monkeypatch.setattr(cgroup, "own_group", lambda: tmp_path)
    monkeypatch.setattr(guardian, "KILL_LIMIT_S", 0.05)
    assert sweep(ORPHANS, GuardianMark(2**22 + 1, 1, group), wait_s=0.0).left == "some"
