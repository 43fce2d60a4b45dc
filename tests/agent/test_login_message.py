"""Whoever logs in while somebody is connected is told, by a shell and by `verbale-agent status`."""

from __future__ import annotations

import asyncio
import os
import pty
import subprocess
from pathlib import Path

import pytest

from agent import desk_status
from agent.desk_call import DeskSaysNo
from agent.main import main
from tests.agent.session_kit import House, eventually, house

SNIPPET = Path(__file__).parents[2] / "deploy" / "verbale-agent-login.sh"


def logged_in(state: Path, shell: str = "sh", **environment: str) -> str:
    """What a shell that reads the snippet shows on its terminal."""
    ours, theirs = pty.openpty()
    env = {"PATH": os.environ["PATH"], "VERBALE_STATE": str(state), **environment}
    done = subprocess.run(
        [shell, "-c", f". {SNIPPET}; echo end"], stdout=theirs, env=env, check=True, timeout=60
    )
    assert done.returncode == 0
    os.close(theirs)
    said = b""
    while b"end" not in said:
        said += os.read(ours, 4096)
    os.close(ours)
    return said.decode().replace("\r", "")


async def shown(h: House, **environment: str) -> str:
    return await asyncio.to_thread(logged_in, h.state_dir, **environment)


@pytest.mark.parametrize("shell", ["sh", "bash"])
async def test_who_logs_in_is_told_while_somebody_is_connected(tmp_path: Path, shell: str) -> None:
    async with house(tmp_path) as h:
        assert await shown(h, shell=shell) == "end\n"
        session = await h.begin()
        said = await shown(h, shell=shell)
        assert "Verbale: Tecnico 2 di Fornitore Alfa è collegato a questo computer dalle " in said
        assert f"Interrompi: verbale-agent interrupt {session} --state {tmp_path}\n" in said
        assert await shown(h, shell=shell, VERBALE_SESSION=session) == "end\n", "the technician himself"
        await h.sessions.stop(session, "closed_by_technician")
        await eventually(lambda: not h.sessions.live())
        assert await shown(h, shell=shell) == "end\n"


async def test_anybody_may_ask_who_is_connected(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also whoever may not read the agent's own state, or has none."""
    words = ["status", "--state", str(tmp_path)]
    assert await asyncio.to_thread(main, words) == 1
    assert "non è iscritta" in capsys.readouterr().err
    async with house(tmp_path) as h:
        assert await asyncio.to_thread(main, words) == 0
        assert capsys.readouterr().out == "Nessuna sessione è in corso su questo computer.\n"
        await h.begin()
        monkeypatch.setattr(
            "agent.main.load_enrolled", lambda _state: (_ for _ in ()).throw(PermissionError())
        )
        assert await asyncio.to_thread(main, words) == 0
        said = capsys.readouterr().out
        assert said.startswith(
            "Una sessione è in corso su questo computer.\nVerbale: Tecnico 2 di Fornitore Alfa"
        )
    with pytest.raises(DeskSaysNo):
        desk_status.lines([tmp_path], "it")
