"""The guardian and hostile children: whatever they do, ending the session ends them, quickly."""

from __future__ import annotations

import asyncio
import os
import pwd
import signal
import sys
import textwrap
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent import guardian
from agent.accounts import LocalAccount, NoAccount, local_account
from agent.channels import Params
from agent.perform import shell_order
from agent.warden import (
    GuardianMark,
    NotStarted,
    ProcessOrder,
    Warden,
    is_guardian,
    marked,
    read_exit_code,
    sweep,
)
from agent.wire.channel import Exit
from tests.agent.session_kit import ME, eventually

SESSION = f"s-{os.getpid()}-guardian"
ORPHANS = f"s-{os.getpid()}-orphans"

HOSTILE = {
    "plain": "sleep 300",
    "background": "sleep 301 & sleep 302 & sleep 300",
    "deaf": "trap '' HUP INT TERM; sleep 300 & while :; do sleep 1; done",
    "setsid": "setsid sleep 300 & setsid setsid sleep 301 & wait",
    "double fork": "(setsid sh -c 'trap \"\" HUP TERM; sleep 300 & sleep 301' & ) ; exit 0",
    "no environment": "(env -i setsid sh -c 'trap \"\" HUP TERM; exec sleep 300' & ) ; sleep 1000",
    "stopped": "sleep 300 & kill -STOP $!; sleep 301",
}

# Bounded whatever the guardian does: each birth takes one of the tickets in the folder, and all end by themselves.
TICKETS = 240
# Forty lines of descent, each a moving target: a process lives 20 ms and leaves one successor in a
# session of its own. Bounded in number and time, so that a guardian that loses harms nobody.
BREEDER = textwrap.dedent(
    """
    import os, signal, time
    for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    until = time.monotonic() + 12
    for _ in range(40):
        if os.fork() == 0:
            os.setsid()
            while time.monotonic() < until:
                time.sleep(0.02)
                if os.fork() != 0:
                    os._exit(0)
                os.setsid()
            os._exit(0)
    time.sleep(12)
    """
)


@pytest.fixture
async def warden() -> AsyncIterator[Warden]:
    found = Warden(SESSION)
    yield found
    found.end(0.0)
    await asyncio.wait_for(asyncio.shield(found.dead), 8)


def order(command: str, streams: str = "pipes") -> ProcessOrder:
    found = shell_order(local_account(ME), SESSION, Params("ssh", command=command))
    return replace(found, streams=streams)  # type: ignore[arg-type]


def close(*descriptors: int) -> None:
    for fd in descriptors:
        os.close(fd)


async def dead_within(warden: Warden, limit_s: float) -> float:
    """How long the guardian took to end everything, itself too."""
    before = time.monotonic()
    warden.end()
    last = await asyncio.wait_for(asyncio.shield(warden.dead), limit_s)
    assert last is not None
    assert last.left == 0
    return time.monotonic() - before


@pytest.mark.parametrize("name", list(HOSTILE))
async def test_ending_kills_whatever_was_started(warden: Warden, name: str) -> None:
    child = await warden.start("c-1", order(HOSTILE[name]))
    close(*child.descriptors)
    await asyncio.sleep(0.3)
    below = guardian.descendants(warden.mark.pid)
    assert below, "the session is alive before it is ended"
    assert await dead_within(warden, 4) < 1.5
    assert not [p for p in below if guardian.process(p.pid) == p]
    assert not marked(SESSION)
    assert not is_guardian(warden.mark, SESSION)


async def test_ending_wins_against_processes_that_breed_as_they_flee(warden: Warden, tmp_path: Path) -> None:
    program = tmp_path / "breeder.py"
    program.write_text(BREEDER)
    tickets = tmp_path / "tickets"
    tickets.mkdir()
    for number in range(TICKETS):
        (tickets / str(number)).touch()
    child = await warden.start("c-1", order(f"exec {sys.executable} {program} {tickets}", "none"))
    assert not child.descriptors
    await eventually(lambda: len(guardian.descendants(warden.mark.pid)) >= 35, 8)
    await dead_within(warden, 6)
    await asyncio.sleep(0.3)
    assert not marked(SESSION)


