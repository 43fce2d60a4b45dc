"""The window at the desk on a real X server: driven by its keys and buttons, and photographed."""

from __future__ import annotations

import asyncio
import itertools
import os
import struct
import subprocess
import sys
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from agent.vigil import Pace
from agent.window import desktops
from agent.window.desktops import Desktop
from agent.window.keeper import Keeper, Show
from agent.window.look import LINE_STRONG, OK, ON_STOP, STOP, SURFACE, TEXT, WAIT, WAIT_TEXT
from audit.folders import DIRECTIONS
from audit.named_ports import NamedPort
from audit.statement_parts import Channel
from tests.agent.session_kit import PATIENCE_S, SALT, SECOND, House, admitted, eventually, house


@pytest.fixture(autouse=True)
def _slow_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.desk.SHOWN_LIMIT_S", PATIENCE_S)


SHOTS = os.environ.get("VERBALE_SHOTS")  # a folder to keep the photographs in


@dataclass(frozen=True)
class Photograph:
    """What an X server showed; `rows` are RGB."""

    wide: int
    rows: tuple[bytes, ...]

    @classmethod
    def read(cls, dump: bytes) -> Photograph:
        """A dump of xwd, 32 bits a pixel, blue first."""
        head = struct.unpack(">25I", dump[:100])
        wide, high, line, colours = head[4], head[5], head[12], head[19]
        at = head[0] + 12 * colours
        rows = []
        for y in range(high):
            row = dump[at + y * line : at + y * line + 4 * wide]
            rgb = bytearray(3 * wide)
            rgb[0::3], rgb[1::3], rgb[2::3] = row[2::4], row[1::4], row[0::4]
            rows.append(bytes(rgb))
        return cls(wide, tuple(rows))

    def pixel(self, x: int, y: int) -> str:
        return "#" + self.rows[y][3 * x : 3 * x + 3].hex()

    def count(self, colour: str, place: tuple[int, int, int, int]) -> int:
        """Pixels of exactly that colour in x, y, width, height."""
        x, y, wide, high = place
        wanted = bytes.fromhex(colour[1:])
        return sum(
            row[3 * i : 3 * i + 3] == wanted for row in self.rows[y : y + high] for i in range(x, x + wide)
        )

    def png(self, place: tuple[int, int, int, int] | None = None) -> bytes:
        """Of x, y, width, height; without them the whole."""
        x, y, wide, high = place or (0, 0, self.wide, len(self.rows))
        lines = b"".join(b"\0" + row[3 * x : 3 * (x + wide)] for row in self.rows[y : y + high])

        def chunk(name: bytes, body: bytes) -> bytes:
            return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

        head = chunk(b"IHDR", struct.pack(">2I5B", wide, high, 8, 2, 0, 0, 0))  # 8 bits of red, green, blue
        return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


