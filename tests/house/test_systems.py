"""What belongs to one operating system is named in `agent.system` alone, and in the parts that it puts together."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ONE_SYSTEM_ONLY = frozenset(
    {
        "ctypes",
        "fcntl",
        "grp",
        "msvcrt",
        "psutil",
        "pty",
        "pwd",
        "resource",
        "select",
        "termios",
        "tty",
        "winreg",
    }
)
# Linux's own parts from before there was another system; `agent.system.linux` puts them together.
OF_LINUX = {
    "agent/cgroup.py": "control groups",
    "agent/desktop.py": "where an account's screen is",
    "agent/guardian.py": "a program of its own, for macOS too",
    "agent/once.py": "a folder of one session, and who sits before its terminal",
    "agent/people.py": "utmp and terminals",
    "agent/program.py": "the folder that a packaged program has unpacked",
    "agent/sweep.py": "what a guardian left behind",
    "agent/warden.py": "the agent's end of a guardian",
    "agent/channels/screen.py": "VNC servers of X11 and Wayland",
    "agent/channels/unrecorded.py": "where windows of an X server are",
    "agent/window/desktops.py": "the desktops of who is logged in",
    "agent/window/hotkey.py": "the keys of an X server",
}
CALLS = re.compile(
    r"""["']/(proc|dev/pts|run/utmp)\b|\badd_(reader|writer|signal_handler)\(|\bAF_UNIX\b|\bpidfd_"""
)
MODULES = [
    pytest.param(path, id=path.relative_to(ROOT).as_posix())
    for path in sorted((ROOT / "agent").rglob("*.py"))
    if not path.is_relative_to(ROOT / "agent/system") and path.relative_to(ROOT).as_posix() not in OF_LINUX
]


@pytest.mark.parametrize("path", MODULES)
def test_nothing_else_knows_which_system_it_runs_on(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(text))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported & ONE_SYSTEM_ONLY == set()
    assert not CALLS.search(text)


def test_the_exceptions_are_still_there() -> None:
    assert [name for name in OF_LINUX if not (ROOT / name).is_file()] == []


def test_only_the_chosen_system_is_imported_by_name() -> None:
    """Outside, everybody asks `agent.system.here`."""
    chosen = re.compile(
        r"^from agent\.system\.(linux|macos|posix|windows)\b|^from agent\.warden import", re.MULTILINE
    )
    found = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "agent").rglob("*.py")
        if not path.is_relative_to(ROOT / "agent/system") and chosen.search(path.read_text(encoding="utf-8"))
    ]
    assert found == ["agent/warden.py"]  # its streams are those of every POSIX system