async def test_the_agents_death_ends_everything() -> None:
    """The kernel closes the line of a killed agent; that is all the guardian needs."""
    found = Warden(SESSION)
    child = await found.start("c-1", order(HOSTILE["double fork"]))
    close(*child.descriptors)
    await asyncio.sleep(0.3)
    assert marked(SESSION)
    asyncio.get_running_loop().remove_reader(found._link)
    found._link.close()
    await asyncio.to_thread(found._process.wait, 5)
    assert not marked(SESSION)


async def test_terminal_signals_do_not_reach_the_guardian(warden: Warden) -> None:
    first = await warden.start("c-0", order("true"))
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        os.kill(warden.mark.pid, number)
    child = await warden.start("c-1", order("exit 5"))
    close(*first.descriptors)
    close(*child.descriptors)
    assert await asyncio.wait_for(asyncio.shield(child.ended), 5) == Exit(status=5)
    assert os.getsid(warden.mark.pid) == warden.mark.pid


async def test_a_killed_guardian_takes_its_session_along(warden: Warden) -> None:
    child = await warden.start(
        "c-1", order("trap '' HUP TERM; (setsid sleep 300 &) ; while :; do sleep 1; done")
    )
    close(*child.descriptors)
    await asyncio.sleep(0.2)
    os.kill(warden.mark.pid, signal.SIGKILL)
    assert await asyncio.wait_for(asyncio.shield(warden.dead), 8) is None
    assert (await child.ended).signal == "KILL"
    assert not marked(SESSION)
    with pytest.raises(NotStarted):
        await warden.start("c-2", order("true"))
    warden.end()


async def test_what_cannot_start_says_why(warden: Warden) -> None:
    with pytest.raises(NotStarted) as said:
        await warden.start("c-1", replace(order("true"), program="/nowhere/at/all"))
    assert said.value.errno == 2
    with pytest.raises(NotStarted):
        await warden.start("c-2", replace(order("true"), argv=("sh", "-c", "a\0b")))
    child = await warden.start("c-3", replace(order("pwd"), cwd="/nowhere"))
    assert await asyncio.wait_for(asyncio.shield(child.ended), 5) == Exit(status=0)
    os.set_blocking(child.descriptors[1], True)
    assert os.read(child.descriptors[1], 100) == b"/\n"
    close(*child.descriptors)


async def test_killing_one_channel_leaves_the_others(warden: Warden) -> None:
    one = await warden.start("c-1", order("trap '' HUP TERM; sleep 300 & while :; do sleep 1; done"))
    two = await warden.start("c-2", order("sleep 300"))
    await warden.kill("c-1")
    assert (await asyncio.wait_for(asyncio.shield(one.ended), 5)).signal == "KILL"
    assert not two.ended.done()
    await warden.signal("c-2", signal.SIGUSR2)
    assert (await asyncio.wait_for(asyncio.shield(two.ended), 5)).signal == "USR2"
    await warden.kill("c-2")  # gone already: nothing to kill, nothing to fail
    close(*one.descriptors, *two.descriptors)


async def test_a_foreign_group_is_never_signalled(warden: Warden) -> None:
    child = await warden.start("c-1", order("exec sleep 300"))
    await warden.signal("c-1", signal.SIGUSR1, group=os.getpgrp())
    assert (await asyncio.wait_for(asyncio.shield(child.ended), 5)).signal == "USR1"
    close(*child.descriptors)


async def test_children_hold_no_descriptor_of_ours(warden: Warden) -> None:
    child = await warden.start("c-1", order("ls -1 /proc/self/fd; exec >&-"))
    await asyncio.wait_for(asyncio.shield(child.ended), 5)
    os.set_blocking(child.descriptors[1], True)
    found = os.read(child.descriptors[1], 1000).split()
    assert set(found) <= {b"0", b"1", b"2", b"3"}  # 3 is ls's own, of the folder it lists
    close(*child.descriptors)


