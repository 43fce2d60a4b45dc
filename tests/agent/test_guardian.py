"""The guardian and hostile children: whatever they do, ending the session ends them, quickly."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent import guardian, program
from agent import sweep as sweep_module
from agent.accounts import LocalAccount, NoAccount, local_account
from agent.channels import Params
from agent.perform import shell_order
from agent.sweep import is_guardian, marked
from agent.warden import NotStarted, ProcessOrder, Warden, read_exit_code
from agent.wire.channel import Exit
from tests.agent.session_kit import ME, PATIENCE_S, eventually
from tests.stopwatch import Stopwatch

pytestmark = pytest.mark.usefixtures("patient")
SESSION = f"s-{os.getpid()}-guardian"
STOP_BAR_S = 2.0  # Termina's own

HOSTILE = {
    "plain": "sleep 300",
    "background": "sleep 301 & sleep 302 & sleep 300",
    "deaf": "trap '' HUP INT TERM; sleep 300 & while :; do sleep 1; done",
    "setsid": "setsid sleep 300 & setsid setsid sleep 301 & wait",
    "double fork": "(setsid sh -c 'trap \"\" HUP TERM; sleep 300 & sleep 301' & ) ; exit 0",
    "no environment": "(env -i setsid sh -c 'trap \"\" HUP TERM; exec sleep 300' & ) ; sleep 1000",
    "stopped": "sleep 300 & kill -STOP $!; sleep 301",
}
# So many processes each of them has once it is at its worst, its traps set.
GROWN = {
    "plain": 1, "background": 3, "deaf": 2, "setsid": 3, "double fork": 2, "no environment": 2, "stopped": 2,
}  # fmt: skip

# Lines of descent, each a moving target: a process lives 50 ms and leaves one successor in a session
# of its own. Bounded in number and time, so that a guardian that loses harms nobody.
BREEDER = textwrap.dedent(
    """
    import os, signal, time
    for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    until = time.monotonic() + 60
    for _ in range(30):
        if os.fork() == 0:
            os.setsid()
            while time.monotonic() < until:
                time.sleep(0.05)
                if os.fork() != 0:
                    os._exit(0)
                os.setsid()
            os._exit(0)
    time.sleep(60)
    """
)


@pytest.fixture
async def warden() -> AsyncIterator[Warden]:
    found = Warden(SESSION)
    yield found
    found.end(0.0)
    await asyncio.wait_for(asyncio.shield(found.dead), PATIENCE_S)


def order(command: str, streams: str = "pipes") -> ProcessOrder:
    found = shell_order(local_account(ME), SESSION, Params("ssh", command=command))
    return replace(found, streams=streams)  # type: ignore[arg-type]


def close(*descriptors: int) -> None:
    for fd in descriptors:
        os.close(fd)


async def all_dead(warden: Warden) -> float:
    """How long the guardian took to end everything, itself too."""
    with Stopwatch() as watch:
        warden.end()
        last = await asyncio.wait_for(asyncio.shield(warden.dead), PATIENCE_S)
    assert last.left == "none"
    return watch.took


async def below(pid: int, count: int) -> list[guardian.Process]:
    """The processes under that one, once there are so many."""
    await eventually(lambda: len(guardian.descendants(pid)) >= count)
    return guardian.descendants(pid)


async def test_an_agent_that_says_nothing_any_more_ends_everything(warden: Warden) -> None:
    """Stopped by a signal it keeps no limit, and no end of file tells of it; each word of it buys some time."""
    child = await warden.start("c-1", order(HOSTILE["deaf"]))
    close(*child.descriptors)
    await below(warden.mark.pid, GROWN["deaf"])
    warden.pulse(0.0001)
    warden.pulse(PATIENCE_S)
    await asyncio.sleep(0.3)
    if not warden.dead.done():  # it may have looked between the two
        warden.pulse(0.1)
    last = await asyncio.wait_for(asyncio.shield(warden.dead), PATIENCE_S)
    assert last.left == "none"
    assert not marked(SESSION)


async def test_a_guardian_that_was_stopped_keeps_nothing_alive(
    warden: Warden, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It obeys no order; whoever could do that to it has its session ended all the same."""
    monkeypatch.setattr("agent.warden.HANG_LIMIT_S", 0.2)
    child = await warden.start("c-1", order(HOSTILE["deaf"]))
    close(*child.descriptors)
    await below(warden.mark.pid, GROWN["deaf"])
    os.kill(warden.mark.pid, signal.SIGSTOP)
    warden.end()
    await asyncio.wait_for(asyncio.shield(warden.dead), PATIENCE_S)
    assert not marked(SESSION)
    assert not is_guardian(warden.mark, SESSION)


