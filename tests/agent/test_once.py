"""The agent for one session: its folder, what ends it, what the log hears, and that nothing is left."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import pytest

from agent import daemon, enrol, once, pins_store
from agent.desk_socket import Reply
from agent.main import main
from agent.settings import Settings
from agent.wire import frames
from agent.wire.frames import encode
from audit.host_note import HostNote, claimed
from tests.agent import host
from tests.agent.orders import Log
from tests.agent.relay import PATIENCE_S, Broker, serving
from tests.audit import people

Scenario = Callable[[Broker], Awaitable[None]]
KEYS = pins_store.HostKeys.make(host.CHANCE)


class Outside(threading.Thread):
    """A broker in a thread of its own, which plays its part once the agent is linked."""

    def __init__(self, scenario: Scenario, **changes: Any) -> None:
        super().__init__(daemon=True)
        self.broker = replace(Broker(KEYS.identity.public), **changes)
        self.notes: list[HostNote] = []
        self._scenario = scenario
        self._up, self._done = threading.Event(), threading.Event()

    def run(self) -> None:
        asyncio.run(self._life())

    async def _life(self) -> None:
        async with serving(self.broker):
            self._up.set()
            with contextlib.suppress(TimeoutError):
                await self._scenario(self.broker)
            await asyncio.to_thread(self._done.wait)
            while not self.broker.heard.empty():
                frame = self.broker.heard.get_nowait()
                if isinstance(frame, frames.NoteFrame):
                    self.notes.append(claimed(frame.note.encode()))

    def __enter__(self) -> Self:
        self.start()
        assert self._up.wait(PATIENCE_S)
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self.join(PATIENCE_S)

    def enrol_here(self, here: Settings) -> None:
        path = host.written(
            here.state_dir.parent / "h.json", host.file(f"http://127.0.0.1:{self.broker.port}")
        )
        at = host.now()
        file, held = enrol.read_file(path, at)
        enrol.enrol(
            here, file, held, is_confirmed=True, code=host.CODE, user=host.USER, at=at, chance=host.CHANCE,
            post=lambda *_: (201, {"acked": 0}),
        )  # fmt: skip


async def kind(broker: Broker, wanted: str, notes: list[HostNote]) -> HostNote:
    while True:
        frame = await broker.next(frames.NoteFrame)
        assert isinstance(frame, frames.NoteFrame)
        notes.append(claimed(frame.note.encode()))
        if notes[-1].kind == wanted:
            return notes[-1]


def state_in(within: Path) -> Path:
    (found,) = within.glob("verbale-once-*")
    return found


def test_one_session_and_nothing_left(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    notes: list[HostNote] = []

    async def scenario(broker: Broker) -> None:
        await broker.linked(1)
        await kind(broker, "host.heartbeat", notes)
        state = state_in(tmp_path)
        assert state.joinpath("keys").stat().st_mode & 0o777 == 0o700
        log = Log()
        order = host.order_for(state, log)
        await broker.say(encode(order))
        await kind(broker, "session.started", notes)
        await broker.say(encode(replace(order, session="s-other")))
        await broker.say(encode(frames.Stop(people.SESSION, "stopped_by_ads", "p-1")))
        await kind(broker, "host.revoked", notes)

    with Outside(scenario) as outside:
        code = once.run(host.settings(tmp_path / "never"), host.USER, outside.enrol_here, tmp_path)
    assert code == 0
    assert [n.kind for n in notes][-3:] == ["session.ended", "sessions.listed", "host.revoked"]
    assert notes[-1].body["reason"] == "once"
    assert not list(tmp_path.glob("verbale-once-*"))
    assert not (tmp_path / "never").exists()
    assert "non resta nulla" in capsys.readouterr().out


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP, signal.SIGTERM])
def test_ended_from_here(tmp_path: Path, number: signal.Signals) -> None:
    """Ctrl-C, a closed terminal, a machine that shuts down: the session ends, the host goes out of use."""
    notes: list[HostNote] = []

    async def scenario(broker: Broker) -> None:
        await broker.linked(1)
        await kind(broker, "host.heartbeat", notes)
        await broker.say(encode(host.order_for(state_in(tmp_path), Log())))
        await kind(broker, "session.started", notes)
        os.kill(os.getpid(), number)
        await kind(broker, "host.revoked", notes)

    with Outside(scenario) as outside:
        assert once.run(host.settings(tmp_path / "s"), host.USER, outside.enrol_here, tmp_path) == 0
    (ended,) = [n for n in notes if n.kind == "session.ended"]
    assert ended.body["reason"] == ("stopped_by_desk" if number == signal.SIGINT else "agent_stopping")
    assert not list(tmp_path.glob("verbale-once-*"))


def test_a_log_that_is_not_reached_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(once, "DELIVER_S", 0.1)

    async def scenario(broker: Broker) -> None:
        await broker.linked(1)
        os.kill(os.getpid(), signal.SIGINT)

    with Outside(scenario, acknowledges=False) as outside:
        assert once.run(host.settings(tmp_path / "s"), host.USER, outside.enrol_here, tmp_path) == 1
    assert "il registro non è stato raggiunto" in capsys.readouterr().out
    assert not list(tmp_path.glob("verbale-once-*"))


def test_nobody_came(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(once.OneSession.__init__, "__kwdefaults__", {"wait_s": 0.3})
    notes: list[HostNote] = []

    async def scenario(broker: Broker) -> None:
        await kind(broker, "host.revoked", notes)

    with Outside(scenario) as outside:
        assert once.run(host.settings(tmp_path / "s"), host.USER, outside.enrol_here, tmp_path) == 0
    assert "session.started" not in {n.kind for n in notes}


def test_what_a_kill_left_is_taken_out_of_use_at_the_next_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And that start may itself fail."""
    notes: list[HostNote] = []

    async def scenario(broker: Broker) -> None:
        await kind(broker, "host.revoked", notes)

    def fails(_: Settings) -> None:
        raise KeyboardInterrupt

    left = tmp_path / "verbale-once-left"
    with Outside(scenario) as outside:
        outside.enrol_here(host.settings(left))
        with pytest.raises(KeyboardInterrupt):
            once.run(host.settings(tmp_path / "s"), host.USER, fails, tmp_path)
    assert notes[-1].body["reason"] == "once"
    assert not list(tmp_path.glob("verbale-once-*"))
    assert "il registro lo sa" in capsys.readouterr().out