async def test_cancelled_birth_leaks_nothing(warden: Warden) -> None:
    before = len(os.listdir("/proc/self/fd"))
    async with asyncio.TaskGroup() as group:
        births = [group.create_task(warden.start(f"c-{n}", order("sleep 300"))) for n in range(5)]
        await asyncio.sleep(0)
        for birth in births:
            birth.cancel()
    await dead_within(warden, 5)
    assert len(os.listdir("/proc/self/fd")) <= before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes somebody else")
async def test_privileges_are_dropped(warden: Warden) -> None:
    who = pwd.getpwnam("nobody")
    account = LocalAccount("nobody", who.pw_uid, who.pw_gid, "/", "/bin/sh")
    child = await warden.start(
        "c-1", shell_order(account, SESSION, Params("ssh", command="id; cat /etc/shadow"))
    )
    await asyncio.wait_for(asyncio.shield(child.ended), 5)
    os.set_blocking(child.descriptors[1], True)
    said = os.read(child.descriptors[1], 1000).decode()
    assert said.startswith(f"uid={who.pw_uid}(nobody) gid={who.pw_gid}")
    assert "(root)" not in said
    close(*child.descriptors)
    tty = await warden.start(
        "c-2", shell_order(account, SESSION, Params("ssh", command="echo > $(tty) && tty", term="xterm"))
    )
    assert await asyncio.wait_for(asyncio.shield(tty.ended), 5) == Exit(status=0), "his terminal is his"
    close(*tty.descriptors)


def test_accounts_that_are_not_ours() -> None:
    with pytest.raises(NoAccount):
        local_account("nobody-of-this-name")


def test_account_of_another_needs_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 54321)
    with pytest.raises(NoAccount):
        local_account(ME)


def test_exit_codes_read_as_status_or_signal() -> None:
    assert read_exit_code(0) == Exit(status=0)
    assert read_exit_code(-9) == Exit(signal="KILL")
    assert read_exit_code(-40) == Exit(signal="RT40")


# ------------------------------------------------------------------------------- an earlier life


async def test_sweep_ends_a_guardian_that_does_not_end_by_itself() -> None:
    """A guardian that hangs (here: stopped) is known by pid, start time and words, and killed with its tree."""
    found = Warden(SESSION)
    child = await found.start("c-1", order(HOSTILE["deaf"]))
    close(*child.descriptors)
    os.kill(found.mark.pid, signal.SIGSTOP)
    swept = await asyncio.to_thread(sweep, SESSION, found.mark, wait_s=0.2)
    assert swept >= 2
    assert not marked(SESSION)
    await asyncio.wait_for(asyncio.shield(found.dead), 5)
    assert not is_guardian(found.mark, SESSION)


async def test_sweep_never_touches_a_foreign_process() -> None:
    stranger = await asyncio.create_subprocess_exec("sleep", "300")
    found = guardian.process(stranger.pid)
    assert found is not None
    assert sweep(SESSION, GuardianMark(found.pid, found.started), wait_s=0.1) == 0
    assert sweep(SESSION, GuardianMark(found.pid, found.started - 1), wait_s=0.1) == 0
    assert stranger.returncode is None
    stranger.kill()
    await stranger.wait()


async def test_sweep_finds_orphans_of_a_dead_guardian() -> None:
    env = {"VERBALE_SESSION": ORPHANS, "PATH": os.environ["PATH"]}
    orphan = await asyncio.create_subprocess_exec("sleep", "300", env=env)
    other = await asyncio.create_subprocess_exec("sleep", "300", env=env | {"VERBALE_SESSION": f"{ORPHANS}2"})
    assert sweep(ORPHANS, GuardianMark(2**22 + 1, 1), wait_s=0.1) == 1
    assert await orphan.wait() == -signal.SIGKILL
    assert other.returncode is None
    other.kill()
    await other.wait()
