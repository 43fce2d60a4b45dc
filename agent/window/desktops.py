"""The desktops of this machine on which a window can be opened, each as whoever sits there."""

from __future__ import annotations

import sys

assert sys.platform != "win32"

import os
import pwd
import subprocess
from pathlib import Path

from agent import desktop, guardian
from agent.language import LOCALE
from agent.program import itself as own_program
from agent.system.seats import Desktop

FIRST_PERSON = 1000  # uids below are services: the log-in screen is one, and nobody is logged in there
NOBODY = 65534
_KEPT = ("PATH", "PYTHONPATH", "LANG")


def found() -> list[Desktop]:
    """This process's own; and for root that of everybody who is logged in on one."""
    me = os.geteuid()
    if me != 0:
        own = desktop.variables(me)
        return [Desktop(me, tuple(own.items()))] if own else []
    by_uid: dict[int, dict[str, str]] = {}
    for uid, environment in _environments():
        if FIRST_PERSON <= uid != NOBODY and uid not in by_uid:
            spoken = {name: environment[name] for name in LOCALE if name in environment}
            by_uid[uid] = desktop.of_desktop(environment) | spoken  # his window speaks as his desktop does
    by_uid[me] = desktop.of_desktop(os.environ)
    return [Desktop(uid, tuple(where.items())) for uid, where in by_uid.items() if where]


def _environments() -> list[tuple[int, dict[str, str]]]:
    """Of every process that has a screen, the newest first."""
    there: list[tuple[int, dict[str, str]]] = []
    for process in sorted(guardian.processes(), key=lambda p: p.started, reverse=True):
        place = Path(f"/proc/{process.pid}")
        try:
            uid = place.stat().st_uid
            pieces = (place / "environ").read_bytes().split(b"\0")
        except OSError:
            continue  # it has ended
        environment = dict(os.fsdecode(piece).split("=", 1) for piece in pieces if b"=" in piece)
        if desktop.of_desktop(environment):
            there.append((uid, environment))
    return there


def show(state_dir: Path, on: Desktop) -> subprocess.Popen[bytes]:
    """The window there, as the person himself: it can do no more than he. `OSError` where that fails."""
    words = own_program("desk", "--show", "--state", str(state_dir.absolute()))
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    nothing = subprocess.DEVNULL
    if on.uid == os.geteuid():
        return subprocess.Popen(
            words, env={**os.environ, **dict(on.variables)}, stdin=nothing, stdout=nothing, stderr=nothing,
            start_new_session=True,
        )  # fmt: skip
    try:
        who = pwd.getpwuid(on.uid)
    except KeyError as gone:
        raise FileNotFoundError(f"no account of number {on.uid}") from gone
    environment |= {"HOME": who.pw_dir, "USER": who.pw_name, "LOGNAME": who.pw_name, **dict(on.variables)}
    return subprocess.Popen(
        words, env=environment, cwd="/", user=on.uid, group=who.pw_gid,
        extra_groups=os.getgrouplist(who.pw_name, who.pw_gid), stdin=nothing, stdout=nothing, stderr=nothing,
        start_new_session=True,
    )  # fmt: skip
