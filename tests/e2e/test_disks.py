"""A disk without room, and one that nothing can be written to, at either end: nothing opens or runs on
unrecorded, whoever is there is told so in one sentence, and what was told before comes through."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.e2e.kit import BOTH, Demo, alive, gone, of_session, run, running_ssh, until
from tests.e2e.test_kill9 import settled
from web.demo.client import Said
from web.demo.processes import program

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a small disk")
SMALL = "48m"
SOCKETS = shutil.ignore_patterns("*.sock")
LINE = "(setsid sleep 300 &) ; echo there; exec sleep 300"


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """`folder` on a disk of its own while the block runs; whoever writes there is stopped meanwhile."""
    apart = folder.with_name(folder.name + ".apart")
    shutil.copytree(folder, apart, ignore=SOCKETS)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs", folder], check=True)
    try:
        shutil.copytree(apart, folder, dirs_exist_ok=True)
        yield
    finally:
        shutil.rmtree(apart)
        shutil.copytree(folder, apart, ignore=SOCKETS)
        subprocess.run(["umount", folder], check=True)
        shutil.copytree(apart, folder, dirs_exist_ok=True)
        shutil.rmtree(apart)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    subprocess.run(["mount", "--bind", folder, folder], check=True)
    subprocess.run(["mount", "-o", "remount,ro,bind", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


def fill(folder: Path) -> Path:
    """Not a byte more fits."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError as full:
                assert full.errno == errno.ENOSPC  # noqa: PT017 - any other is a fault of this test
    return ballast


@pytest.fixture
async def on_small_disk(demo: Demo, request: pytest.FixtureRequest):
    """The demo with the state of one end on a small disk; whole again afterwards."""
    name, folder = {
        "agent": ("agente", demo.running.agent_state),
        "broker": ("broker", demo.running.broker_state),
    }[request.param]
    demo.processes.end(name)
    with small_disk(folder):
        await demo.whole()
        yield folder
        (folder / "ballast").unlink(missing_ok=True)
        await demo.whole()
        demo.processes.end(name)
    await demo.whole()


@pytest.mark.parametrize("on_small_disk", ["agent"], indirect=True)
async def test_the_hosts_disk_fills_up_in_a_session(demo: Demo, on_small_disk: Path, tmp_path: Path) -> None:
    """The agent cannot keep what happens: so nothing more happens, and the next life says what was left."""
    opened = await demo.open(*BOTH)
    async with running_ssh(demo, opened.session, LINE) as busy:
        assert busy.stdout is not None
        assert await busy.stdout.readline() == b"there\n"
        ballast = fill(on_small_disk)
        since = demo.size()
        assert (await opened.ssh("echo non deve")).out == b""
        await until(lambda: not of_session(opened.session), "nothing of the session lives")
        await until(lambda: not demo.processes.alive("agente"), "the agent has given up")
        assert await busy.wait() != 0
    log = (demo.state / "logs" / "agente.log").read_text("utf-8")
    assert "liberi spazio" in log
    assert "Traceback" not in log, log[-6000:]
    assert not demo.records("command.executed", session=opened.session, since=since)
    demo.processes.end("agente")
    ballast.unlink()
    demo.start_agent()
    ended = await demo.record("session.ended", session=opened.session)
    assert ended.record.reason == "agent_restarted"
    await settled(demo)
    verdict = await demo.verdict(tmp_path)
    assert verdict["verdict"] == "sound", verdict


@pytest.mark.parametrize("on_small_disk", ["broker"], indirect=True)
async def test_the_brokers_disk_fills_up_in_a_session(
    demo: Demo, on_small_disk: Path, tmp_path: Path
) -> None:
    """Nobody new comes in; what runs can be ended, and the host tells it once there is room again."""
    opened = await demo.open(*BOTH)
    async with (
        demo.stage.logged_in("ads") as ads,
        running_ssh(demo, opened.session, LINE) as busy,
    ):
        assert busy.stdout is not None
        assert await busy.stdout.readline() == b"there\n"
        pids = of_session(opened.session)
        with closing(sqlite3.connect(on_small_disk / "verbale.db", timeout=20)) as store:
            store.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # what it has grown to is room of its own
        ballast = fill(on_small_disk)
        since = demo.size()
        refused = await opened.ssh("echo non deve")
        assert (refused.status, refused.out) == (254, b"")
        assert "registro" in refused.err.decode()
        with pytest.raises(Said) as no:
            async with demo.stage.logged_in("technician"):
                pass
        assert no.value.code == "log_unavailable"
        assert demo.size() == since
        assert all(alive(pid) for pid in pids)
        with pytest.raises(Said) as no:
            await ads.post(f"/api/sessions/{opened.session}/stop")
        assert no.value.code == "stop_unrecorded"
        await gone(pids)  # one press is enough: the order leaves all the same
        assert demo.size() == since
        ballast.unlink()
    ended = await demo.record("session.ended", session=opened.session)
    assert ended.record.reason == "stopped_by_ads"
    ordered = await demo.record("session.stop_ordered", session=opened.session)
    assert ordered.record.by == demo.stage.people["ads"]
    assert ordered.record.given is not None
    assert ordered.n < ended.n
    await settled(demo)
    verdict = await demo.verdict(tmp_path)
    assert verdict["verdict"] == "sound", verdict


async def test_neither_begins_on_a_disk_that_takes_nothing(demo: Demo, tmp_path: Path) -> None:
    """One sentence that says what is wrong and who can mend it, and a status that a service manager sees."""
    for name in ("agente", "broker"):  # a file that is being replaced is there and gone while it is copied
        demo.processes.end(name)
    for folder, command in (
        (demo.running.agent_state, [*program("agent.main"), "run"]),
        (
            demo.running.broker_state,
            [*program("web.site"), "serve", "--signing-origin", "http://firma.localhost:8701"],
        ),
    ):
        there = tmp_path / folder.name
        shutil.copytree(folder, there, ignore=SOCKETS)
        with read_only(there):
            done = await run([*command, "--state", str(there)], seconds=60)
        said = done.err.decode()
        assert done.status == 1, said
        assert "Read-only file system" in said, said
        assert str(there) in said
        assert "Traceback" not in said
