"""One at a time: a lock for each thing that two must not do at once, found by its name."""

from __future__ import annotations

import asyncio
from weakref import WeakValueDictionary


class Turns:
    """A name's lock lives as long as somebody holds it or waits for it."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def of(self, name: str) -> asyncio.Lock:
        """For `async with`."""
        return self._locks.setdefault(name, asyncio.Lock())
