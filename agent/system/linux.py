"""Linux: what the agent asks of it, put together."""

from __future__ import annotations

import sys

assert sys.platform == "linux"

import os
import select
import signal
import socket
import time
from collections.abc import Sequence
from pathlib import Path

from agent import desktop, guardian, people
from agent.guardian import Process
from agent.sweep import sweep
from agent.system.interface import AccountKey, Dead, GuardianMark, How, Publisher, System
from agent.system.linux_screens import LinuxScreens
from agent.system.linux_seats import LinuxSeats
from agent.system.posix.accounts import PosixAccounts
from agent.system.posix.door import UnixDoor
from agent.system.posix.files import PosixFiles
from agent.system.posix.lifecycle import PosixLifecycle
from agent.warden import Warden

MACHINE_ID = Path("/etc/machine-id")
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
SYSTEM_STATE = Path("/var/lib/verbale-agent")
_SIGNALS = {"ask": signal.SIGTERM, "freeze": signal.SIGSTOP, "kill": signal.SIGKILL}


class LinuxClocks:
    """CLOCK_BOOTTIME counts suspended time, CLOCK_MONOTONIC does not."""

    def boot_s(self) -> float:
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    def asleep_s(self) -> float:
        return time.clock_gettime(time.CLOCK_BOOTTIME) - time.clock_gettime(time.CLOCK_MONOTONIC)


class LinuxIdentity:
    def machine_id(self) -> str:
        try:
            return MACHINE_ID.read_text("ascii", "replace").strip()
        except OSError:
            return ""

    def boot_id(self) -> str:
        try:
            return BOOT_ID.read_text("ascii").strip()
        except OSError:
            return "unknown"


class ProcTable:
    """/proc."""

    def processes(self) -> Sequence[Process]:
        return list(guardian.processes())

    def process(self, pid: int) -> Process | None:
        return guardian.process(pid)

    def pids(self) -> Sequence[int]:
        return [int(name) for name in os.listdir("/proc") if name.isdigit()]

    def descendants(self, *roots: int) -> Sequence[Process]:
        return guardian.descendants(*roots)

    def owner(self, pid: int) -> AccountKey | None:
        try:
            return os.stat(f"/proc/{pid}").st_uid
        except OSError:
            return None

    def names(self, pid: int) -> set[str]:
        """Its program's file, its first word, and the kernel's 15 letters."""
        place = Path(f"/proc/{pid}")
        found: set[str] = set()
        try:
            found.add((place / "comm").read_text("utf-8", "replace").rstrip("\n"))
            found.add(Path(os.fsdecode((place / "cmdline").read_bytes().split(b"\0", 1)[0])).name)
            found.add((place / "exe").readlink().name)  # last: of another account it cannot be read
        except OSError:
            pass
        return found - {""}

    def called(self, pid: int) -> str:
        try:
            return Path(f"/proc/{pid}/comm").read_text("utf-8", "replace")
        except OSError:
            return ""

    def image(self, pid: int) -> tuple[str, str] | None:
        link = f"/proc/{pid}/exe"  # opens the file though it was replaced or deleted
        try:
            return os.readlink(link), link
        except OSError:
            return None

    def bears(self, pid: int, variable: str) -> bool:
        try:
            return f"\0{variable}=".encode() in b"\0" + Path(f"/proc/{pid}/environ").read_bytes()
        except OSError:
            return False

    def tell(self, pid: int, started: int, how: How) -> bool:
        """Through a pidfd, so that a pid given to somebody else meanwhile is never hit."""
        try:
            fd = os.pidfd_open(pid)
        except OSError:
            return False
        try:
            now = guardian.process(pid)
            if now is None or now.started != started:
                return False
            signal.pidfd_send_signal(fd, _SIGNALS[how])
        except OSError:
            return False
        finally:
            os.close(fd)
        return True


class LinuxPeople:
    """utmp, and every pseudo-terminal in use (`agent.people`)."""

    def terminals(self) -> list[str]:
        return people.terminals()

    def write_to(self, path: str, text: str) -> bool:
        return people.write_to(path, text)

    def is_logged_in(self, uid: AccountKey) -> bool:
        return isinstance(uid, int) and people.is_logged_in(uid)


class LinuxDesktops:
    """The environment of what runs there (`agent.desktop`)."""

    def variables(self, uid: AccountKey) -> dict[str, str]:
        return desktop.variables(uid) if isinstance(uid, int) else {}


class GuardianKeeper:
    """A guardian of its own for each session (`agent.guardian`)."""

    def hold(self, session: str) -> Warden:
        return Warden(session)

    def sweep(self, session: str, mark: GuardianMark) -> Dead:
        return sweep(session, mark)


class LinuxNetwork:
    def tune(self, raw: socket.socket, not_sent_low_bytes: int) -> None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 30)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 15)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 4)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, not_sent_low_bytes)

    def is_peer_gone(self, raw: socket.socket) -> bool:
        look = select.poll()
        look.register(raw.fileno(), select.POLLRDHUP)
        return bool(look.poll(0))


class NoPublishers:
    """Programs of a Linux system carry no signature of their own; packages do, and are not asked."""

    def publisher(self, path: Path) -> Publisher | None:
        return None


LINUX = System(
    name="linux",
    clocks=LinuxClocks(),
    identity=LinuxIdentity(),
    files=PosixFiles(SYSTEM_STATE, ".local/state"),
    accounts=PosixAccounts("C.UTF-8"),
    people=LinuxPeople(),
    desktops=LinuxDesktops(),
    table=ProcTable(),
    keeper=GuardianKeeper(),
    door=UnixDoor(),
    network=LinuxNetwork(),
    lifecycle=PosixLifecycle(),
    publishers=NoPublishers(),
    screens=LinuxScreens(),
    seats=LinuxSeats(),
)
