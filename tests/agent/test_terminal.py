"""Shells and commands: real bash in real terminals, real pipes, a real guardian."""

from __future__ import annotations

import asyncio
import hashlib
import os
import termios
from pathlib import Path

import pytest

from agent.channels import recorder
from agent.warden import Child, ProcessOrder
from agent.wire import channel as wire
from agent.wire.channel import Exit, Tag
from audit.canonical import b64
from audit.commitment import Opening
from tests.agent.session_kit import (
    PATIENCE_S,
    RECORDING_SALT,
    SALT,
    House,
    Line,
    eventually,
    house,
    order,
)

pytestmark = pytest.mark.usefixtures("patient")
PROMPT = b"PROMPT> "


async def shell(h: House, channel: str = "c-1", **params: object) -> Line:
    """A login bash with a short prompt."""
    session = h.sessions.live()[0] if h.sessions.live() else await h.begin()
    line = await h.channel(session, "terminal", channel, **params)
    line.type(b"bind 'set enable-bracketed-paste off'; PS1='PROM''PT> '\n")
    await line.read_until(PROMPT)
    return line


async def run(line: Line, command: bytes, words: bytes) -> None:
    line.type(command + b"\n")
    await line.read_until(words)


# ------------------------------------------------------------------------------------- terminals


async def test_terminal_has_a_window_that_can_change(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        line = await shell(h, cols=101, rows=31)
        await run(line, b"stty size", b"31 101")
        line.tell(wire.pack_resize(77, 22))
        await run(line, b"stty size; echo do''ne", b"done")
        assert b"22 77" in line.out


async def test_terminal_is_a_login_shell_with_a_clean_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_THE_AGENT", "x")
    async with house(tmp_path) as h:
        line = await shell(h, term="vt100")
        await run(
            line, b"echo $0; shopt -q login_shell && echo is''login; pwd; umask; env; echo do''ne", b"done"
        )
        out = line.out.decode()
        assert "-bash" in out
        assert "islogin" in out
        assert os.path.expanduser("~") in out
        assert "0022" in out
        assert "TERM=vt100" in out
        assert "LANG=C.UTF-8" in out
        assert "SECRET_OF_THE_AGENT" not in out


async def test_exit_status_is_the_last_word(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        line = await shell(h)
        line.type(b"exit 7\n")
        await line.read_to_end()
        assert line.exit == Exit(status=7)
        closed = await h.broker.until("channel.closed")
        assert closed["exit_status"] == 7
        assert closed["out_bytes"] == len(line.out)
        assert closed["out_digest"] == hashlib.sha256(SALT + bytes(line.in_order)).hexdigest()
        assert closed["in_bytes"] > 0


async def test_control_c_and_signals_reach_the_foreground(tmp_path: Path) -> None:
    one, two = f"sleep 8{os.getpid()}", f"sleep 9{os.getpid()}"  # nobody else's
    async with house(tmp_path) as h:
        line = await shell(h)
        line.type(f"{one}; echo after=$?\n".encode())
        await eventually(lambda: one.encode() in _commands())
        line.type(b"\x03")
        line.type(b"echo still''here\n")
        await line.read_until(b"stillhere")
        line.type(f"{two}; echo after=$?\n".encode())
        await eventually(lambda: two.encode() in _commands())
        line.tell(wire.pack_signal("TERM"))
        await line.read_until(b"after=143")


async def test_control_c_works_while_output_floods_a_slow_reader(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        h.broker.room = 4
        line = await shell(h)
        line.type(b"yes\n")
        await line.read_until(b"y\r\ny\r\n")
        line.type(b"\x03")
        line.type(b"echo still''here\n")
        await line.read_until(b"stillhere")


async def test_utf8_and_every_byte_pass(tmp_path: Path) -> None:
    blob = bytes(range(256)) * 64
    async with house(tmp_path) as h:
        line = await shell(h)
        await run(line, "echo 'perché no: 日本 €'".encode(), "\nperché no: 日本 €".encode())
        await run(line, b"stty raw -echo; echo rea''dy; exec cat", b"ready")
        line.out.clear()
        line.type(blob)
        await eventually_read(line, len(blob))
        assert bytes(line.out).removeprefix(b"\r\n").removeprefix(b"\n") == blob


async def eventually_read(line: Line, count: int) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while len(line.out.lstrip(b"\r\n")) < count:
            await line.read_one()


async def test_echo_is_told_in_band(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        line = await shell(h)
        line.type(b"read -s -p 'Pass''word: ' x; echo g''ot\n")
        await line.read_until(b"Password: ")
        [tty] = h.sessions._own_terminals()
        await eventually(lambda: _reads_a_secret(tty))
        line.type(b"geheim\n")
        await line.read_until(b"got")
        assert line.echo == [False, True]
        assert b"geheim" not in line.out


def _reads_a_secret(tty: str) -> bool:
    """Whole lines, without echo."""
    fd = os.open(tty, os.O_RDWR | os.O_NOCTTY)
    try:
        modes = termios.tcgetattr(fd)[3]
    finally:
        os.close(fd)
    return bool(modes & termios.ICANON) and not modes & termios.ECHO


async def test_twenty_megabytes_to_a_slow_reader(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        h.broker.room = 2
        session = await h.begin()
        line = await h.channel(session, "exec", command="head -c 20000000 /dev/zero | tr '\\0' x; echo end")
        while await line.read_one():
            if len(line.out) < 2_000_000:
                await asyncio.sleep(0.01)
        assert len(line.out) == 20_000_004
        assert line.exit == Exit(status=0)
        closed = await h.broker.until("channel.closed")
        assert closed["out_digest"] == hashlib.sha256(SALT + bytes(line.out)).hexdigest()


async def test_twenty_megabytes_through_a_terminal(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        h.broker.room = 2
        session = await h.begin()
        command = "stty -opost; head -c 20000000 /dev/zero | tr '\\0' x; echo end"
        line = await h.channel(session, "exec", command=command, term="xterm")
        while await line.read_one():
            pass
        assert bytes(line.out) == b"x" * 20_000_000 + b"end\n"


# ---------------------------------------------------------------------------------------- commands


async def test_exec_keeps_stderr_apart(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        session = await h.begin()
        salt = bytes(range(32, 64))
        command = "cat; echo to-out; echo to-err >&2; test -t 0 || echo piped; exit 3"
        line = await h.channel(session, "exec", command=command, command_salt=b64(salt))
        line.type("già ".encode())
        line.tell(wire.pack(Tag.EOF))
        await line.read_to_end()
        assert line.out.decode() == "già to-out\npiped\n"
        assert bytes(line.err) == b"to-err\n"
        assert line.exit == Exit(status=3)
        executed = await h.broker.until("command.executed")
        assert Opening(salt, {"command": command}).opens(executed["command"])
        closed = await h.broker.until("channel.closed")
        assert closed["out_bytes"] == len(line.out) + len(line.err)
        assert closed["in_bytes"] == 5
        assert closed["out_digest"] == hashlib.sha256(SALT + bytes(line.in_order)).hexdigest()


async def test_exec_with_a_terminal_when_asked(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        session = await h.begin()
        line = await h.channel(
            session, "exec", command="test -t 0 && stty size", term="xterm", cols=90, rows=20
        )
        await line.read_to_end()
        assert b"20 90\r\n" in line.out  # another agent of this machine tells its terminals of its sessions


async def test_end_of_input_ends_a_terminals_reader(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        session = await h.begin()
        line = await h.channel(
            session, "exec", command="stty -echo; echo re''ady; cat; echo over", term="xterm"
        )
        await line.read_until(b"ready")
        line.type(b"words\n")
        line.tell(wire.pack(Tag.EOF))
        await line.read_to_end()
        assert line.out.endswith(b"words\r\nover\r\n")


async def test_exec_killed_by_a_signal_says_which(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        session = await h.begin()
        line = await h.channel(session, "exec", command="echo up; exec sleep 100")
        await line.read_until(b"up")
        line.tell(wire.pack_signal("USR1"))
        await line.read_to_end()
        assert line.exit == Exit(signal="USR1")
        assert "exit_status" not in await h.broker.until("channel.closed")


async def test_a_child_that_keeps_the_pipe_does_not_hold_up_the_exit(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        session = await h.begin()
        line = await h.channel(
            session, "exec", command="(while sleep 0.2; do echo tick; done) & echo out; exit 4"
        )
        await line.read_to_end()
        assert line.exit == Exit(status=4)
        assert line.out.startswith(b"out\n")


async def test_a_child_that_floods_after_the_exit_is_cut_off(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        session = await h.begin()
        line = await h.channel(session, "exec", command="yes & exit 0")
        await line.read_to_end()
        assert line.exit == Exit(status=0)


async def test_a_command_that_closes_its_output_is_waited_for(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        session = await h.begin()
        line = await h.channel(session, "exec", command="exec >&- 2>&-; sleep 0.5; exit 9")
        await line.read_to_end()
        assert line.exit == Exit(status=9)


async def test_input_nobody_reads_is_no_obstacle(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        session = await h.begin()
        line = await h.channel(session, "exec", command="exec 0<&-; sleep 0.3; echo fine")
        line.type(b"x" * 300_000)
        await line.read_to_end()
        assert line.out == b"fine\n"


async def test_the_technician_hanging_up_ends_the_shell(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        line = await shell(h)
        line.type(b"trap '' HUP TERM; echo $$ > %s/pid; echo re''ady; sleep 300\n" % str(tmp_path).encode())
        await line.read_until(b"ready")
        pid = int((tmp_path / "pid").read_text())
        line.hang_up()
        closed = await h.broker.until("channel.closed")
        assert "exit_status" not in closed
        await eventually(lambda: not _alive(pid))
        assert h.sessions.live(), "the session goes on; another channel may follow"
        again = await shell(h, "c-2")
        await run(again, b"echo hel''lo", b"hello")


async def stuffed(h: House, line: Line, tmp_path: Path) -> int:
    """A shell in a command that reads nothing, with 2 MB of input before it; its process id."""
    line.type(
        b"stty -icanon -echo; echo $$ > %s/pid; echo re''ady; exec sleep 300\n" % str(tmp_path).encode()
    )
    await line.read_until(b"ready")
    line.type(b"x" * 2_000_000)
    await eventually(lambda: line._to_agent.qsize() < 16)  # all of the agent's room is taken
    return int((tmp_path / "pid").read_text())


async def test_whoever_leaves_behind_unread_input_ends_the_shell(tmp_path: Path) -> None:
    """The order comes beside the channel; what the shell still says is sent, and its end."""
    async with house(tmp_path) as h:
        line = await shell(h)
        pid = await stuffed(h, line, tmp_path)
        session = h.sessions.live()[0]
        await h.sessions.close_channel("s-unknown", "c-1")
        await h.sessions.close_channel(session, "c-1")
        await line.read_to_end()
        assert line.exit is not None
        await eventually(lambda: not _alive(pid))
        assert h.sessions.live() == [session]


async def test_a_socket_that_is_cut_behind_unread_input_is_noticed(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        line = await shell(h)
        pid = await stuffed(h, line, tmp_path)
        line.closed.set()  # nothing more is read from it, so that nothing tells of its end
        await h.broker.until("channel.closed")
        await eventually(lambda: not _alive(pid))


async def test_whoever_leaves_while_his_shell_is_being_started(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        session = await h.begin()
        warden = h.sessions._live[session].warden
        real, asked, go = warden.start, asyncio.Event(), asyncio.Event()

        async def slow(channel: str, order: ProcessOrder) -> Child:
            asked.set()
            await go.wait()
            return await real(channel, order)

        warden.start = slow  # type: ignore[method-assign]
        line = await h.channel(session, "exec", command="sleep 300")
        await asked.wait()
        await h.sessions.close_channel(session, "c-1")
        await asyncio.sleep(0.1)
        go.set()
        await line.read_to_end()
        assert line.exit is not None
        assert h.sessions.live() == [session]


async def test_a_breach_of_the_protocol_hangs_up(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        line = await shell(h)
        line.tell(b"\x09")
        await h.broker.until("channel.closed")
        assert line.closed.is_set()


async def test_windows_and_signals_of_no_kind_hang_up(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        for n, message in enumerate((wire.pack(Tag.RESIZE, b"\0\0\0\0"), wire.pack(Tag.SIGNAL, b"STOP"))):
            line = await shell(h, f"c-{n}")
            line.tell(message)
            await eventually(line.closed.is_set)


def _commands() -> bytes:
    found = b""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found += path.read_bytes().replace(b"\0", b" ") + b"\n"
        except OSError:
            continue
    return found


def _alive(pid: int) -> bool:
    try:
        return b") Z" not in Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return False


# ---------------------------------------------------------------------------------- recordings


async def recorded(h: House, command: str) -> Line:
    session = await h.begin(recording=True)
    salt = b64(RECORDING_SALT)
    line = await h.channel(session, "exec", command=command, recording_salt=salt)
    while await line.read_one():
        pass
    return line


async def test_the_end_of_a_recorded_channel_ends_its_segment(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        line = await recorded(h, "echo password=hunter2hunter2; echo on >&2; echo out")
        [(signed, counted)] = line.segments
        assert signed == counted
        assert signed.out_bytes > 20


async def test_a_flood_is_cut_into_segments_of_bounded_size(tmp_path: Path) -> None:
    async with house(tmp_path) as h:
        line = await recorded(h, "yes all is well | head -c 3000000")
        assert len(line.segments) >= 4
        assert all(signed == counted for signed, counted in line.segments)
        assert [signed.n for signed, _ in line.segments] == list(range(len(line.segments)))
        assert all(signed.out_bytes <= 900_000 for signed, _ in line.segments)


async def test_a_segment_ends_by_the_clock_though_nothing_more_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "SEGMENT_S", 0.2)
    async with house(tmp_path) as h:
        session = await h.begin(recording=True)
        salt = b64(RECORDING_SALT)
        line = await h.channel(session, "exec", command="echo first; sleep 100", recording_salt=salt)
        async with asyncio.timeout(PATIENCE_S):
            while not line.segments:
                await line.read_one()
        [(signed, counted)] = line.segments
        assert signed == counted
        await h.sessions.stop(session, "stopped_by_ads")
        while await line.read_one():
            pass
        assert len(line.segments) == 1  # nothing was said since


@pytest.mark.parametrize(("approved", "ordered"), [(True, False), (False, True)])
async def test_an_order_that_disagrees_with_the_request_is_refused(
    tmp_path: Path,
    approved: bool,  # noqa: FBT001
    ordered: bool,  # noqa: FBT001
) -> None:
    async with house(tmp_path) as h:
        session = await h.begin(recording=approved)
        params = {"recording_salt": b64(RECORDING_SALT)} if ordered else {}
        await h.sessions.channel(order(session, "c-1", "exec", command="true", **params))
        await eventually(lambda: h.broker.refused)
        assert h.broker.refused == [(session, "c-1", "recording_differs")]
