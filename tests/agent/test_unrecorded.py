"""Windows that the rules leave out of a recording, on a real X server, by each VNC server that shows it (L-49)."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import socket
import struct
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from agent import desktop
from agent.channels import screen_folder, vnc_servers, x11_wire
from agent.channels.gate import Gate
from agent.channels.recorder import Recorder
from agent.channels.rfb import LAST_RECT
from agent.channels.screen_recorder import ScreenRecorder
from agent.channels.unrecorded import watched
from agent.channels.vnc_server import SOCKET, Show, VncServer
from agent.channels.vnc_servers import ON_LINUX
from agent.task_group import TaskGroup
from agent.wire import channel as wire
from agent.wire.channel import Tag, read_segment
from audit.canonical import b64
from audit.recording_stream import open_seen, stream_of
from audit.statement_parts import Channel
from tests.agent import taped, viewer
from tests.agent.session_kit import ORIGIN, RECORDER, SALT, eventually, house, sign_segment

SECRET, PLAIN, BLACK = b"\xff\x00\xfe", b"\x00\xfe\x7f", bytes(3)
BY_PROGRAM = {one.program: one for one in ON_LINUX}
SERVERS = [pytest.param(BY_PROGRAM[name], id=name) for name in ("X0tigervnc", "x11vnc")]
WIDTH, HEIGHT = 640, 480
LAST = struct.pack(">4Hi", 0, 0, 0, 0, LAST_RECT)
WORDS = ("banca", "keepassxc")


@pytest.fixture
def display() -> Iterator[str]:
    with viewer.display(WIDTH, HEIGHT) as given:
        yield given


class Hand:
    """Moves windows of a display, as fast as it is told to."""

    def __init__(self, display: str) -> None:
        self._line = socket.socket(socket.AF_UNIX)
        self._line.connect(f"/tmp/.X11-unix/X{display[1:]}")
        self._line.sendall(x11_wire.hello(None))
        head = self._line.recv(8, socket.MSG_WAITALL)
        self._line.recv(x11_wire.setup_bytes(head), socket.MSG_WAITALL)

    def move(self, window: int, x: int, y: int) -> None:
        self._line.sendall(struct.pack("<BxHIHxxii", 12, 5, window, 3, x, y))

    def raise_up(self, window: int) -> None:
        self._line.sendall(struct.pack("<BxHIHxxI", 12, 4, window, 1 << 6, 0))

    def unmap(self, window: int) -> None:
        self._line.sendall(struct.pack("<BxHI", 10, 2, window))

    def close(self) -> None:
        self._line.close()


@contextmanager
def window(display: str, colour: bytes, *options: str) -> Iterator[int]:
    """An xterm all of one colour but for its pointer, which is no window's; its id, once it is there."""
    shown = f"#{colour.hex()}"
    words = ["xterm", "-bg", shown, "-fg", shown, "-cr", shown, "-ms", "black", "-bd", shown, "+sb", *options]
    env = {**os.environ, "DISPLAY": display}
    told = Path(f"/tmp/{os.getpid()}-{time.monotonic_ns()}")
    words += ["-xrm", "*waitForMap: true", "-e", "sh", "-c", f"echo $WINDOWID > {told}; sleep 600"]
    process = subprocess.Popen(words, env=env, stderr=subprocess.DEVNULL)
    try:
        while not told.is_file() or not (text := told.read_text().strip()):
            assert process.poll() is None
            time.sleep(0.02)
        yield _top(display, int(text))
    finally:
        told.unlink(missing_ok=True)
        process.kill()
        process.wait()


def _top(display: str, inner: int) -> int:
    """The root's child that this window is in."""
    words = ["xwininfo", "-display", display, "-tree", "-id", str(inner)]
    said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    parent = next(line for line in said.splitlines() if "Parent window id" in line)
    return inner if "(the root window)" in parent else int(parent.split()[3], 16)


class Tape:
    """What a recorder has kept so far, and when each picture was whole."""

    def __init__(self, record: ScreenRecorder) -> None:
        self.record = record
        self.kept = bytearray()
        self.at: list[float] = []
        self.notes: list[bytes] = []
        self.wrong: OSError | None = None

    async def send(self, message: bytes) -> None:
        tag, payload = wire.unpack(message, "agent")
        if tag is Tag.SCREEN:
            self.kept += payload
            if payload.endswith(LAST):
                self.at.append(asyncio.get_running_loop().time())
        elif tag is Tag.SEGMENT:
            self.notes.append(payload)

    @property
    def screen(self) -> taped.Screen:
        return taped.last(bytes(self.whole))

    @property
    def whole(self) -> bytes:
        """Up to the last picture that is whole."""
        end = bytes(self.kept).rfind(LAST)
        return bytes(self.kept[: end + 12]) if end >= 0 else b""


