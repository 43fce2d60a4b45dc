"""Names of people who have left, log by log: which records still need them, and since when they are erased.

Reading a whole log for one name takes long, so what was found is kept, and only new records are read.
A record needs the name of whomever it speaks of anywhere: more than `audit.verify_erasures` asks for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, delete, insert, or_, select, update

from audit import instant
from audit.leaf import Leaf
from audit.person_records import PersonAdmitted
from audit.record import RetainClass
from broker.domain.erased_name import ErasedName
from broker.domain.erasing import Name
from broker.domain.people import Person
from broker.store import log, openings
from broker.store.database import Work
from broker.store.people import everybody
from broker.store.tables import ceremonies, entries, name_terms, people, statements, tenants
from broker.store.tables import openings as openings_of
from broker.store.tx import Tx

_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Spoken:
    """What the records before `read` say under one pseudonym: the last of any, and of the classes a name is needed for."""

    person: str
    read: int = 0
    last: datetime | None = None
    access: datetime | None = None
    authorisation: datetime | None = None

    def and_of(self, leaf: Leaf) -> Spoken:
        retain, at = leaf.record.RETAIN, leaf.time
        return replace(
            self,
            last=_later(self.last, at),
            access=_later(self.access, at if retain == "access" else None),
            authorisation=_later(self.authorisation, at if retain == "authorisation" else None),
        )


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((at for at in (one, other) if at is not None), default=None)


def _day(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%d/%m/%Y}"


async def erased(work: Work, tenant: str) -> dict[str, ErasedName]:
    """By pseudonym, what to show instead of the name that this tenant's log had erased."""
    rows = await work.run(
        select(name_terms.c.person, name_terms.c.erased, tenants.c.zone)
        .join(tenants, tenants.c.id == name_terms.c.tenant)
        .where(name_terms.c.tenant == tenant, name_terms.c.erased.is_not(None))
    )
    return {r.person: ErasedName(r.person, _day(instant.parse(r.erased), r.zone)) for r in rows}


async def spoken(work: Work, tenant: str, house: str) -> list[Spoken]:
    """Of everybody who has left the tenant or the house and whose name is not erased here, as kept."""
    rows = await work.run(
        select(people.c.id, name_terms)
        .outerjoin(name_terms, (name_terms.c.person == people.c.id) & (name_terms.c.tenant == tenant))
        .where(
            or_(people.c.tenant == tenant, people.c.tenant == house),
            people.c.left.is_not(None),
            name_terms.c.erased.is_(None),
        )
        .order_by(people.c.id)
    )
    return [_spoken(row) for row in rows]


def _spoken(row: Row[Any]) -> Spoken:
    if row.read is None:
        return Spoken(row.id)
    at = (None if one is None else instant.parse(one) for one in (row.last, row.access, row.authorisation))
    return Spoken(row.id, row.read, *at)


async def read_on(work: Work, tenant: str, before: Iterable[Spoken], size: int) -> list[Spoken]:
    """With the next records of the log below `size`, at most `_AT_ONCE` of them for each start."""
    found: list[Spoken] = []
    for one in before:
        after = min(size, one.read + _AT_ONCE)
        wanted = f'"{one.person}"'.encode()
        for data in await log.leaves(work, tenant, one.read, after):
            if wanted in data:
                one = one.and_of(Leaf.parse(data))  # noqa: PLW2901 - it grows with what is read
        found.append(replace(one, read=after))
    return found


async def keep(tx: Tx, found: Iterable[Spoken]) -> None:
    for one in found:
        values = {
            "read": one.read,
            **{
                name: None if (at := getattr(one, name)) is None else instant.to_text(at)
                for name in ("last", "access", "authorisation")
            },
        }
        here = (name_terms.c.tenant == tx.tenant, name_terms.c.person == one.person)
        if not await tx.mark(update(name_terms).where(*here).values(**values)):
            await tx.mark(insert(name_terms).values(tenant=tx.tenant, person=one.person, **values))


async def names(work: Work, tenant: str, found: Iterable[Spoken]) -> tuple[Name, ...]:
    """Those that an opening of this log still ties to a name; what the customer signed needs them as well."""
    admitted = await openings.admissions(work, tenant)
    signed = await work.run(
        select(statements.c.statement, statements.c.signed).where(statements.c.tenant == tenant)
    )
    return tuple(
        Name(n, one.person, _since(one, at, signed))
        for one in found
        if one.person in admitted
        for n, at in (admitted[one.person],)
    )


def _since(
    one: Spoken, admitted: datetime, signed: Sequence[Row[Any]]
) -> tuple[tuple[RetainClass, datetime], ...]:
    wanted = f'"{one.person}"'.encode()
    sworn = [instant.parse(row.signed) for row in signed if wanted in bytes(row.statement)]
    needed: tuple[tuple[RetainClass, datetime | None], ...] = (
        ("log", admitted),
        ("access", one.access),
        ("authorisation", _later(one.authorisation, max(sworn, default=None))),
    )
    return tuple((retain, at) for retain, at in needed if at is not None)


async def awaited(work: Work, house: str) -> set[str]:
    """Who left the house and is still named, by record or opening, in some customer's log, or may be: not read yet."""
    customers = await work.run(select(tenants.c.id).where(tenants.c.kind == "customer"))
    left = await work.run(select(people.c.id).where(people.c.tenant == house, people.c.left.is_not(None)))
    rows = await work.run(
        select(name_terms.c.person).where(
            name_terms.c.tenant != house, or_(name_terms.c.last.is_(None), name_terms.c.erased.is_not(None))
        )
    )
    done = Counter(row.person for row in rows)
    return {row.id for row in left if done[row.id] < len(customers)}


async def forget(tx: Tx, admissions: Iterable[int]) -> None:
    """Blank the rows of those whom these records admitted, as the log that admits them is this tenant's own;
    everywhere remember that their names are erased here."""
    rows = await tx.run(
        select(openings_of.c.subject)
        .join(entries, (entries.c.tenant == openings_of.c.tenant) & (entries.c.n == openings_of.c.n))
        .where(
            openings_of.c.tenant == tx.tenant,
            openings_of.c.n.in_(list(admissions)),
            entries.c.kind == PersonAdmitted.KIND,
        )
    )
    for row in rows:
        here = (name_terms.c.tenant == tx.tenant, name_terms.c.person == row.subject)
        await tx.mark(update(name_terms).where(*here).values(erased=instant.to_text(tx.at)))
        own = (people.c.tenant == tx.tenant, people.c.id == row.subject)
        await tx.mark(update(people).where(*own).values(name=row.subject, function=""))
    if rows:  # what a browser was once asked to sign shows names
        await tx.mark(delete(ceremonies).where(ceremonies.c.expires < instant.to_text(tx.at)))


async def as_named(work: Work, of: str, tenant: str) -> list[Person]:
    """Everybody of a tenant, who has left too, for he may stand in a month's records: by his pseudonym, once his
    name is erased in the log of `tenant`."""
    gone = await erased(work, tenant)
    return [
        replace(one, name=str(gone[one.id]), function="") if one.id in gone else one
        for one in await everybody(work, of)
    ]
