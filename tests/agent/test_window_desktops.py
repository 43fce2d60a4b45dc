"""Where a window can be opened, and as whom."""

from __future__ import annotations

import os
import pwd
import sys
from pathlib import Path

import pytest

from agent import language
from agent.window import desktops
from agent.window.desktops import Desktop

SCREEN = {"DISPLAY": ":5", "XAUTHORITY": "/x", "HOME": "/"}


@pytest.fixture(autouse=True)
def _no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(desktops, "_environments", list)


def test_root_finds_whoever_is_logged_in_and_no_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    there = [(1000, SCREEN), (120, SCREEN), (65534, SCREEN), (1000, {"DISPLAY": ":6"})]
    monkeypatch.setattr(desktops, "_environments", lambda: there)
    assert desktops.found() == [Desktop(1000, (("DISPLAY", ":5"), ("XAUTHORITY", "/x")))]
    monkeypatch.setenv("DISPLAY", ":9")
    assert Desktop(0, (("DISPLAY", ":9"),)) in desktops.found()


def test_a_window_that_root_opens_speaks_as_the_person_s_desktop(monkeypatch: pytest.MonkeyPatch) -> None:
    """U-31: not as the agent."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setenv("LANG", "it_IT.UTF-8")
    there = [(1000, SCREEN | {"LANG": "en_GB.UTF-8", "LANGUAGE": "de"}), (1001, SCREEN)]
    monkeypatch.setattr(desktops, "_environments", lambda: there)
    started: list[dict[str, str]] = []
    monkeypatch.setattr(desktops.subprocess, "Popen", lambda _words, env, **_: started.append(env))
    monkeypatch.setattr(pwd, "getpwuid", lambda _uid: pwd.getpwnam("nobody"))
    for place in desktops.found():
        desktops.show(Path("/state"), place)
    assert [language.spoken(env) for env in started] == ["en", "it"]


def test_anybody_else_finds_his_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1234567)
    assert desktops.found() == []
    monkeypatch.setenv("DISPLAY", ":9")
    assert desktops.found() == [Desktop(1234567, (("DISPLAY", ":9"),))]


def test_processes_with_a_screen_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    for _, environment in desktops._environments():
        assert environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")


def test_this_program_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    assert desktops.own_program("desk") == [sys.executable, "-P", "-m", "agent.main", "desk"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert desktops.own_program("desk") == [sys.executable, "desk"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes somebody else")
def test_the_window_runs_as_the_person_himself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    script = "import os; raise SystemExit(os.getuid() == int(os.environ['U']) and 'SECRET' not in os.environ)"
    monkeypatch.setattr(desktops, "own_program", lambda *_words: ["/usr/bin/python3", "-c", script])
    monkeypatch.setenv("SECRET", "of the agent")
    on = Desktop(nobody.pw_uid, (("U", str(nobody.pw_uid)),))
    assert desktops.show(tmp_path, on).wait(60) == 1
    with pytest.raises(FileNotFoundError):
        desktops.show(tmp_path, Desktop(2**31 - 7, ()))
