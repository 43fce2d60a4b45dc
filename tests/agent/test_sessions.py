"""Whole sessions of the agent with real processes: begin, stop, crash, and what the next life makes of it."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent import guardian, sessions
from agent.accounts import NoAccount
from agent.bars import Bars
from agent.channels import Params
from agent.ledger import Ledger, Unfinished, boot_id
from agent.pins_store import StateDamaged
from agent.session import KNOWN_EVERY_S
from agent.sweep import marked
from agent.vigil import Pace
from agent.warden import Warden
from agent.wire import channel as wire
from agent.wire.channel import Exit, Tag
from audit.canonical import b64
from audit.errors import Malformed
from audit.signed_stop import SignedStop
from tests.agent.session_kit import PATIENCE_S, SALT, SESSION, House, Line, admitted, eventually, house, order
from tests.stopwatch import Stopwatch

pytestmark = pytest.mark.usefixtures("patient")
STOP_BAR_S = 2.0  # Termina's own
SHORT_S, LATE_S = 3, 10  # a session's length, and how late a busy machine may be
DEAF = (
    "trap '' HUP TERM; (setsid sh -c 'trap \"\" HUP TERM; sleep 300' &) ; echo up; while :; do sleep 1; done"
)


async def deaf(h: House, session: str) -> Line:
    line = await h.channel(session, "exec", command=DEAF)
    await line.read_until(b"up")
    return line


async def test_stop_kills_within_two_seconds_and_reports_in_order(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        session = await h.begin()
        line = await deaf(h, session)
        with Stopwatch() as watch:
            await h.sessions.stop(session, "stopped_by_ads")
            await eventually(lambda: not marked(session))
        assert watch.took < STOP_BAR_S
        ended = await h.broker.until("session.ended")
        assert ended == {"reason": "stopped_by_ads", "seconds": ended["seconds"], "channels": 1}
        assert h.broker.kinds() == [
            "session.started", "channel.opened", "command.executed", "channel.closed", "session.ended",
        ]  # fmt: skip
        assert "exit_status" not in h.broker.body("channel.closed")
        await line.read_to_end()
        assert line.exit == Exit(signal="KILL")
        await eventually(lambda: not h.sessions.live())
        await h.sessions.channel(order(session, "c-2", "terminal"))
        assert h.broker.refused == [(session, "c-2", "session_ended")]


READS = 'while read -r line; do echo "got $line"; done'


async def test_nobody_watches_and_nothing_passes_until_somebody_does(tmp_path: Path) -> None:
    """Output waits; what is typed meanwhile is lost and never comes in a burst."""
    async with house(tmp_path, pace=Pace(6.0)) as h:
        session = await h.begin(watched=True)
        await eventually(lambda: h.broker.calls)
        h.answer(session)
        line = await h.channel(session, "exec", command=READS)
        line.type(b"one\n")
        await line.read_until(b"got one\n")
        assert await h.broker.until("session.paused") == {"reason": "supervision_lost"}
        line.type(b"two\n" * 20_000)  # far more than lies in any queue
        await h.sessions.channel(order(session, "c-2", "exec", command="true"))
        await eventually(lambda: (session, "c-2", "session_paused") in h.broker.refused)
        await eventually(line._to_agent.empty)
        assert line._to_broker.empty()
        h.answer(session)
        resumed = await h.broker.until("session.resumed")
        assert len(resumed["statement"]) == 64
        line.type(b"three\n")
        await line.read_until(b"got three\n")
        assert line.out == b"got one\ngot three\n"
        await h.sessions.stop(session, "stopped_by_ads")
        await h.broker.until("session.ended")
        assert h.broker.body("channel.closed")["in_bytes"] == len(b"one\nthree\n")


async def test_whoever_watches_holds_it_and_what_is_typed_meanwhile_is_lost(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        session = await h.begin(watched=True)
        await eventually(lambda: h.broker.calls)
        h.answer(session)
        line = await h.channel(session, "exec", command=READS)
        line.type(b"one\n")
        await line.read_until(b"got one\n")
        h.sessions.pause(session, "p-2")
        assert await h.broker.until("session.paused") == {"reason": "paused_by_watcher", "by": "p-2"}
        told = json.loads((tmp_path / "desk" / f"{session}.json").read_text())
        assert (told["state"], told["reason"]) == ("paused", "paused_by_watcher")
        line.type(b"two\n")
        await eventually(line._to_agent.empty)
        h.sessions.resume(session, "p-1")
        assert (await h.broker.until("session.resumed"))["by"] == "p-1"
        line.type(b"three\n")
        await line.read_until(b"got three\n")
        assert line.out == b"got one\ngot three\n"


async def test_what_a_process_had_not_read_when_nobody_watched_any_more_is_void(tmp_path: Path) -> None:
    """It reads nothing until it is told to: then it gets what the system's own buffer held, and no more."""
    waits = tmp_path / "go"
    slow = f"echo up; while [ ! -e {waits} ]; do sleep 0.05; done; wc -c; echo end"
    async with house(tmp_path, pace=Pace(6.0)) as h:
        session = await h.begin(watched=True)
        await eventually(lambda: h.broker.calls)
        h.answer(session)
        line = await h.channel(session, "exec", command=slow)
        await line.read_until(b"up\n")
        line.type(b"x" * 4 * 1024 * 1024)
        await h.broker.until("session.paused")
        await eventually(line._to_agent.empty)
        h.answer(session)
        await h.broker.until("session.resumed")
        waits.touch()
        line.tell(wire.pack(Tag.EOF, b""))
        await line.read_until(b"end\n")
        assert int(line.out.split()[1]) < 512 * 1024