@pytest.mark.parametrize("name", list(HOSTILE))
async def test_ending_kills_whatever_was_started(warden: Warden, name: str) -> None:
    child = await warden.start("c-1", order(HOSTILE[name]))
    close(*child.descriptors)
    alive = await below(warden.mark.pid, GROWN[name])
    assert await all_dead(warden) < STOP_BAR_S
    assert not [p for p in alive if guardian.process(p.pid) == p]
    assert not marked(SESSION)
    assert not is_guardian(warden.mark, SESSION)


async def test_ending_wins_against_processes_that_breed_as_they_flee(warden: Warden, tmp_path: Path) -> None:
    breeder = tmp_path / "breeder.py"
    breeder.write_text(BREEDER)
    child = await warden.start("c-1", order(f"exec {sys.executable} {breeder}", "none"))
    assert not child.descriptors
    await below(warden.mark.pid, 20)
    await all_dead(warden)
    await asyncio.sleep(0.3)  # for whoever got away to be seen
    assert not marked(SESSION)


async def test_the_agents_death_ends_everything() -> None:
    """The kernel closes the line of a killed agent; that is all the guardian needs."""
    found = Warden(SESSION)
    child = await found.start("c-1", order(HOSTILE["double fork"]))
    close(*child.descriptors)
    await below(found.mark.pid, GROWN["double fork"])
    assert marked(SESSION)
    asyncio.get_running_loop().remove_reader(found._link)
    found._link.close()
    await asyncio.to_thread(found._process.wait, PATIENCE_S)
    assert not marked(SESSION)


async def test_terminal_signals_do_not_reach_the_guardian(warden: Warden) -> None:
    first = await warden.start("c-0", order("true"))
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        os.kill(warden.mark.pid, number)
    child = await warden.start("c-1", order("exit 5"))
    close(*first.descriptors)
    close(*child.descriptors)
    assert await asyncio.wait_for(asyncio.shield(child.ended), PATIENCE_S) == Exit(status=5)
    assert os.getsid(warden.mark.pid) == warden.mark.pid


@pytest.mark.parametrize("ends", [False, True], ids=["agent runs", "agent ends"])
async def test_a_killed_guardian_takes_its_session_along(warden: Warden, ends: bool) -> None:  # noqa: FBT001
    """Also where the agent ends: its loop has no thread to give any more."""
    child = await warden.start(
        "c-1", order("trap '' HUP TERM; (setsid sleep 300 &) ; while :; do sleep 1; done")
    )
    close(*child.descriptors)
    await below(warden.mark.pid, 3)
    if ends:
        await asyncio.get_running_loop().shutdown_default_executor()
    os.kill(warden.mark.pid, signal.SIGKILL)
    last = await asyncio.wait_for(asyncio.shield(warden.dead), PATIENCE_S)
    assert last.forced
    assert last.left in ("none", "unknown"), "without a control group nobody can say"
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
    assert await asyncio.wait_for(asyncio.shield(child.ended), PATIENCE_S) == Exit(status=0)
    os.set_blocking(child.descriptors[1], True)
    assert os.read(child.descriptors[1], 100) == b"/\n"
    close(*child.descriptors)


