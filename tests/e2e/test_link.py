"""The agent's link under cut, delay, stall and restart: nothing told is lost, doubled or re-timed."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import websockets

from agent import spool
from agent.wire.frames import LINK_PATH
from agent.wire.link import HANDSHAKE_S
from audit import instant
from tests.e2e.kit import BOTH, PATIENT_S, Demo, gone, of_session, run, running_ssh, started, until
from tests.e2e.lossy import Lossy
from web.demo.processes import program

LINK_GRACE_S = 30  # agent/conductor.py: a cut this short is a change of network


@pytest.fixture(scope="module")
def _bad_line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Demo, Lossy]]:
    """A stack of this file's own, whose agent goes through the bad line."""
    with (
        Lossy() as line,
        started(tmp_path_factory.mktemp("line"), agent_env={"VERBALE_PROXY": line.address}) as demo,
    ):
        yield demo, line


@pytest.fixture
async def demo(_bad_line: tuple[Demo, Lossy]) -> Demo:
    demo, line = _bad_line
    line.refusing = line.stalled = False
    line.delay_s = 0.0
    await demo.whole()
    return demo


@pytest.fixture
def line(_bad_line: tuple[Demo, Lossy]) -> Lossy:
    return _bad_line[1]


def host_numbers(demo: Demo) -> list[int]:
    return [leaf.host_n for leaf in demo.leaves() if leaf.host_n is not None]


def assert_no_gap_and_no_double(demo: Demo) -> None:
    numbers = host_numbers(demo)
    assert numbers == list(range(len(numbers))), numbers


def waiting(demo: Demo) -> int:
    return spool.waiting_in(demo.running.agent_state / "spool.log")


async def all_told(demo: Demo) -> None:
    await until(lambda: waiting(demo) == 0, "the agent's notes are all acknowledged")


async def test_the_agent_goes_through_the_proxy(demo: Demo, line: Lossy) -> None:
    before = line.connections
    opened = await demo.open(*BOTH)
    assert (await opened.ssh("echo qui")).out == b"qui\n"
    assert line.connections > before, "the channel's own socket too"
    await opened.close()
    await all_told(demo)
    assert_no_gap_and_no_double(demo)


async def test_a_short_cut_ends_no_session(demo: Demo, line: Lossy) -> None:
    opened = await demo.open(*BOTH)
    line.cut()
    await demo.linked()
    assert (await opened.ssh("echo ancora")).out == b"ancora\n"
    assert not demo.records("session.ended", "session.presumed_ended", session=opened.session)
    await opened.close()
    assert_no_gap_and_no_double(demo)


async def test_a_cut_channel_is_told_as_it_was(demo: Demo, line: Lossy) -> None:
    """Its process ends; the count is the agent's alone where the broker could not count to the end."""
    opened = await demo.open(*BOTH)
    async with running_ssh(demo, opened.session, "echo $$; exec sleep 300") as there:
        assert there.stdout is not None
        pid = int(await there.stdout.readline())
        line.cut()
        await gone([pid])
        async with asyncio.timeout(PATIENT_S):
            assert await there.wait() not in {0, 255}
    closed = (await demo.record("channel.closed", session=opened.session)).record
    assert closed.agrees is None
    assert closed.exit_status is None
    await demo.linked()
    await opened.close()


async def test_what_happens_offline_is_told_later_with_its_own_time(demo: Demo, line: Lossy) -> None:
    opened = await demo.open(*BOTH)
    line.refusing = True
    line.cut()
    words = [*program("agent.main"), "interrupt", "--state", str(demo.running.agent_state)]
    done = await run(words)
    assert done.status == 0, done.err
    told_n = host_numbers(demo)
    assert waiting(demo) >= 1
    refused, offline = line.refused, datetime.now(UTC)
    await until(lambda: line.refused >= refused + 2, "the agent tries, and tries again")
    assert host_numbers(demo) == told_n
    line.refusing = False
    ended = await demo.record("session.ended", session=opened.session)
    assert ended.record.reason == "stopped_by_desk"
    assert ended.time <= offline <= instant.parse(ended.record.received)
    await all_told(demo)
    assert_no_gap_and_no_double(demo)


async def test_a_slow_line_slows_and_breaks_nothing(demo: Demo, line: Lossy) -> None:
    line.delay_s = 0.4
    began = time.monotonic()
    opened = await demo.open(*BOTH)
    assert (await opened.ssh("cat", stdin=b"lento")).out == b"lento"
    assert time.monotonic() - began > 1.2, "it was slow indeed"
    line.delay_s = 0.0
    await opened.close()
    await all_told(demo)
    assert_no_gap_and_no_double(demo)


async def test_a_half_open_line_delivers_late_and_once(demo: Demo, line: Lossy) -> None:
    """Bytes vanish, no end is told to anybody; then the line dies. Notes on the way come again."""
    opened = await demo.open(*BOTH)
    line.stalled = True
    held = line.held
    words = [*program("agent.main"), "interrupt", "--state", str(demo.running.agent_state)]
    assert (await run(words)).status == 0
    await until(lambda: line.held > held, "the agent's word is on its way")
    assert not demo.records("session.ended", session=opened.session)
    line.cut()
    line.stalled = False
    ended = await demo.record("session.ended", session=opened.session)
    assert ended.record.reason == "stopped_by_desk"
    await all_told(demo)
    assert_no_gap_and_no_double(demo)