async def test_output_that_came_while_nobody_watched_is_seen_when_somebody_does(tmp_path: Path) -> None:
    late = tmp_path / "late"
    command = f"echo up; while [ ! -e {late} ]; do sleep 0.05; done; echo later"
    async with house(tmp_path, pace=Pace(6.0)) as h:
        session = await h.begin(watched=True)
        await eventually(lambda: h.broker.calls)
        h.answer(session)
        line = await h.channel(session, "exec", command=command)
        await line.read_until(b"up\n")
        await h.broker.until("session.paused")
        late.touch()
        calls = len(h.broker.calls)
        await eventually(lambda: len(h.broker.calls) > calls)  # a second or so of silence
        assert line._to_broker.empty()
        assert line.exit is None
        h.answer(session)
        await line.read_to_end()
        assert line.out == b"up\nlater\n"
        assert line.exit == Exit(status=0)


async def test_a_paused_session_can_be_stopped_by_signature(tmp_path: Path) -> None:
    async with house(tmp_path, pace=Pace(6.0)) as h:
        session = await h.begin(watched=True)
        grant = h.sessions.grant_of(session)
        assert grant is not None
        assert h.sessions.grant_of("s-none") is None
        await h.broker.until("session.paused")
        stop = SignedStop(
            "t-1", session, grant.request, grant.digest.hex(), grant.host, "p-2", datetime.now(UTC)
        )
        h.sessions.stop_signed(replace(stop, session="s-none"))  # of nobody here
        h.sessions.stop_signed(stop)
        ended = await h.broker.until("session.ended")
        assert (ended["reason"], ended["order"]) == ("stopped_by_ads", stop.digest.hex())


async def test_stop_cuts_a_flood_that_nobody_reads(tmp_path: Path) -> None:
    """A technician whose end hangs cannot hold up the stop."""
    async with house(tmp_path) as h:
        h.broker.room = 1
        session = await h.begin()
        line = await h.channel(session, "exec", command="exec yes")
        await eventually(line._to_broker.full)
        await h.sessions.stop(session, "stopped_by_ads")
        await eventually(lambda: not marked(session))
        await h.broker.until("session.ended")