async def test_killing_one_channel_leaves_the_others(warden: Warden) -> None:
    one = await warden.start("c-1", order("trap '' HUP TERM; sleep 300 & while :; do sleep 1; done"))
    two = await warden.start("c-2", order("sleep 300"))
    await below(one.pid, 2)  # so that its trap is set
    await warden.kill("c-1")
    assert (await asyncio.wait_for(asyncio.shield(one.ended), PATIENCE_S)).signal == "KILL"
    assert not two.ended.done()
    await warden.signal("c-2", "USR2")
    assert (await asyncio.wait_for(asyncio.shield(two.ended), PATIENCE_S)).signal == "USR2"
    await warden.kill("c-2")  # gone already: nothing to kill, nothing to fail
    close(*one.descriptors, *two.descriptors)


async def test_a_foreign_group_is_never_signalled(warden: Warden) -> None:
    child = await warden.start("c-1", order("exec sleep 300"))
    await warden.signal("c-1", "USR1", group=os.getpgrp())
    assert (await asyncio.wait_for(asyncio.shield(child.ended), PATIENCE_S)).signal == "USR1"
    close(*child.descriptors)


async def test_children_hold_no_descriptor_of_ours(warden: Warden) -> None:
    child = await warden.start("c-1", order("ls -1 /proc/self/fd; exec >&-"))
    await asyncio.wait_for(asyncio.shield(child.ended), PATIENCE_S)
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
    await all_dead(warden)
    assert len(os.listdir("/proc/self/fd")) <= before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes somebody else")
async def test_privileges_are_dropped(warden: Warden) -> None:
    who = pwd.getpwnam("nobody")
    account = LocalAccount("nobody", who.pw_uid, who.pw_gid, "/", "/bin/sh")
    child = await warden.start(
        "c-1", shell_order(account, SESSION, Params("ssh", command="id; cat /etc/shadow"))
    )
    await asyncio.wait_for(asyncio.shield(child.ended), PATIENCE_S)
    os.set_blocking(child.descriptors[1], True)
    said = os.read(child.descriptors[1], 1000).decode()
    assert said.startswith(f"uid={who.pw_uid}(nobody) gid={who.pw_gid}")
    assert "(root)" not in said
    close(*child.descriptors)
    tty = await warden.start(
        "c-2", shell_order(account, SESSION, Params("ssh", command="echo > $(tty) && tty", term="xterm"))
    )
    assert await asyncio.wait_for(asyncio.shield(tty.ended), PATIENCE_S) == Exit(status=0), (
        "his terminal is his"
    )
    close(*tty.descriptors)


AS_NOBODY = textwrap.dedent(
    """
    import ctypes, importlib.util, os, select, sys  # ctypes: as its main has it by then, who may not read us later
    spec = importlib.util.spec_from_loader("guardian", None)
    guardian = importlib.util.module_from_spec(spec)
    exec(compile(sys.stdin.read(), "guardian.py", "exec"), guardian.__dict__)
    if os.geteuid() == 0:
        os.setgroups([]), os.setgid(65534), os.setuid(65534)
    order = {
        "id": "c-1", "program": "/bin/sh", "argv": ["sh", "-c", sys.argv[1]], "env": {}, "cwd": "/",
        "user": "nobody", "uid": 65534, "gid": 65534, "streams": "pipes",
    }
    born = guardian.start(order)
    assert os.read(born.errors, 16) == b""
    os.waitpid(born.pid, 0)
    print(os.read(born.ours[1], 4096).decode())
    """
)


def as_nobody(command: str) -> str:
    """What a command of a session says whose guardian is not root."""
    source = Path(guardian.__file__).read_text()
    words = [sys.executable, "-c", AS_NOBODY, command]
    return subprocess.run(words, input=source, capture_output=True, text=True, check=True, timeout=60).stdout