async def test_a_line_that_stalls_holds_what_is_said_and_loses_none_of_it(demo: Demo, line: Lossy) -> None:
    opened = await demo.open(*BOTH)
    async with running_ssh(
        demo, opened.session, "echo on; read word; echo $word; echo $(seq 20000)"
    ) as there:
        assert there.stdout is not None
        assert there.stdin is not None
        assert await there.stdout.readline() == b"on\n"
        line.stalled = True
        held = line.held
        there.stdin.write(b"through\n")
        await until(lambda: line.held > held, "it is on its way")
        line.stalled = False
        out, _ = await there.communicate()
    assert out == b"through\n" + " ".join(map(str, range(1, 20001))).encode() + b"\n"
    closed = await demo.record("channel.closed", session=opened.session)
    assert closed.record.agrees is True
    await opened.close()
    assert_no_gap_and_no_double(demo)


@pytest.mark.parametrize("way", ["stopped_by_ads", "revoked"])
async def test_an_end_ordered_while_the_line_is_down(demo: Demo, line: Lossy, way: str) -> None:
    """Said to be unsent, and carried out when the agent is back: the order is not forgotten."""
    opened = await demo.open(*BOTH)
    line.refusing = True
    line.cut()
    async with demo.stage.logged_in("ads") as ads:
        await _noticed(demo)
        path = (
            f"sessions/{opened.session}/stop"
            if way == "stopped_by_ads"
            else f"requests/{opened.request}/revocation"
        )
        said = await ads.post(f"/api/{path}")
    assert said["sent"] is False
    line.refusing = False
    ended = await demo.record("session.ended", session=opened.session)
    assert ended.record.reason == way
    assert not of_session(opened.session)
    await all_told(demo)
    assert_no_gap_and_no_double(demo)


async def test_a_stop_that_went_under_with_the_line(demo: Demo, line: Lossy) -> None:
    """Half open: the broker believes it sent the order, the agent never had it."""
    opened = await demo.open(*BOTH)
    line.stalled = True
    await opened.stop()
    assert of_session(opened.session)
    line.cut()
    line.stalled = False
    ended = await demo.record("session.ended", session=opened.session)
    assert ended.record.reason == "stopped_by_ads"


async def _noticed(demo: Demo) -> None:
    """Until the broker knows that the agent is gone."""
    async with demo.stage.logged_in("titolare") as titolare, asyncio.timeout(PATIENT_S):
        while any(  # noqa: ASYNC110 - another process's mind
            h["id"] == demo.stage.host and h["connected"]
            for h in await titolare.get("/api/hosts", tenant=demo.tenant)
        ):
            await asyncio.sleep(0.05)


async def test_a_stranger_who_says_nothing_is_shown_out(demo: Demo) -> None:
    address = demo.stage.origin.replace("http", "ws", 1) + LINK_PATH
    async with websockets.connect(address) as stranger, asyncio.timeout(HANDSHAKE_S + 10):
        assert "challenge" in str(await stranger.recv())
        with pytest.raises(websockets.ConnectionClosed):
            await stranger.recv()
    assert (await demo.open("exec")).session, "and nobody else is troubled"


async def test_many_cuts_in_a_row(demo: Demo, line: Lossy, rounds: int, dice: random.Random) -> None:
    """Commands run while the line breaks again and again: whatever was executed is told once. Half of the cuts
    come when the command runs for certain, the others at any moment since it was asked for."""
    opened = await demo.open(*BOTH)
    for number in range(min(rounds, 20)):
        async with running_ssh(demo, opened.session, f"echo {number}; sleep 300") as there:
            if number % 2:
                await asyncio.sleep(dice.uniform(0, 0.5))
            else:
                assert there.stdout is not None
                assert await asyncio.wait_for(there.stdout.readline(), PATIENT_S) == b"%d\n" % number
            line.cut()
        await demo.linked()
    await opened.close()
    await all_told(demo)
    assert_no_gap_and_no_double(demo)
    executed = demo.records("command.executed", session=opened.session)
    assert len({leaf.record.channel for leaf in executed}) == len(executed)
    assert len(executed) >= min(rounds, 20) // 2


async def test_both_ends_restart(demo: Demo, line: Lossy) -> None:
    opened = await demo.open(*BOTH)
    demo.processes.end("agente")
    ended = await demo.record("session.ended", session=opened.session)
    assert ended.record.reason == "agent_stopping", "a stopping agent says goodbye"
    demo.processes.end("broker")
    dialled = line.dialled
    demo.start_agent()
    await until(lambda: line.dialled > dialled, "the agent dials and finds nobody")
    await demo.start_broker()
    await demo.linked()
    again = await demo.open(*BOTH)
    assert (await again.ssh("echo ancora")).out == b"ancora\n"
    await again.close()
    await all_told(demo)
    assert_no_gap_and_no_double(demo)


async def test_a_broker_gone_for_long_ends_the_session(demo: Demo, line: Lossy) -> None:
    """The policy says `offline: end`: after the grace nobody could stop it any more, so it stops."""
    opened = await demo.open(*BOTH)
    assert of_session(opened.session)
    line.refusing = True
    cut = time.monotonic()
    line.cut()
    await until(lambda: not of_session(opened.session), "the session ends", seconds=LINK_GRACE_S + PATIENT_S)
    assert time.monotonic() - cut > LINK_GRACE_S - 2
    line.refusing = False
    ended = await demo.record("session.ended", session=opened.session)
    assert ended.record.reason == "broker_gone"
    await all_told(demo)
    assert_no_gap_and_no_double(demo)
