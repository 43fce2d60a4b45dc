"""Tools that run, or take a connection, with no session that allows it: one record for each run, and no other."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent import guardian
from agent.accounts import local_account
from agent.channels.external import Seen
from agent.task_group import TaskGroup
from agent.tools import lookout as module
from agent.tools.adapter import known
from agent.tools.held import Held
from agent.tools.lookout import FILE, Alarm, Lookout, Scan, Watched, judge, watched
from audit.canonical import Value
from audit.commitment import Opening
from audit.policy import Policy, Tool
from audit.statement_parts import Account, Channel
from tests.agent.session_kit import ME, admitted, eventually, house
from tests.agent.test_external import begin, of_name

pytestmark = pytest.mark.usefixtures("patient")
NAME = f"qo{os.getpid()}"
ONE, TWO, THREE = Seen(1, 10), Seen(2, 20), Seen(3, 30)
PLAIN = Watched("quickhelp", frozenset({NAME}), "", False, ())


def rules(*tools: Tool) -> Policy:
    return admitted(channels=(Channel("terminal"),), tools=tools).policy


class Told:
    def __init__(self) -> None:
        self.reports: list[dict[str, Value]] = []
        self.openings: list[Opening | None] = []

    def __call__(
        self, kind: str, session: str | None, body: dict[str, Value], opening: Opening | None = None
    ) -> None:
        assert (kind, session) == ("tool.seen_outside_grant", None)
        self.reports.append(body)
        self.openings.append(opening)


@asynccontextmanager
async def running(folder: Path, name: str = NAME) -> AsyncIterator[asyncio.subprocess.Process]:
    """A stand-in for a licensed tool that somebody starts himself."""
    path = folder / name
    if not path.exists():
        shutil.copy("/bin/sleep", path)
    process = await asyncio.create_subprocess_exec(str(path), "300")
    await eventually(lambda: of_name(name))
    try:
        yield process
    finally:
        process.kill()
        await process.wait()


# ------------------------------------------------------------------------------------- what is judged


def test_the_rules_tools_come_first_and_then_those_the_agent_knows() -> None:
    any_ = Tool("remoto", (), ("mine",), 5, "anydesk", resident=True)
    found = watched(rules(any_, Tool("supremo", (), ("own",), 5, "supremo")), known("linux"))
    assert [one.tool for one in found] == ["remoto", "supremo", "rustdesk", "teamviewer"]
    assert found[0].names == {"mine", "anydesk"}
    assert found[0].resident
    assert found[0].logs
    assert found[1].names == {"own"}  # its adapter has nothing for this system
    assert found[3].known == "TeamViewer"


def test_a_run_is_told_once_and_lasts_while_one_process_does() -> None:
    runs, alarms = judge({PLAIN: frozenset({ONE})}, frozenset(), (), {})
    assert alarms == [Alarm(PLAIN, "no_grant", ONE)]
    runs, alarms = judge({PLAIN: frozenset({ONE, TWO})}, frozenset(), (), runs)
    assert not alarms
    runs, alarms = judge({PLAIN: frozenset({TWO})}, frozenset(), (), runs)
    assert not alarms
    runs, alarms = judge({PLAIN: frozenset()}, frozenset(), (), runs)
    assert (runs, alarms) == ({}, [])
    assert judge({PLAIN: frozenset({THREE})}, frozenset(), (), runs)[1] == [Alarm(PLAIN, "no_grant", THREE)]


def test_what_a_session_runs_is_its_own_until_it_is_left() -> None:
    found = {PLAIN: frozenset({ONE, TWO})}
    assert judge(found, frozenset({ONE, TWO}), (), {}) == ({}, [])
    assert judge(found, frozenset({ONE}), (), {})[1] == [Alarm(PLAIN, "no_grant", TWO)]
    assert judge(found, frozenset(), {TWO}, {})[1] == [Alarm(PLAIN, "left", ONE)]
    assert judge({replace(PLAIN, resident=True): frozenset({ONE})}, frozenset(), (), {}) == ({}, [])


class Stays:
    tool = "quickhelp"

    def alive(self) -> set[Seen]:
        return {ONE}


def test_who_holds_what() -> None:
    held, one = Held(), Stays()
    with held.start():
        assert held.starting == 1
        held.add(one)
    assert (held.starting, held.tools(), held.processes()) == (0, {"quickhelp"}, {ONE})
    held.end(one)
    held.end(one)
    assert (held.tools(), held.processes(), held.left) == (frozenset(), frozenset(), {ONE})


# -------------------------------------------------------------------------------------- what is looked at


async def test_a_tool_that_somebody_starts_himself(tmp_path: Path) -> None:
    """Told once, also by a later life of the agent; a second run is another."""
    told, policy = Told(), rules(Tool("quickhelp", (NAME,), (NAME,), 5))
    look = Lookout(tmp_path, "boot-1", Held(), told, lambda: policy)
    await look.look()
    assert not told.reports
    async with running(tmp_path):
        for _ in range(3):
            await look.look()
        digest = hashlib.sha256((tmp_path / NAME).read_bytes()).hexdigest()
        assert told.openings[0] is not None
        assert told.openings[0].data == {"path": str(tmp_path / NAME), "publisher": "unknown"}
        assert told.reports == [
            {
                "tool": "quickhelp", "what": "running", "why": "no_grant", "binary": digest,
                "program": told.openings[0].commitment,
            }
        ]  # fmt: skip
        await Lookout(tmp_path, "boot-1", Held(), told, lambda: policy).look()
        assert len(told.reports) == 1
        await Lookout(tmp_path, "boot-2", Held(), told, lambda: policy).look()
        assert len(told.reports) == 2
    await look.look()
    async with running(tmp_path):
        await look.look()
    assert len(told.reports) == 3


@pytest.mark.parametrize(
    "text", ["", "[]", '{"boot": "b"}', '{"boot": "b", "runs": {"quickhelp": [["x"]]}}', "\udcff"]
)
async def test_a_state_that_cannot_be_read_tells_again(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_bytes(text.encode("utf-8", "surrogateescape"))
    told = Told()
    async with running(tmp_path):
        await Lookout(
            tmp_path, "b", Held(), told, lambda: rules(Tool("quickhelp", (NAME,), (NAME,), 5))
        ).look()
    assert len(told.reports) == 1
    assert json.loads((tmp_path / FILE).read_text())["boot"] == "b"


async def test_a_program_that_cannot_be_read_is_told_without_its_digest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Told()
    monkeypatch.setattr(module, "_program_of", lambda *_: None)
    async with running(tmp_path):
        await Lookout(
            tmp_path, "b", Held(), told, lambda: rules(Tool("quickhelp", (NAME,), (NAME,), 5))
        ).look()
    assert told.reports == [{"tool": "quickhelp", "what": "running", "why": "no_grant"}]


async def test_agents_of_the_demo_share_a_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There alone a mark in its environment speaks for a process: anybody could write one."""
    monkeypatch.setenv(guardian.MARK, "s-another")
    found, reports = rules(Tool("quickhelp", (NAME,), (NAME,), 5)), []
    async with running(tmp_path):
        for demo in (True, False):
            told = Told()
            (tmp_path / str(demo)).mkdir()
            await Lookout(tmp_path / str(demo), "b", Held(), told, lambda: found, demo=demo).look()
            reports.append(len(told.reports))
    assert reports == [0, 1]
    assert not module._of_a_session(Seen(2**22 + 1, 1))


