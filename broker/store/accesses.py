"""The access log out of the records: a page of entries, and what an export of them holds.

Only what is looked at is read, bounded each time: records of the kinds that are accesses, and those that explain
them. Nothing of it is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select

from audit import administrators, instant, merkle
from audit.access_export import MAX_ENTRIES, Selection, Taken
from audit.access_log import KINDS, PORTAL, STATED, Book, Entry
from audit.administrators import Register
from audit.commitment import Opening
from audit.declared_records import DeclaredBegan
from audit.estate_records import HostPrepared
from audit.leaf import Leaf
from audit.merkle import leaf_hash
from audit.session_records import SessionOpened
from broker.domain.refusal import Refused, Why
from broker.ports import KeyRing
from broker.store import estate, log, openings, shards
from broker.store.database import Work
from broker.store.log import Head
from broker.store.reading import names
from broker.store.tables import entries, evidence
from broker.store.tables import requests as request_rows

_AT_ONCE = 500
MOST_READ = (
    20_000  # records of one page: whoever looks for one among millions is given the next page to go on from
)


@dataclass(frozen=True, slots=True)
class Page:
    """Newest first. `before`: from which index the next page goes on; None where there is none."""

    entries: list[Entry]
    before: int | None


@dataclass(slots=True)
class _Material:
    """Records by index with the statements read behind them."""

    leaves: dict[int, bytes] = field(default_factory=dict)
    evidence: dict[str, bytes] = field(default_factory=dict)
    openings: dict[int, Opening] = field(default_factory=dict)

    def take(self, rows: Iterable[Row[Any]]) -> None:
        self.leaves |= {int(row.n): bytes(row.leaf) for row in rows}

    def statement(self, leaf: Leaf) -> bytes | None:
        return next((self.evidence.get(e.sha256) for e in leaf.evidence if e.kind == "statement"), None)

    def feed(self, book: Book) -> dict[int, Entry]:
        """In order; the entries by index."""
        found = {}
        for n in sorted(self.leaves):
            leaf = Leaf.parse(self.leaves[n])
            one = book.feed(leaf, leaf_hash(self.leaves[n]).hex(), self.statement(leaf), self.openings.get(n))
            if one is not None:
                found[n] = one
        return found


async def register(work: Work, tenant: str) -> Register:
    """Who was administrator when, as the tenant's log says."""
    material, found = _Material(), Register()
    await _administrators(work, tenant, material)
    for n in sorted(material.leaves):
        leaf = Leaf.parse(material.leaves[n])
        found.feed(leaf, material.statement(leaf))
    return found


async def page(work: Work, tenant: str, wanted: Selection, limit: int) -> Page:
    """The newest `limit` entries below `wanted.after`."""
    found: list[Entry] = []
    before, read = wanted.after, 0
    known = _Material()
    await _administrators(work, tenant, known)
    labels = estate.labels(await estate.tenant_hosts(work, tenant))
    while read < MOST_READ:
        rows = await _accesses(work, tenant, wanted, before, _AT_ONCE)
        if not rows:
            return Page(found, None)
        read += len(rows)
        for one in await _read(work, tenant, rows, known, labels):
            before = one.seq
            if wanted.takes(one):
                found.append(one)
                if len(found) == limit:
                    return Page(found, before if before > wanted.first else None)
    return Page(found, before if before > wanted.first else None)


async def _read(
    work: Work, tenant: str, rows: Sequence[Row[Any]], known: _Material, labels: dict[str, str]
) -> list[Entry]:
    """Entries of these records, newest first, with the names that this log still has."""
    material = _Material(dict(known.leaves), dict(known.evidence))
    material.take(rows)
    await _explained(work, tenant, material)
    blind = material.feed(Book())
    people = await names(work, {one.person for one in blind.values() if one.person}, tenant)
    told = material.feed(Book(people.found, labels))
    return [told[int(row.n)] for row in rows]


async def _accesses(
    work: Work, tenant: str, wanted: Selection, before: int, limit: int, *, newest: bool = True
) -> Sequence[Row[Any]]:
    """Records of kinds that are accesses, as far as the database can tell which are wanted."""
    order = entries.c.n.desc() if newest else entries.c.n
    query = select(entries.c.n, entries.c.leaf).where(*_where(tenant, wanted, before))
    return await work.run(query.order_by(order).limit(limit))


def _where(tenant: str, wanted: Selection, before: int) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [
        entries.c.tenant == tenant,
        entries.c.kind.in_(sorted(KINDS)),
        entries.c.n >= wanted.first,
        entries.c.n < before,
    ]
    if wanted.since is not None:
        where.append(entries.c.time >= instant.to_text(wanted.since))
    if wanted.until is not None:
        where.append(entries.c.time < instant.to_text(wanted.until))
    if wanted.host is not None:
        where.append(entries.c.host.is_(None) if wanted.host == PORTAL else entries.c.host == wanted.host)
    return where


async def count(work: Work, tenant: str, wanted: Selection) -> dict[str, int]:
    """How many records of each kind that is an access lie in that time; nothing is read of any."""
    rows = await work.run(
        select(entries.c.kind, func.count().label("records"))
        .where(*_where(tenant, wanted, wanted.after))
        .group_by(entries.c.kind)
    )
    return {row.kind: int(row.records) for row in rows}


async def _administrators(work: Work, tenant: str, into: _Material) -> None:
    query = select(entries.c.n, entries.c.leaf).where(
        entries.c.tenant == tenant, entries.c.kind.in_(sorted(administrators.KINDS))
    )
    into.take(await work.run(query))
    await _statements(work, tenant, into)


