"""The recordings under way in this process: who tells the log of them now and then finds them here."""

from __future__ import annotations

from typing import Protocol


class Kept(Protocol):
    """One of them."""

    async def checkpoint(self) -> None:
        """Tell the log how far it is, if it went on; end the session where it cannot be kept any more."""
        ...


class Recordings:
    def __init__(self) -> None:
        self._open: dict[str, Kept] = {}
        self._claimed: set[str] = set()

    def claim(self, recording: str) -> None:
        """It is this process's, before its record is written: nobody closes it as a forerunner's."""
        self._claimed.add(recording)

    def claims(self, recording: str) -> bool:
        return recording in self._claimed

    def add(self, recording: str, kept: Kept) -> None:
        self._open[recording] = kept

    def remove(self, recording: str) -> None:
        self._open.pop(recording, None)

    def all(self) -> list[Kept]:
        return list(self._open.values())
