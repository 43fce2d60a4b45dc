"""The terminal of a technician: stock OpenSSH against a real broker, a real agent, real processes."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import psutil
import pytest

from broker.bastion.doorstep import WAITING_OF_ONE
from tests.e2e.kit import (
    BOTH,
    PATIENT_S,
    Demo,
    Opened,
    alive,
    gone,
    run,
    running_ssh,
    screen,
    short_folder,
    ssh,
    ssh_words,
    still,
    until,
)

MB = 1024 * 1024
REFUSED = 254  # what Verbale answers where it says no; 255 is ssh's own
HELD_BYTES = 8 * MB  # what the broker may hold back for one reader who does not read


@pytest.fixture(scope="module")
def _shared() -> dict[str, Opened]:
    return {}


@pytest.fixture
async def session(demo: Demo, _shared: dict[str, Opened]) -> Opened:
    """Terminal and exec; one for the whole file, opened anew if something ended it."""
    found = _shared.get("session")
    if found is None or demo.records("session.ended", "session.presumed_ended", session=found.session):
        found = _shared["session"] = await demo.open(*BOTH)
    return found


@pytest.fixture
async def terminal_only(demo: Demo) -> AsyncIterator[Opened]:
    found = await demo.open("terminal")
    yield found
    await found.over()


# ------------------------------------------------------------------------------------------- exec


async def test_exit_status_and_the_two_streams_apart(session: Opened) -> None:
    done = await session.ssh("echo fuori; echo dentro >&2; exit 7")
    assert (done.status, done.out, done.err) == (7, b"fuori\n", b"dentro\n")


async def test_a_command_that_a_signal_ends(session: Opened) -> None:
    done = await session.ssh("kill -TERM $$")
    assert done.status == 255  # OpenSSH's word for "a signal ended it"


async def test_every_byte_goes_through_stdin_and_back(session: Opened) -> None:
    every = bytes(range(256)) * 64
    done = await session.ssh("cat", stdin=every)
    assert (done.status, done.out, done.err) == (0, every, b"")


async def test_letters_of_every_script(session: Opened) -> None:
    text = "àèìòù – «perché» – Ω漢字🙂"
    done = await session.ssh(f"printf %s '{text}'; printf %s '{text}' >&2")
    assert (done.out.decode(), done.err.decode()) == (text, text)


async def test_five_megabytes_up_with_one_digest_at_both_ends(session: Opened) -> None:
    data = os.urandom(5 * MB)
    done = await session.ssh("sha256sum", stdin=data, seconds=90)
    assert done.out.split()[0].decode() == hashlib.sha256(data).hexdigest()


async def test_fifty_megabytes_down_with_one_digest_at_both_ends(demo: Demo, session: Opened) -> None:
    """And the record of the channel counts the same bytes, by the host and by the broker."""
    since = demo.size()
    # Numbered lines: no two are alike, and none looks like a secret to be covered.
    script = f"yes una riga di prova | cat -n | head -c {50 * MB} | tee >(sha256sum >&2)"
    done = await session.ssh(f"bash -c '{script}'", seconds=180)
    assert len(done.out) == 50 * MB
    assert done.err.split()[0].decode() == hashlib.sha256(done.out).hexdigest()
    closed = (await demo.record("channel.closed", session=session.session, since=since)).record
    assert closed.out_bytes == len(done.out) + len(done.err)
    assert closed.agrees is True
    assert closed.exit_status == 0


async def test_a_reader_who_does_not_read_stops_the_writer_and_grows_nothing(
    demo: Demo, session: Opened
) -> None:
    broker = psutil.Process(demo.pid("broker"))
    whole = 40 * MB
    command = f"yes 'una riga come tante, di quelle che escono' | head -c {whole}"
    async with running_ssh(demo, session.session, command) as reader:
        # Nobody reads its stdout: the pipe fills, then ssh's window, then the broker stops reading.
        pipe = reader._transport.get_pipe_transport(1)  # type: ignore[attr-defined]
        pipe.pause_reading()
        writer = await until(lambda: _named("head", session), "the command runs")
        written = psutil.Process(writer)
        held = await still(lambda: written.io_counters().write_chars)
        rss = broker.memory_info().rss
        for _ in range(20):
            await asyncio.sleep(0.1)
            assert broker.memory_info().rss - rss < HELD_BYTES
        assert written.io_counters().write_chars == held < whole // 2, "the writer was not held"
        pipe.resume_reading()
        assert reader.stdout is not None
        count = 0
        async with asyncio.timeout(120):
            while piece := await reader.stdout.read(MB):
                count += len(piece)
        assert count == whole
        assert broker.memory_info().rss - rss < HELD_BYTES


def _named(name: str, session: Opened) -> int | None:
    for process in psutil.process_iter(["name"]):
        if process.info["name"] == name:
            try:
                if process.environ().get("VERBALE_SESSION") == session.session:
                    return process.pid
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
    return None


# --------------------------------------------------------------------------------------- terminal


async def test_the_window_and_its_changes_reach_the_host(demo: Demo, session: Opened) -> None:
    with screen(demo, session.session, cols=101, rows=33) as there:
        there.type("stty size; echo $TERM\n")
        await there.expect(rb"33 101\r\n")
        there.type("trap 'echo mossa' WINCH; echo pron''to\n")
        await there.expect(rb"pronto\r\n")
        there.resize(cols=77, rows=21)
        # bash runs the trap when the line it waits for is there.
        there.type("\n")
        await there.expect(rb"mossa\r\n")
        there.type("stty size\n")
        await there.expect(rb"21 77\r\n")
        there.type("exit 7\n")
        assert await there.status() == 7


async def test_ctrl_c_ends_what_runs_and_not_the_shell(demo: Demo, session: Opened) -> None:
    with screen(demo, session.session) as there:
        there.type("sh -c 'echo pi''d $$; exec sleep 300'\n")
        pid = int((await there.expect(rb"pid (\d+)\r\n"))[1])
        await until(lambda: psutil.Process(pid).name() == "sleep", "sleep runs")
        there.type(b"\x03")
        there.type("echo do''po $?\n")
        await there.expect(rb"dopo 130\r\n")
        assert not alive(pid)
        there.type("exit\n")
        await there.status()


async def test_a_break_interrupts_like_ctrl_c(demo: Demo, session: Opened) -> None:
    """`~B`, which OpenSSH sends as a request of its own, not as a sign in the stream."""
    with screen(demo, session.session) as there:
        there.type("sh -c 'echo pi''d $$; exec sleep 304'\n")
        pid = int((await there.expect(rb"pid (\d+)\r\n"))[1])
        await until(lambda: psutil.Process(pid).name() == "sleep", "sleep runs")
        there.type("\r~B")
        await gone([pid])
        there.type("exit\n")
        await there.status()


async def test_utf8_typed_and_shown(demo: Demo, session: Opened) -> None:
    with screen(demo, session.session) as there:
        there.type("printf '%s.' 'città 漢字' | od -An -tx1 | tr -d ' \\n'; echo\n")
        await there.expect("città 漢字.".encode().hex().encode())
        there.type("exit\n")
        assert await there.status() == 0


async def test_end_of_input_ends_the_shell(demo: Demo, session: Opened) -> None:
    with screen(demo, session.session) as there:
        there.type("PS1='fat''to> '\n")
        await there.expect(rb"fatto> ")  # it reads: before, an end of input may be lost
        there.type(b"\x04")
        assert await there.status() == 0


async def test_closing_the_terminal_ends_its_background_jobs(demo: Demo, session: Opened) -> None:
    with screen(demo, session.session) as there:
        there.type("sleep 301 & sleep 302 & echo la''voro $(jobs -p)\n")
        pids = [int(p) for p in (await there.expect(rb"lavoro (\d+) (\d+)\r\n")).groups()]
        assert all(alive(p) for p in pids)
    await gone(pids)  # the connection is gone with the block above


async def test_what_was_executed_stands_in_no_journal(demo: Demo, session: Opened) -> None:
    """A command line may hold a secret: it is an opening of the log, which can be erased."""
    marker = "parola-d-ordine-7Qx"
    done = await session.ssh(f"true {marker}")
    assert done.status == 0
    terminal = ssh_words(demo, session.session, f"true {marker}", options=("-tt",))
    assert (await run(terminal)).status == 0
    logs = list((demo.state / "logs").glob("*.log"))
    assert logs
    for log in logs:
        assert marker not in log.read_text("utf-8", "replace"), log.name


async def test_a_dead_connection_ends_a_command_that_does_not_read(demo: Demo, session: Opened) -> None:
    """Its input is full at every place on the way: the order to end does not wait behind it."""
    words = ssh_words(demo, session.session, "echo $$; exec sleep 305")
    endless = os.open("/dev/zero", os.O_RDONLY)
    process = await asyncio.create_subprocess_exec(*words, stdin=endless, stdout=asyncio.subprocess.PIPE)
    os.close(endless)
    try:
        assert process.stdout is not None
        pid = int(await process.stdout.readline())
        sent = psutil.Process(process.pid)
        await still(lambda: sent.io_counters().write_chars)
        assert alive(pid)
    finally:
        process.kill()
        await process.communicate()
    await gone([pid])


async def test_a_dead_connection_ends_its_command(demo: Demo, session: Opened) -> None:
    async with running_ssh(demo, session.session, "echo $$; exec sleep 303") as client:
        assert client.stdout is not None
        pid = int(await client.stdout.readline())
        client.send_signal(signal.SIGKILL)
        await gone([pid])


# ------------------------------------------------------------------- many channels, many connections


async def test_many_channels_in_one_connection(demo: Demo, session: Opened, tmp_path: Path) -> None:
    control = f"/tmp/ve-{os.getpid()}.ctl"
    options = ("-o", f"ControlPath={control}")
    async with running_ssh(demo, session.session, "-N", options=(*options, "-M")) as master:
        await until(lambda: Path(control).is_socket(), "the master's socket")
        found = await asyncio.gather(
            *(
                ssh(
                    demo,
                    session.session,
                    f"cat; echo {n} >&2; exit {n}",
                    stdin=b"%d" % n * 1000,
                    options=options,
                )
                for n in range(1, 6)
            )
        )
        assert [d.status for d in found] == [1, 2, 3, 4, 5]
        assert [d.out for d in found] == [b"%d" % n * 1000 for n in range(1, 6)]
        assert [d.err for d in found] == [b"%d\n" % n for n in range(1, 6)]
        assert master.returncode is None
    Path(control).unlink(missing_ok=True)


async def test_connections_side_by_side_are_one_session(demo: Demo, session: Opened) -> None:
    since = demo.size()
    found = await asyncio.gather(*(session.ssh(f"echo {n}") for n in range(4)))
    assert [d.out for d in found] == [b"%d\n" % n for n in range(4)]
    await until(
        lambda: len(demo.records("channel.closed", session=session.session, since=since)) == 4,
        "four channels closed",
    )
    assert len(demo.records("command.executed", session=session.session, since=since)) == 4


# ------------------------------------------------------------------------------------- what is not


async def test_a_command_where_only_the_terminal_was_granted(demo: Demo, terminal_only: Opened) -> None:
    done = await terminal_only.ssh("true")
    assert done.status == REFUSED
    assert done.out == b""
    assert "autorizz" in done.err.decode() or "concess" in done.err.decode(), done.err.decode()
    refused = await demo.record("channel.refused", session=terminal_only.session)
    assert (refused.record.kind, refused.record.reason) == ("exec", "channel_not_granted")


async def test_files_are_refused_and_recorded(demo: Demo, session: Opened) -> None:
    since = demo.size()
    words = ssh_words(demo, session.session, options=("-s",))
    done = await run([*words, "sftp"])
    assert done.status == REFUSED
    refused = await demo.record("channel.refused", session=session.session, since=since)
    assert (refused.record.kind, refused.record.reason) == ("files", "channel_not_granted")


async def test_sftp_itself_gets_nowhere(demo: Demo, session: Opened) -> None:
    since = demo.size()
    words = ssh_words(demo, session.session)
    place = words.pop()
    words[0:3] = ["sftp", "-P", words[2]]
    done = await run([*words, place], stdin=b"ls\n")
    assert done.status != 0
    assert "autorizz" in done.err.decode() or "concess" in done.err.decode(), done.err.decode()
    refused = await demo.record("channel.refused", session=session.session, since=since)
    assert refused.record.kind == "files"


async def _forward_recorded(demo: Demo, session: Opened, since: int) -> None:
    refused = await demo.record("channel.refused", session=session.session, since=since)
    assert (refused.record.kind, refused.record.reason) == ("forward", "channel_not_granted")


async def test_no_port_is_forwarded(demo: Demo, session: Opened) -> None:
    since = demo.size()
    with socket.socket() as free, socket.create_server(("127.0.0.1", 0)) as target:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        inside = target.getsockname()[1]
        async with running_ssh(
            demo, session.session, "-N", options=("-L", f"{port}:127.0.0.1:{inside}")
        ) as there:
            await until(lambda: _listens(port), "ssh listens")
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            async with asyncio.timeout(PATIENT_S):
                assert await reader.read() == b""  # closed in our face
            writer.close()
            assert there.returncode is None, "the connection itself goes on"
        target.setblocking(False)
        with pytest.raises(BlockingIOError):
            target.accept()
    await _forward_recorded(demo, session, since)


async def test_the_front_is_no_jump_host(demo: Demo, session: Opened) -> None:
    since = demo.size()
    done = await run(ssh_words(demo, session.session, options=("-W", "127.0.0.1:9")))
    assert done.status == 255
    await _forward_recorded(demo, session, since)


async def test_no_port_is_opened_at_the_broker(demo: Demo, session: Opened) -> None:
    since = demo.size()
    done = await session.ssh("true", options=("-o", "ExitOnForwardFailure=yes", "-R", "0:127.0.0.1:9"))
    assert done.status == 255
    await _forward_recorded(demo, session, since)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
async def key_agent() -> AsyncIterator[str]:
    """The socket of an `ssh-agent` that runs: without one, ssh does not even ask for `-A`."""
    with short_folder() as folder:
        path = folder / "agent"
        process = await asyncio.create_subprocess_exec(
            "ssh-agent", "-D", "-a", str(path), stdout=asyncio.subprocess.DEVNULL
        )
        try:
            await until(path.is_socket, "ssh-agent listens")
            yield str(path)
        finally:
            process.terminate()
            await process.wait()


async def test_neither_agent_nor_display_reach_the_host(demo: Demo, session: Opened, key_agent: str) -> None:
    env = {**os.environ, "DISPLAY": ":99", "SSH_AUTH_SOCK": key_agent}
    words = ssh_words(demo, session.session, "echo [$SSH_AUTH_SOCK$DISPLAY]", options=("-A", "-X"))
    words[words.index("LogLevel=ERROR")] = "LogLevel=DEBUG1"
    since = demo.size()
    done = await run(words, env=env)
    assert done.out == b"[]\n"
    await until(
        lambda: len(demo.records("channel.refused", session=session.session, since=since)) == 2,
        "both records",
    )
    refused = demo.records("channel.refused", session=session.session, since=since)
    assert {(one.record.kind, one.record.reason) for one in refused} == {("other", "channel_not_granted")}
    said = done.err.decode()
    assert "Requesting authentication agent forwarding" in said, "it was asked for"
    # OpenSSH asks for the agent without waiting for an answer, for the display it waits.
    assert "X11 forwarding request failed" in said, said


async def test_the_environment_is_the_hosts_not_the_technicians(demo: Demo, session: Opened) -> None:
    done = await session.ssh("echo [$LC_TEST][$VERBALE_SESSION]", options=("-o", "SetEnv=LC_TEST=x"))
    assert done.out == b"[][%s]\n" % session.session.encode()


# ----------------------------------------------------------------------------------------- who is not


async def test_a_foreign_key_is_refused_with_one_record(demo: Demo, session: Opened, tmp_path: Path) -> None:
    for name in ("one", "two"):
        made = await run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / name)])
        assert made.status == 0
    since = demo.size()
    words = ssh_words(demo, session.session, "true", options=("-i", str(tmp_path / "two")))
    words[words.index(str(demo.running.identity))] = str(tmp_path / "one")
    done = await run(words)
    assert done.status == 255
    assert b"Permission denied (publickey)" in done.err
    denied = await demo.record("access.denied", since=since)
    assert (denied.record.what, denied.record.reason) == ("ssh", "not_recognised")
    assert denied.record.terminal in {"127.0.0.1", "::1"}
    assert (await session.ssh("true")).status == 0, "a later connection: the earlier one is over and told"
    assert len(demo.records("access.denied", since=since)) == 1, (
        "one record for each connection, not for each key"
    )


async def test_a_session_nobody_knows(demo: Demo, session: Opened) -> None:
    before = demo.size(demo.stage.house)
    for name in ("s-0000000000", "root", "s-00000000000000000000"):
        done = await ssh(demo, name, "true")
        assert done.status == 255
        assert b"Permission denied (publickey)" in done.err
    await until(
        lambda: len(demo.records("access.denied", since=before, tenant=demo.stage.house)) == 3,
        "the house's log keeps the attempts",
    )


async def test_strangers_who_only_connect_leave_room_for_pages_and_work(demo: Demo, session: Opened) -> None:
    """They wait at the door, a few of one address; the process may hold all descriptors the machine gives it."""
    limits = Path(f"/proc/{demo.pid('broker')}/limits").read_text()
    soft, hard = re.findall(r"Max open files +(\d+) +(\d+)", limits)[0]
    assert soft == hard
    async with AsyncExitStack() as stack:
        for _ in range(200):
            _, writer = await asyncio.open_connection("127.0.0.1", demo.running.ssh_port)
            stack.callback(writer.close)
        broker = psutil.Process(demo.pid("broker"))
        port = demo.running.ssh_port
        await until(lambda: len(_inbound(broker, port)) <= WAITING_OF_ONE, "those beyond the door are gone")
        async with demo.stage.logged_in("ads") as ads:
            assert await ads.get("/api/hosts", tenant=demo.tenant)
    await until(lambda: not _inbound(broker, port), "the door is free again")
    assert (await session.ssh("echo ecco")).out == b"ecco\n"


def _inbound(broker: psutil.Process, port: int) -> list[int]:
    """Descriptors of connections somebody made to that port of the broker."""
    return [
        one.fd
        for one in broker.net_connections("tcp")
        if one.laddr.port == port and one.status == psutil.CONN_ESTABLISHED
    ]


async def test_passwords_are_not_asked_for(demo: Demo, session: Opened) -> None:
    words = ssh_words(
        demo, session.session, "true",
        options=("-o", "PubkeyAuthentication=no", "-o", "PreferredAuthentications=password,keyboard-interactive"),
    )  # fmt: skip
    done = await run(words)
    assert done.status == 255
    assert b"Permission denied (publickey)" in done.err


async def test_after_the_end_nobody_enters(demo: Demo) -> None:
    opened = await demo.open(*BOTH)
    assert (await opened.ssh("true")).status == 0
    await opened.close()
    since = demo.size()
    done = await opened.ssh("true")
    assert done.status == 255
    assert b"Permission denied" in done.err
    denied = await demo.record("access.denied", since=since)
    assert denied.record.reason == "session_ended"


async def test_a_session_not_begun_admits_nobody(demo: Demo) -> None:
    request = await demo.ask(*BOTH)
    session = await demo.approve(request)
    done = await ssh(demo, session, "true")
    assert done.status == 255


# ------------------------------------------------------------------------------------ the host key


async def test_the_host_key_is_the_one_shown_and_stays(demo: Demo, session: Opened) -> None:
    async def shown() -> str:
        words = ["ssh-keyscan", "-T", "60", "-t", "ed25519", "-p", str(demo.running.ssh_port), "127.0.0.1"]
        async with asyncio.timeout(2 * PATIENT_S):
            while not (scanned := await run(words, seconds=PATIENT_S)).out:  # noqa: ASYNC110 - another program
                await asyncio.sleep(0.5)
        found = await run(["ssh-keygen", "-lf", "-"], stdin=scanned.out)
        return str(re.findall(r"SHA256:\S+", found.out.decode())[0])

    assert await shown() == demo.running.fingerprint
    demo.kill("broker")
    await demo.start_broker()
    assert await shown() == demo.running.fingerprint
    await demo.linked()
    done = await session.ssh("echo ancora")
    assert done.out == b"ancora\n", done


async def test_only_ciphers_that_the_broker_is_fast_at(demo: Demo, session: Opened) -> None:
    done = await session.ssh("true", options=("-o", "Ciphers=chacha20-poly1305@openssh.com"))
    assert done.status == 255
    words = ssh_words(demo, session.session, "true")
    words[words.index("LogLevel=ERROR")] = "LogLevel=DEBUG1"
    done = await run(words)
    assert done.status == 0
    chosen = set(re.findall(r"cipher: (\S+)", done.err.decode()))
    assert chosen <= {"aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes256-ctr"}
    assert chosen
