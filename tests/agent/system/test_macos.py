"""What macOS alone has to keep: run by the workflow for hosted macOS, nowhere else."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import psutil
import pytest

from tests.agent.system.programs import PATIENCE_S, order

pytestmark = pytest.mark.needs_macos


def test_libproc_says_of_ourselves_what_psutil_says() -> None:
    """The structure's layout is written down in the guardian: another reader has to agree."""
    from agent import guardian

    found, other = guardian.process(os.getpid()), psutil.Process()
    assert found is not None
    assert (found.parent, found.session) == (other.ppid(), os.getsid(0))
    assert found.started / 1e6 == pytest.approx(other.create_time(), abs=1.0)
    assert os.getpid() in {one.pid for one in guardian.processes()}


async def test_that_none_is_left_is_claimed_by_nobody() -> None:
    from agent.system.here import keeper

    warden = keeper.hold("s-macos")
    child = await warden.start("c-1", order("import time; time.sleep(600)"))
    warden.end(0.0)
    assert (await asyncio.wait_for(asyncio.shield(warden.dead), PATIENCE_S)).left == "unknown"
    child.ends().close()


def test_machine_has_an_id() -> None:
    from agent.system.here import identity

    assert len(identity.machine_id()) == 36


def test_the_system_s_own_programs_are_signed() -> None:
    from agent.system.here import publishers

    found = publishers.publisher(Path("/usr/bin/codesign"))
    assert found is not None
    assert (found.name, found.is_valid) == ("Software Signing", True)


def test_a_screen_is_that_of_whoever_owns_the_console_and_runs_the_agent() -> None:
    from agent.system.here import screens

    owner = os.stat("/dev/console").st_uid
    assert screens.environment(os.geteuid()) == ({} if owner == os.geteuid() != 0 else None)
    assert screens.environment(os.geteuid() + 1) is None
