"""`kill -9` of either end in mid-session: nothing runs on, nothing told is lost, what is presumed says so."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import zlib
from pathlib import Path

import pytest

from tests.e2e.kit import BOTH, Demo, Opened, gone, of_session, running_ssh, until
from tests.stopwatch import Stopwatch

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


async def at_work(opened: Opened, folder: Path) -> None:
    """Channels opening and closing until the ground goes: each is a run of records."""
    for _ in range(200):
        async with running_ssh(
            opened.demo, opened.session, "echo x; sleep 0.05; (sleep 300 &) ; sleep 0.1"
        ) as one:
            await one.wait()
            if one.returncode != 0:
                return


async def round_of(demo: Demo, which: str, chance: random.Random, folder: Path) -> Opened:
    opened = await demo.open(*BOTH)
    async with running_ssh(demo, opened.session, "(setsid sleep 300 &) ; exec sleep 300"):
        working = asyncio.ensure_future(at_work(opened, folder))  # noqa: TID251 - ended below
        try:
            await asyncio.sleep(chance.uniform(0.05, 1.5))
            with Stopwatch() as watch:
                demo.kill(which)
                assert_acknowledged_is_kept(demo)
                if which == "agente":
                    # The guardian outlives the agent by the time its children need to die.
                    await until(lambda: not of_session(opened.session), "no orphan of the dead agent")
            assert watch.took < ORPHANS_S
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)
    return opened


@pytest.mark.rounds
async def test_the_agent_dies(demo: Demo, rounds: int, tmp_path: Path) -> None:
    chance = random.Random(f"agent {rounds}")
    for _ in range(rounds):
        opened = await round_of(demo, "agente", chance, tmp_path)
        demo.start_agent()
        ended = await demo.record("session.ended", session=opened.session)
        assert ended.record.reason == "agent_restarted"
        assert not demo.records("session.presumed_ended", session=opened.session)
        assert not of_session(opened.session)
        await settled(demo)
    verdict = await demo.verdict(tmp_path)
    assert verdict["verdict"] == "sound", verdict


@pytest.mark.rounds
async def test_the_broker_dies(demo: Demo, rounds: int, tmp_path: Path) -> None:
    chance = random.Random(f"broker {rounds}")
    for _ in range(rounds):
        opened = await round_of(demo, "broker", chance, tmp_path)
        await demo.start_broker()
        await settled(demo)
        # A short absence ends no session; its channels are gone with the broker that carried them.
        assert not demo.records("session.ended", "session.presumed_ended", session=opened.session)
        assert (await opened.ssh("echo ancora")).out == b"ancora\n"
        await opened.close()
        await until(lambda opened=opened: not of_session(opened.session), "nothing runs on")  # type: ignore[misc]
        await settled(demo)
    verdict = await demo.verdict(tmp_path)
    assert verdict["verdict"] == "sound", verdict


@pytest.mark.rounds
async def test_both_die(demo: Demo, rounds: int, tmp_path: Path) -> None:
    chance = random.Random(f"both {rounds}")
    for _ in range(max(1, rounds // 2)):
        opened = await round_of(demo, "broker", chance, tmp_path)
        await asyncio.sleep(chance.uniform(0, 0.5))
        with Stopwatch() as watch:
            demo.kill("agente")
            await until(lambda opened=opened: not of_session(opened.session), "no orphan")  # type: ignore[misc]
        assert watch.took < ORPHANS_S
        demo.start_agent()
        await demo.start_broker()
        ended = await demo.record("session.ended", session=opened.session)
        assert ended.record.reason == "agent_restarted"
        await settled(demo)


async def test_a_guardian_that_is_killed_takes_its_session_along(demo: Demo) -> None:
    opened = await demo.open(*BOTH)
    async with running_ssh(demo, opened.session, "echo $$; exec sleep 300") as there:
        assert there.stdout is not None
        pid = int(await there.stdout.readline())
        guardian = next(p for p in of_session(opened.session) if b"guardian" in _words(p))
        os.kill(guardian, signal.SIGKILL)
        await gone([pid])
    ended = await demo.record("session.ended", session=opened.session)
    assert ended.record.reason == "agent_stopping"
    assert not of_session(opened.session)


def _words(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
