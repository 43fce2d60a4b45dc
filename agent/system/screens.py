"""What a VNC server of one session needs of the operating system: a screen, a folder, a port that is its own.

The programs and what each is told stand in `agent.channels.vnc_servers`; here is what every system has to do
differently for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

Address: TypeAlias = tuple[str, int]
"""An IP address as text, and a port."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One value of an account's own settings: a number of 32 bits, a text, or bytes."""

    name: str
    value: int | str | bytes


class Registry(Protocol):
    """Settings that a program reads from its account's registry and from nowhere else: lent to it, and put back."""

    def lend(self, uid: int | str, key: str, values: tuple[Setting, ...]) -> None:
        """What stands at `key` is moved aside, and these values are there alone. `OSError`, and nothing is lent,
        also where they are lent to another session already; blocks."""
        ...

    def put_back(self, uid: int | str, key: str) -> None:
        """What was there before `lend`, as it was; nothing where nothing was lent. `OSError`; blocks."""
        ...

    def put_all_back(self, key: str) -> None:
        """Of every account that can be reached now: what an earlier life of the agent has lent. Blocks."""
        ...


class Screens(Protocol):
    registry: Registry | None
    """None on a system that has none."""

    def environment(self, uid: int | str) -> dict[str, str] | None:
        """What a program must be told to show that account's screen; None where it has none that we can reach."""
        ...

    def search_path(self, path: str, folders: tuple[str, ...]) -> str:
        """Where to look for a program: `path`, then `folders` of wherever this system's installers put programs."""
        ...

    def give(self, folder: Path, uid: int | str, gid: int) -> None:
        """Folder and files in it: for that account to use and for no other; `OSError`."""
        ...

    def listening(self, pids: Iterable[int]) -> frozenset[Address]:
        """TCP addresses at which these processes take connections; empty for those that cannot be looked at."""
        ...
