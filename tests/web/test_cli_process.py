"""The program against a broker on a port, once of each command as a process: connect, approve, report, completion."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import stat
import sys
from collections.abc import AsyncIterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import asdict, replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import uvicorn

from agent.task_group import TaskGroup
from audit.canonical import unb64
from broker import app
from broker.cases.close_month import close_month
from broker.cases.export_trust import tenant_trust
from broker.cases.log_in import begin_passkey_login, finish_passkey_login
from broker.serve import bind
from tests.broker.world import HERE, Someone
from tests.stories.telling import Story
from tests.stories.test_months import days_pass, worked
from web import site as program
from web.commands import reach_host
from web.commands.login import Login
from web.commands.reach import answered
from web.mount import mount

ROOT = Path(__file__).parents[2]


class Said(NamedTuple):
    code: int
    out: str
    err: str


class Terminal:
    def __init__(self, folder: Path, origin: str) -> None:
        self.folder, self.origin = folder, origin
        self.path = os.environ.get("PATH", "")

    def enter(self, someone: Someone) -> None:
        login = Login(
            self.origin, someone.token, "N", someone.who.role, someone.who.tenant, "2027-01-01T00:00:00Z"
        )
        file = self.folder / "login.json"
        file.write_text(json.dumps(asdict(login)))
        file.chmod(0o600)

    async def __call__(self, *words: str) -> Said:
        found = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "web.site", *words, cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "VERBALE_LOGIN": str(self.folder / "login.json"), "PATH": self.path},
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, err = await found.communicate()
        return Said(found.returncode or 0, out.decode(), err.decode())

    async def inside(self, *words: str) -> Said:
        """The same in this process: a start of the program takes longer than what it does."""
        out, err = StringIO(), StringIO()
        file = str(self.folder / "login.json")

        def run() -> int:
            with redirect_stdout(out), redirect_stderr(err), contextlib.chdir(self.folder):
                return program.main([*words, "--login", file])

        return Said(await asyncio.to_thread(run), out.getvalue(), err.getvalue())


@pytest.fixture
async def terminal(story: Story, tmp_path: Path) -> AsyncIterator[Terminal]:
    """Beside a broker that has the story's world, on a port of its own."""
    (listening, *_) = sockets = bind("localhost", 0)
    origin = f"http://localhost:{listening.getsockname()[1]}"
    mine = replace(story.parts, settings=replace(story.parts.settings, origin=origin))
    built = app.build(mine)
    mount(built, mine)
    server = uvicorn.Server(uvicorn.Config(built, log_level="error", lifespan="off"))
    folder = tmp_path / "terminal"
    folder.mkdir()
    async with TaskGroup() as serving:
        serving.create_task(server.serve(sockets=sockets))
        async with asyncio.timeout(60):
            while not server.started:  # noqa: ASYNC110 - it tells nobody
                await asyncio.sleep(0.02)
        yield Terminal(folder, origin)
        server.should_exit = True
        server.force_exit = True


async def test_connect_finds_the_session_of_a_host_and_calls_ssh(story: Story, terminal: Terminal) -> None:
    terminal.enter(story.world.technician)
    none = await terminal.inside("connect", "srv-gestionale")
    assert (none.code, none.err) == (1, "")
    assert f"Si chiede qui: {terminal.origin}/richieste/nuova" in none.out
    session = await story.running()
    told = json.loads((await terminal.inside("connect", "srv-gestionale", "--json")).out)
    assert told["ssh"] == f"-p 2222 {session}@localhost"
    ssh = terminal.folder / "ssh"
    ssh.write_text('#!/bin/sh\necho "called $@"\nexit 7\n')
    ssh.chmod(ssh.stat().st_mode | stat.S_IXUSR)
    terminal.path = f"{terminal.folder}:{terminal.path}"
    into = await terminal("connect", "srv-gestionale")
    assert (into.code, into.out) == (7, f"called -p 2222 {session}@localhost\n")
    # Of a port, and which one is not said.
    assert (await terminal.inside("connect", "s-1a2b3c4d5e@localhost")).code == 2


