"""Where an account's own desktop is: what a licensed tool must be told to show its windows there."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from agent import guardian

assert sys.platform != "win32"

VARIABLES = (
    "DISPLAY",
    "XAUTHORITY",
    "WAYLAND_DISPLAY",
    "XDG_RUNTIME_DIR",
    "DBUS_SESSION_BUS_ADDRESS",
)
_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY")
_ELSEWHERE = ("SSH_CONNECTION", guardian.MARK)  # windows that go to another machine, or a session's own


def variables(uid: int) -> dict[str, str]:
    """From the agent's own environment, if it runs on a desktop itself; else, as for a service of the
    system, from the newest process of that account that does. Empty where the account has none."""
    return of_desktop(os.environ) or next(
        (found for env in _environments(uid) if (found := of_desktop(env))), {}
    )


def of_desktop(environment: Mapping[str, str]) -> dict[str, str]:
    """Empty for the environment of a process without a screen of this machine."""
    if any(name in environment for name in _ELSEWHERE) or not any(environment.get(s) for s in _SCREENS):
        return {}
    return {name: environment[name] for name in VARIABLES if name in environment}


def _environments(uid: int) -> Iterable[dict[str, str]]:
    """Of the account's living processes, the newest first: a desktop that has ended may have left some."""
    for process in sorted(guardian.processes(), key=lambda p: p.started, reverse=True):
        place = Path(f"/proc/{process.pid}")
        try:
            if place.stat().st_uid != uid:
                continue
            words = (place / "environ").read_bytes().split(b"\0")
        except OSError:
            continue  # it has ended
        yield dict(os.fsdecode(word).split("=", 1) for word in words if b"=" in word)
