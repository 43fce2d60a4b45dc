"""Which VNC servers can show a session's screen, and how each is told to: data, and the choice among them.

Every one listens on a Unix socket in the session's own folder and nowhere else. What the options say of input
is said twice: the channel drops it as well (`rfb_page`). Servers of other systems have their place here once
there is a way to start one (LIMITS.md).
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass

SOCKET, SECRET = "rfb", "secret"  # files of the folder in which a server is started


@dataclass(frozen=True, slots=True)
class VncServer:
    """`screen`: the variable that names its display. `seen`: more options where it is only looked at, `deaf`
    where nothing is copied. `clipboard`: it can pass that on. `any_keyboard`: it types a sign also where this
    host's keyboard has it elsewhere than the technician's. `secret`: it asks for one."""

    program: str
    screen: str
    options: tuple[str, ...]
    seen: tuple[str, ...] = ()
    deaf: tuple[str, ...] = ()
    clipboard: bool = False
    any_keyboard: bool = False
    secret: bool = True

    def command(self, *, control: bool, clipboard: bool) -> tuple[str, ...]:
        more = (() if control else self.seen) + (() if clipboard else self.deaf)
        return (self.program, *self.options, *more)


_TIGER = (
    "-rfbunixpath", SOCKET, "-rfbunixmode", "0600", "-rfbport", "-1", "-SecurityTypes", "VncAuth",
    "-PasswordFile", SECRET, "-AlwaysShared=1", "-AcceptSetDesktopSize=0", "-QueryConnect=0",
)  # fmt: skip
_UNTOUCHED = ("-AcceptKeyEvents=0", "-AcceptPointerEvents=0")

SERVERS = (
    VncServer("X0tigervnc", "DISPLAY", _TIGER, seen=_UNTOUCHED),  # as Debian calls it
    VncServer("x0vncserver", "DISPLAY", _TIGER, seen=_UNTOUCHED),
    # Without a port for IPv6 of its own it would listen on 5900 of every address.
    VncServer(
        "x11vnc",
        "DISPLAY",
        ("-norc", "-unixsock", SOCKET, "-rfbport", "0", "-rfbportv6", "0", "-noipv6", "-rfbauth", SECRET, "-shared", "-forever",
         "-noremote", "-nocmds", "-noprimary", "-noxrecord", "-nodpms", "-quiet"),
        seen=("-viewonly",),
        deaf=("-nosel",),
        clipboard=True,
        any_keyboard=True,
    ),
    VncServer("wayvnc", "WAYLAND_DISPLAY", ("-C", "/dev/null", "-u", SOCKET), seen=("-d",), secret=False),
)  # fmt: skip


def installed(
    path: str, environment: Mapping[str, str], *, control: bool, clipboard: bool
) -> VncServer | None:
    """The first that is there for this screen: where somebody types, or copies, whoever does that well.

    Where Wayland runs an X server stands beside it, which shows nothing of the desktop.
    """
    screen = "WAYLAND_DISPLAY" if environment.get("WAYLAND_DISPLAY") else "DISPLAY"
    there = [one for one in SERVERS if one.screen == screen and shutil.which(one.program, path=path)]
    there.sort(key=lambda one: not ((one.clipboard and clipboard) or (one.any_keyboard and control)))
    return there[0] if there else None
