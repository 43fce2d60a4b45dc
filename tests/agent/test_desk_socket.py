"""The desk's socket: whoever calls, and however, nobody keeps the person at the desk from interrupting."""

from __future__ import annotations

import asyncio
import json
import os
import pwd
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from agent import desk_call, desk_socket
from agent.desk_call import DeskSaysNo
from agent.desk_socket import MAX_ORDER_BYTES, MAX_SILENT, Reply
from agent.system.interface import Caller
from agent.system.posix import door
from tests.agent.session_kit import PATIENCE_S, eventually, house

pytestmark = pytest.mark.usefixtures("patient")
NOT_UNDERSTOOD = json.loads(Reply.no("not_understood").encode())
NOBODY = Caller(os.getpid(), pwd.getpwnam("nobody").pw_uid)


def as_others(monkeypatch: pytest.MonkeyPatch, *callers: Caller | None) -> None:
    """The next calls come from these; None and whoever comes later: from us."""
    real, waiting = door.caller, list(callers)

    def caller(peer: socket.socket) -> Caller:
        return (waiting.pop(0) if waiting else None) or real(peer)

    monkeypatch.setattr(door, "caller", caller)


@contextmanager
def calling(state_dir: Path, count: int) -> Iterator[list[socket.socket]]:
    """So many connections that say nothing."""
    lines = [socket.socket(socket.AF_UNIX) for _ in range(count)]
    try:
        for line in lines:
            line.connect(os.path.relpath(state_dir / "desk.sock"))
            line.settimeout(PATIENCE_S)
        yield lines
    finally:
        for line in lines:
            line.close()


@pytest.mark.parametrize(
    "words",
    [
        b"\n", b"{}\n", b'{"op": 3}\n', b'{"op": "allow"}\n', b"x" * (MAX_ORDER_BYTES + 1), b'["op"]\n', b"\xff\n",
        b'{"op": "status", "session": "s-1"}\n', b'{"op": "dance"}\n', b"[" * 1023 + b"\n",
    ],
)  # fmt: skip
async def test_orders_of_no_form(tmp_path: Path, words: bytes) -> None:
    async with house(tmp_path) as h:
        await h.begin()
        reader, writer = await asyncio.open_unix_connection(os.path.relpath(tmp_path / "desk.sock"))
        writer.write(words)
        assert json.loads(await reader.readline()) == NOT_UNDERSTOOD
        writer.close()
        assert h.sessions.live()
        assert await asyncio.to_thread(desk_call.request_status, [tmp_path]) == h.sessions.live()


async def test_an_order_that_is_never_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with house(tmp_path) as h:
        await h.begin()
        monkeypatch.setattr(desk_socket, "ORDER_LIMIT_S", 0.2)
        reader, writer = await asyncio.open_unix_connection(os.path.relpath(tmp_path / "desk.sock"))
        writer.write(b"x" * 5000)
        assert json.loads(await reader.readline()) == NOT_UNDERSTOOD
        writer.close()
        monkeypatch.setattr(desk_socket, "ORDER_LIMIT_S", PATIENCE_S)
        assert await asyncio.to_thread(desk_call.request_status, [tmp_path]) == h.sessions.live()


async def test_who_calls_as_the_door_stops_listening_is_not_lost(tmp_path: Path) -> None:
    listener = door.UnixDoor().listen(tmp_path)
    first = asyncio.ensure_future(listener.accept())  # noqa: TID251 - ended below
    await asyncio.sleep(0)
    with closing(listener), calling(tmp_path, 1):
        for _ in range(2):  # the call is noticed, and whoever waits for it has not gone on
            await asyncio.sleep(0)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        async with asyncio.timeout(PATIENCE_S):
            with closing(await listener.accept()) as peer:
                assert peer.caller.pid == os.getpid()


async def test_callers_who_say_nothing_give_way_to_who_speaks(tmp_path: Path) -> None:
    """Two hundred open connections of one account, and the desk still interrupts."""
    async with house(tmp_path) as h:
        session = await h.begin()

        def crowd() -> str:
            with calling(tmp_path, 200) as lines:
                said = desk_call.request_interrupt([tmp_path], session)
                assert lines[0].recv(10) == b"", "the first gave way, long before its time was up"
                return said

        assert (await asyncio.to_thread(crowd)).startswith("Collegamento interrotto.")
        assert h.broker.body("session.ended")["reason"] == "stopped_by_desk"


async def test_a_caller_who_says_nothing_is_told_so_in_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_socket, "ORDER_LIMIT_S", 0.05)
    async with house(tmp_path):

        def silent() -> bytes:
            with calling(tmp_path, 1) as [line]:
                return line.recv(1000)

        assert b"non si capisce" in await asyncio.to_thread(silent)


