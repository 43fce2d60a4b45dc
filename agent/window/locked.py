"""Whether somebody can see this desktop: not where its session is locked, or another one is on the screen."""

from __future__ import annotations

import sys

assert sys.platform != "win32"

import os
import shutil
import subprocess

LIMIT_S = 2.0


def is_locked() -> bool:
    """By logind, where there is one. A locker that tells nobody shows only by covering the window."""
    program = shutil.which("loginctl")
    if program is None:
        return False
    session = os.environ.get("XDG_SESSION_ID") or _ask(
        program, "show-user", str(os.getuid()), "-p", "Display", "--value"
    )
    if not session:
        return False
    said = _ask(program, "show-session", session, "-p", "LockedHint", "-p", "Active").split()
    return "LockedHint=yes" in said or "Active=no" in said


def _ask(*words: str) -> str:
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
