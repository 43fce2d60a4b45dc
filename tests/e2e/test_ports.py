"""Named ports through stock `ssh -L` and `verbale connect`, and every way round them that stock ssh has."""

from __future__ import annotations

import asyncio
import contextlib
import http.server
import os
import pwd
import re
import socket
import ssl
import subprocess
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.kit import PATIENT_S, Demo, Opened, run, running_ssh, ssh_words, started, until
from web.demo.processes import program

BIG = os.urandom(3 * 1024 * 1024 + 1)
BANNER = b"220 mail.esempio.invalid ESMTP\r\n"


class _Pages(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(BIG)))
        self.end_headers()
        self.wfile.write(BIG)

    def log_message(self, *_: object) -> None:
        pass


def _speaks_first(server: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while True:
            one, _ = server.accept()
            with one, contextlib.suppress(OSError):
                one.sendall(BANNER)
                while line := one.recv(4096):
                    one.sendall(b"250 " + line)
                one.sendall(b"221 fine\r\n")


@pytest.fixture(scope="module")
def rdp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, bytes]]:
    """A real RDP server: its port, and its certificate (DER)."""
    folder = tmp_path_factory.mktemp("rdp")
    made = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=rdp.esempio.invalid",
    ]
    subprocess.run(
        [*made, "-keyout", folder / "key.pem", "-out", folder / "cert.pem"], check=True, capture_output=True
    )
    port = free_port()
    (folder / "xrdp.ini").write_text(
        f"[Globals]\nini_version=1\nfork=false\nport=tcp://127.0.0.1:{port}\nsecurity_layer=tls\n"
        f"certificate={folder}/cert.pem\nkey_file={folder}/key.pem\n"
        f"[Logging]\nLogFile={folder}/xrdp.log\nLogLevel=INFO\nEnableSyslog=false\n[Channels]\n"
    )
    with (folder / "out").open("w") as out:
        command = ["/usr/sbin/xrdp", "--nodaemon", "--config", str(folder / "xrdp.ini")]
        server = subprocess.Popen(command, stdout=out, stderr=out)
    try:
        yield port, ssl.PEM_cert_to_DER_cert((folder / "cert.pem").read_text())
    finally:
        server.terminate()
        server.wait(60)


@pytest.fixture(scope="module")
def ports(rdp: tuple[int, bytes]) -> Iterator[list[dict[str, Any]]]:
    """HTTP and something that speaks first, on this machine; and one where nobody answers."""
    web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    mail = socket.create_server(("127.0.0.1", 0))
    with socket.socket() as none:
        none.bind(("127.0.0.1", 0))
        unused = none.getsockname()[1]
    threads = [
        threading.Thread(target=web.serve_forever, daemon=True),
        threading.Thread(target=_speaks_first, args=(mail,), daemon=True),
    ]
    for thread in threads:
        thread.start()
    yield [
        {"id": "web", "host": "localhost", "port": web.server_address[1]},
        {"id": "mail", "host": "127.0.0.1", "port": mail.getsockname()[1]},
        {"id": "none", "host": "localhost", "port": unused},
        {"id": "other", "host": "localhost", "port": 9},
        {"id": "rdp", "host": "localhost", "port": rdp[0]},
    ]
    web.shutdown()
    web.server_close()
    mail.shutdown(socket.SHUT_RDWR)
    mail.close()


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A stack of its own: its rules are others than those of the demo."""
    with started(tmp_path_factory.mktemp("ports")) as demo:
        yield demo


@pytest.fixture
async def ruled(stack: Demo, ports: list[dict[str, Any]]) -> Demo:
    await stack.whole()
    if not stack.records("policy.changed", since=1)[1:]:
        me = {"name": pwd.getpwuid(os.geteuid()).pw_name, "administrator": os.geteuid() == 0}
        rules: dict[str, Any] = {
            "channels": ["terminal", "exec", "forward"], "supervision": "waivable", "longest_s": 4 * 3600,
            "window_s": 8 * 3600, "accounts": [{"host": stack.stage.host, **me}], "ports": ports,
            "environment": ["LANG", "TZ"],
            "offline": "continue",  # however long a broker takes to start
        }  # fmt: skip
        async with stack.stage.logged_in("titolare") as titolare:
            await titolare.sign("policy", policy=rules)
    return stack


@pytest.fixture
async def session(ruled: Demo, ports: list[dict[str, Any]]) -> AsyncIterator[Opened]:
    found = await ruled.open("exec", ports=ports[:3])
    yield found
    await found.over()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@asynccontextmanager
async def forwarded(demo: Demo, session: Opened, place: str) -> AsyncIterator[int]:
    here = free_port()
    options = ("-L", f"127.0.0.1:{here}:{place}")
    async with running_ssh(demo, session.session, "-N", options=options):
        # Not tried by a connection, which would be a channel of its own.
        await until(lambda: f"{here:04X}" in Path("/proc/net/tcp").read_text(), "ssh listens")
        yield here


async def talk(port: int, typed: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(PATIENT_S):
            writer.write(typed)
            if typed:
                writer.write_eof()
            return await reader.read()
    finally:
        writer.close()


async def fetch(port: int) -> bytes:
    done = await run(["curl", "-sS", "--max-time", "50", f"http://127.0.0.1:{port}/"])
    assert done.status == 0, done.err.decode()
    return done.out


async def test_http_and_what_speaks_first_behind_ssh(
    ruled: Demo, session: Opened, ports: list[dict[str, Any]]
) -> None:
    web, mail = ports[0]["port"], ports[1]["port"]
    since = ruled.size()
    async with forwarded(ruled, session, f"localhost:{web}") as here:
        assert await fetch(here) == BIG
    opened = (await ruled.record("channel.opened", session=session.session, since=since)).record
    closed = (await ruled.record("channel.closed", session=session.session, since=since)).record
    assert (opened.kind, opened.port, opened.via) == ("forward", "web", "ssh")
    assert closed.channel == opened.channel
    assert closed.out_bytes >= len(BIG)
    assert (closed.in_bytes > 50, closed.agrees, closed.exit_status) == (True, True, None)
    async with forwarded(ruled, session, f"mail:{mail}") as here:  # by the name in the rules
        for n in range(20):
            assert await talk(here, b"NOOP %d\r\n" % n) == BANNER + b"250 NOOP %d\r\n221 fine\r\n" % n
    done = await run(
        ssh_words(ruled, session.session, options=("-W", f"127.0.0.1:{mail}")), stdin=b"QUIT\r\n"
    )
    assert done.out == BANNER + b"250 QUIT\r\n221 fine\r\n"


def greeted(port: int) -> bytes:
    """As an RDP client begins: X.224 connection request, TLS agreed on, handshake. The server's certificate."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENT_S) as plain:
        plain.sendall(bytes.fromhex("030000130ee000000000000100080001000000"))
        confirmed = plain.recv(19)
        assert (confirmed[5], confirmed[11], confirmed[15]) == (0xD0, 0x02, 0x01), "confirmed, TLS"
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with context.wrap_socket(plain) as secure:
            return secure.getpeercert(binary_form=True) or b""