async def test_too_many_orders_of_one_account_are_asked_to_come_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_socket, "MAX_CALLERS", 2)
    async with house(tmp_path):

        def status() -> list[str]:
            with calling(tmp_path, 2) as lines:
                threading.Timer(0.3, lines[0].close).start()
                return desk_call.request_status([tmp_path])

        assert await asyncio.to_thread(status) == []


async def test_a_stranger_is_refused_unheard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An account that is not logged in (a service of this machine, say) gives no orders, and holds no place."""
    as_others(monkeypatch, NOBODY)
    async with house(tmp_path) as h:
        await h.begin()
        with pytest.raises(DeskSaysNo, match="chi ha fatto accesso"):
            await asyncio.to_thread(desk_call.request_interrupt, [tmp_path])
        assert h.sessions.live()
        as_others(monkeypatch, *[NOBODY] * (MAX_SILENT + 1))
        with calling(tmp_path, MAX_SILENT + 1) as lines:
            for line in lines:
                assert b"chi ha fatto accesso" in await asyncio.to_thread(line.recv, 1000)


async def test_who_has_gone_is_placed_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    as_others(monkeypatch, Caller(2**22 + 1, os.getuid()))
    async with house(tmp_path):
        with pytest.raises(DeskSaysNo, match="Da dentro una sessione"):
            await asyncio.to_thread(desk_call.request_interrupt, [tmp_path])


async def test_from_inside_a_session_nothing_is_ordered(tmp_path: Path) -> None:
    """Detached twice over: descent tells all the same."""
    script = tmp_path / "call.py"
    script.write_text(
        "import socket\n"
        "line = socket.socket(socket.AF_UNIX)\n"
        "line.connect('desk.sock')\n"
        "print(line.recv(999).decode())\n"
    )
    async with house(tmp_path) as h:
        session = await h.begin()
        command = f"cd {tmp_path} && (setsid setsid python3 call.py > said &) ; until test -s said; do sleep 0.1; done; cat said"
        line = await h.channel(session, "exec", command=command)
        await line.read_to_end()
        assert "Da dentro una sessione" in json.loads(line.out)["text"]


async def test_no_descriptor_for_a_caller_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(tmp_path) as h:
        real, tries = door.SocketListener.accept, []

        async def accept(listener: door.SocketListener) -> door.SocketPeer:
            tries.append(listener)
            if len(tries) < 3:
                raise OSError(24, "too many open files")
            return await real(listener)

        monkeypatch.setattr(door.SocketListener, "accept", accept)
        assert await asyncio.to_thread(desk_call.request_status, [tmp_path]) == []  # the accept under way
        assert await asyncio.to_thread(desk_call.request_status, [tmp_path]) == []
        await eventually(lambda: len(tries) >= 3)
        assert h.sessions.live() == []


async def test_socket_is_open_to_local_people_and_gone_afterwards(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100)
    deep.mkdir()
    async with house(deep):
        assert (deep / "desk.sock").stat().st_mode & 0o777 == 0o666
        assert await asyncio.to_thread(desk_call.request_status, [deep]) == []
    assert not (deep / "desk.sock").exists()


# --------------------------------------------------------------------------------------- the caller's end


def test_no_agent_is_one_sentence_that_claims_nothing(tmp_path: Path) -> None:
    with pytest.raises(DeskSaysNo, match=f"non è in funzione in {tmp_path} né in {tmp_path}/own") as said:
        desk_call.request_interrupt([tmp_path, tmp_path / "own"])
    assert "--state" in str(said.value)


async def test_the_first_folder_with_an_agent_gets_the_order(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    async with house(mine) as h:
        session = await h.begin()
        assert await asyncio.to_thread(desk_call.request_status, [tmp_path, mine]) == [session]


@pytest.mark.parametrize("trouble", ["full", "dumb"])
def test_an_agent_that_does_not_hear_is_called_again_and_then_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    monkeypatch.setattr(desk_call, "ANSWER_LIMIT_S", 0.5)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(tmp_path / "desk.sock"))
        listener.listen(0)
        held = calling(tmp_path, 1 if trouble == "full" else 0)
        with held, pytest.raises(DeskSaysNo, match="non ha ancora confermato"):
            desk_call.request_interrupt([tmp_path])


def test_a_folder_that_is_closed_to_us_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(_: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(door, "place", closed)
    with pytest.raises(DeskSaysNo, match="non arriva all’agente"):
        desk_call.request_interrupt([tmp_path])
