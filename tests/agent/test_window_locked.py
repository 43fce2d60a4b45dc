"""A screen that nobody can see: as logind says it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from agent.window import locked


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("echo LockedHint=yes; echo Active=yes", True),
        ("echo LockedHint=no; echo Active=no", True),
        ("echo LockedHint=no; echo Active=yes", False),
        ("exit 1", False),
    ],
)
def test_as_logind_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, expected: object) -> None:
    program = tmp_path / "loginctl"
    program.write_text(
        f"#!/bin/sh\n[ $1 = show-user ] && {{ echo 3; exit; }}\n[ $2 = 3 ] || exit 1\n{said}\n"
    )
    program.chmod(0o755)
    monkeypatch.delenv("XDG_SESSION_ID", raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert locked.is_locked() is expected
    program.write_text("#!/bin/sh\n")
    assert locked.is_locked() is False  # of no session
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    assert locked.is_locked() is False