@asynccontextmanager
async def recorded(
    display: str,
    folder: Path,
    server: VncServer,
    words: tuple[str, ...] = WORDS,
    told: str | None = None,
    *,
    beside: bool = False,
) -> AsyncIterator[Tape]:
    """`beside`: somebody sees the screen at the same time, with the pointer that the server draws for him."""
    show = Show(folder, b"abcdefgh", 0, control=False, clipboard=False)
    for name, data in server.reads(show).items():
        (folder / name).write_bytes(data)
    command = server.command(show)
    env = {**os.environ, "DISPLAY": display}
    process = subprocess.Popen(  # noqa: ASYNC220 - as any test starts a program
        command, cwd=folder, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    with ExitStack() as stack:
        stack.callback(_end, process)
        line = socket.socket(socket.AF_UNIX)
        for _ in range(500):
            with suppress(OSError):
                line.connect(str(folder / SOCKET))
                break
            await asyncio.sleep(0.02)
        line.setblocking(False)
        hidden = await watched({"DISPLAY": told or display}, os.getuid(), words) if words else None
        recorder = Recorder(stream_of("desktop", "c-1", SALT), sign_segment)
        tape = Tape(ScreenRecorder(line, show.secret, recorder, Gate(), hidden))
        async with TaskGroup() as group:
            tasks = []
            if beside:
                other = socket.socket(socket.AF_UNIX)
                other.connect(str(folder / SOCKET))
                other.setblocking(False)
                kept = Recorder(stream_of("desktop", "c-2", SALT), sign_segment)
                seer = Tape(ScreenRecorder(other, show.secret, kept, Gate()))
                tasks.append(group.create_task(_until_wrong(seer)))
                await seer.record.begun()
            tasks.append(group.create_task(_until_wrong(tape)))
            await tape.record.begun()
            yield tape
            await tape.record.stop()
            note = await tape.record.end()
            tape.notes += [] if note is None else [b"\1" + note]
            for task in tasks:
                task.cancel()


def _end(server: subprocess.Popen[bytes]) -> None:
    """As the agent does: one that is killed at once leaves its shared memory, of which a machine has so much."""
    for number in (signal.SIGHUP, signal.SIGTERM):
        server.send_signal(number)
    try:
        server.wait(2)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


async def _until_wrong(tape: Tape) -> None:
    try:
        await tape.record.run(tape.send)
    except OSError as wrong:
        tape.wrong = wrong


def counted(tape: Tape) -> int:
    seen = [open_seen(read_segment(note)[0], ORIGIN, "h-00000001", RECORDER.public) for note in tape.notes]
    return sum(one.windows for one in seen)


@pytest.mark.parametrize("beside", [False, True], ids=["alone", "beside"])
@pytest.mark.parametrize("server", SERVERS)
async def test_l49_a_window_of_the_list_is_black_and_the_rest_is_not(
    display: str, tmp_path: Path, server: VncServer, *, beside: bool
) -> None:
    """By its class or by its title; it is shown again where it was once it has gone, under the pointer too."""
    with (
        window(display, PLAIN, "-geometry", "20x8+10+10"),
        window(display, SECRET, "-class", "KeePassXC", "-geometry", "20x8+300+10"),
        window(display, SECRET, "-T", "Banca di Prova - Conto", "-geometry", "20x8+300+200") as titled,
    ):
        async with recorded(display, tmp_path, server, beside=beside) as tape:
            screen = tape.screen
            assert screen.at(40, 40) == PLAIN
            assert (screen.at(330, 40), screen.at(330, 230)) == (BLACK, BLACK)
            hand = Hand(display)
            with window(display, PLAIN, "-geometry", "10x3+320+210") as above:
                hand.raise_up(above)
                await eventually(lambda: tape.screen.at(340, 225) == PLAIN)
                assert tape.screen.at(400, 300) == BLACK
            hand.unmap(titled)
            with window(display, PLAIN, "-geometry", "40x20+280+190"):
                await eventually(lambda: tape.screen.at(330, 290) == PLAIN)
            hand.close()
            assert not taped.shows(tape.whole, SECRET)
        assert counted(tape) > 0


@pytest.mark.parametrize("server", SERVERS)
async def test_l49_a_window_that_moves_never_shows(display: str, tmp_path: Path, server: VncServer) -> None:
    """Moved some thousand times, behind others and before them: not one pixel of it in any picture."""
    chance = random.Random(49)
    with (
        window(display, PLAIN, "-geometry", "50x20+100+100") as plain,
        window(display, SECRET, "-class", "KeePassXC", "-geometry", "12x5+0+0") as moved,
    ):
        async with recorded(display, tmp_path, server) as tape:
            hand = Hand(display)
            began = time.monotonic()
            while len(list(taped.pictures(tape.whole))) < 12 and time.monotonic() - began < 60:
                for _ in range(chance.randrange(1, 20)):
                    hand.move(moved, chance.randrange(-20, WIDTH), chance.randrange(-20, HEIGHT))
                    if chance.random() < 0.2:
                        hand.raise_up(chance.choice((plain, moved)))
                await asyncio.sleep(chance.random() * 0.05)
            hand.close()
            whole = tape.whole
        assert len(list(taped.pictures(whole))) >= 12
        assert not taped.shows(whole, SECRET)


@pytest.mark.parametrize("server", SERVERS)
async def test_without_the_rule_everything_is_shown(display: str, tmp_path: Path, server: VncServer) -> None:
    with window(display, SECRET, "-class", "KeePassXC", "-geometry", "20x8+300+10"):
        async with recorded(display, tmp_path, server, ()) as tape:
            assert tape.screen.at(330, 40) == SECRET
        assert counted(tape) == 0


async def test_l49_a_display_that_goes_ends_the_recording(display: str, tmp_path: Path) -> None:
    """It says no more where windows are: what changes after that is kept nowhere."""
    with ExitStack() as stack:
        other = stack.enter_context(viewer.display(WIDTH, HEIGHT))
        async with recorded(display, tmp_path, BY_PROGRAM["X0tigervnc"], told=other) as tape:
            stack.close()
            kept = bytes(tape.kept)
            with window(display, SECRET, "-class", "KeePassXC"):
                await eventually(lambda: tape.wrong)
            assert bytes(tape.kept) == kept


@pytest.mark.parametrize(
    "variables",
    [{"WAYLAND_DISPLAY": "wayland-0"}, {"DISPLAY": "far.example:0"}, {"DISPLAY": ":9999"}, {}],
    ids=["wayland", "elsewhere", "nobody", "none"],
)
async def test_l49_no_other_screen_is_listed(variables: dict[str, str], display: str) -> None:
    with pytest.raises(OSError):
        await watched(
            {"DISPLAY": display} | variables if "WAYLAND_DISPLAY" in variables else variables, 0, WORDS
        )


@pytest.mark.parametrize("left_out", [(), WORDS])
async def test_l49_where_nobody_knows_nothing_is_shown(
    display: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left_out: tuple[str, ...]
) -> None:
    """A desktop of Wayland, whose session has to be recorded without windows of the list: refused with a sentence.
    Without a list it is recorded as it is."""
    here = {"DISPLAY": display, "WAYLAND_DISPLAY": "wayland-0"}
    monkeypatch.setattr(desktop, "variables", lambda _uid: here)
    server = replace(BY_PROGRAM["X0tigervnc"], screen="WAYLAND_DISPLAY")
    monkeypatch.setattr(vnc_servers, "SERVERS", [server])
    async with house(tmp_path) as h:
        session = await h.begin(channels=(Channel("desktop"),), recording=True, left_out=left_out)
        line = await h.channel(session, "desktop", recording_salt=b64(SALT))
        if left_out:
            await line.read_to_end()
            await eventually(lambda: h.broker.refused == [(session, "c-1", "windows_unread")])
            assert not viewer.servers_of(h.state_dir / screen_folder.FOLDER / session)
        else:
            await viewer.greeted(line)
            await eventually(lambda: line.pictures)


async def test_l49_five_pictures_a_second_at_most(display: str, tmp_path: Path) -> None:
    """Of a display that changes all the time: counted in what is kept."""
    counting = "i=0; while :; do i=$((i+1)); printf '\\033[H%s\\n' $i; sleep 0.01; done"
    with viewer.xterm(display, ["sh", "-c", counting]):
        async with recorded(display, tmp_path, BY_PROGRAM["X0tigervnc"], ()) as tape:
            await eventually(lambda: len(tape.at) >= 2)
            await asyncio.sleep(3)
            at = list(tape.at)
    seconds = at[-1] - at[1]
    assert len(list(taped.pictures(tape.whole))) >= len(at) > 6
    assert len(at) - 2 <= 5 * seconds + 1, "and none of them sooner than its time"
