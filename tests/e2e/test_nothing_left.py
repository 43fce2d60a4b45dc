"""After the end of a session that had every kind of channel open at once, nothing of it is left on the host."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import struct
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from websockets.asyncio.client import connect

from agent.channels.screen_folder import FOLDER
from agent.wire.sftp import CREAT, WRITE, Op, packet, string
from tests.agent import viewer
from tests.e2e.kit import Demo, Opened, gone, of_session, running_ssh, screen, started, until

STUBBORN = f"resta-{os.getpid()}"  # a name of this run's own: it counts for every process of the account
# The agent's own memory, made by the first session and not of one: what it led, cosigned, saw; two empty folders.
KEPT = {"sessions.json", "witness.json", "seen.json", "desk", "screens"}
KINDS = {"terminal", "exec", "files", "desktop", "forward", "tool"}


@dataclass(frozen=True)
class Traces:
    """What of an agent can be seen from outside it."""

    processes: int
    descriptors: int
    sockets: int
    files: frozenset[str]

    @classmethod
    def of(cls, demo: Demo, temporary: Path) -> Traces:
        agent = psutil.Process(demo.pid("agente"))
        places = (demo.state / "agent", temporary)
        found = frozenset(str(path) for place in places for path in place.rglob("*"))
        return cls(
            len(agent.children(recursive=True)), agent.num_fds(), len(agent.net_connections("all")), found
        )


@pytest.fixture(scope="module")
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the agent and all it starts put what they put into a temporary folder."""
    return tmp_path_factory.mktemp("t")


