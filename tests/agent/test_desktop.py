"""A tool's windows appear on the desktop of the account, also where the agent is a service without one."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from agent import desktop
from agent.desktop import of_desktop
from audit.policy import Tool
from audit.statement_parts import Channel
from tests.agent.session_kit import eventually, house

pytestmark = pytest.mark.usefixtures("patient")
MINE = {"DISPLAY": ":7", "XAUTHORITY": "/run/user/1000/x", "PATH": "/bin", "HOME": "/home/anna"}


@pytest.mark.parametrize(
    ("environment", "found"),
    [
        (MINE, {"DISPLAY": ":7", "XAUTHORITY": "/run/user/1000/x"}),
        ({"WAYLAND_DISPLAY": "wayland-0"}, {"WAYLAND_DISPLAY": "wayland-0"}),
        ({"XDG_RUNTIME_DIR": "/run/user/1000"}, {}),
        ({"DISPLAY": ""}, {}),
        (MINE | {"SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"}, {}),
        (MINE | {"VERBALE_SESSION": "s-1"}, {}),
        ({}, {}),
    ],
)
def test_what_of_an_environment_leads_to_a_screen(environment: dict[str, str], found: dict[str, str]) -> None:
    assert of_desktop(environment) == found


def test_the_agents_own_desktop_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desktop, "_environments", lambda _uid: [MINE])
    monkeypatch.setattr(os, "environ", {"DISPLAY": ":1"})
    assert desktop.variables(1000) == {"DISPLAY": ":1"}
    monkeypatch.setattr(os, "environ", {"PATH": "/bin"})
    assert desktop.variables(1000)["DISPLAY"] == ":7"
    monkeypatch.setattr(desktop, "_environments", lambda _uid: [{"PATH": "/bin"}])
    assert desktop.variables(1000) == {}


async def test_processes_of_the_account_are_read_newest_first() -> None:
    one = await asyncio.create_subprocess_exec("sleep", "300", env={"N": f"1-{os.getpid()}"})
    await asyncio.sleep(0.05)  # a start time has hundredths of a second
    two = await asyncio.create_subprocess_exec("sleep", "300", env={"N": f"2-{os.getpid()}"})

    def seen() -> list[str]:
        numbers = [env.get("N", "") for env in desktop._environments(os.getuid())]
        return [n for n in numbers if n.endswith(f"-{os.getpid()}")]

    await eventually(lambda: seen() == [f"2-{os.getpid()}", f"1-{os.getpid()}"])
    assert not [env for env in desktop._environments(2**31 - 7) if "N" in env]
    for process in (one, two):
        process.kill()
        await process.wait()


async def test_a_service_starts_the_tool_on_the_accounts_desktop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under the unit the agent's environment knows no screen."""
    for name in desktop.VARIABLES:
        monkeypatch.delenv(name, raising=False)
    asked: list[int] = []

    def environments(uid: int) -> Iterable[dict[str, str]]:
        asked.append(uid)
        return [MINE]

    monkeypatch.setattr(desktop, "_environments", environments)
    tool = Tool("quickhelp", ("/bin/sh", "-c", f"env > {tmp_path}/env; sleep 300"), (), 1)
    async with house(tmp_path) as h:
        session = await h.begin(channels=(Channel("tool", tool.id),), tools=(tool,))
        await h.channel(session, "tool", tool=tool.id)
        await h.broker.until("tool.started")
        await eventually(lambda: (tmp_path / "env").exists() and "PWD" in (tmp_path / "env").read_text())
        lines = (tmp_path / "env").read_text().splitlines()
        assert {"DISPLAY=:7", "XAUTHORITY=/run/user/1000/x"} <= set(lines)
        assert asked == [os.getuid()]
