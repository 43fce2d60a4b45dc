"""macOS: what the agent asks of it, put together. Written by its documentation, and not run yet.

It has no child subreaper and no control groups: what leaves its parent and clears its environment is found
by nobody, so that the account of a session's processes is `unknown` where elsewhere it is `none`.
"""

from __future__ import annotations

import sys

assert sys.platform == "darwin"

import contextlib
import os
import pwd
import re
import select
import signal
import socket
import subprocess
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import psutil

from agent import guardian, people
from agent.guardian import Process
from agent.sweep import sweep
from agent.system import psutil_table
from agent.system.interface import AccountKey, Dead, GuardianMark, How, Publisher, System
from agent.system.macos_seats import MacSeats
from agent.system.posix.accounts import PosixAccounts
from agent.system.posix.door import UnixDoor
from agent.system.posix.files import PosixFiles
from agent.system.posix.lifecycle import PosixLifecycle
from agent.system.screens import Address, Registry
from agent.system.signatures import read_codesign
from agent.warden import Warden

SYSTEM_STATE = Path("/Library/Application Support/verbale-agent")
ASK_S = 20.0
_SIGNALS = {"ask": signal.SIGTERM, "freeze": signal.SIGSTOP, "kill": signal.SIGKILL}
_UUID = re.compile(r'"IOPlatformUUID" = "([0-9A-Fa-f-]{36})"')


def _said(*command: str) -> str:
    """What a tool of the system says on both its outputs; empty when it does not answer."""
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=ASK_S, check=False
        )
        return done.stdout.decode("utf-8", "replace")
    return ""


class MacClocks:
    """CLOCK_MONOTONIC_RAW counts sleep (mach_continuous_time), CLOCK_UPTIME_RAW does not."""

    def boot_s(self) -> float:
        return time.clock_gettime(time.CLOCK_MONOTONIC_RAW)

    def asleep_s(self) -> float:
        awake_s = time.clock_gettime(time.CLOCK_UPTIME_RAW)
        return time.clock_gettime(time.CLOCK_MONOTONIC_RAW) - awake_s


class MacIdentity:
    def machine_id(self) -> str:
        """Of the machine, not of its disk: a clone on another Mac has another."""
        found = _UUID.search(_said("/usr/sbin/ioreg", "-rd1", "-c", "IOPlatformExpertDevice"))
        return found.group(1) if found else ""

    def boot_id(self) -> str:
        found = _said("/usr/sbin/sysctl", "-n", "kern.bootsessionuuid").strip()
        return found if re.fullmatch(r"[0-9A-Fa-f-]{36}", found) else "unknown"


class MacTable:
    """libproc, as the guardian reads it."""

    def processes(self) -> Sequence[Process]:
        return list(guardian.processes())

    def process(self, pid: int) -> Process | None:
        return guardian.process(pid)

    def pids(self) -> Iterable[int]:
        return psutil.pids()

    def descendants(self, *roots: int) -> Sequence[Process]:
        return guardian.descendants(*roots)

    def owner(self, pid: int) -> AccountKey | None:
        try:
            return psutil.Process(pid).uids().real
        except psutil.Error:
            return None

    def names(self, pid: int) -> set[str]:
        found: set[str] = set()
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(pid)
            found.add(process.name())
            found.add(Path(process.exe()).name)
        return found - {""}

    def called(self, pid: int) -> str:
        return psutil_table.called(pid)

    def image(self, pid: int) -> tuple[str, str] | None:
        return psutil_table.image(pid)

    def bears(self, pid: int, variable: str) -> bool:
        return psutil_table.bears(pid, variable)

    def tell(self, pid: int, started: int, how: How) -> bool:
        """There is no handle of a process: between the look and the signal its pid could change hands."""
        now = guardian.process(pid)
        if now is None or now.started != started:
            return False
        return guardian.send_signal(pid, _SIGNALS[how])


class MacPeople:
    """utmpx, and whoever owns the console."""

    def terminals(self) -> list[str]:
        return sorted(
            {f"/dev/{user.terminal}" for user in psutil.users() if user.terminal not in (None, "console")}
        )

    def write_to(self, path: str, text: str) -> bool:
        return people.write_to(path, text)

    def is_logged_in(self, uid: AccountKey) -> bool:
        if not isinstance(uid, int):
            return False
        with contextlib.suppress(OSError):
            if os.stat("/dev/console").st_uid == uid:
                return True
        try:
            name = pwd.getpwuid(uid).pw_name
        except KeyError:
            return False
        return any(user.name == name for user in psutil.users())


class MacDesktops:
    """A program finds the desktop by the session it is started in; an agent of the system has none."""

    def variables(self, uid: AccountKey) -> dict[str, str]:
        return {}


class MacScreens:
    """Of whoever owns the console, for an agent that is that person's own: a program that an agent of the
    system starts is in no session with a window server."""

    registry: Registry | None = None

    def environment(self, uid: AccountKey) -> dict[str, str] | None:
        try:
            owner = os.stat("/dev/console").st_uid
        except OSError:
            return None
        return {} if uid == owner == os.geteuid() != 0 else None

    def search_path(self, path: str, folders: tuple[str, ...]) -> str:
        """Not a person's own ~/Applications: an administrator installs what shows screens."""
        return os.pathsep.join((path, *(f"/Applications/{folder}" for folder in folders)))

    def give(self, folder: Path, uid: AccountKey, gid: int) -> None:
        """It is the agent's own account, as `environment` has it."""

    def listening(self, pids: Iterable[int]) -> frozenset[Address]:
        return psutil_table.listening(pids)


class MacKeeper:
    """A guardian of its own for each session, as on Linux."""

    def hold(self, session: str) -> Warden:
        return Warden(session)

    def sweep(self, session: str, mark: GuardianMark) -> Dead:
        found = sweep(session, mark)
        return Dead(found.forced, "unknown" if found.left == "none" else found.left)


class MacNetwork:
    def tune(self, raw: socket.socket, not_sent_low_bytes: int) -> None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPALIVE, 30)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 15)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 4)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, not_sent_low_bytes)

    def is_peer_gone(self, raw: socket.socket) -> bool:
        look = select.kevent(raw.fileno(), select.KQ_FILTER_READ, select.KQ_EV_ADD | select.KQ_EV_ONESHOT)
        with contextlib.closing(select.kqueue()) as queue:
            return any(event.flags & select.KQ_EV_EOF for event in queue.control([look], 1, 0))


class CodesignPublishers:
    def publisher(self, path: Path) -> Publisher | None:
        said = _said("/usr/bin/codesign", "-dvv", "--", str(path))
        try:
            done = subprocess.run(
                ["/usr/bin/codesign", "--verify", "--strict", "--", str(path)],
                capture_output=True, timeout=ASK_S, check=False,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired):
            return None
        return read_codesign(said, is_valid=done.returncode == 0)


MACOS = System(
    name="macos",
    clocks=MacClocks(),
    identity=MacIdentity(),
    files=PosixFiles(SYSTEM_STATE, "Library/Application Support"),
    accounts=PosixAccounts("en_US.UTF-8"),
    people=MacPeople(),
    desktops=MacDesktops(),
    table=MacTable(),
    keeper=MacKeeper(),
    door=UnixDoor(),
    network=MacNetwork(),
    lifecycle=PosixLifecycle(),
    publishers=CodesignPublishers(),
    screens=MacScreens(),
    seats=MacSeats(),
)
