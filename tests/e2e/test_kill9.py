"""`kill -9` of either end at any moment: nothing runs on, nothing told is lost, what is presumed says so."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sqlite3
import zlib
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from agent.task_group import TaskGroup
from audit.leaf import Leaf
from audit.trust_file import Trust
from broker import door
from tests.audit.second_verifier import verdict_of
from tests.e2e.kit import BOTH, PATIENT_S, Demo, gone, of_session, running_ssh, until, verify
from tests.e2e.test_files import carrying, write
from tests.stopwatch import Stopwatch
from tests.stories.auditor import findings

ORPHANS_S = 8.0  # a bar for how long what an agent began may outlive it


def told(demo: Demo) -> tuple[dict[int, str], int]:
    """(the agent's notes still in its spool, the last number the broker acknowledged to it)."""
    notes: dict[int, str] = {}
    acked = -1
    for line in (demo.running.agent_state / "spool.log").read_bytes().split(b"\n"):
        if len(line) < 10 or line[:9] != b"%08x " % zlib.crc32(line[9:]):
            continue
        value = json.loads(line[9:])
        if "acked" in value:
            acked = max(acked, value["acked"])
        else:
            notes[value["n"]] = value["note"]
    return notes, acked


def in_log(demo: Demo) -> list[int]:
    return [leaf.host_n for leaf in demo.leaves() if leaf.host_n is not None]


def assert_acknowledged_is_kept(demo: Demo) -> None:
    """What the broker acknowledged before it died is in the log that is on disk now."""
    _, acked = told(demo)  # first: both may still move on
    numbers = in_log(demo)
    assert numbers == list(range(len(numbers))), "a gap or a double"
    assert acked < len(numbers), f"acknowledged to {acked}, the log has {len(numbers)}"


async def settled(demo: Demo) -> None:
    """Both ends are up and every note the agent ever wrote is in the log."""
    await demo.linked()

    def done() -> bool:
        notes, acked = told(demo)
        return max(notes, default=-1) <= acked

    await until(done, "every note is acknowledged")
    assert_acknowledged_is_kept(demo)


@dataclass
class Day:
    """A session with its work, from the request on, until the ground goes; of everything that runs through it,
    records are written all the time."""

    demo: Demo
    own: Path
    began: asyncio.Event = field(default_factory=asyncio.Event)

    async def go(self) -> None:
        c = await carrying(self.demo, self.own, *BOTH)
        self.began.set()
        async with (
            running_ssh(self.demo, c.opened.session, "(setsid sleep 300 &) ; exec sleep 300"),
            TaskGroup() as group,
        ):
            group.create_task(c.sftp(f"put {self.own}/large {c.up}/large", flags=("-l", "8000"), seconds=300))
            while True:
                async with running_ssh(
                    self.demo, c.opened.session, "echo x; sleep 0.05; (sleep 300 &) ; sleep 0.1"
                ) as one:
                    await one.wait()


def sessions_in(leaves: Sequence[Leaf], *kinds: str) -> set[str]:
    return {leaf.session for leaf in leaves if leaf.record.KIND in kinds and leaf.session is not None}


async def killed(demo: Demo, which: str, dice: random.Random, folder: Path) -> None:
    """One kill at a random moment of a day; half of the moments lie before its work, if the machine is quick."""
    since = demo.size()
    day = Day(demo, folder)
    going = asyncio.ensure_future(day.go())  # noqa: TID251 - ended below
    try:
        if dice.random() < 0.5:
            async with asyncio.timeout(PATIENT_S):
                await day.began.wait()
        await asyncio.sleep(dice.uniform(0, 3))
        demo.kill("agente" if which == "agente" else "broker")
        assert_acknowledged_is_kept(demo)
        if which == "both":
            await asyncio.sleep(dice.uniform(0, 0.5))
            demo.kill("agente")
        if which != "broker":
            # The guardian outlives the agent by the time its children need to die.
            opened = sessions_in(demo.leaves(since=since), "session.opened")
            with Stopwatch() as watch:
                await until(lambda: not any(map(of_session, opened)), "no orphan of the dead agent")
            assert watch.took < ORPHANS_S
    finally:
        going.cancel()
        await asyncio.gather(going, return_exceptions=True)


async def ended(demo: Demo, which: str, since: int) -> None:
    """What it left behind when both ends are back: no session without an agent that knows it, and none that an
    order does not end."""
    leaves = demo.leaves(since=since)
    for session in sessions_in(leaves, "session.started"):
        if which == "broker" and session not in sessions_in(leaves, "session.ended"):
            # A short absence ends no session; its channels are gone with the broker that carried them.
            opened = demo.opened("", session)
            assert (await opened.ssh("echo ancora")).out == b"ancora\n"
            await opened.stop()
        assert await demo.record("session.ended", session=session)
    for session in sessions_in(demo.leaves(since=since), "session.opened"):
        await until(lambda session=session: not of_session(session), "nothing runs on")  # type: ignore[misc]


async def assert_sound(demo: Demo) -> None:
    """The tree and its signatures by the broker's own check, all that is told by the rules of the verifier."""
    said = await door.command(demo.running.broker_state, "check_log", tenant=demo.tenant)
    assert [one["wrong"] for one in said["logs"]] == [None]
    with closing(sqlite3.connect(demo.running.broker_state / "verbale.db", timeout=20)) as store:
        rows = store.execute("SELECT sha256, data FROM evidence WHERE tenant = ?", (demo.tenant,)).fetchall()
    assert findings(demo.tenant, demo.leaves(), {sha256: bytes(data) for sha256, data in rows}) == []


async def assert_both_verify(demo: Demo, folder: Path) -> None:
    bundle, trust = await demo.month(folder)
    verdict = await verify(bundle, trust)
    assert verdict["verdict"] == "sound", verdict
    other = verdict_of(bundle.read_bytes(), Trust.parse(trust.read_bytes()))
    assert other["findings"] == []


async def test_kill_9_at_random_moments(
    demo: Demo, rounds: int, dice: random.Random, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The agent, the broker, or both. After each nothing runs beyond its grant and the log is sound; the bundle
    made at the end stands before both verifiers."""
    write(tmp_path / "large", 20_000_000)
    counts = Counter[str]()
    for number in range(rounds):
        which = ("agente", "broker", "both")[number % 3]
        since = demo.size()
        await killed(demo, which, dice, tmp_path)
        if which != "broker":
            demo.start_agent()
        if which != "agente":
            await demo.start_broker()
        await settled(demo)
        await ended(demo, which, since)
        await settled(demo)
        await assert_sound(demo)
        counts[which] += 1
        counts["mid-session"] += bool(sessions_in(demo.leaves(since=since), "session.started"))
    await assert_both_verify(demo, tmp_path)
    with capsys.disabled():
        print(f"\nkill -9: {dict(counts)}, {demo.size()} records, sound after each")


async def test_a_guardian_that_is_killed_takes_its_session_along(demo: Demo) -> None:
    opened = await demo.open(*BOTH)
    async with running_ssh(demo, opened.session, "echo $$; exec sleep 300") as there:
        assert there.stdout is not None
        pid = int(await there.stdout.readline())
        guardian = next(p for p in of_session(opened.session) if b"guardian" in _words(p))
        os.kill(guardian, signal.SIGKILL)
        await gone([pid])
    told = await demo.record("session.ended", session=opened.session)
    assert told.record.reason == "agent_stopping"
    assert not of_session(opened.session)


def _words(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