async def _explained(work: Work, tenant: str, into: _Material) -> None:
    """Of the sessions spoken of their opening, and of that and of check-ins the request."""
    parsed = [Leaf.parse(data) for data in into.leaves.values()]
    sessions = sorted({leaf.session for leaf in parsed if leaf.session is not None})
    into.take(await _leaves(work, tenant, entries.c.session, sessions, SessionOpened.KIND))
    into.take(await _leaves(work, tenant, entries.c.session, sessions, DeclaredBegan.KIND))
    asked = {getattr(Leaf.parse(data).record, "request", None) for data in into.leaves.values()}
    opened: list[int] = []
    for some in _parts(sorted(one for one in asked if one is not None)):
        rows = await work.run(
            select(request_rows.c.opened_n).where(
                request_rows.c.tenant == tenant, request_rows.c.id.in_(some)
            )
        )
        opened += [int(row.opened_n) for row in rows]
    into.take(await _leaves(work, tenant, entries.c.n, opened))
    await _statements(work, tenant, into)


async def _leaves(
    work: Work, tenant: str, column: Any, wanted: Sequence[Any], kind: str | None = None
) -> list[Row[Any]]:
    found: list[Row[Any]] = []
    for some in _parts(wanted):
        query = select(entries.c.n, entries.c.leaf).where(entries.c.tenant == tenant, column.in_(some))
        found += await work.run(query if kind is None else query.where(entries.c.kind == kind))
    return found


async def _statements(work: Work, tenant: str, into: _Material) -> None:
    """Those that are read behind the records taken so far."""
    digests = {
        one.sha256
        for data in into.leaves.values()
        for leaf in (Leaf.parse(data),)
        if leaf.record.KIND in STATED
        for one in leaf.evidence
        if one.kind == "statement"
    }
    for some in _parts(sorted(digests - into.evidence.keys())):
        rows = await work.run(
            select(evidence.c.sha256, evidence.c.data).where(
                evidence.c.tenant == tenant, evidence.c.sha256.in_(some)
            )
        )
        into.evidence |= {row.sha256: bytes(row.data) for row in rows}


def _parts(wanted: Collection[Any]) -> list[list[Any]]:
    listed = list(wanted)
    return [listed[start : start + _AT_ONCE] for start in range(0, len(listed), _AT_ONCE)]


async def taken(work: Work, tenant: str, wanted: Selection, head: Head, keys: KeyRing) -> Taken:
    """All of that selection with what explains it, under that head; `Refused` (too_large) for more than fits."""
    kept = _Material()
    await _administrators(work, tenant, kept)
    chosen = _Material(dict(kept.leaves), dict(kept.evidence))
    first = wanted.first
    people, hosts = set[str](), set[str]()
    while rows := await _accesses(work, tenant, _from(wanted, first), wanted.after, _AT_ONCE, newest=False):
        first = int(rows[-1].n) + 1
        some = _Material(dict(kept.leaves), dict(kept.evidence))
        some.take(rows)
        await _explained(work, tenant, some)
        told = {n: one for n, one in some.feed(Book()).items() if wanted.takes(one)}
        people |= {one.person for one in told.values() if one.person}
        hosts |= {one.host for one in told.values()}
        _keep(chosen, some, told)
        if len(chosen.leaves) > MAX_ENTRIES:
            raise Refused(Why.TOO_LARGE, field="period", limit=str(MAX_ENTRIES))
    await _named(work, tenant, chosen, people, hosts, keys)
    numbers = sorted(chosen.leaves)

    def paths(read: merkle.Read) -> list[list[bytes]]:
        return [merkle.inclusion_proof(n, head.size, read) for n in numbers]

    proven = dict(zip(numbers, await log.with_nodes(work, tenant, paths), strict=True))
    return Taken(
        tenant=tenant,
        origin=head.origin,
        checkpoint=await shards.with_witnesses(work, tenant, head),
        vkey=shards.vkey(keys, head.origin).text,
        leaves=chosen.leaves,
        paths=proven,
        evidence=chosen.evidence,
        openings=chosen.openings,
    )


def _from(wanted: Selection, first: int) -> Selection:
    return Selection(first, wanted.after, wanted.since, wanted.until, wanted.person, wanted.host)


def _keep(chosen: _Material, some: _Material, told: dict[int, Entry]) -> None:
    """Of what was read, the entries wanted and the records that explain them."""
    sessions = {one.session for one in told.values() if one.session}
    asked = {one.request for one in told.values() if one.request}
    for n, data in some.leaves.items():
        leaf = Leaf.parse(data)
        explains = leaf.record.KIND in STATED and getattr(leaf.record, "request", None) in asked
        opens = isinstance(leaf.record, SessionOpened | DeclaredBegan) and leaf.session in sessions
        if n in told or explains or opens:
            chosen.leaves[n] = data
            if explains and (statement := some.statement(leaf)) is not None:
                chosen.evidence |= {e.sha256: statement for e in leaf.evidence if e.kind == "statement"}


async def _named(
    work: Work, tenant: str, chosen: _Material, people: set[str], hosts: set[str], keys: KeyRing
) -> None:
    """Who these people are, as far as their names are not erased, and what those hosts are called."""
    admitted = await openings.admissions(work, tenant)
    numbers = {n for person, (n, _) in admitted.items() if person in people}
    chosen.take(await _leaves(work, tenant, entries.c.n, sorted(numbers)))
    for n in numbers:
        opening = await openings.get(work, tenant, n, keys.wrapping_key())
        if opening is not None:
            chosen.openings[n] = opening
    chosen.take(await _leaves(work, tenant, entries.c.host, sorted(hosts - {PORTAL}), HostPrepared.KIND))
    await _statements(work, tenant, chosen)
