"""Group commit: writers that wait join the transaction in progress, and one commit answers them all.

A writer's part is a *unit*, in a savepoint of its own: one that raises is undone alone. Nobody is
answered before the commit; where that fails, it fails for all. Units run one after the other, so each
sees what those before it wrote. A group ends when nobody waits, or at a bound of units or time.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import Row, Table
from sqlalchemy.sql.base import Executable

from agent.task_group import TaskGroup
from broker.domain.refusal import Refused, Why

T = TypeVar("T")
Values = Mapping[str, Any] | None
MAX_UNITS = 512  # more only makes those wait who came first
MAX_S = 0.008  # no unit is begun in a group older than this: whoever came first still has his answer soon


class Wire(Protocol):
    """A database connection with one transaction at a time."""

    SUSPENDS: bool  # whether others run while it works, and whoever waits for it may be cancelled

    async def begin(self) -> None: ...

    async def run(self, statement: Executable, values: Values = None) -> Sequence[Row[Any]]: ...

    async def change(self, statement: Executable, values: Values = None) -> int: ...

    async def insert(self, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        """Many rows in the order of the table's columns."""
        ...

    async def savepoint(self) -> None: ...

    async def release(self) -> None: ...

    async def undo(self) -> None:
        """Back to the savepoint, which is then gone; raises if the whole transaction is."""
        ...

    async def commit(self) -> None: ...

    async def rollback(self) -> None:
        """Never raises: what cannot be rolled back is gone already."""
        ...


