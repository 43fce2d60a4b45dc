"""Screens of Linux: X11 and Wayland by the account's own environment, and what listens by /proc."""

from __future__ import annotations

import sys

assert sys.platform == "linux"

import contextlib
import os
import shutil
import struct
from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from pathlib import Path

from agent import desktop
from agent.system.interface import AccountKey
from agent.system.screens import Address, Registry

_SHOWS = ("DISPLAY", "WAYLAND_DISPLAY")
_LISTENS = "0A"  # TCP_LISTEN, as the kernel's tables spell states


class LinuxScreens:
    registry: Registry | None = None

    def environment(self, uid: AccountKey) -> dict[str, str] | None:
        told = desktop.variables(uid) if isinstance(uid, int) else {}
        return told if any(told.get(name) for name in _SHOWS) else None

    def search_path(self, path: str, folders: tuple[str, ...]) -> str:
        return path

    def give(self, folder: Path, uid: AccountKey, gid: int) -> None:
        """Their modes are its owner's alone already; an agent that is not root is that account itself."""
        if os.geteuid() == 0:
            for path in (*folder.iterdir(), folder):
                shutil.chown(path, int(uid), gid)

    def listening(self, pids: Iterable[int]) -> frozenset[Address]:
        return frozenset(address for pid in pids for address in _listening(pid))


def _listening(pid: int) -> Iterator[Address]:
    with contextlib.suppress(OSError):
        own = set(_sockets(pid))
        for table in ("tcp", "tcp6"):
            for line in Path(f"/proc/{pid}/net/{table}").read_text("ascii").splitlines()[1:]:
                words = line.split()
                if words[3] == _LISTENS and words[9] in own:
                    yield read_address(words[1])


def _sockets(pid: int) -> Iterator[str]:
    """Inodes of its open sockets; it may close any of them while we look."""
    for handle in os.listdir(f"/proc/{pid}/fd"):
        with contextlib.suppress(OSError):
            name = os.readlink(f"/proc/{pid}/fd/{handle}")
            if name.startswith("socket:["):
                yield name[8:-1]


def read_address(text: str) -> Address:
    """As /proc/net/tcp spells it: words of 32 bits in the machine's own order, and a port."""
    words, _, port = text.partition(":")
    packed = b"".join(struct.pack("=I", int(words[at : at + 8], 16)) for at in range(0, len(words), 8))
    return str(ip_address(packed)), int(port, 16)
