"""Who is logged in on this machine, and on which terminals; standard library, Linux."""

from __future__ import annotations

import contextlib
import os
import pwd
import stat
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

assert sys.platform != "win32"

UTMP = Path("/run/utmp")
# struct utmp of glibc, 64 bit: type, pid, line, id, user, and 308 bytes that say nothing here.
_UTMP = struct.Struct("<hxxi32s4s32s308x")
_USER_PROCESS = 7
_MAX_UTMP_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Login:
    user: str
    line: str  # tty1, pts/3, or an X display such as :0


def read_utmp(data: bytes) -> Iterator[Login]:
    for kind, _pid, line, _id, user in _UTMP.iter_unpack(data[: len(data) // _UTMP.size * _UTMP.size]):
        if kind == _USER_PROCESS:
            yield Login(_text(user), _text(line))


def _text(field: bytes) -> str:
    return field.split(b"\0", 1)[0].decode("utf-8", "replace")


def logins(utmp: Path = UTMP) -> list[Login]:
    try:
        with utmp.open("rb") as file:
            return list(read_utmp(file.read(_MAX_UTMP_BYTES)))
    except OSError:
        return []


def terminals(utmp: Path = UTMP) -> list[str]:
    """Paths of the terminals somebody sits at: those of utmp, and every pseudo-terminal in use."""
    found = {
        f"/dev/{login.line}" for login in logins(utmp) if ":" not in login.line and ".." not in login.line
    }
    with contextlib.suppress(OSError):  # no devpts: utmp's lines are all there is
        found |= {f"/dev/pts/{name}" for name in os.listdir("/dev/pts") if name.isdigit()}
    return sorted(found)


def is_logged_in(uid: int, utmp: Path = UTMP) -> bool:
    """By utmp, by a terminal of his, or by the folder systemd makes at log-in and removes after."""
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        return False
    if any(login.user == name for login in logins(utmp)) or Path(f"/run/user/{uid}").is_dir():
        return True
    return any(_owner(path) == uid for path in terminals(utmp))


def _owner(path: str) -> int | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_uid if stat.S_ISCHR(found.st_mode) else None


def write_to(path: str, text: str) -> bool:
    """Show `text` on a terminal; False when it is none, not ours to write to, or takes nothing now."""
    try:
        fd = os.open(path, os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        if not stat.S_ISCHR(os.fstat(fd).st_mode):
            return False
        data = text.replace("\n", "\r\n").encode()
        return os.write(fd, data) == len(data)
    except OSError:
        return False
    finally:
        os.close(fd)
