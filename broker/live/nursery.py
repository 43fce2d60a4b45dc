"""Runs connections side by side, each to its own end: a bug in one ends that one alone.

The process's own jobs sit in a plain TaskGroup, where a failure is the process's failure. People's
connections must not take each other down, so here, as in a web server's request loop, is the one
boundary where an unexpected exception is logged and its connection dropped.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self

from agent.task_group import TaskGroup

_log = logging.getLogger("verbale.live")


class Nursery:
    """`async with Nursery() as nursery: nursery.start(coroutine, "name")`."""

    def __init__(self) -> None:
        self._group = TaskGroup()

    async def __aenter__(self) -> Self:
        await self._group.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._group.__aexit__(kind, error, trace)

    def start(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        return self._group.create_task(_alone(work, name), name=name)


async def _alone(work: Coroutine[Any, Any, None], name: str) -> None:
    try:
        await work
    except Exception:  # noqa: BLE001 - the boundary this module is for
        _log.exception("%s ended by a fault", name)