def test_only_folders_of_ours_that_nothing_holds_are_cleaned(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "verbale-once-link").symlink_to(elsewhere)
    (tmp_path / "verbale-once-file").write_text("x")
    with once.folder(tmp_path) as held:
        assert held.stat().st_mode & 0o777 == 0o700
        (held / "key").write_text("k")
        assert list(once.left(tmp_path)) == []
        assert (held / "key").exists()
    assert not held.exists()
    (tmp_path / "verbale-once-a").mkdir()
    assert [path.name for path in once.left(tmp_path)] == ["verbale-once-a"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "elsewhere", "verbale-once-file", "verbale-once-link",
    ]  # fmt: skip


def test_where_the_folder_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    assert once.base({"XDG_RUNTIME_DIR": str(tmp_path)}) == tmp_path
    assert once.base({"XDG_RUNTIME_DIR": str(tmp_path / "gone")}) == tmp_path / "tmp"
    assert once.base({"XDG_RUNTIME_DIR": "relative"}) == tmp_path / "tmp"
    assert once.base({}) == tmp_path / "tmp"


@pytest.fixture
def seat(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A terminal with somebody typing at it."""
    ours, theirs = os.openpty()
    with os.fdopen(theirs, "r") as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        monkeypatch.setattr(os, "tcgetpgrp", lambda _: os.getpgrp())
        yield ours
    os.close(ours)


class Asked:
    """A desk, and sessions that have it: somebody waits to be let in."""

    def __init__(self) -> None:
        self.desk = self
        self.answers: list[bool] = []
        self.heard = asyncio.Event()

    def answer_all(self, *, allow: bool) -> list[Reply]:
        self.answers.append(allow)
        self.heard.set()
        return [Reply("Collegamento consentito.")]


@pytest.mark.parametrize(
    ("typed", "answers"), [("Sì\n", [True]), ("yes\n", [True]), ("boh\nno\n", [False]), ("\nN\n", [False])]
)
async def test_consent_is_typed_where_it_runs(seat: int, typed: str, answers: list[bool]) -> None:
    asked = Asked()
    once.OneSession(asyncio.Event()).begins(asked)  # type: ignore[arg-type]
    os.write(seat, typed.encode())
    await asyncio.wait_for(asked.heard.wait(), PATIENCE_S)
    asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
    assert asked.answers == answers


async def test_in_the_background_it_reads_nothing(seat: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is typed there is for whoever stands in front; back in front, it is heard."""
    monkeypatch.setattr(os, "tcgetpgrp", lambda _: os.getpgrp() + 1)
    monkeypatch.setattr(once, "LOOK_AGAIN_S", 0.01)
    asked = Asked()
    os.write(seat, "sì\n".encode())
    once.OneSession(asyncio.Event())._answered(asked)  # type: ignore[arg-type]
    assert asked.answers == []
    monkeypatch.setattr(os, "tcgetpgrp", lambda _: os.getpgrp())
    await asyncio.wait_for(asked.heard.wait(), PATIENCE_S)
    asyncio.get_running_loop().remove_reader(sys.stdin.fileno())


async def test_a_terminal_that_is_gone_is_read_no_more(seat: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_: int) -> int:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "tcgetpgrp", gone)
    asked = Asked()
    manner = once.OneSession(asyncio.Event())
    manner.begins(asked)  # type: ignore[arg-type]
    manner._answered(asked)  # type: ignore[arg-type]
    assert asked.answers == []
    assert not asyncio.get_running_loop().remove_reader(sys.stdin.fileno())


def test_the_command_says_why_it_does_not_enrol(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["once", str(tmp_path / "none"), "--state", str(tmp_path), "--lang", "en"])
    assert code == 2
    assert "cannot be read" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_service_stays_as_it_was() -> None:
    manner = daemon.Manner()
    assert (manner.room, manner.leaves, manner.why_closed) == (32, None, "agent_stopping")
    assert (manner.farewell_s(is_up=True), manner.farewell_s(is_up=False)) == (5.0, 0.0)
