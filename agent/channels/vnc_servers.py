"""Which VNC servers can show a session's screen, and how each is told to: data, and the choice among them.

On X11 and Wayland every one listens on a Unix socket in the session's own folder and nowhere else; elsewhere on
a port of 127.0.0.1, picked for the session. What they are told of input is said twice: the channel drops it as
well (`rfb_page`). macOS' own Screen Sharing is not among them: it is one service of the whole machine, on port
5900 of every address, with one password, and only an administrator starts it (CONTRIBUTING.md, decision 127).
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from agent.channels.vnc_server import SECRET, SOCKET, VncServer
from agent.channels.vnc_windows import ON_WINDOWS
from agent.system import here

_TIGER = (
    "-rfbunixpath", SOCKET, "-rfbunixmode", "0600", "-rfbport", "-1", "-SecurityTypes", "VncAuth",
    "-PasswordFile", SECRET, "-AlwaysShared=1", "-AcceptSetDesktopSize=0", "-QueryConnect=0",
)  # fmt: skip
_UNTOUCHED = ("-AcceptKeyEvents=0", "-AcceptPointerEvents=0")

ON_LINUX = (
    VncServer("X0tigervnc", "DISPLAY", _TIGER, seen=_UNTOUCHED),  # as Debian calls it
    VncServer("x0vncserver", "DISPLAY", _TIGER, seen=_UNTOUCHED),
    # Without a port for IPv6 of its own it would listen on 5900 of every address. A server that naps while little
    # happens shows for seconds what is no more, also what is left out of a recording.
    VncServer(
        "x11vnc",
        "DISPLAY",
        ("-norc", "-unixsock", SOCKET, "-rfbport", "0", "-rfbportv6", "0", "-noipv6", "-rfbauth", SECRET, "-shared", "-forever",
         "-noremote", "-nocmds", "-noprimary", "-noxrecord", "-nodpms", "-nonap", "-quiet"),
        seen=("-viewonly",),
        deaf=("-nosel",),
        clipboard=True,
        any_keyboard=True,
    ),
    VncServer("wayvnc", "WAYLAND_DISPLAY", ("-C", "/dev/null", "-u", SOCKET), seen=("-d",), secret=False),
)  # fmt: skip
ON_MACOS = (
    # Options of LibVNCServer, but for -viewonly; of a clipboard it knows nothing.
    VncServer(
        "macVNC",
        "",
        (
            "-rfbport",
            "{port}",
            "-listen",
            "127.0.0.1",
            "-rfbportv6",
            "0",
            "-rfbauth",
            SECRET,
            "-alwaysshared",
        ),
        seen=("-viewonly",),
        folders=("macVNC.app/Contents/MacOS",),
        any_keyboard=True,
        port=True,
    ),
)
TABLES = {"linux": ON_LINUX, "macos": ON_MACOS, "windows": ON_WINDOWS}
SERVERS = TABLES[here.name]


def found(server: VncServer, path: str) -> str | None:
    """Where its program lies on this machine. Not `shutil.which`: on Windows that looks in the current folder
    before it looks anywhere else."""
    folders = here.screens.search_path(path, server.folders).split(os.pathsep)
    places = (os.path.join(folder, server.program) for folder in folders if folder)
    return next((one for one in places if os.path.isfile(one) and os.access(one, os.X_OK)), None)


def installed(
    path: str, environment: Mapping[str, str], *, control: bool, clipboard: bool
) -> VncServer | None:
    """The first that is there for this screen: where somebody types, or copies, whoever does that well.

    Where Wayland runs an X server stands beside it, which shows nothing of the desktop.
    """
    screen = next((name for name in ("WAYLAND_DISPLAY", "DISPLAY") if environment.get(name)), "")
    there = [one for one in SERVERS if one.screen == screen and found(one, path)]
    there.sort(key=lambda one: not ((one.clipboard and clipboard) or (one.any_keyboard and control)))
    return there[0] if there else None