async def test_a_full_disk_is_no_end_of_the_lookout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told, write = Told(), module._write
    tries = 0

    def full(*args: Any) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise OSError(28, "no room")
        write(*args)

    monkeypatch.setattr(module, "_write", full)
    async with running(tmp_path):
        look = Lookout(tmp_path, "b", Held(), told, lambda: rules(Tool("quickhelp", (NAME,), (NAME,), 5)))
        async with TaskGroup() as group:
            task = group.create_task(look.run(0.01))
            await eventually((tmp_path / FILE).exists)
            task.cancel()
    assert len(told.reports) == 2, "rather twice than not at all"


def test_a_process_that_is_gone_has_no_program() -> None:
    assert module._program_of(Seen(2**22 + 1, 1), "") is None
    assert module._program_of(Seen(os.getpid(), 1), "") is None  # another one of that pid


async def test_one_that_becomes_a_tool_under_the_same_pid_is_seen(tmp_path: Path) -> None:
    shutil.copy("/bin/sleep", tmp_path / NAME)
    scan, go = Scan(), tmp_path / "go"
    process = await asyncio.create_subprocess_exec(
        "/bin/sh", "-c", f"while [ ! -e {go} ]; do sleep 0.05; done; exec {tmp_path / NAME} 300"
    )
    assert scan.find([PLAIN]) == {PLAIN: frozenset()}
    go.touch()
    await eventually(lambda: {seen.pid for seen in scan.find([PLAIN])[PLAIN]} == {process.pid})
    process.kill()
    await process.wait()