class Group:
    """The transaction that units share; to each of them it is its `Work`."""

    def __init__(self, wire: Wire) -> None:
        self.kept: dict[Any, Any] = {}  # what a unit leaves to those after it; gone with the group
        self.before_commit: list[Callable[[], Awaitable[None]]] = []
        self.after_commit: list[Callable[[], Awaitable[None]]] = []
        self.units = 0
        self.failure: BaseException | None = None
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.began = asyncio.get_running_loop().time()
        self.served: list[_Waiting[Any]] = []
        self._wire = wire
        self._rows: dict[Table, list[tuple[Any, ...]]] = {}
        self._marks: dict[Table, int] = {}
        self._saved = False

    async def run(self, statement: Executable, values: Values = None) -> Sequence[Row[Any]]:
        await self._reach()
        return await self._wire.run(statement, values)

    async def change(self, statement: Executable, values: Values = None) -> int:
        await self._reach()
        return await self._wire.change(statement, values)

    def later(self, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        """Rows in the order of the columns, written before the next statement or at the commit."""
        self._rows.setdefault(table, []).extend(rows)

    @property
    def full(self) -> bool:
        age = asyncio.get_running_loop().time() - self.began
        return self.failure is not None or self.units >= MAX_UNITS or age > MAX_S

    def fail(self, failed: BaseException) -> None:
        """All of it. Somebody's own cancellation is no business of the others: to them the log failed."""
        told = isinstance(failed, asyncio.CancelledError)
        self.failure = Refused(Why.LOG_UNAVAILABLE) if told else failed

    def begin_unit(self) -> None:
        self._marks = {table: len(rows) for table, rows in self._rows.items()}
        self._saved = False

    async def keep_unit(self) -> None:
        if self._saved:
            await self._wire.release()
        if not self.units:
            # From here: to begin on a distant database may take as long as all the rest.
            self.began = asyncio.get_running_loop().time()
        self.units += 1

    async def undo_unit(self) -> None:
        for table, rows in self._rows.items():
            del rows[self._marks.get(table, 0) :]
        if self._saved:
            await self._wire.undo()

    async def commit(self) -> None:
        self._saved = True  # no unit is at work any more, so nothing needs a savepoint
        for each in self.before_commit:
            await each()
        await self._write()
        await self._wire.commit()

    async def _reach(self) -> None:
        """A statement comes: what was left for later is written, each unit's on its side of the savepoint."""
        if not self._saved:
            try:
                await self._write(self._marks)
                await self._wire.savepoint()
            except BaseException as failed:
                self.fail(failed)  # what earlier units wrote is no longer whole
                raise
            self._saved, self._marks = True, {}
        await self._write()

    async def _write(self, upto: dict[Table, int] | None = None) -> None:
        for table, rows in self._rows.items():
            count = len(rows) if upto is None else upto.get(table, 0)
            if count:
                await self._wire.insert(table, rows[:count])
                del rows[:count]


@dataclass(eq=False, slots=True)
class _Waiting(Generic[T]):
    """Somebody in the queue; `work` is set where anybody may do it for him."""

    turn: asyncio.Future[bool]  # False: it is yours; True: it was done for you, and is on the disk
    work: Callable[[Group], Awaitable[T]] | None = None
    alone: bool = False  # his turn comes between two groups
    results: list[T] = field(default_factory=list)
    error: BaseException | None = None


class Commits:
    """The writers of one wire, taking turns."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._group: Group | None = None
        self._busy = False
        self._queue: deque[_Waiting[Any]] = deque()

    @property
    def idle(self) -> bool:
        return not self._busy

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[Group]:
        """A unit; its end is the commit's. What the block raises undoes it alone and comes out here."""
        await self._turn(_Waiting(asyncio.get_running_loop().create_future()))
        try:
            group = await self._joined()
            try:
                yield group
                await group.keep_unit()
            except BaseException:
                await self._undo(group)
                raise
        finally:
            await self._hand_over()
        await _end_of(group)

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """The turn with no transaction in progress: the group before it has ended, the next one waits."""
        await self._turn(_Waiting(asyncio.get_running_loop().create_future(), alone=True))
        try:
            yield
        finally:
            await self._hand_over()

    async def do(self, work: Callable[[Group], Awaitable[T]]) -> T:
        """A unit that whoever has the turn may do: no task is woken for each, as `unit` must."""
        own: _Waiting[T] = _Waiting(asyncio.get_running_loop().create_future(), work)
        if not await self._turn(own):
            try:
                group = await self._serve(own)
            finally:
                await self._hand_over()
            if group is not None and own.error is None:
                await _end_of(group)
        if own.error is not None:
            raise own.error
        return own.results[0]

    async def _turn(self, own: _Waiting[Any]) -> bool:
        """Wait for it. True where the work was done meanwhile by somebody else."""
        if not self._busy:
            self._busy = True
            return False
        self._queue.append(own)
        try:
            return await own.turn
        except asyncio.CancelledError:
            if own.turn.done() and not own.turn.cancelled() and not own.turn.result():
                await self._hand_over()  # it was given to us, who will not use it
            raise

    async def _joined(self) -> Group:
        if self._group is None:
            await self._wire.begin()
            self._group = Group(self._wire)
        self._group.begin_unit()
        return self._group

    async def _serve(self, one: _Waiting[Any]) -> Group | None:
        """Do a unit for whoever waits for it; he hears of it at the group's end."""
        assert one.work is not None
        try:
            group = await self._joined()
        except Exception as failed:  # noqa: BLE001 - it is his who waits, and raised there
            one.error = failed
            _wake(one)
            return None
        group.served.append(one)
        try:
            one.results.append(await one.work(group))
            await group.keep_unit()
        except Exception as failed:  # noqa: BLE001 - as above
            one.error = failed
            await self._undo(group)
        except BaseException:
            one.error = Refused(Why.LOG_UNAVAILABLE)  # who did it for him goes away
            await self._undo(group)
            raise
        return group

    async def _undo(self, group: Group) -> None:
        try:
            await group.undo_unit()
        except BaseException as failed:  # noqa: BLE001 - the whole transaction is gone, with all its units
            group.fail(failed)

    async def _hand_over(self) -> None:
        """The turn goes to whoever is next; first the group ends, if it is time."""
        told: list[Callable[[], Awaitable[None]]] = []
        cancelled: asyncio.CancelledError | None = None
        try:
            goes_on = False
            try:
                if not self._queue:
                    await asyncio.sleep(0)  # whoever is ready to write comes into the queue
                goes_on = await self._served_all()
            except asyncio.CancelledError as asked:
                cancelled = asked  # others wait for this commit
            if not goes_on:
                group, self._group = self._group, None
                if group is not None:
                    cancelled = await self._finish(group) or cancelled
                    told = group.after_commit if group.failure is None else []
        finally:
            self._give()
        for each in told:
            await each()
        if cancelled is not None:
            raise cancelled

    async def _served_all(self) -> bool:
        """Do what can be done for others in this group. Whether the next in the queue goes on with it."""
        while self._queue and self._group is not None and not self._group.full:
            one = self._queue[0]
            if not one.turn.done() and one.work is None:
                return not one.alone
            self._queue.popleft()
            if not one.turn.done():
                await self._serve(one)
        return False

    def _give(self) -> None:
        while self._queue:
            one = self._queue.popleft()
            if not one.turn.done():
                one.turn.set_result(False)
                return
        self._busy = False

    async def _finish(self, group: Group) -> asyncio.CancelledError | None:
        """End the group and answer those it served. The cancellation that came meanwhile, to be raised later."""
        cancelled = None
        if self._wire.SUSPENDS:
            cancelled = await _to_its_end(self._end(group))
        else:
            await self._end(group)
        group.over.set_result(None)
        for one in group.served:
            one.error = one.error or group.failure
            _wake(one)
        return cancelled

    async def _end(self, group: Group) -> None:
        try:
            if group.failure is None:
                await group.commit()
        except BaseException as failed:  # noqa: BLE001 - it is raised by each whose unit it was
            group.fail(failed)
        if group.failure is not None:
            await self._wire.rollback()


async def _to_its_end(work: Coroutine[Any, Any, None]) -> asyncio.CancelledError | None:
    """A commit is not given up because one of those who wait for it is."""
    cancelled = None
    async with TaskGroup() as tasks:
        running = tasks.create_task(work)
        while not running.done():
            try:
                await asyncio.wait([running])
            except asyncio.CancelledError as asked:
                cancelled = asked
    return cancelled


def _wake(one: _Waiting[Any]) -> None:
    if not one.turn.done():
        one.turn.set_result(True)


async def _end_of(group: Group) -> None:
    """Until the commit, whatever happens to the caller meanwhile: his unit will be on the disk."""
    cancelled: asyncio.CancelledError | None = None
    while not group.over.done():
        try:
            await asyncio.wait([group.over])
        except asyncio.CancelledError as told:
            cancelled = told
    if cancelled is not None:
        raise cancelled
    if group.failure is not None:
        raise group.failure
