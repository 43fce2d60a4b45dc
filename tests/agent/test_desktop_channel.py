"""A screen over a session's channel, with real X and VNC servers: what passes, what does not, what is left."""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import socket
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent import desktop
from agent.channels import desktop as desktop_channel
from agent.channels import screen, screen_folder, vnc_servers
from agent.channels.rfb import TIGHT, ZRLE
from agent.channels.vnc_server import SECRET, Lent, VncServer
from agent.channels.vnc_servers import SERVERS
from agent.system.here import screens
from agent.system.screens import Setting
from agent.wire import channel as wire
from agent.wire.channel import DESKTOP_BREACH, DESKTOP_GONE, Exit
from audit.canonical import b64
from audit.fbs import screen_size
from audit.statement_parts import Channel
from tests.agent import viewer
from tests.agent.session_kit import RECORDING_SALT, SALT, House, Line, eventually, house, order

SEEN = Channel("desktop")
CONTROL = Channel("desktop", control=True)
CLIPBOARD = Channel("desktop", control=True, clipboard=True)


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    with viewer.display() as found:
        yield found


@pytest.fixture(autouse=True)
def _here(display: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desktop, "variables", lambda _uid: {"DISPLAY": display})


def only(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vnc_servers, "SERVERS", [one for one in SERVERS if one.program == program])


def folder_of(h: House, session: str) -> Path:
    return h.state_dir / screen_folder.FOLDER / session


async def picture(line: Line) -> tuple[int, int]:
    """The greeting, and of the picture that is asked for the beginning."""
    width, height = await viewer.greeted(line)
    line.type(viewer.FORMAT + viewer.encodings(TIGHT, ZRLE, 0) + viewer.ask(width, height))
    while len(line.out) < viewer.GREETING + 16:
        assert await line.read_one()
    return width, height


def reader(file: Path) -> list[str]:
    """A program that keeps the first line somebody types."""
    return ["sh", "-c", f'read line; echo "$line" > {file}; sleep 60']