def test_who_is_not_root_starts_nothing_that_becomes_root() -> None:
    """It could not kill such a process: setuid programs take no effect in its sessions."""
    assert as_nobody("grep NoNewPrivs /proc/self/status").split() == ["NoNewPrivs:", "1"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes a setuid root program")
def test_a_setuid_program_gives_no_privilege_where_the_agent_is_not_root() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        shutil.copy("/usr/bin/id", folder / "id")
        (folder / "id").chmod(0o4755)
        said = as_nobody(str(folder / "id"))
    assert "uid=" in said
    assert "euid" not in said


async def test_lines_are_edited_by_whole_signs(warden: Warden) -> None:
    """The terminal's own erase takes a sign of two bytes in one piece."""
    child = await warden.start("c-1", order("stty erase ^H; echo ready; cat", "pty"))
    [master] = set(child.descriptors)
    said = b""

    def hears(words: bytes) -> bool:
        nonlocal said
        with contextlib.suppress(BlockingIOError):
            said += os.read(master, 4096)
        return words in said

    await eventually(lambda: hears(b"ready"))
    os.write(master, "perchè\x08é\n".encode())
    await eventually(lambda: hears("\nperché\r\n".encode()))
    close(master)


class Stubborn:
    """Stands in for the system: something below the guardian dies at the third try only."""

    def __init__(self) -> None:
        self.left = [2, 1, 0]

    def kill_below(self, _root: int, **_: object) -> int:
        return self.left.pop(0)


def test_a_guardian_stays_with_what_it_cannot_kill(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        monkeypatch.setattr(guardian, "kill_below", Stubborn().kill_below)
        monkeypatch.setattr(guardian, "descendants", lambda *_: [])
        monkeypatch.setattr(guardian, "reap", lambda: iter(()))
        monkeypatch.setattr(guardian, "STUBBORN_EVERY_S", 0.0)
        guardian.Guardian(theirs)._end(0.0)
        length = int.from_bytes(ours.recv(4), "big")
        assert json.loads(ours.recv(length)) == {"op": "dead", "forced": [], "left": 2}


@pytest.mark.parametrize("has_group", [True, False])
async def test_what_a_guardian_cannot_kill_is_said_to_be_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, has_group: bool
) -> None:
    """Without a group at once, for it stays there; with one the group ends it, whoever it runs as."""
    weak = tmp_path / "guardian.py"
    weak.write_text(
        "import json, os, socket, sys, time\n"
        "line = socket.socket(fileno=os.dup(0))\n"
        "os.close(0)\n"
        "line.recv(4096)\n"
        "word = json.dumps({'op': 'dead', 'forced': [7], 'left': 1}).encode()\n"
        "line.sendall(len(word).to_bytes(4, 'big') + word)\n"
        "time.sleep(300)\n"
    )
    monkeypatch.setattr(program, "part", lambda *_: [sys.executable, str(weak), SESSION])
    if not has_group:
        monkeypatch.setattr("agent.cgroup.own_group", lambda: None)
    found = Warden(SESSION)
    if has_group and found.mark.group is None:
        found._process.kill()
        await asyncio.wait_for(asyncio.shield(found.dead), PATIENCE_S)
        pytest.skip("no control group may be made here")
    found.end()
    last = await asyncio.wait_for(asyncio.shield(found.dead), PATIENCE_S)
    assert (last.left, 7 in last.forced) == ("none" if has_group else "some", True)
    assert is_guardian(found.mark, SESSION) is not has_group
    found._process.kill()
    await asyncio.to_thread(found._process.wait, PATIENCE_S)


async def test_whoever_fled_a_killed_guardian_is_ended_by_the_group(warden: Warden) -> None:
    """kill -9 of the guardian, and a process that left its tree, its session and its environment."""
    if warden.mark.group is None:
        os.kill(warden.mark.pid, signal.SIGKILL)
        pytest.skip("no control group may be made here")
    nap = f"3{os.getpid()}"
    child = await warden.start("c-1", order(f"env -i setsid -f sleep {nap}; echo up; sleep 300"))
    close(*child.descriptors)
    await eventually(lambda: _sleeping(nap))
    os.kill(warden.mark.pid, signal.SIGKILL)
    last = await asyncio.wait_for(asyncio.shield(warden.dead), PATIENCE_S)
    assert last.left == "none"
    assert last.forced
    assert not _sleeping(nap)
    assert not warden.mark.group.exists()


def _sleeping(nap: str) -> bool:
    return any(f"sleep\0{nap}".encode() in sweep_module._read(p.pid, "cmdline") for p in guardian.processes())


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
