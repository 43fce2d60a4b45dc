"""`verbale login` and a command after it, over a real connection, as far as the logout."""

from __future__ import annotations

import asyncio
import io
import json
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import uvicorn

from agent.task_group import TaskGroup
from broker import app
from broker.cases.log_in_by_code import give_code
from broker.cases.start_login import recognise
from broker.parts import Parts
from tests.broker.world import HERE, World
from web import site as program
from web.commands.broker_call import ELSEWHERE
from web.mount import mount


@pytest.fixture
async def origin(parts: Parts) -> AsyncIterator[str]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        address = f"http://localhost:{listening.getsockname()[1]}"
        mine = replace(parts, settings=replace(parts.settings, origin=address))
        built = app.build(mine)
        mount(built, mine)
        server = uvicorn.Server(uvicorn.Config(built, log_level="error", lifespan="off"))
        async with TaskGroup() as serving:
            serving.create_task(server.serve(sockets=[listening]))
            async with asyncio.timeout(60):
                while not server.started:  # noqa: ASYNC110 - it tells nobody
                    await asyncio.sleep(0.02)
            yield address
            server.should_exit = True


async def test_in_a_command_and_out(
    parts: Parts,
    origin: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    world = await World.make(parts)
    who = await recognise(parts, world.technician.token, HERE)
    given = await give_code(parts, who, world.technician.token)
    file = tmp_path / "verbale" / "login.json"

    async def run(*words: str, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        code = await asyncio.to_thread(program.main, [*words, "--login", str(file)])
        said = capsys.readouterr()
        return code, said.out, said.err

    code, _, err = await run("login", origin, typed="wrong\n")
    assert (code, file.exists()) == (1, False)
    assert "Credenziali non riconosciute." in err
    code, out, err = await run("login", origin, typed=f"{given.code}\n")
    assert code == 0, err
    assert out.startswith("È entrato come Tiziana Tecnica (technician), fino a 2026-")
    assert f"Apra {origin}/riga-di-comando" in err
    assert file.stat().st_mode & 0o777 == 0o600
    code, out, err = await run("incidents", "queue", "--json")
    assert (code, json.loads(out)["incidents"]) == (0, []), err
    assert (await run("people", "list", "--tenant", world.house))[0] == 0
    kept = json.loads(file.read_text())
    file.write_text(json.dumps(kept | {"origin": origin.replace("localhost", "127.0.0.1")}))
    assert (await run("products", "list"))[::2] == (1, f"{ELSEWHERE}\n")
    file.write_text(json.dumps(kept))
    assert (await run("logout"))[:2] == (0, "È uscito.\n")
    assert not file.exists()
    file.write_text(json.dumps(kept))
    file.chmod(0o600)
    code, _, err = await run("products", "list")
    assert (code, err[:20]) == (1, "L’accesso è scaduto ")


def test_nobody_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("x\n000000\n"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        origin = f"http://localhost:{free.getsockname()[1]}"
    assert program.main(["login", origin, "--email", "x@y.example", "--login", str(tmp_path / "l")]) == 1
    assert f"Il broker {origin} non risponde" in capsys.readouterr().err
