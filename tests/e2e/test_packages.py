"""The agent as it is given out: built once, run as the service and for one session, looked over as a package."""

from __future__ import annotations

import asyncio
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from agent.window import keeper
from audit.enrolment import Enrolment
from audit.signed import EnrolmentFile
from tests.agent import viewer
from tests.e2e.kit import PATIENT_S, Demo, gone, of_session, run, ssh, until
from web.demo import machine
from web.demo.processes import Processes

LOOK = "tr '\\0' '\\n' </proc/$$/environ; echo; tr '\\0' ' ' </proc/$PPID/cmdline; readlink /proc/$PPID/exe"


@dataclass(frozen=True)
class Packages:
    program: Path
    deb: Path


@pytest.fixture(scope="module")
def packages(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Packages:
    """As `make agent deb` makes them, the package uncompressed; built only where something has changed."""
    env = {**os.environ, "OUT": str(tmp_path_factory.mktemp("dist")), "COMPRESSION": "none"}
    made = []
    for what in ("agent", "deb"):
        one = subprocess.run(
            ["tools/packages", what], cwd=root, env=env, capture_output=True, text=True, check=False
        )
        assert one.returncode == 0, one.stderr
        made.append(Path(one.stdout.split()[1]))
    return Packages(*made)


@pytest.fixture
def room() -> Iterator[Path]:
    """Where another account may look, and run things."""
    with tempfile.TemporaryDirectory(prefix="ve-", dir="/tmp") as name:
        path = Path(name)
        path.chmod(0o755)
        yield path


def at_work(program: Path) -> list[int]:
    found = []
    for process in psutil.process_iter(["exe"]):
        if process.info["exe"] == str(program):
            found.append(process.pid)  # noqa: PERF401 - it may end while we look
    return found


def unpacked(within: Path) -> list[Path]:
    return list(within.glob("_MEI*"))


async def test_it_serves_as_the_service_does(demo: Demo, packages: Packages, room: Path) -> None:
    """Guardians go on from what was unpacked once, and nothing of the loader reaches the session."""
    demo.processes.end("agente")
    words = [str(packages.program), "run", "--state", str(demo.running.agent_state)]
    Processes.start(
        demo.processes, "agente", words, env={"TMPDIR": str(room), "LD_LIBRARY_PATH": "/opt/tool/lib"}
    )
    try:
        await demo.linked()
        opened = await demo.open("exec")
        found = (await ssh(demo, opened.session, LOOK)).out.decode().split("\n")
        assert f"VERBALE_SESSION={opened.session}" in found
        assert not [line for line in found if line.startswith(("LD_", "_PYI"))]
        own = str(packages.program)
        assert found[-2].split() == [own, "guardian.py", opened.session, own]
        assert len(unpacked(room)) == 1
        await opened.close()
        await until(lambda: not of_session(opened.session), "nothing of the session is left")
    finally:
        demo.processes.end("agente")
    await gone(at_work(packages.program))
    assert unpacked(room) == []
    demo.start_agent()
    await demo.linked()


def somebody() -> pwd.struct_passwd:
    """An account without administrator rights that has a shell, where there is one; else our own."""
    plain = [one for one in pwd.getpwall() if one.pw_uid and one.pw_shell in ("/bin/sh", "/bin/bash")]
    return plain[0] if plain and os.geteuid() == 0 else pwd.getpwuid(os.geteuid())


@dataclass(frozen=True)
class Given:
    """What the customer's person is given: a program everybody gets, a file, and by other ways two words."""

    host: str
    words: list[str]
    account: pwd.struct_passwd
    room: Path

    async def start(self) -> asyncio.subprocess.Process:
        tmp = self.room / "tmp"
        env = {"HOME": str(tmp), "XDG_RUNTIME_DIR": str(tmp), "TMPDIR": str(tmp), "PATH": os.environ["PATH"]}
        return await asyncio.create_subprocess_exec(
            *self.words, env=env, cwd="/", user=self.account.pw_uid, group=self.account.pw_gid, extra_groups=[],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip

    def left(self) -> list[Path]:
        return list((self.room / "tmp").iterdir())


async def given(demo: Demo, program: Path, room: Path, label: str) -> Given:
    """The titolare prepares the host, signs the rules with its account, and its enrolment."""
    account = somebody()
    async with demo.stage.logged_in("titolare") as titolare:
        prepared = await titolare.post("/api/hosts", tenant=demo.tenant, label=label, place="Ufficio")
        host = str(prepared["id"])
        led = await titolare._send(
            "POST", f"/postazioni/{host}/utente", data={"account": account.pw_name},
            headers={"Accept": "application/json"},
        )  # fmt: skip
        await titolare.sign_at(led.json()["go"])
        signed = await titolare.sign("enrolment", host=host)
        data = await titolare.fetch(f"/api/hosts/{host}/enrolment")
    file, copy, tmp = room / "mia.iscrizione", room / "verbale-agent", room / "tmp"
    file.write_bytes(data)
    file.chmod(0o644)
    shutil.copy(program, copy)
    copy.chmod(0o755)
    tmp.mkdir()
    os.chown(tmp, account.pw_uid, account.pw_gid)
    typed = Enrolment.parse(EnrolmentFile.parse(data).enrolment.statement).root
    words = [str(copy), "once", str(file), "--root", typed, "--code", signed["code"]]
    return Given(host, words, account, room)


async def host_of(demo: Demo, host: str) -> dict[str, Any]:
    async with demo.stage.logged_in("titolare") as titolare:
        hosts: list[dict[str, Any]] = await titolare.get("/api/hosts", tenant=demo.tenant)
    return next(h for h in hosts if h["id"] == host)


async def linked(demo: Demo, host: str) -> None:
    async with asyncio.timeout(PATIENT_S):
        while not (await host_of(demo, host))["connected"]:  # noqa: ASYNC110 - the broker is asked
            await asyncio.sleep(0.1)


async def downloaded(demo: Demo, packages: Packages, to: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """From the page of a broker that gives these files out, by somebody who is not logged in."""
    monkeypatch.setattr(machine, "AGENTS", packages.program.parent)
    demo.processes.end("broker")
    await demo.start_broker()
    await demo.linked()
    async with httpx.AsyncClient(base_url=demo.stage.origin, timeout=PATIENT_S) as anybody:
        page = (await anybody.get("/agente")).text
        data = (await anybody.get(f"/agente/{packages.program.name}")).content
    assert packages.deb.name in page
    assert hashlib.sha256(data).hexdigest() in page
    to.write_bytes(data)
    return to


async def test_one_session_and_nothing_is_left(
    demo: Demo, packages: Packages, room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Downloaded, run without rights, one session, out of use by record; no file, no process, no port."""
    program = await downloaded(demo, packages, room / "scaricato", monkeypatch)
    it = await given(demo, program, room, "PC-UNA-VOLTA")
    process = await it.start()
    try:
        await linked(demo, it.host)
        (state,) = [path for path in it.left() if path.name.startswith("verbale-once-")]
        assert state.stat().st_uid == it.account.pw_uid
        there = replace(demo, running=replace(demo.running, stage=replace(demo.stage, host=it.host)))
        opened = await there.open("exec")
        assert (
            await ssh(demo, opened.session, "id -un; echo qui")
        ).out == f"{it.account.pw_name}\nqui\n".encode()
        listening = {c.laddr for p in at_work(room / "verbale-agent") for c in psutil.Process(p).net_connections("inet") if c.status == "LISTEN"}  # fmt: skip
        assert listening == set()
        await opened.close()
        out, _ = await asyncio.wait_for(process.communicate(), PATIENT_S)
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == 0, out
    assert "non resta nulla" in out.decode()
    assert it.left() == []
    assert of_session(opened.session) == []
    assert at_work(room / "verbale-agent") == []
    revoked = await demo.record("host.revoked")
    assert (revoked.host, revoked.record.reason) == (it.host, "once")
    assert (await host_of(demo, it.host))["state"] == "revoked"


async def test_after_a_kill_the_next_start_leaves_no_key(demo: Demo, packages: Packages, room: Path) -> None:
    it = await given(demo, packages.program, room, "PC-UCCISO")
    process = await it.start()
    await linked(demo, it.host)
    for pid in at_work(room / "verbale-agent"):
        os.kill(pid, signal.SIGKILL)
    await process.wait()
    assert [path for path in it.left() if path.name.startswith("verbale-once-")]
    again = await it.start()  # with the same file: it is refused, its code was good once
    out, _ = await asyncio.wait_for(again.communicate(), PATIENT_S)
    assert again.returncode == 1
    assert "il registro lo sa" in out.decode()
    assert not [path for path in it.left() if path.name.startswith("verbale-once-")]
    assert (await host_of(demo, it.host))["state"] == "revoked"


async def test_the_debian_package(packages: Packages, tmp_path: Path) -> None:
    """Complete, owned by root, and its program runs from where it was put."""
    await run(["dpkg-deb", "--extract", str(packages.deb), str(tmp_path)])
    helped = await run([str(tmp_path / "usr/bin/verbale-agent"), "--help"])
    assert b"once" in helped.out
    unit = (tmp_path / "usr/lib/systemd/system/verbale-agent.service").read_text()
    assert "ConditionPathExists=/var/lib/verbale-agent/agent.json\n" in unit
    assert (tmp_path / "usr/share/man/man8/verbale-agent.8.gz").exists()
    told = ["etc/profile.d/verbale-agent.sh", "etc/xdg/autostart/verbale-desk.desktop"]
    assert all((tmp_path / name).read_text().startswith("#") for name in told)
    kept = await run(["dpkg-deb", "--info", str(packages.deb), "conffiles"])
    assert kept.out.decode().split() == [f"/{name}" for name in told]
    inside = await run(["dpkg-deb", "--contents", str(packages.deb)])
    assert not [line for line in inside.out.splitlines() if b"root/root" not in line]


async def test_each_form_has_a_window_for_the_desk(packages: Packages, tmp_path: Path) -> None:
    """Its toolkit starts on a screen, and ends for want of anything to show; where there is no screen it says so."""
    await run(["dpkg-deb", "--extract", str(packages.deb), str(tmp_path)])
    (tmp_path / "desk").mkdir()
    for program in (packages.program, tmp_path / "usr/bin/verbale-agent"):
        words = [str(program), "desk", "--show", "--state", str(tmp_path)]
        with viewer.display() as on:
            assert (await run(words, env={**os.environ, "DISPLAY": on})).status == keeper.DONE
    nowhere = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    assert (await run(words, env=nowhere)).status == keeper.NO_SCREEN


def test_nothing_of_the_builders_machine_is_in_it(packages: Packages, root: Path, tmp_path: Path) -> None:
    subprocess.run(["dpkg-deb", "--extract", str(packages.deb), str(tmp_path)], check=True)
    places = [str(root).encode(), b"direct_url.json"]
    for path in tmp_path.rglob("*"):
        if path.is_file() and not path.is_symlink():
            data = path.read_bytes()
            assert not [place for place in places if place in data], path
