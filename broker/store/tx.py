"""One transaction = state + records + what to tell afterwards. The only commit there is.

`Store.tx(tenant, at)` serialises per tenant, so a case may load, decide and store without minding
races. A state change without a record does not commit. Nothing signed leaves before the commit:
the head is signed inside the transaction and announced after it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.sql.base import Executable

from audit import instant, merkle
from audit.commitment import Opening
from audit.leaf import Evidence, Leaf
from audit.record import Actor
from audit.records import AnyRecord
from broker.ports import Chance, KeyRing
from broker.store import log, openings
from broker.store.database import Database, Work
from broker.store.log import Head
from broker.store.standing import Standing
from broker.store.tables import entries, evidence, nodes, outbox, session_counters, shards


class UnrecordedChange(RuntimeError):
    """A bug: a case changed state and wrote no record. Nothing was committed."""


class LogConflict(RuntimeError):
    """The head moved under us: another writer is on this log. Nothing was committed."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """Told to the live pages of this process after the commit; holds ids only."""

    tenant: str
    topic: str  # request | session | host | people | report | log
    id: str


class Tx:
    """A transaction on one tenant. Made by `Store.tx`, never kept beyond it."""

    def __init__(self, work: Work, tenant: str, at: datetime, store: Store, head: Head | None) -> None:
        self.work = work
        self.tenant = tenant
        self.at = at
        self.keys = store.keys
        self.chance = store.chance
        self._standing = store.standing
        self._head = head
        self._first = head
        self._changed = False
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
        """The head as this transaction will leave it; signed only at its end."""
        return self._head

    async def open_log(self, origin: str) -> None:
        """Give the tenant its empty log; once."""
        blank = log.signed_head(origin, 0, merkle.EMPTY_ROOT, self.keys.log_key(self.tenant))
        await self.change(
            insert(shards).values(
                tenant=self.tenant, origin=origin, size=0, root=blank.root, checkpoint=blank.note
            )
        )
        self._head = self._first = blank

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
        if self._head is None:
            raise LogConflict(f"the log of {self.tenant} is not open")
        n = self._head.size
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
        data = leaf.encode()
        await self.work.change(
            insert(entries).values(
                tenant=self.tenant, n=n, leaf=data, kind=record.KIND, session=session, host=host,
                time=instant.to_text(leaf.time),
            )
        )  # fmt: skip
        await self._grow(n, data)
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

    async def _grow(self, n: int, data: bytes) -> None:
        assert self._head is not None
        hashed = merkle.leaf_hash(data)
        made = await log.with_nodes(self.work, self.tenant, lambda read: merkle.stored_nodes(n, hashed, read))
        await self.work.change(
            insert(nodes).values(
                [{"tenant": self.tenant, "level": lv, "place": place, "hash": h} for lv, place, h in made]
            )
        )
        self._head = Head(self._head.origin, n + 1, b"", b"")

    async def seal(self) -> None:
        """Sign the new head and move the log to it, by compare-and-swap on its size.

        A swap rather than trust in the lock: two brokers on one log must not both succeed, even if
        someone forgets the transaction.
        """
        if self._head is None or self._first is None or self._head.size == self._first.size:
            if self._changed:
                raise UnrecordedChange("a state change without a record")
            return
        self._standing.demand(self.tenant)
        size = self._head.size
        root = await log.with_nodes(self.work, self.tenant, lambda read: merkle.root(size, read))
        new = log.signed_head(self._head.origin, size, root, self.keys.log_key(self.tenant))
        moved = await self.work.change(
            update(shards)
            .where(shards.c.tenant == self.tenant, shards.c.size == self._first.size)
            .values(size=size, root=root, checkpoint=new.note)
        )
        if moved != 1:
            raise LogConflict(f"the head of {self.tenant} was moved by another writer")
        self._head = new
        self.announce("log", str(size))

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


Listener = Callable[[Announcement], Awaitable[None]]


class Store:
    """The database, the keys that seal it, and who listens to what it commits."""

    def __init__(self, database: Database, keys: KeyRing, chance: Chance) -> None:
        self.database = database
        self.keys = keys
        self.chance = chance
        self.standing = Standing()
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Be told of every announcement, after its commit, in the committing task."""
        self._listeners.append(listener)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Work]:
        """A transaction that only reads, everything of one moment."""
        async with self.database.read() as work:
            yield work

    @asynccontextmanager
    async def tx(self, tenant: str, at: datetime, *, records: bool = True) -> AsyncIterator[Tx]:
        """The one way to change anything of a tenant; serialised per tenant by its log's row.

        `records` False: only marks are made, which need not wait for the log's witnesses.
        """
        if records:
            await self.standing.settled(tenant)
        async with self.database.work() as work:
            tx = Tx(work, tenant, at, self, await log.head(work, tenant, lock=True))
            yield tx
            await tx.seal()
        for announcement in tx.announcements:
            for listener in self._listeners:
                await listener(announcement)