@dataclass
class Screen:
    """An X server of its own, with hands and a camera."""

    display: str
    folder: Path

    def tool(self, *words: str) -> str:
        env = {**os.environ, "DISPLAY": self.display}
        return subprocess.run(words, env=env, capture_output=True, text=True, check=False, timeout=30).stdout

    def start(self, *words: str, **variables: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(words, env={**os.environ, "DISPLAY": self.display, **variables})

    def windows(self, title: str) -> list[str]:
        return self.tool("xdotool", "search", "--onlyvisible", "--name", title).split()

    async def window(self, title: str) -> str:
        await eventually(lambda: self.windows(title))
        return self.windows(title)[0]

    def place(self, window: str) -> tuple[int, int, int, int]:
        words = self.tool("xdotool", "getwindowgeometry", "--shell", window).split()
        found = dict(word.split("=", 1) for word in words if "=" in word)
        return int(found["X"]), int(found["Y"]), int(found["WIDTH"]), int(found["HEIGHT"])

    def key(self, *keys: str) -> None:
        self.tool("xdotool", "key", *keys)

    def click(self, x: int, y: int) -> None:
        self.tool("xdotool", "mousemove", str(x), str(y), "click", "1")

    def drag(self, x: int, y: int, by_x: int, by_y: int) -> None:
        for words in (
            ("mousemove", str(x), str(y), "mousedown", "1"),
            ("mousemove", str(x + by_x // 2), str(y + by_y // 2)),
            ("mousemove", str(x + by_x), str(y + by_y), "mouseup", "1"),
        ):
            self.tool("xdotool", *words)

    def photograph(self, name: str) -> Photograph:
        env = {**os.environ, "DISPLAY": self.display}
        dump = subprocess.run(
            ["xwd", "-root", "-silent"], env=env, capture_output=True, check=True, timeout=30
        ).stdout
        found = Photograph.read(dump)
        if SHOTS:
            (Path(SHOTS) / f"{name}.png").write_bytes(found.png())
        return found


@pytest.fixture(scope="module")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    reader, writer = os.pipe()
    words = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "800x640x24", "-nolisten", "tcp", "-noreset"]
    folder = tmp_path_factory.mktemp("x")
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(words, pass_fds=(writer,), stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    os.close(writer)
    try:
        with os.fdopen(reader) as said:
            yield Screen(f":{int(said.readline())}", folder)
    finally:
        server.terminate()
        server.wait(60)


@asynccontextmanager
async def desk(
    tmp_path: Path, screen: Screen, *, show: Show = desktops.show, **options: object
) -> AsyncIterator[House]:
    """An agent whose only way to tell anybody is the window on that screen."""
    place = Desktop(os.geteuid(), (("DISPLAY", screen.display), ("XDG_RUNTIME_DIR", str(tmp_path))))
    state = tmp_path / "state"
    state.mkdir(mode=0o711, exist_ok=True)
    keeper = Keeper(state, lambda _text: None, found=lambda: [place], show=show)
    try:
        async with house(state, call_windows=keeper.call, **options) as h:
            yield h
    finally:
        for window in shown_by(state):
            window.kill()


def shown_by(state: Path) -> list[psutil.Process]:
    """The processes that show this agent's window."""
    return [
        p for p in psutil.process_iter(["cmdline"]) if {"--show", str(state)} <= set(p.info["cmdline"] or [])
    ]


async def ask(h: House, **what: object) -> str:
    found = admitted(desk="consent", begin=datetime.now(UTC), **what)
    await h.sessions.open(found, SALT)
    return found.grant.session


async def armed() -> None:
    await asyncio.sleep(0.9)  # before that a window decides nothing, whatever is pressed


async def waiting_window(h: House, screen: Screen, **what: object) -> str:
    session = await ask(h, **what)
    await screen.window("Richiesta di collegamento")
    await armed()
    return session


def words_black_on_white(photo: Photograph, place: tuple[int, int, int, int]) -> None:
    assert photo.count(SURFACE, place) > 0.6 * place[2] * place[3], "paper"
    assert photo.count(TEXT, place) > 500, "ink: 17 to 1"


async def test_asked_by_a_window_that_a_key_answers(tmp_path: Path, screen: Screen) -> None:
    """Before, during, after: each looked at, and *Interrompi* without any server."""
    async with desk(tmp_path, screen) as h:
        session = await waiting_window(h, screen, watched=True)
        asked = screen.place(await screen.window("Richiesta di collegamento: Tecnico 2 di Fornitore Alfa"))
        photo = screen.photograph("before")
        words_black_on_white(photo, asked)
        screen.key("Return")  # no button has the focus: it was meant for another window
        await armed()
        assert h.broker.reports == []
        screen.key("Tab")
        screen.key("Return")
        assert (await h.broker.until("session.started"))["desk"] == "consented"
        strip = await screen.window("Collegamento in corso")
        await eventually(lambda: not screen.windows("Richiesta di collegamento"))
        place = screen.place(strip)
        assert place[1] == 0, "at the top"
        assert abs(2 * place[0] + place[2] - photo.wide) <= 1, "in the middle"
        assert place[0] >= 0, "all of it"
        await eventually(lambda: screen.photograph("during").count(STOP, place) > 2000)
        during = screen.photograph("during")
        assert during.pixel(place[0] + 9, 1) == OK
        assert during.count(ON_STOP, place) > 0
        assert during.count(WAIT, place) == 0
        h.sessions.link_lost()
        await eventually(lambda: screen.photograph("no-server").rows != during.rows)
        screen.drag(place[0] + 200, 20, 0, 150)
        await eventually(lambda: screen.place(strip)[1] == 150)
        screen.key("ctrl+alt+i")
        assert (await h.broker.until("session.ended"))["reason"] == "stopped_by_desk"
        after = screen.place(await screen.window("Collegamento interrotto"))
        await eventually(lambda: screen.photograph("after").count(TEXT, after) > 300)
        assert not screen.windows("Collegamento in corso")
        screen.key("Escape")
        await eventually(lambda: not shown_by(h.state_dir))
        assert not list((h.state_dir / "desk").glob(f"{session}*"))


MUCH = (
    Channel("terminal"),
    Channel("files", folder="/srv/gestionale/archivio", direction=DIRECTIONS[2]),
    Channel("forward", port=NamedPort("rdp", "127.0.0.1", 3389)),
    Channel("desktop", control=True, clipboard=True),
    Channel("tool", "anydesk"),
)


def press(screen: Screen, window: str, *keys: str) -> None:
    screen.tool("xdotool", "windowfocus", "--sync", window)
    screen.key(*keys)


async def writes(screen: Screen, window: str, text: str, photo: str) -> None:
    """Into the card's one line, which has the focus; Enter sends it, Escape closes the card."""
    screen.tool("xdotool", "windowfocus", "--sync", window)
    screen.tool("xdotool", "type", text)
    screen.photograph(photo)
    screen.key("Return")


async def test_all_that_may_happen_the_notice_what_is_open_and_the_desk_s_own_words(
    tmp_path: Path, screen: Screen
) -> None:
    async with desk(tmp_path, screen) as h:
        await waiting_window(h, screen, channels=MUCH)
        asked = await screen.window("Richiesta di collegamento")
        x, y, wide, high = screen.place(asked)
        assert y + high <= 640, "both answers are on the screen, however much may happen"
        words_black_on_white(screen.photograph("before-much"), (x, y, wide, high))
        press(screen, asked, "Tab", "Tab", "Tab", "Return")
        notice = await screen.window("Informativa")
        await eventually(lambda: screen.photograph("notice").count(TEXT, screen.place(notice)) > 2000)
        assert sum(screen.place(notice)[1::2]) <= 640
        press(screen, notice, "Escape")
        await eventually(lambda: not screen.windows("Informativa"))
        assert h.broker.reports == [], "to read is not to answer"
        press(screen, asked, "shift+Tab", "shift+Tab", "Return")
        await h.broker.until("session.started")
        strip = await screen.window("Collegamento in corso")
        bare = screen.place(strip)[3]
        line = await h.channel(h.sessions.live()[0], "terminal")
        await eventually(lambda: screen.place(strip)[3] > bare)
        screen.photograph("open")
        line.type(b"exit\n")
        await eventually(lambda: screen.place(strip)[3] == bare)
        x, y, _, high = screen.place(strip)
        screen.click(x + 5, y + high - 4)  # gives the strip the keys, and presses nothing
        screen.key("Tab", "Tab", "Return")
        await writes(screen, await screen.window("Segnala"), "ha aperto le paghe", "report")
        await h.broker.until("desk.reported")
        press(screen, await screen.window("Segnala"), "Escape")
        await eventually(lambda: not screen.windows("Segnala"))
        screen.key("ctrl+alt+i")
        await h.broker.until("session.ended")
        after = await screen.window("Collegamento interrotto")
        await eventually(lambda: screen.photograph("after-much").count(TEXT, screen.place(after)) > 300)
        press(screen, after, "Tab", "Tab", "Return")
        await writes(screen, await screen.window("ha interrotto"), "basta", "why")
        await h.broker.until("session.stop_explained")


@pytest.mark.parametrize("title", ["Richiesta di collegamento", "Request to connect"])
async def test_both_answers_weigh_the_same_and_escape_is_no(
    tmp_path: Path, screen: Screen, monkeypatch: pytest.MonkeyPatch, title: str
) -> None:
    """U-31. In the language of whoever sits there."""
    monkeypatch.setenv("VERBALE_LANG", "en" if title.startswith("Request") else "it")
    async with desk(tmp_path, screen) as h:
        await ask(h, channels=MUCH)
        x, y, wide, high = screen.place(await screen.window(title))
        await armed()
        assert y + high <= 640, "both answers are on the screen"
        photo = screen.photograph(f"equal-{title.split(maxsplit=1)[0].lower()}")
        # The frames of both, along a line through the buttons: two runs of white of one length.
        frames = [i for i in range(x, x + wide) if photo.pixel(i, y + high - 100) == LINE_STRONG]
        edges = [frames[0]] + [b for a, b in itertools.pairwise(frames) if b - a > 1]
        assert len(edges) == 4
        assert abs((edges[1] - edges[0]) - (edges[3] - edges[2])) <= 1
        screen.key("Escape")
        assert (await h.broker.until("session.refused"))["reason"] == "desk_denied"
        await eventually(lambda: not shown_by(h.state_dir))


async def test_a_recorded_session_has_a_second_sign_and_a_pause_takes_it_away(
    tmp_path: Path, screen: Screen
) -> None:
    """L-45."""
    async with desk(tmp_path, screen, pace=Pace(2.0)) as h:
        session = await h.begin(recording=True, watched=True)
        assert h.broker.body("session.started")["desk"] == "told"
        place = screen.place(await screen.window("Collegamento in corso"))
        edge = (place[0], place[1], 3, place[3])
        await eventually(lambda: screen.photograph("recorded").count(WAIT, edge) == 3 * place[3])
        await eventually(lambda: screen.photograph("recorded").count(WAIT_TEXT, place) > 100)
        await h.broker.until("session.paused")
        await eventually(lambda: screen.photograph("paused").count(WAIT, edge) == 0)
        place = screen.place(await screen.window("Collegamento in corso"))
        paused = screen.photograph("paused")
        assert paused.count(WAIT_TEXT, place) == 0
        assert paused.count(OK, place) == 0
        assert paused.count(STOP, place) > 2000, "Interrompi stays"
        button = place[0] + place[2] - 60, place[1] + place[3] // 3
        screen.click(*button)
        await h.broker.until("session.ended")
        assert session not in h.sessions.live()


async def test_a_window_that_is_killed_opens_and_ends_nothing(tmp_path: Path, screen: Screen) -> None:
    async with desk(tmp_path, screen) as h:
        session = await waiting_window(h, screen)
        killed = shown_by(h.state_dir)
        for window in killed:
            window.kill()
        await eventually(lambda: set(shown_by(h.state_dir)) - set(killed))
        await screen.window("Richiesta di collegamento")
        assert h.broker.reports == []
        await armed()
        screen.key("Tab", "Return")
        assert (await h.broker.until("session.started"))["desk"] == "consented"
        await screen.window("Collegamento in corso")
        killed = shown_by(h.state_dir)
        for window in killed:
            window.kill()
        await eventually(lambda: set(shown_by(h.state_dir)) - set(killed))
        await screen.window("Collegamento in corso")
        assert h.sessions.live() == [session]
        assert "session.ended" not in h.broker.kinds()


@pytest.mark.parametrize("trouble", ["crashes", "locked", "covered", "no_screen"])
async def test_a_question_nobody_can_have_seen_is_answered_no(
    tmp_path: Path, screen: Screen, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    """R18. And where the customer only wants to be told, the record says that nobody was."""
    monkeypatch.setattr("agent.desk.SHOWN_LIMIT_S", 1.5)
    locker: subprocess.Popen[bytes] | None = None
    show = desktops.show
    match trouble:
        case "crashes":
            show = lambda _state, _on: subprocess.Popen(["false"])  # noqa: E731 - one of several ways
        case "locked":
            fake = tmp_path / "bin" / "loginctl"
            fake.parent.mkdir()
            fake.write_text("#!/bin/sh\ncase $1 in show-user) echo 3;; *) echo LockedHint=yes;; esac\n")
            fake.chmod(0o755)
            monkeypatch.setenv("PATH", f"{fake.parent}:{os.environ['PATH']}")
        case "covered":
            locker = screen.start(sys.executable, "-c", LOCKER)
            await screen.window("locker")
        case _:
            screen = replace(screen, display=":9999")
    async with desk(tmp_path, screen, show=show) as h:
        try:
            await ask(h)
            assert (await h.broker.until("session.refused"))["reason"] == "desk_denied"
            found = admitted(session=SECOND, begin=datetime.now(UTC))
            await h.sessions.open(found, SALT)
            assert (await h.broker.until("session.started"))["desk"] == "nobody"
        finally:
            if locker is not None:
                locker.kill()
                locker.wait(60)


# As a screen locker does: over everything, again and again.
LOCKER = """
import tkinter
root = tkinter.Tk()
root.title("locker")
root.overrideredirect(True)
root.geometry(f"{root.winfo_screenwidth()}x{root.winfo_screenheight()}+0+0")
def up():
    root.lift()
    root.after(20, up)
up()
root.mainloop()
"""


async def test_the_program_that_login_starts_waits_and_shows(tmp_path: Path, screen: Screen) -> None:
    """Without Tk, and without a look at the disk, until the agent has something to say."""
    state = tmp_path / "state"
    state.mkdir(mode=0o711)
    async with house(state) as h:
        words = desktops.own_program("desk", "--state", str(state))
        waiting = screen.start(*words, XDG_RUNTIME_DIR=str(tmp_path))
        try:
            await eventually(lambda: h.sessions.desk._waiting)
            assert "tkinter" not in Path(f"/proc/{waiting.pid}/maps").read_text()
            assert (await h.begin(), h.broker.body("session.started")["desk"])[1] == "told"
            await screen.window("Collegamento in corso")
        finally:
            waiting.kill()
            waiting.wait(60)
            for window in shown_by(state):
                window.kill()


async def test_two_windows_of_one_person_are_one(tmp_path: Path, screen: Screen) -> None:
    async with desk(tmp_path, screen) as h:
        await h.begin()
        await screen.window("Collegamento in corso")
        place = Desktop(os.geteuid(), (("DISPLAY", screen.display), ("XDG_RUNTIME_DIR", str(tmp_path))))
        second = desktops.show(h.state_dir, place)
        assert await asyncio.to_thread(second.wait, PATIENCE_S) == 4
        assert len(shown_by(h.state_dir)) == 1