async def test_approve_lists_waits_and_says_what_became_of_it(story: Story, terminal: Terminal) -> None:
    terminal.enter(story.world.ads)
    assert (await terminal.inside("approve")).out == "Nulla aspetta una risposta.\n"
    request = (await story.ask()).request
    listed = await terminal.inside("approve")
    assert listed.out.split("\t")[:3] == [request, "Albergo Esempio", "srv-gestionale"]
    assert [one["request"] for one in json.loads((await terminal.inside("approve", "--json")).out)] == [
        request
    ]
    waits = asyncio.create_task(terminal("approve", request, "--wait", "60"))  # noqa: TID251 - a test's own
    await asyncio.sleep(1)
    await story.approve(request)
    said = await waits
    assert (said.code, said.out) == (0, "Autorizzata.\n")
    assert said.err in ("", f"{terminal.origin}/richieste/{request}/approva\n")
    late = (await story.ask(text="Altro.")).request
    not_yet = await terminal.inside("approve", late, "--wait", "0")
    assert (not_yet.code, not_yet.out) == (1, "Nessuno ha ancora risposto.\n")
    assert f"{terminal.origin}/richieste/{late}/approva" in not_yet.err
    assert (await terminal.inside("approve", "../x")).code == 1


async def test_watch_leads_to_the_page_and_says_so(story: Story, terminal: Terminal) -> None:
    terminal.enter(story.world.ads)
    said = await terminal.inside("watch", "s-1a2b3c4d5e", "--json")
    assert json.loads(said.out) == {"page": f"{terminal.origin}/sessioni/s-1a2b3c4d5e/diretta"}
    assert (await terminal.inside("watch", "..")).code == 2


async def test_report_is_fetched_and_judged(story: Story, terminal: Terminal) -> None:
    await worked(story)
    await days_pass(story, datetime(2026, 12, 1, 6, 30, tzinfo=UTC))
    await close_month(story.parts, story.world.tenant, "2026-11")
    titolare = story.world.titolare
    entering = await begin_passkey_login(story.parts, HERE)
    answer = titolare.login.authentication(unb64(entering.options["challenge"]))
    titolare.token = (await finish_passkey_login(story.parts, entering.state, answer, HERE)).token
    terminal.enter(titolare)
    trust = terminal.folder / "kept.json"
    trust.write_bytes((await tenant_trust(story.parts, story.world.tenant)).encode())
    said = await terminal("report", "2026-11", "--trust", str(trust), "--json")
    told = json.loads(said.out)
    # The host of this story cosigns nothing after the month's end, and the verdict says so.
    assert [one["code"] for one in told["verdict"]["findings"]] == ["quorum_missing"]
    assert said.code == 1
    assert (terminal.folder / told["pdf"]).read_bytes().startswith(b"%PDF")
    plain = await terminal.inside("report", "2026-11")
    assert plain.code == 1, plain
    assert "chiavi che dà il broker" in plain.err
    assert (await terminal.inside("report", "novembre")).code == 2
    missing = await terminal.inside("report", "2025-01")
    assert missing.code == 1
    assert "quel mese non è chiuso" in missing.err


async def test_nobody_is_told_to_log_in(tmp_path: Path) -> None:
    nobody = Terminal(tmp_path, "")
    for words in (("approve",), ("connect", "srv"), ("report",), ("watch", "s-1a2b3c4d5e")):
        said = await nobody.inside(*words)
        assert (said.code, said.out) == (1, ""), words
        assert "verbale login" in said.err


async def test_completion_is_a_script_of_the_shell(tmp_path: Path) -> None:
    said = await Terminal(tmp_path, "")("completion", "bash")
    assert said.code == 0, said.err
    for word in ("webhooks", "connect", "approve", "rotate-log-key"):
        assert word in said.out
    script = tmp_path / "script"
    script.write_text(said.out)
    found = await asyncio.create_subprocess_exec("bash", "-n", str(script))
    assert await found.wait() == 0


@pytest.mark.parametrize(
    ("said", "code"), [({"it": "Non c’è."}, 1), ({"logs": [{"tenant": "t-1", "size": 3, "wrong": None}]}, 0)]
)
def test_what_is_asked_of_the_brokers_machine_is_json_too(
    said: dict[str, Any], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answered(argparse.Namespace(json=True), said, "logs") == code
    assert json.loads(capsys.readouterr().out) == said


def test_no_broker_chooses_options_for_ssh(capsys: pytest.CaptureFixture[str]) -> None:
    """What it says goes to a program of this computer."""
    for said in (
        "-oProxyCommand=x s-1a2b3c4d5e@h",
        "-p 22 s-1a2b3c4d5e@-oProxyCommand=x",
        "-p 22 s-1a2b3c4d5e@h -v",
    ):
        assert reach_host.into(said, identity=None) == 1
    assert "indirizzo per ssh" in capsys.readouterr().err