async def test_a_tool_under_a_grant_one_that_ran_before_and_one_being_started(tmp_path: Path) -> None:
    """The session's own is no alarm; the one somebody had started before the approval is."""
    told, found = Told(), Tool("quickhelp", (str(tmp_path / NAME), "300"), (NAME,), 5)
    async with house(tmp_path) as h:
        look = Lookout(tmp_path, "b", h.sessions.held, told, lambda: rules(found))
        shutil.copy("/bin/sleep", tmp_path / NAME)
        session, _ = await begin(h, found)
        await h.broker.until("tool.started")
        await look.look()
        assert not told.reports
        await h.sessions.stop(session, "stopped_by_ads")
        await h.broker.until("session.ended")
        async with running(tmp_path):
            with h.sessions.held.start():
                await look.look()
            assert not told.reports
            await look.look()
        assert [body["why"] for body in told.reports] == ["no_grant"]


async def test_a_resident_tool_is_told_of_when_somebody_connects(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        module, "local_account", lambda name: replace(local_account(name), home=str(tmp_path))
    )
    told, held = Told(), Held()
    policy = replace(
        rules(Tool("remoto", (), (NAME,), 5, "anydesk", resident=True)),
        accounts=(("h-00000001", Account(ME, False)), ("h-00000002", Account(ME, False))),
    )
    log = tmp_path / ".anydesk" / "connection_trace.txt"
    log.parent.mkdir()
    look = Lookout(tmp_path, "b", held, told, lambda: policy)
    line = "Incoming     2026-11-22, 10:0{}   User   user{}@ad 1\n"
    async with running(tmp_path):
        await look.look()
        log.write_text(line.format(1, 1))
        await look.look()
        one = Stays()
        one.tool = "remoto"  # type: ignore[misc]
        held.add(one)
        with log.open("a") as out:
            out.write(line.format(2, 2))
        await look.look()  # a session's own
        held.end(one)
        with log.open("a") as out:
            out.write(line.format(3, 3))
        await look.look()  # written as it ended
        with log.open("a") as out:
            out.write(line.format(4, 4))
        await look.look()
    assert [body["what"] for body in told.reports] == ["connected", "connected"]
    peers: list[Any] = [opening.data for opening in told.openings if opening is not None]
    assert peers == [{"peer": "user1@ad 1"}, {"peer": "user4@ad 1"}]


async def test_accounts_of_other_hosts_have_no_home_here(tmp_path: Path) -> None:
    policy = replace(rules(), accounts=(("h-2", Account("nobody-of-this-name", False)),))
    assert module._homes(policy) == []


async def test_it_looks_until_it_is_cancelled(tmp_path: Path) -> None:
    told = Told()
    async with running(tmp_path):
        look = Lookout(tmp_path, "b", Held(), told, lambda: rules(Tool("quickhelp", (NAME,), (NAME,), 5)))
        async with TaskGroup() as group:
            task = group.create_task(look.run(0.01))
            await eventually(lambda: told.reports)
            task.cancel()
    assert len(told.reports) == 1
