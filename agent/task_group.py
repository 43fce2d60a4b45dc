"""asyncio's task group, after which its task is as it was before.

When a child fails while the group waits for its children, asyncio before Python 3.13 leaves one
request to cancel on the task that waited. Under Debian 12's 3.11.2 every later `asyncio.timeout` of
that task, those of libraries too, then takes its own end for somebody's cancel: the task dies without
a word instead of hearing `TimeoutError`. An agent whose line went dead once would never dial again.
"""

from __future__ import annotations

import asyncio
import sys
from types import TracebackType

if sys.version_info >= (3, 13):
    TaskGroup = asyncio.TaskGroup
else:

    class TaskGroup(asyncio.TaskGroup):
        _parent_cancel_requested: bool  # asyncio's own: the group has cancelled the task it runs in

        async def __aexit__(
            self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
        ) -> None:
            settled = self._parent_cancel_requested  # before it waited: asyncio takes that one back
            try:
                await super().__aexit__(kind, exc, trace)
            finally:
                task = asyncio.current_task()
                if self._parent_cancel_requested and not settled and task is not None:
                    task.uncancel()
