"""One transaction = state + records + what to tell afterwards. The only commit there is.

`Store.tx(tenant, at)` serialises per tenant, so a case may load, decide and store without minding
races. A state change without a record does not commit. Nothing signed leaves before the commit: the
head is signed inside the transaction, once for all that share it (`group`), and announced after it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from time import perf_counter
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.sql.base import Executable

from audit import instant, merkle
from audit.commitment import Opening
from audit.leaf import Evidence, Leaf
from audit.record import Actor
from audit.records import AnyRecord
from broker.domain.refusal import Refused, Why
from broker.ports import Chance, KeyRing
from broker.store import log, next_log, openings
from broker.store.database import Database, Work
from broker.store.group import Group
from broker.store.growing import Growing, LogConflict
from broker.store.log import Head
from broker.store.standing import Standing
from broker.store.tables import entries, evidence, outbox, session_counters, shards


class UnrecordedChange(RuntimeError):
    """A bug: a case changed state and wrote no record. Nothing was committed."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """Told to the live pages of this process after the commit; holds ids only."""

    tenant: str
    topic: str  # request | session | host | people | report | log
    id: str


class Tx:
    """A transaction on one tenant. Made by `Store.tx`, never kept beyond it."""

    def __init__(self, work: Group, tenant: str, at: datetime, store: Store, grown: Growing | None) -> None:
        self.work = work
        self.tenant = tenant
        self.at = at
        self.keys = store.keys
        self.chance = store.chance
        self._store = store
        self._log = grown
        self._records = 0
        self._changed = False
        self.turning = False  # one log is being closed and the next one opened
        self.announcements: list[Announcement] = []

    # ---- state

    async def run(self, statement: Executable) -> Sequence[Row[Any]]:
        """A query."""
        return await self.work.run(statement)

    async def change(self, statement: Executable) -> int:
        """A change of state: it commits only with at least one record. Rows touched."""
        self._changed = True
        return await self.work.change(statement)

    async def mark(self, statement: Executable) -> int:
        """Bookkeeping that is no fact of its own (last seen, tries, cookies). Rows touched."""
        return await self.work.change(statement)

    # ---- records

    @property
    def head(self) -> Head | None:
        """The last head that was committed: whoever is given it may know it, whatever becomes of this unit."""
        return None if self._log is None else self._log.signed

    @property
    def grown(self) -> Growing:
        """The log as this transaction has made it."""
        assert self._log is not None
        return self._log

    @property
    def size(self) -> int:
        """How many records the log holds, this transaction's own among them."""
        return 0 if self._log is None else self._log.size

    async def open_log(self, origin: str, ends: datetime | None = None) -> None:
        """Give the tenant its empty log, whose year is over at `ends`; once."""
        blank = log.signed_head(origin, 0, merkle.EMPTY_ROOT, self.keys.log_key(origin))
        blank = replace(blank, ends=ends)
        await self.change(
            insert(shards).values(
                tenant=self.tenant, origin=origin, size=0, root=blank.root, checkpoint=blank.note,
                since=0, ends=None if ends is None else instant.to_text(ends),
            )
        )  # fmt: skip
        self._log = Growing(self.tenant, blank, 0, {})
        self._store.grows(self.work, self._log)

    async def append(
        self,
        record: AnyRecord,
        *,
        actor: Actor,
        session: str | None = None,
        host: str | None = None,
        host_n: int | None = None,
        refs: tuple[int, ...] = (),
        proof: Sequence[tuple[str, bytes]] = (),
        opening: Opening | None = None,
        subject: str | None = None,
        time: datetime | None = None,
    ) -> int:
        """Add a record; its index in the log.

        `proof` is evidence as (kind, bytes), kept verbatim under its SHA-256. `opening` is sealed
        under the key of `subject` (the request of a session, or the tenant itself). `time` is the
        agent's own for a fact it signed (its record says when it was received), else the present.
        """
        if self._log is None:
            raise LogConflict(f"the log of {self.tenant} is not open")
        if self._log.signed.ends is not None and self.at >= self._log.signed.ends and not self.turning:
            await next_log.open_next(self, self._log, "year")
        n = self._log.size
        leaf = Leaf(
            tenant=self.tenant,
            n=n,
            time=time or self.at,
            actor=actor,
            record=record,
            session=session,
            session_n=None if session is None else await self._next_in(session),
            host=host,
            host_n=host_n,
            refs=refs,
            evidence=tuple([await self._keep(kind, data) for kind, data in proof]),
            sealed=None if opening is None else opening.commitment,
        )
        when = instant.to_text(leaf.time)
        data = leaf.encode(when)
        self.work.later(entries, [(self.tenant, n, data, record.KIND, session, host, when)])
        self._log.grow(self.work, data)
        self._records += 1
        if opening is not None:
            await openings.put(
                self.work,
                self.tenant,
                n,
                subject or self.tenant,
                opening,
                wrapping=self.keys.wrapping_key(),
                chance=self.chance,
            )
        return n

    async def _next_in(self, session: str) -> int:
        where = (session_counters.c.tenant == self.tenant, session_counters.c.session == session)
        rows = await self.work.run(select(session_counters.c.next).where(*where))
        if rows:
            await self.work.change(update(session_counters).where(*where).values(next=rows[0].next + 1))
            return int(rows[0].next)
        await self.work.change(insert(session_counters).values(tenant=self.tenant, session=session, next=1))
        return 0

    async def _keep(self, kind: str, data: bytes) -> Evidence:
        digest = hashlib.sha256(data).hexdigest()
        where = (evidence.c.tenant == self.tenant, evidence.c.sha256 == digest)
        if not await self.work.run(select(evidence.c.kind).where(*where)):
            await self.work.change(
                insert(evidence).values(tenant=self.tenant, sha256=digest, kind=kind, data=data)
            )
        return Evidence(kind, digest)  # type: ignore[arg-type]

    def conclude(self) -> None:
        """The end of the unit. `Refused` where this log may sign no head: then this unit alone is undone."""
        if self._records:
            self._store.standing.demand(self.tenant)
        elif self._changed:
            raise UnrecordedChange("a state change without a record")

    # ---- telling

    async def tell(self, kind: str, payload: dict[str, Any], *, due: datetime | None = None) -> None:
        """Something to deliver after the commit, tried until it is."""
        await self.work.change(
            insert(outbox).values(
                tenant=self.tenant, kind=kind, payload=json.dumps(payload),
                due=instant.to_text(due or self.at), tries=0,
            )
        )  # fmt: skip

    def announce(self, topic: str, id: str) -> None:
        self.announcements.append(Announcement(self.tenant, topic, id))


