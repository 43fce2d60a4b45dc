"""The window is kept open while there is something to show, and by nobody who carries a toolkit."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.window import keeper
from agent.window.desktops import Desktop
from agent.window.keeper import Keeper
from tests.agent.session_kit import eventually

PLACE = Desktop(0, (("DISPLAY", ":7"),))


def window(code: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-I", "-S", "-c", f"raise SystemExit({code})"])


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(keeper, "AGAIN_S", 0.01)
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "s-1.json").touch()
    return tmp_path


async def test_a_crash_opens_it_again_until_nothing_is_left(state: Path) -> None:
    codes, said = [4, -9, 1], list[str]()
    kept = Keeper(state, said.append, found=lambda: [PLACE], show=lambda _state, _on: window(codes.pop()))
    assert kept.call() is True
    await eventually(lambda: len(said) == 2)
    assert said[0].endswith("ended with 1; it is opened again")
    await eventually(lambda: not codes)


async def test_what_came_while_the_window_closed_is_shown(state: Path) -> None:
    codes = [4, 0]
    kept = Keeper(state, list[str]().append, found=list, show=lambda _state, _on: window(codes.pop()))
    kept.keep(PLACE)
    assert codes == []
    kept = Keeper(state, list[str]().append, found=list, show=lambda _state, _on: emptied(state))
    kept.keep(PLACE)


def emptied(state: Path) -> subprocess.Popen[bytes]:
    (state / "desk" / "s-1.json").unlink()
    return window(0)


async def test_one_window_a_desktop_however_often_it_is_called(state: Path) -> None:
    shown, done = list[Desktop](), threading.Event()

    def show(_state: Path, on: Desktop) -> subprocess.Popen[bytes]:
        shown.append(on)
        done.wait(60)
        return window(3)

    kept = Keeper(state, lambda _text: None, found=lambda: [PLACE], show=show)
    kept.call()
    kept.call()
    await eventually(lambda: shown)
    done.set()
    assert shown == [PLACE]


def test_nothing_to_show_opens_nothing(tmp_path: Path) -> None:
    kept = Keeper(tmp_path, lambda _text: None, found=list, show=lambda _state, _on: window(0))
    assert kept.call() is False
    kept.keep(PLACE)
    assert not keeper.is_anything_to_show(tmp_path)


def test_a_desktop_that_cannot_be_reached_is_said_and_left(state: Path) -> None:
    said = list[str]()

    def show(_state: Path, _on: Desktop) -> subprocess.Popen[bytes]:
        raise FileNotFoundError("no account of number 7")

    Keeper(state, said.append, show=show).keep(PLACE)
    assert said == ["the window at the desk cannot be opened: no account of number 7"]


def test_the_agent_carries_no_toolkit() -> None:
    code = "import sys, agent.main; print('tkinter' in sys.modules, 'ctypes' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.split()[0] == "False"
