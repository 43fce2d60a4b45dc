"""The same path without hands, and what scripts ask of a running demo."""

from __future__ import annotations

import asyncio
import json
import shlex
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil

from tests.e2e.kit import QUIET, Demo, Stopwatch, of_session, run, until, verify
from web.demo.machine import Ports, free_ports
from web.demo.processes import program

FILES = {"report.pdf", "bundle.zip", "trust.json", "transcript.txt"}
HEADLESS_S = 60
SECOND_START_S = 5


async def test_the_whole_path_in_a_minute(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with Stopwatch() as watch:
        done = await run(
            [*program("web.site"), "demo", "--headless", "--out", str(out)], seconds=5 * HEADLESS_S
        )
    assert done.status == 0, done.out.decode() + done.err.decode()
    assert watch.took < HEADLESS_S
    assert {p.name for p in out.iterdir()} == FILES
    assert (out / "report.pdf").read_bytes().startswith(b"%PDF-")
    verdict = await verify(out / "bundle.zip", out / "trust.json")
    assert (verdict["verdict"], verdict["exit"]) == ("sound", 0)
    transcript = (out / "transcript.txt").read_text()
    for said in ("rifiutata, con motivo", "autorizzazione falsa", "integro"):
        assert said in transcript
    assert "NON È ACCADUTO" not in transcript


async def test_headless_needs_a_folder() -> None:
    done = await run([*program("web.site"), "demo", "--headless"])
    assert done.status == 2
    assert "--out" in (done.out + done.err).decode()


async def test_a_running_demo_tells_scripts_where_it_is(demo: Demo) -> None:
    done = await run([*program("web.site"), "demo", "--json", "--state", str(demo.state)])
    assert done.status == 0, done.err
    said = json.loads(done.out)
    assert said["origin"] == demo.stage.origin
    assert said["ssh_fingerprint"] == demo.running.fingerprint
    assert Path(said["identity"]).is_file()
    assert set(said["people"]) == {"owner", "technician", "titolare", "ads"}


async def test_no_demo_is_one_sentence(tmp_path: Path) -> None:
    for words in (("--json",), ("session", "--json")):
        done = await run([*program("web.site"), "demo", *words, "--state", str(tmp_path)])
        assert done.status == 1
        assert "make demo" in done.out.decode()
        assert not done.err


async def test_a_session_by_script_is_one_ssh_command(demo: Demo) -> None:
    words = [
        *program("web.site"),
        "demo",
        "session",
        "--channels",
        "exec",
        "--json",
        "--state",
        str(demo.state),
    ]
    done = await run(words)
    assert done.status == 0, done.out + done.err
    said = json.loads(done.out)
    ssh = shlex.split(said["ssh"])
    assert ssh[0] == "ssh"
    assert said["identity"] in ssh
    there = await run([*ssh[:1], *QUIET, *ssh[1:], "echo ecco"])
    assert (there.status, there.out) == (0, b"ecco\n")
    assert of_session(said["session"])
    terminal = await run([*ssh[:1], *QUIET, "-tt", *ssh[1:]], stdin=b"exit\n")
    assert terminal.status == 254, "only exec was asked for"


async def test_a_session_in_words_for_people(demo: Demo) -> None:
    words = [*program("web.site"), "demo", "session", "--state", str(demo.state)]
    done = await run(words)
    assert done.status == 0
    assert [line.split()[0] for line in done.out.decode().splitlines()] == ["sessione", "identità", "comando"]


async def test_a_channel_that_does_not_exist_is_one_sentence(demo: Demo) -> None:
    words = [*program("web.site"), "demo", "session", "--channels", "telepatia", "--state", str(demo.state)]
    done = await run(words)
    assert done.status == 1
    assert b"Traceback" not in done.out + done.err


# ------------------------------------------------------------------------------- `make demo` itself


def _of(state: Path) -> list[int]:
    """Processes that work on that folder."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        words = process.info["cmdline"] or []
        if process.info["status"] != psutil.STATUS_ZOMBIE and any(str(state) in word for word in words):
            found.append(process.pid)
    return found


async def _by_hand(state: Path, ports: Ports) -> asyncio.subprocess.Process:
    words = [
        *program("web.site"), "demo", "--state", str(state), "--port", str(ports.broker),
        "--signing-port", str(ports.signing), "--ssh-port", str(ports.ssh), "--smtp-port", str(ports.smtp),
    ]  # fmt: skip
    return await asyncio.create_subprocess_exec(
        *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )


@asynccontextmanager
async def _ended(process: asyncio.subprocess.Process) -> AsyncIterator[None]:
    try:
        yield
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        async with asyncio.timeout(30):
            await process.communicate()


async def test_ctrl_c_ends_all_it_started_and_the_second_start_is_quick(tmp_path: Path) -> None:
    state, ports = tmp_path / "demo", free_ports()
    watch = Stopwatch()
    for start in (1, 2):
        watch.begin()
        demo = await _by_hand(state, ports)
        async with _ended(demo):
            await until((state / "demo.json").exists, f"start {start}", seconds=60)
            watch.end()
            words = [*program("web.site"), "demo", "session", "--json", "--state", str(state)]
            opened = await run(words)
            assert opened.status == 0, opened.out
            session = json.loads(opened.out)["session"]
            assert of_session(session)
            assert len(_of(state)) >= 4  # demo, broker, mailbox, agent
            demo.send_signal(signal.SIGINT)
            async with asyncio.timeout(30):
                assert await demo.wait() == 0
        assert not _of(state)
        assert not of_session(session)
        assert not (state / "demo.json").exists()
    assert watch.took < SECOND_START_S


async def test_a_port_that_is_taken_is_one_sentence(demo: Demo, tmp_path: Path) -> None:
    second = await _by_hand(tmp_path / "other", demo.ports)
    async with _ended(second):
        assert second.stdout is not None
        async with asyncio.timeout(30):
            said = (await second.stdout.read()).decode()
            assert await second.wait() == 1
    assert str(demo.ports.broker) in said
    assert "occupata" in said
    assert "Traceback" not in said