MAX_EDGES = 1024  # logs whose edge is kept for their next group
Listener = Callable[[Announcement], Awaitable[None]]


def _untimed(_seconds: float) -> None:
    """Nobody measures."""


class Store:
    """The database, the keys that seal it, and who listens to what it commits."""

    def __init__(self, database: Database, keys: KeyRing, chance: Chance) -> None:
        self.database = database
        self.keys = keys
        self.chance = chance
        self.standing = Standing()
        self._listeners: list[Listener] = []
        self.took: Callable[[float], None] = _untimed  # told how long each commit on a log took, in seconds
        self._edges: dict[str, Growing] = {}
        self._closed: set[str] = set()

    def close_log(self, tenant: str) -> None:
        """Nothing is written for this tenant any more, by this process: its log is not what it should be."""
        self._closed.add(tenant)

    def is_closed(self, tenant: str) -> bool:
        return tenant in self._closed

    def listen(self, listener: Listener) -> None:
        """Be told of every announcement, after its commit, in the committing task."""
        self._listeners.append(listener)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Work]:
        """A transaction that only reads, everything of one moment and committed."""
        async with self.database.read() as work:
            yield work

    @asynccontextmanager
    async def tx(self, tenant: str, at: datetime, *, records: bool = True) -> AsyncIterator[Tx]:
        """The one way to change anything of a tenant; serialised per tenant by its log's row.

        Its end is that of the commit, which it may share with others that waited (`group`). `records`
        False: only marks are made, which need not wait for the log's witnesses.
        """
        if records:
            await self.standing.settled(tenant)
        self._require_open(tenant)
        began = perf_counter()
        async with self.database.work(tenant) as group:
            tx, before = await self._join(group, tenant, at)
            try:
                yield tx
                tx.conclude()
            except BaseException:
                _leave(group, tenant, before)
                raise
        self.took(perf_counter() - began)
        await self._tell(tx.announcements)

    async def append(
        self, tenant: str, at: datetime, record: AnyRecord, *, actor: Actor, host: str | None = None
    ) -> int:
        """A record alone, with no state beside it; its index. Cheaper than a transaction, and as durable."""
        await self.standing.settled(tenant)
        self._require_open(tenant)

        async def unit(group: Group) -> int:
            tx, before = await self._join(group, tenant, at)
            try:
                n = await tx.append(record, actor=actor, host=host)
                tx.conclude()
            except BaseException:
                _leave(group, tenant, before)
                raise
            return n

        began = perf_counter()
        n = await self.database.do(tenant, unit)
        self.took(perf_counter() - began)
        return n

    def _require_open(self, tenant: str) -> None:
        if tenant in self._closed:
            raise Refused(Why.LOG_CLOSED)

    async def _join(self, group: Group, tenant: str, at: datetime) -> tuple[Tx, Growing | None]:
        """A transaction on the tenant's log as this group has grown it, and a copy to go back to."""
        grown = group.kept.get(tenant)
        before = None if grown is None else grown.copy()
        if grown is None:
            grown = await Growing.load(group, tenant, self._edges.get(tenant))
            if grown is not None:
                self.grows(group, grown)
        return Tx(group, tenant, at, self, grown), before

    def grows(self, group: Group, grown: Growing) -> None:
        """A log that this group may lengthen: sealed before its commit, told of after it."""
        tenant = grown.tenant
        if ("seals", tenant) not in group.kept:
            group.kept["seals", tenant] = True
            committed = grown.signed.size

            async def seal() -> None:
                found: Growing | None = group.kept.get(tenant)
                if found is None or found.size == found.signed.size:
                    return
                if self.standing.ahead(tenant) is not None:
                    # Found since the unit ended. Others share this group; whoever tries again hears why.
                    raise Refused(Why.LOG_UNAVAILABLE)
                await found.seal(group, self.keys.log_key(found.signed.origin))

            async def tell() -> None:
                found: Growing | None = group.kept.get(tenant)
                if found is not None and found.signed.size > committed:
                    self._remember(found)
                    await self._tell([Announcement(tenant, "log", str(found.size))])

            group.before_commit.append(seal)
            group.after_commit.append(tell)
        group.kept[tenant] = grown

    def _remember(self, grown: Growing) -> None:
        self._edges.pop(grown.tenant, None)
        self._edges[grown.tenant] = grown
        if len(self._edges) > MAX_EDGES:
            del self._edges[next(iter(self._edges))]

    async def announce(self, announcement: Announcement) -> None:
        """Tell whoever listens of what no transaction brought: an agent that has come or gone."""
        await self._tell([announcement])

    async def _tell(self, announcements: Sequence[Announcement]) -> None:
        for announcement in announcements:
            for listener in self._listeners:
                await listener(announcement)


def _leave(group: Group, tenant: str, before: Growing | None) -> None:
    """A unit failed: the log is again as it was before it."""
    if before is None:
        group.kept.pop(tenant, None)  # read inside the unit, undone with it: on PostgreSQL its lock is
    else:
        group.kept[tenant] = before