async def test_a_real_rdp_server_behind_ssh(
    ruled: Demo, ports: list[dict[str, Any]], rdp: tuple[int, bytes]
) -> None:
    session = await ruled.open("exec", ports=ports[4:])
    await until(lambda: f"{rdp[0]:04X}" in Path("/proc/net/tcp").read_text(), "xrdp listens")
    async with forwarded(ruled, session, f"localhost:{rdp[0]}") as here:
        assert await asyncio.to_thread(greeted, here) == rdp[1]
    closed = (await ruled.record("channel.closed", session=session.session)).record
    assert (closed.kind, closed.agrees) == ("forward", True)
    await session.over()


async def test_where_nobody_answers_ssh_says_so(
    ruled: Demo, session: Opened, ports: list[dict[str, Any]]
) -> None:
    since = ruled.size()
    words = ssh_words(ruled, session.session, options=("-W", f"localhost:{ports[2]['port']}"))
    words[words.index("LogLevel=ERROR")] = "LogLevel=INFO"
    done = await run(words)
    assert done.status == 255
    assert "nessuno vi risponde" in done.err.decode()
    refused = (await ruled.record("channel.refused", session=session.session, since=since)).record
    assert (refused.kind, refused.reason) == ("forward", "port_unreachable")


async def test_every_way_round_is_refused_with_a_record(
    ruled: Demo, session: Opened, ports: list[dict[str, Any]], tmp_path: Path
) -> None:
    """One by one, by stock ssh: what the session was not granted is not to be had under another name."""
    web = ports[0]["port"]
    ways: list[tuple[str, list[str], tuple[str, str]]] = [
        ("a port the rules name and nobody granted", ["-W", "localhost:9"], ("forward", "channel_not_granted")),
        ("a port nobody named", ["-W", "localhost:22"], ("forward", "channel_not_granted")),
        ("the right number elsewhere", ["-W", f"192.0.2.1:{web}"], ("forward", "channel_not_granted")),
        ("the right name with another number", ["-W", "web:22"], ("forward", "channel_not_granted")),
        ("an odd spelling of this host", ["-W", f"2130706433:{web}"], ("forward", "channel_not_granted")),
        ("a reverse forward", ["-o", "ExitOnForwardFailure=yes", "-R", f"0:localhost:{web}", "-N"], ("forward", "channel_not_granted")),
        ("a reverse socket", ["-o", "ExitOnForwardFailure=yes", "-R", "/tmp/x.sock:/tmp/y.sock", "-N"], ("forward", "channel_not_granted")),
        ("a network device", ["-o", "ExitOnForwardFailure=yes", "-w", "any:any", "-N"], ("other", "channel_not_granted")),
    ]  # fmt: skip
    for name, options, refused in ways:
        if "-w" in options and not os.path.exists("/dev/net/tun"):
            continue  # without the device ssh never asks; the front's own test asks for it
        since = ruled.size()
        done = await run(ssh_words(ruled, session.session, options=options), seconds=40)
        assert done.status == 255, name
        found = (await ruled.record("channel.refused", session=session.session, since=since)).record
        assert (found.kind, found.reason) == refused, name
    since = ruled.size()
    done = await run([*ssh_words(ruled, session.session, options=("-s",)), "netconf"])
    assert done.status == 254
    assert (
        await ruled.record("channel.refused", session=session.session, since=since)
    ).record.kind == "other"
    assert not ruled.records("channel.opened", session=session.session)