async def test_both_ends_count_the_same_when_a_stop_cuts_a_flood(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        session = await h.begin()
        line = await h.channel(session, "exec", command="exec yes")
        async with asyncio.TaskGroup() as group:
            group.create_task(line.read_to_end())
            await eventually(lambda: len(line.out) > 1_000_000)
            await h.sessions.stop(session, "stopped_by_ads")
        assert (await h.broker.until("channel.closed"))["out_bytes"] == len(line.out)


async def test_closing_by_the_technician(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        session = await h.begin()
        await h.sessions.stop(session, "closed_by_technician")
        assert (await h.broker.until("session.ended"))["reason"] == "closed_by_technician"
        await eventually(lambda: not h.sessions.live())
        await h.sessions.open(admitted(session=session, begin=datetime.now(UTC)), SALT)
        assert h.broker.reports[-1][2]["reason"] == "replayed"
        assert h.sessions.served() == 1
        assert h.sessions.served() == 0


async def test_a_reason_that_is_not_the_brokers_to_give(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        session = await h.begin()
        await h.sessions.stop(session, "stopped_by_desk")
        assert (await h.broker.until("session.ended"))["reason"] == "revoked"


async def test_a_stop_that_overtakes_the_opening_wins(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        await h.sessions.stop("s-early", "revoked")
        await h.sessions.open(admitted(session="s-early", begin=datetime.now(UTC)), SALT)
        assert h.broker.body("session.refused")["reason"] == "replayed"


@pytest.mark.parametrize("clock", ["wall_s", "boot_extra_s"])
async def test_expires_by_either_clock_without_a_network(tmp_path: Path, clock: str) -> None:
    async with house(tmp_path) as h:
        session = await h.begin(offline="continue")
        await deaf(h, session)
        h.sessions.link_lost()
        setattr(h.clocks, clock, 3601.0)
        assert (await h.broker.until("session.ended"))["reason"] == "expired"
        assert not marked(session)


async def test_short_session_ends_on_time(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        before = datetime.now(UTC)
        await h.begin(length_s=SHORT_S)
        ended = await h.broker.until("session.ended")
        assert ended["reason"] == "expired"
        assert datetime.now(UTC) - before >= timedelta(seconds=SHORT_S)
        assert ended["seconds"] <= SHORT_S + LATE_S


async def test_suspend_ends_it(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        await h.begin()
        h.clocks.sleep_s = 60
        assert (await h.broker.until("session.ended"))["reason"] == "clock_moved"


async def test_suspend_ends_it_whatever_the_broker_says_meanwhile(tmp_path: Path) -> None:
    """Junk orders without a pause between them leave no quiet second, and nothing opens after the sleep."""
    async with house(tmp_path) as h:
        session = await h.begin()
        over = asyncio.Event()

        async def junk() -> None:
            for n in itertools.count():
                await h.sessions.channel(order(session, f"j-{n}", "files"))
                await asyncio.sleep(0.02)
                if over.is_set():
                    return

        async with asyncio.TaskGroup() as group:
            group.create_task(junk())
            await h.broker.until("channel.refused")
            h.clocks.sleep_s = 60
            await h.sessions.channel(order(session, "c-1", "exec", command="id"))
            ended = await h.broker.until("session.ended")
            over.set()
        assert ended["reason"] == "clock_moved"
        assert "channel.opened" not in h.broker.kinds()


async def test_channels_are_known_to_the_next_life_before_they_are_reported(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        session = await h.begin()
        for n in (1, 2):
            line = await h.channel(session, "exec", f"c-{n}", command="echo up; sleep 300")
            await line.read_until(b"up")
            await eventually(lambda n=n: h.broker.kinds().count("channel.opened") == n)  # type: ignore[misc]
            assert Ledger(tmp_path).read()[0].channels == n


async def test_nothing_begins_once_the_end_of_all_has_begun(tmp_path: Path) -> None:
    """Admitted while the host is being revoked, or the agent stops: refused with that reason."""
    async with house(tmp_path) as h:
        session = await h.begin()
        await deaf(h, session)
        async with asyncio.TaskGroup() as group:
            group.create_task(h.sessions.close_all("host_revoked"))
            await asyncio.sleep(0)
            await h.sessions.open(admitted(session=f"{session}-late", begin=datetime.now(UTC)), SALT)
        await h.sessions.open(admitted(session=f"{session}-later", begin=datetime.now(UTC)), SALT)
        refused = [body["reason"] for kind, _, body in h.broker.reports if kind == "session.refused"]
        assert refused == ["host_revoked", "host_revoked"]
        assert h.broker.body("session.ended")["reason"] == "host_revoked"


@pytest.mark.parametrize("by", ["key", "grant"])
async def test_what_rests_on_what_is_revoked_here_ends_and_begins_no_more(tmp_path: Path, by: str) -> None:
    async with house(tmp_path) as h:
        session = await h.begin()
        grant = h.sessions.grant_of(session)
        assert grant is not None
        check_in = admitted(session=session, watched=True).check_in
        assert check_in is not None
        h.sessions.check_in(check_in, "ab" * 32)
        h.sessions.bar(Bars(grants=frozenset({"cd" * 32})))
        assert h.sessions.live() == [session]
        h.sessions.bar(
            Bars(frozenset({"ab" * 32})) if by == "key" else Bars(grants=frozenset({grant.digest.hex()}))
        )
        assert (await h.broker.until("session.ended"))["reason"] == "revoked_at_host"
        late = replace(
            admitted(session=f"{session}-late", begin=datetime.now(UTC)), keys=frozenset({"ab" * 32})
        )
        h.sessions.bar(Bars(frozenset({"ab" * 32})))
        await h.sessions.open(late, SALT)
        assert h.broker.body("session.refused")["reason"] == "revoked_at_host"


async def test_link_lost_beyond_the_grace_ends_it(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        await h.begin()
        h.sessions.link_lost()
        h.sessions.link_back()
        h.sessions.link_lost()
        await asyncio.sleep(0.1)
        h.clocks.wall_s = h.clocks.boot_extra_s = 31.0
        assert (await h.broker.until("session.ended"))["reason"] == "broker_gone"


async def test_leaving_ends_everything(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        session = await h.begin()
        await deaf(h, session)
    assert h.broker.body("session.ended")["reason"] == "agent_stopping"
    assert not marked(session)
    assert json.loads((tmp_path / "sessions.json").read_text())["sessions"] == []


async def test_cancelled_agent_ends_everything(tmp_path: Path) -> None:
    found: list[House] = []

    async def agent() -> None:
        async with house(tmp_path) as h:
            await deaf(h, await h.begin())
            found.append(h)
            await asyncio.Event().wait()

    async with asyncio.TaskGroup() as group:
        task = group.create_task(agent())
        await eventually(lambda: bool(found))
        task.cancel()
    assert found[0].broker.body("session.ended")["reason"] == "agent_stopping"
    assert not marked(SESSION)


async def test_killed_guardian_ends_the_session(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        session = await h.begin()
        await deaf(h, session)
        os.kill(next(iter(h.sessions._live.values())).warden.mark.pid, signal.SIGKILL)
        assert (await h.broker.until("session.ended"))["reason"] == "agent_stopping"
        assert not marked(session)


# --------------------------------------------------------------------------------------- refusals


async def test_broker_that_cannot_be_reached_back(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        session = await h.begin()
        h.broker.unreachable = True
        await h.sessions.channel(order(session, "c-1", "terminal"))
        assert (await h.broker.until("channel.refused"))["reason"] == "broker_not_reached"
        assert h.broker.refused == [(session, "c-1", "broker_not_reached")]


async def test_stop_while_a_channel_is_being_dialled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with house(tmp_path) as h:
        session = await h.begin()
        dialling = asyncio.Event()

        async def slow(_pass: str) -> Any:
            dialling.set()
            await asyncio.sleep(60)

        object.__setattr__(h.sessions._outside, "dial_channel", slow)
        await h.sessions.channel(order(session, "c-1", "terminal"))
        await dialling.wait()
        await h.sessions.stop(session, "stopped_by_ads")
        await h.broker.until("session.ended")
        assert "channel.opened" not in h.broker.kinds()
        assert h.broker.refused == [(session, "c-1", "session_ended")]


async def test_account_that_is_not_here(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        await h.sessions.open(admitted(account="nobody-of-this-name", begin=datetime.now(UTC)), SALT)
        assert h.broker.body("session.refused")["reason"] == "account_not_possible"
        assert not h.sessions.live()


async def test_session_names_stay_names(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        await h.sessions.open(admitted(session="../../etc/x", begin=datetime.now(UTC)), SALT)
        assert h.broker.body("session.refused")["reason"] == "envelope_invalid"


async def test_machine_that_cannot_fork(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise BlockingIOError(11, "no")

    async with house(tmp_path) as h:
        monkeypatch.setattr(subprocess, "Popen", full)
        await h.sessions.open(admitted(begin=datetime.now(UTC)), SALT)
        assert h.broker.body("session.refused")["reason"] == "process_not_started"


async def test_shell_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with house(tmp_path) as h:
        found = sessions.local_account(admitted().grant.account.name)
        moved = type(found)(found.name, found.uid, found.gid, found.home, "/nowhere/sh")
        monkeypatch.setattr(sessions, "local_account", lambda _: moved)
        line = await h.channel(await h.begin(), "terminal")
        assert (await h.broker.until("channel.refused"))["reason"] == "process_not_started"
        await line.read_to_end()
        assert line.exit == Exit(status=126)


@pytest.mark.parametrize(
    "params",
    [
        {"via": "s s h"},
        {"via": "ssh", "cols": 0, "term": "\x1b[2J"},
        {"via": "ssh", "cols": 100_000},
        {"via": "ssh", "cols": "80"},
        {"via": "ssh", "command": "a\0b"},
        {"via": "ssh", "command": "x" * 200_000},
        {"via": "ssh", "command": "id", "command_salt": b64(bytes(31))},
        {"via": "ssh", "surprise": True},
        {},
    ],
)
async def test_orders_of_no_form_are_refused(tmp_path: Path, params: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        Params.parse(params)
    found = order("s-1", "c-1", "terminal")
    async with house(tmp_path) as h:
        await h.sessions.channel(type(found)("s-1", "c-1", "terminal", "pass", params))
        assert h.broker.refused == [("s-1", "c-1", "envelope_invalid")]


def test_no_account_is_an_error_of_its_own() -> None:
    with pytest.raises(NoAccount):
        sessions.local_account("nobody-of-this-name")


# ---------------------------------------------------------------------------------- the next life

AGENT = textwrap.dedent(
    """
    import asyncio, sys
    from pathlib import Path
    from tests.agent.session_kit import house
    from tests.agent.test_sessions import deaf

    async def main():
        async with house(Path(sys.argv[1])) as h:
            await deaf(h, await h.begin(session=sys.argv[2], length_s=1800))
            print("up", flush=True)
            await asyncio.Event().wait()

    asyncio.run(main())
    """
)


def test_killed_agent_leaves_nothing_and_the_next_life_says_so(tmp_path: Path, rounds: int) -> None:
    """kill -9 in mid-session: no process survives, and the end is reported as what it was."""
    session = f"{SESSION}-killed"
    for _ in range(rounds):
        with subprocess.Popen(
            [sys.executable, "-c", AGENT, str(tmp_path), session],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        ) as agent:
            try:
                assert agent.stdout is not None
                assert agent.stdout.readline() == b"up\n"
                _soon(lambda: len(marked(session)) >= 3)
            finally:
                agent.kill()  # also where something above failed: nothing may wait for it for ever
            agent.wait()
            _soon(lambda: not marked(session))
        asyncio.run(_next_life(tmp_path, session))


STOPPED = textwrap.dedent(
    """
    import asyncio, sys
    from pathlib import Path
    from agent import session
    from tests.agent.session_kit import house
    from tests.agent.test_sessions import deaf

    session.LEASE_S, session.PULSE_EVERY_S = float(sys.argv[3]), 0.2

    async def main():
        async with house(Path(sys.argv[1])) as h:
            await deaf(h, await h.begin(session=sys.argv[2], length_s=1800))
            print("up", flush=True)
            while sys.argv[4] == "whole" and not Path(sys.argv[1], "later").exists():
                await asyncio.sleep(0.01)
            h.clocks.wall_s = h.clocks.boot_extra_s = 3600.0 if sys.argv[4] == "whole" else 0.0
            print((await h.broker.until("session.ended"))["reason"], flush=True)

    asyncio.run(main())
    """
)


@pytest.mark.parametrize(
    ("what", "lease_s", "reason"), [("agent", 1.0, b"agent_stopping"), ("whole", 1800.0, b"expired")]
)
def test_what_is_stopped_by_a_signal_ends_all_the_same(
    tmp_path: Path, what: str, lease_s: float, reason: bytes
) -> None:
    """SIGSTOP: the agent alone, and its session dies without it; or the whole tree, until the grant is over."""
    session = f"{SESSION}-stopped"
    with subprocess.Popen(
        [sys.executable, "-c", STOPPED, str(tmp_path), session, str(lease_s), what],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    ) as agent:
        try:
            assert agent.stdout is not None
            assert agent.stdout.readline() == b"up\n"
            _soon(lambda: len(marked(session)) >= 3)
            below = guardian.descendants(agent.pid) if what == "whole" else []
            pids = [agent.pid, *(p.pid for p in below)]
            for pid in pids:
                os.kill(pid, signal.SIGSTOP)
            if what == "agent":
                _soon(lambda: not marked(session))
            (tmp_path / "later").touch()
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)
            assert agent.stdout.readline().strip() == reason
            _soon(lambda: not marked(session))
        finally:
            agent.kill()


def _soon(so: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not so():
        assert time.monotonic() < until
        time.sleep(0.01)


async def _next_life(state_dir: Path, session: str) -> None:
    async with house(state_dir) as h:
        assert h.broker.kinds() == ["session.ended"]
        found = h.broker.reports[0]
        assert found[1] == session
        left = found[2].pop("left", "none")
        assert left in ("none", "unknown"), "without a control group nobody can say"
        assert found[2].pop("seconds") < KNOWN_EVERY_S * 3, "what it last wrote down"
        assert found[2] == {"reason": "agent_restarted", "channels": 1}
        assert not h.sessions.live()
        await h.sessions.open(admitted(session=session, begin=datetime.now(UTC)), SALT)
        assert h.broker.reports[-1][2]["reason"] == "replayed"


async def test_restart_after_a_decided_end_repeats_it_word_for_word(tmp_path: Path) -> None:
    line = Unfinished(
        "s-1", "a" * 64, 2**22 + 1, 1, boot_id(), "2026-11-22T11:00:00.000Z", started=True, known_s=40
    )
    ledger = Ledger(tmp_path)
    ledger.keep(line)
    ledger.keep(Unfinished("s-2", "b" * 64, 2**22 + 1, 1, "another boot", "2026-11-22T11:00:00.000Z"))
    ledger.change("s-1", reason="stopped_by_desk", known_s=41, channels=2)
    async with house(tmp_path) as h:
        assert h.broker.reports == [
            (
                "session.ended",
                "s-1",
                {"reason": "stopped_by_desk", "seconds": 41, "channels": 2, "left": "unknown"},
            ),
            ("session.refused", "s-2", {"grant": "b" * 64, "reason": "agent_restarted"}),
        ]
    async with house(tmp_path) as h:
        assert not h.broker.reports


async def test_guardian_that_outlived_its_agent_is_swept(tmp_path: Path) -> None:
    old = Warden(f"{SESSION}-old")
    Ledger(tmp_path).keep(
        Unfinished(
            old.session,
            "a" * 64,
            old.mark.pid,
            old.mark.started,
            boot_id(),
            "2026-11-22T11:00:00.000Z",
            started=True,
        )
    )
    async with house(tmp_path) as h:
        assert h.broker.body("session.ended")["reason"] == "agent_restarted"
        await asyncio.wait_for(asyncio.shield(old.dead), PATIENCE_S)
    assert guardian.process(old.mark.pid) is None


@pytest.mark.parametrize("text", ["{", '{"sessions": [{"session": "s-1"}]}', "{}", " " * 2_000_000])
def test_ledger_of_no_form_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "sessions.json").write_text(text)
    with pytest.raises(StateDamaged):
        Ledger(tmp_path).read()


async def test_length_is_kept_while_it_runs(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        await h.begin()
        h.clocks.wall_s = h.clocks.boot_extra_s = 25.0
        await eventually(lambda: Ledger(tmp_path).read()[0].known_s >= 25)
        assert datetime.now(UTC) + timedelta(hours=2) > datetime.fromisoformat(
            Ledger(tmp_path).read()[0].ends
        )


async def test_where_there_is_room_for_one_the_next_is_refused(tmp_path: Path) -> None:
    async with house(tmp_path, room=1) as h:
        await h.begin()
        await h.sessions.open(admitted(session="s-2"), SALT)
        assert (await h.broker.until("session.refused"))["reason"] == "too_many_sessions"
        assert len(h.sessions.live()) == 1