@pytest.mark.parametrize("program", ["X0tigervnc", "x11vnc"])
async def test_what_is_typed_arrives_in_a_window_and_nothing_is_left(
    tmp_path: Path, display: str, program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    only(program, monkeypatch)
    got = tmp_path / "got"
    async with house(tmp_path) as h:
        session = await h.begin(channels=(CONTROL,))
        with viewer.xterm(display, reader(got)):
            line = await h.channel(session, "desktop")
            assert await picture(line) == (640, 480)
            folder = folder_of(h, session)
            assert viewer.listening(folder) == set(), "it listens on its socket alone"
            assert folder.stat().st_mode & 0o777 == 0o700
            assert (folder / "secret").stat().st_mode & 0o777 == 0o600
            line.type(viewer.pointer(100, 100))
            line.type(viewer.typed("buongiorno\n"))
            await eventually(got.exists)
            await eventually(lambda: got.read_text().strip() == "buongiorno")
        assert viewer.servers_of(folder)
        await h.sessions.stop(session, "closed_by_technician")
        await h.broker.until("session.ended")
        await eventually(lambda: not folder.exists())
        assert not viewer.servers_of(folder)
        closed = h.broker.body("channel.closed")
        assert (closed["kind"], closed["in_bytes"] > 0) == ("desktop", True)
        assert "left" not in h.broker.body("session.ended")


async def test_seen_only_is_seen_only(tmp_path: Path, display: str) -> None:
    """Also where the page does as if it might: the channel drops what the server would not take either."""
    got = tmp_path / "got"
    async with house(tmp_path) as h:
        session = await h.begin(channels=(SEEN,))
        with viewer.xterm(display, reader(got)):
            line = await h.channel(session, "desktop")
            width, height = await picture(line)
            line.type(viewer.pointer(100, 100, 1) + viewer.typed("ciao\n") + viewer.cut(b"testo"))
            # Asked and answered behind it: what was typed was read.
            line.type(viewer.ask(width, height))
            before = len(line.out)
            while len(line.out) <= before:
                assert await line.read_one()
            assert not got.exists()
        assert "clipboard.copied" not in h.broker.kinds()


async def test_paused_it_lets_nothing_through_and_lifts_what_was_pressed(
    tmp_path: Path, display: str
) -> None:
    got = tmp_path / "got"
    async with house(tmp_path) as h:
        session = await h.begin(channels=(CONTROL,), watched=True)
        await eventually(lambda: h.broker.calls)
        h.answer(session)
        with viewer.xterm(display, reader(got)):
            line = await h.channel(session, "desktop")
            await picture(line)
            line.type(viewer.pointer(100, 100) + viewer.typed("prima "))
            h.clocks.boot_extra_s += 121
            h.clocks.wall_s += 121
            await h.broker.until("session.paused")
            line.type(viewer.typed("mai "))
            await eventually(lambda: len(h.broker.calls) > 1)
            h.answer(session)
            await h.broker.until("session.resumed")
            line.type(viewer.typed("dopo\n"))
            await eventually(got.exists)
            await eventually(lambda: got.read_text().strip() == "prima dopo")


async def test_a_dead_server_closes_the_channel_and_another_one_starts(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        session = await h.begin(channels=(CONTROL,))
        line = await h.channel(session, "desktop")
        await picture(line)
        (pid,) = viewer.servers_of(folder_of(h, session))
        os.kill(pid, signal.SIGKILL)
        await line.read_to_end()
        assert line.exit == Exit(status=DESKTOP_GONE)
        assert (await h.broker.until("channel.closed"))["exit_status"] == DESKTOP_GONE
        assert not folder_of(h, session).exists()
        again = await h.channel(session, "desktop", "c-2")
        await picture(again)


async def test_who_watches_sees_the_same_screen_and_touches_nothing(tmp_path: Path, display: str) -> None:
    got = tmp_path / "got"
    async with house(tmp_path) as h:
        session = await h.begin(channels=(CLIPBOARD,))
        await h.sessions.channel(order(session, "c-0", "desktop", via="watch", watch=True))
        await eventually(lambda: h.broker.refused == [(session, "c-0", "desktop_not_open")])
        with viewer.xterm(display, reader(got)):
            line = await h.channel(session, "desktop")
            await picture(line)
            watch = await h.channel(session, "desktop", "c-2", via="watch", watch=True)
            width, height = await picture(watch)
            assert len(viewer.servers_of(folder_of(h, session))) == 1
            watch.type(viewer.pointer(50, 50, 1) + viewer.typed("ciao\n") + viewer.cut(b"testo"))
            watch.type(viewer.ask(width, height))
            before = len(watch.out)
            while len(watch.out) <= before:
                assert await watch.read_one()
            line.type(viewer.typed("io\n"))
            await eventually(got.exists)
            await eventually(lambda: got.read_text().strip() == "io")
        assert [one for _, _, one in h.broker.reports if one.get("via") == "watch"]
        await h.sessions.close_channel(session, "c-1")
        await watch.read_to_end()
        await eventually(lambda: h.broker.kinds().count("channel.closed") == 2)
        assert (watch.exit, viewer.servers_of(folder_of(h, session))) == (Exit(status=0), [])
        assert "clipboard.copied" not in h.broker.kinds()


async def test_a_watcher_who_takes_nothing_holds_nobody_up(tmp_path: Path, display: str) -> None:
    got = tmp_path / "got"
    async with house(tmp_path) as h:
        session = await h.begin(channels=(CONTROL,))
        line = await h.channel(session, "desktop")
        width, height = await picture(line)
        h.broker.room = 1
        watch = await h.channel(session, "desktop", "c-2", via="watch", watch=True)
        await viewer.greeted(watch)
        watch.type(viewer.FORMAT + viewer.encodings(0))
        for _ in range(20):
            watch.type(viewer.ask(width, height))  # 1.2 MB each, and nobody reads them
        with viewer.xterm(display, reader(got)):
            line.type(viewer.ask(width, height) + viewer.pointer(100, 100) + viewer.typed("ciao\n"))
            await eventually(got.exists)
            await eventually(lambda: got.read_text().strip() == "ciao")
            before = len(line.out)
            line.type(viewer.ask(width, height))
            while len(line.out) <= before:
                assert await line.read_one()
        await h.sessions.close_all("agent_stopping")
        assert not folder_of(h, session).exists()


async def test_what_is_no_rfb_ends_the_channel_and_is_told(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        session = await h.begin(channels=(CONTROL,))
        line = await h.channel(session, "desktop")
        await picture(line)
        line.type(b"\xfa" + bytes(8))  # xvp: shut the machine down
        await line.read_to_end()
        assert line.exit == Exit(status=DESKTOP_BREACH)
        assert (await h.broker.until("channel.refused")) == {"kind": "desktop", "reason": "desktop_breach"}


async def test_what_is_copied_passes_where_it_may_and_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    only("x11vnc", monkeypatch)
    async with house(tmp_path) as h:
        session = await h.begin(channels=(CLIPBOARD,))
        line = await h.channel(session, "desktop")
        await picture(line)
        line.type(viewer.cut("perché".encode("latin-1")))
        told = await h.broker.until("clipboard.copied")
        assert told == {
            "channel": "c-1",
            "direction": "to_host",
            "bytes": 7,
            "text": hashlib.sha256(SALT + "perché".encode()).hexdigest(),
        }


@pytest.mark.parametrize(
    ("variables", "servers", "reason"),
    [
        ({}, SERVERS, "desktop_missing"),
        ({"DISPLAY": ":0"}, (), "desktop_server_missing"),
        ({"DISPLAY": ":9999"}, SERVERS, "desktop_server_failed"),
    ],
)
async def test_where_no_screen_can_be_shown(
    tmp_path: Path, variables: dict[str, str], servers: object, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desktop, "variables", lambda _uid: variables)
    monkeypatch.setattr(vnc_servers, "SERVERS", servers)
    async with house(tmp_path) as h:
        session = await h.begin(channels=(SEEN,))
        line = await h.channel(session, "desktop")
        await line.read_to_end()
        await eventually(lambda: h.broker.refused == [(session, "c-1", reason)])
        assert not folder_of(h, session).exists()


async def test_a_server_that_hangs_is_as_good_as_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listen = "import socket, time; s = socket.socket(1); s.bind('rfb'); s.listen(); time.sleep(60)"
    hung = VncServer(sys.executable, "DISPLAY", ("-c", listen), secret=False)
    monkeypatch.setattr(vnc_servers, "SERVERS", [hung])
    monkeypatch.setattr(desktop_channel, "GREETS_WITHIN_S", 0.1)
    async with house(tmp_path) as h:
        session = await h.begin(channels=(SEEN,))
        line = await h.channel(session, "desktop")
        await line.read_to_end()
        assert line.exit == Exit(status=DESKTOP_GONE)
        await h.broker.until("channel.closed")
        assert not folder_of(h, session).exists()


TCP = ("-rfbport", "{port}", "-SecurityTypes", "VncAuth", "-PasswordFile", SECRET, "-AlwaysShared=1")


def on_a_port(*more: str) -> VncServer:
    """X0tigervnc as the servers of Windows and macOS are: it listens on a port of this machine."""
    return VncServer("X0tigervnc", "DISPLAY", (*TCP, *more), seen=("-AcceptKeyEvents=0",), port=True)


async def test_one_that_listens_on_a_port_is_used_watched_recorded_and_leaves_nothing(
    tmp_path: Path, display: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vnc_servers, "SERVERS", [on_a_port("-localhost=1")])
    got = tmp_path / "got"
    async with house(tmp_path) as h:
        session = await h.begin(channels=(CONTROL,), recording=True)
        with viewer.xterm(display, reader(got)):
            line = await h.channel(session, "desktop", recording_salt=b64(RECORDING_SALT))
            assert await picture(line) == (640, 480)
            own = viewer.listening(folder_of(h, session))
            assert {one.rpartition(":")[0] for one in own} <= {"0100007F", f"{'0' * 24}01000000"}
            assert len({one.rpartition(":")[2] for one in own}) == 1
            watch = await h.channel(session, "desktop", "c-2", via="watch", watch=True)
            await picture(watch)
            watch.type(viewer.pointer(50, 50, 1) + viewer.typed("niente\n"))
            line.type(viewer.pointer(100, 100) + viewer.typed("buongiorno\n"))
            await eventually(got.exists)
            await eventually(lambda: got.read_text().strip() == "buongiorno")
            assert line.pictures
        folder = folder_of(h, session)
        await h.sessions.stop(session, "closed_by_technician")
        await h.broker.until("session.ended")
        await eventually(lambda: not folder.exists())
        assert viewer.servers_of(folder) == []
        assert "left" not in h.broker.body("session.ended")


@pytest.mark.parametrize(
    "server",
    [on_a_port("-localhost=0"), VncServer("X0tigervnc", "DISPLAY", (*TCP[2:], "-rfbport", "5999"))],
    ids=["on every address", "beside its socket"],
)
async def test_one_that_listens_to_more_than_this_machine_is_stopped_and_told(
    tmp_path: Path, server: VncServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vnc_servers, "SERVERS", [server])
    async with house(tmp_path) as h:
        session = await h.begin(channels=(SEEN,))
        line = await h.channel(session, "desktop")
        await line.read_to_end()
        await eventually(lambda: h.broker.refused == [(session, "c-1", "desktop_server_exposed")])
        assert (await h.broker.until("channel.refused"))["reason"] == "desktop_server_exposed"
        assert not folder_of(h, session).exists()
        assert not viewer.servers_of(folder_of(h, session))  # nor, then, its port


async def test_another_program_s_port_is_not_taken_for_the_server_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody was quicker: the server cannot listen there, and whoever does is not asked for a screen."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.setblocking(False)
        monkeypatch.setattr(screen, "_free_port", lambda: other.getsockname()[1])
        monkeypatch.setattr(vnc_servers, "SERVERS", [on_a_port("-localhost=1", "-UseIPv6=0")])
        async with house(tmp_path) as h:
            session = await h.begin(channels=(SEEN,))
            line = await h.channel(session, "desktop")
            await line.read_to_end()
            await eventually(lambda: h.broker.refused == [(session, "c-1", "desktop_server_failed")])
            assert not folder_of(h, session).exists()
        with pytest.raises(BlockingIOError):
            other.accept()


class Lender:
    """A registry that tells what it was told; `fails`: it refuses to lend."""

    def __init__(self, *, fails: bool = False) -> None:
        self.told: list[object] = []
        self._fails = fails

    def lend(self, uid: object, key: str, values: tuple[Setting, ...]) -> None:
        if self._fails:
            raise PermissionError(13, "no")
        self.told.append(("lend", uid, key, values))

    def put_back(self, uid: object, key: str) -> None:
        self.told.append(("put back", uid, key))

    def put_all_back(self, key: str) -> None:
        self.told.append(("put all back", key))


def lending(monkeypatch: pytest.MonkeyPatch, lender: Lender) -> None:
    """X0tigervnc, which is lent its port and secret as TightVNC is."""
    lent = Lent("Software\\Vedi", lambda show: (Setting("Port", show.port), Setting("Word", show.secret)))
    monkeypatch.setattr(vnc_servers, "SERVERS", [replace(on_a_port("-localhost=1"), lent=lent)])
    monkeypatch.setattr(type(screens), "registry", lender)


async def test_settings_are_lent_before_it_starts_and_put_back_once_it_has_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lender = Lender()
    lending(monkeypatch, lender)
    async with house(tmp_path) as h:
        assert lender.told == [("put all back", "Software\\Vedi")], "what an earlier life has lent"
        session = await h.begin(channels=(SEEN,))
        line = await h.channel(session, "desktop")
        await picture(line)
        _, (what, uid, key, (port, word)) = lender.told  # type: ignore[misc]
        assert (what, uid, key, port.name, len(word.value)) == (
            "lend",
            os.getuid(),
            "Software\\Vedi",
            "Port",
            8,
        )
        (server,) = viewer.servers_of(folder_of(h, session))
        assert ("127.0.0.1", port.value) in screens.listening([server])
        await h.sessions.close_channel(session, "c-1")
        await line.read_to_end()
        await eventually(lambda: len(lender.told) == 3)
        assert lender.told[2] == ("put back", os.getuid(), "Software\\Vedi")
        assert not viewer.servers_of(folder_of(h, session))


async def test_where_settings_cannot_be_lent_nothing_is_started_nor_put_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They may be another session's."""
    lender = Lender(fails=True)
    lending(monkeypatch, lender)
    async with house(tmp_path) as h:
        session = await h.begin(channels=(SEEN,))
        line = await h.channel(session, "desktop")
        await line.read_to_end()
        await eventually(lambda: h.broker.refused == [(session, "c-1", "process_not_started")])
        assert not folder_of(h, session).exists()
        assert len(lender.told) == 1


async def test_a_page_that_goes_ends_it_and_leaves_no_key_down(tmp_path: Path, display: str) -> None:
    async with house(tmp_path) as h:
        session = await h.begin(channels=(CONTROL,))
        line = await h.channel(session, "desktop")
        await picture(line)
        line.type(viewer.key(0xFFE3, down=True))
        line.tell(wire.pack(wire.Tag.EOF))
        await line.read_to_end()
        assert line.exit == Exit(status=0)


async def test_what_an_earlier_life_left_is_cleared_away(tmp_path: Path) -> None:
    left = tmp_path / screen_folder.FOLDER / "s-old"
    left.mkdir(parents=True)
    (left / "secret").write_bytes(b"12345678")
    async with house(tmp_path):
        assert not left.exists()


@pytest.mark.parametrize("program", ["X0tigervnc", "x11vnc"])
async def test_a_recorded_one_is_kept_whole_and_both_ends_count_the_same(
    tmp_path: Path, display: str, program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first picture is kept before the page sees any; what is typed is in a later one."""
    only(program, monkeypatch)
    got = tmp_path / "got"
    async with house(tmp_path) as h:
        session = await h.begin(channels=(CONTROL,), recording=True)
        with viewer.xterm(display, reader(got)):
            line = await h.channel(session, "desktop", recording_salt=b64(RECORDING_SALT))
            await picture(line)
            assert screen_size(bytes(line.pictures)) == (640, 480)
            before = len(line.pictures)
            line.type(viewer.pointer(100, 100) + viewer.typed("ciao\n"))
            async with asyncio.timeout(60):
                while len(line.pictures) == before:
                    assert await line.read_one()
            await eventually(got.exists)
            watch = await h.channel(session, "desktop", "c-2", via="watch", watch=True)
            await picture(watch)
            assert not watch.pictures
            assert len(viewer.servers_of(folder_of(h, session))) == 1
        await h.sessions.close_channel(session, "c-1")
        await line.read_to_end()
        assert line.segments
        assert all(signed == counted for signed, counted in line.segments)
        assert sum(signed.out_bytes for signed, _ in line.segments) == len(line.pictures)
        assert line.exit == Exit(status=0)
        await eventually(lambda: not folder_of(h, session).exists())


@pytest.mark.parametrize(("approved", "ordered"), [(True, False), (False, True)])
async def test_a_screen_is_recorded_exactly_where_that_was_approved(
    tmp_path: Path,
    approved: bool,  # noqa: FBT001
    ordered: bool,  # noqa: FBT001
) -> None:
    async with house(tmp_path) as h:
        session = await h.begin(channels=(SEEN,), recording=approved)
        salt = {"recording_salt": b64(RECORDING_SALT)} if ordered else {}
        await h.sessions.channel(order(session, "c-1", "desktop", **salt))
        await eventually(lambda: h.broker.refused == [(session, "c-1", "recording_differs")])


async def test_a_technicians_screen_is_not_called_watched_to_go_unrecorded(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        session = await h.begin(channels=(CONTROL,), recording=True)
        for channel, params in (("c-1", {"via": "watch"}), ("c-2", {"via": "browser", "watch": True})):
            await h.sessions.channel(order(session, channel, "desktop", **params))
        refused = [(session, "c-1", "envelope_invalid"), (session, "c-2", "envelope_invalid")]
        await eventually(lambda: h.broker.refused == refused)