async def test_a_dynamic_forward_reaches_what_was_granted_and_nothing_else(
    ruled: Demo, session: Opened, ports: list[dict[str, Any]]
) -> None:
    here, web = free_port(), ports[0]["port"]
    async with running_ssh(ruled, session.session, "-N", options=("-D", f"127.0.0.1:{here}")):
        await until(lambda: f"{here:04X}" in Path("/proc/net/tcp").read_text(), "ssh listens")
        since = ruled.size()
        curl = ["curl", "-sS", "--max-time", "30", "--proxy", f"socks5h://127.0.0.1:{here}"]
        assert (await run([*curl, "http://localhost:9/"])).status != 0
        found = (await ruled.record("channel.refused", session=session.session, since=since)).record
        assert (found.kind, found.reason) == ("forward", "channel_not_granted")
        assert (await run([*curl, f"http://localhost:{web}/"])).out == BIG


async def test_a_broker_that_dies_with_a_port_open(
    ruled: Demo, session: Opened, ports: list[dict[str, Any]]
) -> None:
    """The connection ends at both its ends; the session goes on, and the next one opens."""
    since, mail = ruled.size(), ports[1]["port"]
    async with forwarded(ruled, session, f"mail:{mail}") as here, asyncio.timeout(PATIENT_S):
        reader, writer = await asyncio.open_connection("127.0.0.1", here)
        assert await reader.readexactly(len(BANNER)) == BANNER
        ruled.kill("broker")
        with contextlib.suppress(ConnectionError):
            assert await reader.read() == b""
        writer.close()
    await ruled.start_broker()
    await ruled.linked()
    closed = (await ruled.record("channel.closed", session=session.session, since=since)).record
    assert (closed.kind, closed.agrees) == ("forward", None)
    assert not ruled.records("session.ended", session=session.session)
    done = await run(
        ssh_words(ruled, session.session, options=("-W", f"127.0.0.1:{mail}")), stdin=b"QUIT\r\n"
    )
    assert done.out == BANNER + b"250 QUIT\r\n221 fine\r\n"


async def test_variables_the_rules_name_go_on_and_others_do_not(ruled: Demo, session: Opened) -> None:
    since = ruled.size()
    done = await session.ssh(
        "echo [$LANG][$TZ][$LC_TEST]", options=("-o", "SetEnv=LANG=it_IT.UTF-8 TZ=Europe/Rome LC_TEST=x")
    )
    assert done.out == b"[it_IT.UTF-8][Europe/Rome][]\n"
    done = await session.ssh(
        "echo [$LD_PRELOAD][$LANG]", options=("-o", "SetEnv=LD_PRELOAD=/tmp/none.so PATH=/tmp")
    )
    assert done.out == b"[][C.UTF-8]\n"
    refused = (await ruled.record("channel.refused", session=session.session, since=since)).record
    assert (refused.kind, refused.reason) == ("other", "environment_not_allowed")


async def test_connect_opens_it_here_and_ends_with_the_session(
    ruled: Demo, ports: list[dict[str, Any]], tmp_path: Path
) -> None:
    session = await ruled.open("exec", ports=ports[:2])
    words = ssh_words(ruled, session.session)
    place = f"{session.session}@127.0.0.1:{words[words.index('-p') + 1]}"
    connect = [*program("web.site"), "connect", place, "--identity", str(ruled.running.identity)]
    wrong = await run([*connect, "--port", "mail", "--host-key", "SHA256:" + "A" * 43])
    assert (wrong.status, "chiave del server" in wrong.out.decode()) == (1, True)
    scan = await run(["ssh-keyscan", "-t", "ed25519", "-p", words[words.index("-p") + 1], "127.0.0.1"])
    (tmp_path / "key").write_bytes(scan.out.split(b" ", 1)[1])
    shown = await run(["ssh-keygen", "-lf", str(tmp_path / "key")])
    pin = shown.out.split()[1].decode()
    process = await asyncio.create_subprocess_exec(
        *connect, "--port", "mail", "--host-key", pin, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    async with asyncio.timeout(PATIENT_S):
        first = (await process.stdout.readline()).decode()
        here = int(re.search(r"127\.0\.0\.1:(\d+)", first)[1])  # type: ignore[index]
        assert await talk(here, b"EHLO\r\n") == BANNER + b"250 EHLO\r\n221 fine\r\n"
        await session.close()
        rest = (await process.stdout.read()).decode()
        assert "La sessione è finita" in rest
        assert await process.wait() == 0
    assert not listens(here)
    late = await run([*connect, "--port", "mail", "--host-key", pin])
    assert (late.status, "non è in corso" in late.out.decode()) == (1, True)