@pytest.fixture(scope="module")
def tool(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """It forks, detaches, and does not stop when it is asked to."""
    folder = tmp_path_factory.mktemp("tools")
    shutil.copy("/bin/sh", folder / STUBBORN)
    deaf = "trap '' HUP TERM INT; (trap '' HUP TERM INT; setsid sleep 611) & while :; do sleep 612; done"
    start = [str(folder / STUBBORN), "-c", deaf]
    return {"id": STUBBORN, "start": start, "watch": [STUBBORN], "stop_grace_s": 1}


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    with viewer.display(640, 480) as found:
        yield found


@pytest.fixture(scope="module")
def stack(
    tmp_path_factory: pytest.TempPathFactory, temporary: Path, display: str, tool: dict[str, Any]
) -> Iterator[Demo]:
    env = {"DISPLAY": display, "TMPDIR": str(temporary), "XDG_RUNTIME_DIR": ""}
    with started(tmp_path_factory.mktemp("demo"), tools=[tool], agent_env=env) as demo:
        yield demo


@pytest.fixture
async def demo(stack: Demo) -> Demo:
    await stack.whole()
    return stack


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """A port of the host, where somebody answers."""
    there: list[asyncio.StreamWriter] = []

    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there.append(writer)
        writer.write(b"eccomi\n")

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    for writer in there:
        writer.close()
    server.close()


async def opened_with(demo: Demo, folder: Path, tool: dict[str, Any], port: dict[str, Any]) -> Opened:
    """A session that may do everything there is, under rules that allow it."""
    me = {"name": pwd.getpwuid(os.geteuid()).pw_name, "administrator": os.geteuid() == 0}
    files = {"folder": str(folder), "direction": "both"}
    async with demo.stage.logged_in("titolare") as titolare:
        rules: dict[str, Any] = {
            "channels": sorted(KINDS), "supervision": "waivable", "ports": [port], "folders": [files],
            "accounts": [{"host": demo.stage.host, **me}], "tools": [tool],
        }  # fmt: skip
        await titolare.sign("policy", policy=rules)
    channels: list[dict[str, Any]] = [
        {"kind": "terminal"}, {"kind": "exec"}, {"kind": "desktop", "control": True},
        {"kind": "tool", "tool": STUBBORN}, {"kind": "forward", "port": port}, {"kind": "files", **files},
    ]  # fmt: skip
    async with demo.stage.logged_in("technician") as technician:
        said = await technician.post(
            "/api/requests", host=demo.stage.host, incident_text="Tutto insieme.", reason="Prova",
            channels=channels, activities=[{"code": "GEST", "type": "ASS"}],
        )  # fmt: skip
    request = str(said["request"])
    session = await demo.approve(request)
    await demo.activate(request, session)
    return demo.opened(request, session)


@asynccontextmanager
async def busy(demo: Demo, opened: Opened, folder: Path, port: int) -> AsyncIterator[None]:
    """One channel of each kind, in the middle of its work."""
    name = opened.session
    async with AsyncExitStack() as stack:
        there = stack.enter_context(screen(demo, name))
        there.type("sleep 613 & echo avvia''to\n")
        await there.expect(b"avviato")
        await stack.enter_async_context(running_ssh(demo, name, "setsid sleep 614 & sleep 615"))
        sftp = await stack.enter_async_context(running_ssh(demo, name, "sftp", options=("-s",)))
        assert sftp.stdin is not None
        assert sftp.stdout is not None
        begun = string(os.fsencode(folder / "a-meta"))
        sftp.stdin.write(packet(Op.INIT, struct.pack(">I", 3)))
        sftp.stdin.write(packet(Op.OPEN, struct.pack(">I", 1), begun, struct.pack(">II", WRITE | CREAT, 0)))
        # The words to go on with are never said: the file is open on the host when the end comes.
        await until((folder / "a-meta").exists, "a file is begun")
        through = await stack.enter_async_context(
            running_ssh(demo, name, options=("-W", f"127.0.0.1:{port}"))
        )
        assert through.stdout is not None
        assert await through.stdout.readline() == b"eccomi\n"
        technician = await stack.enter_async_context(demo.stage.logged_in("technician"))
        await technician.post(f"/api/sessions/{name}/tool", tool=STUBBORN)
        await stack.enter_async_context(
            connect(
                technician.origin.replace("http", "ws", 1) + f"/api/sessions/{name}/desktop",
                additional_headers={"Cookie": technician.cookie}, origin=technician.origin,
            )
        )  # fmt: skip
        await until(lambda: kinds(demo, name) >= KINDS, "one channel of each kind")
        await until(lambda: viewer.servers_of(demo.state / "agent" / FOLDER / name), "a screen is shown")
        yield


def kinds(demo: Demo, session: str) -> set[str]:
    tools = {"tool"} if demo.records("tool.started", session=session) else set()
    return tools | {leaf.record.kind for leaf in demo.records("channel.opened", session=session)}  # type: ignore[union-attr]


def sleepers() -> set[int]:
    """What was started by those channels, by what it sleeps."""
    found = set()
    for one in psutil.process_iter(["cmdline"]):
        words = one.info["cmdline"] or []
        if words[:1] == ["sleep"] and words[1:2] and words[1] in {str(n) for n in range(611, 616)}:
            found.add(one.pid)
    return found


def window_left(demo: Demo, display: str) -> bool:
    """The desk's window says how it ended, until somebody has read it."""
    words = {"--show", str(demo.state / "agent")}
    if not any(words <= set(one.info["cmdline"] or ()) for one in psutil.process_iter(["cmdline"])):
        return False
    env = {**os.environ, "DISPLAY": display}
    subprocess.run(["xdotool", "key", "Escape"], env=env, check=True, timeout=20)
    return True


def connected_to(port: int) -> bool:
    """Whether a process of this machine other than the target still speaks to it."""
    return any(
        one.raddr and one.raddr.port == port and one.status == psutil.CONN_ESTABLISHED
        for one in psutil.net_connections("tcp")
    )


@pytest.mark.parametrize("end", ["stopped", "agent killed"])
async def test_nothing_of_it_is_left(
    demo: Demo, temporary: Path, display: str, tool: dict[str, Any], tmp_path: Path, port: int, end: str
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    before = Traces.of(demo, temporary)
    opened = await opened_with(demo, folder, tool, {"id": "web", "host": "127.0.0.1", "port": port})
    async with busy(demo, opened, folder, port):
        meanwhile = Traces.of(demo, temporary)
        pids = [*of_session(opened.session), *sleepers()]
        servers = viewer.servers_of(demo.state / "agent" / FOLDER / opened.session)
        assert meanwhile.processes > before.processes
        assert len(sleepers()) >= 5
        if end == "stopped":
            await opened.stop()
        else:
            demo.kill("agente")
        await gone([*pids, *servers])
    await demo.whole()
    await demo.record("session.ended", session=opened.session)
    assert not of_session(opened.session)
    assert not sleepers()
    assert not connected_to(port), "a connection of the forward is open"

    def settled() -> bool:
        now = Traces.of(demo, temporary)
        return (now.processes, now.sockets) == (before.processes, before.sockets) and (
            now.descriptors <= before.descriptors
        )

    await until(
        lambda: not window_left(demo, display), "the window says how it ended, and is dismissed", every=0.3
    )
    await until(settled, f"as before, {before}")
    left = {Path(path).name for path in Traces.of(demo, temporary).files - before.files}
    assert left <= KEPT, "files of the session"
    assert [*(demo.state / "agent" / "desk").glob("*"), *(demo.state / "agent" / FOLDER).glob("*")] == []
    assert opened.session not in (demo.state / "agent" / "sessions.json").read_text()
