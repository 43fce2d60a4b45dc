"""Incidents: rows to states and back.

`add` and `move` append the one record of a move and write the state behind it; a move from a state that is no
longer the row's does not commit.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Row, func, insert, or_, select, update

from audit import instant
from audit.commitment import Opening
from audit.record import Actor
from audit.records import AnyRecord
from broker.domain.incident import (
    Answered,
    AnyIncident,
    Category,
    Closed,
    Contact,
    Course,
    Known,
    Open,
    Rated,
    Routed,
    Taken,
    Wait,
    Workable,
)
from broker.domain.plans import Severity
from broker.domain.refusal import Refused, Why
from broker.store.database import Work
from broker.store.desk_tables import incidents
from broker.store.growing import LogConflict
from broker.store.tables import requests
from broker.store.tx import Tx


def _text(at: datetime | None) -> str | None:
    return None if at is None else instant.to_text(at)


def _course(row: Row[Any]) -> Course:
    rated = answered = None
    if row.severity is not None:
        due = None if row.due is None else instant.parse(row.due)
        rated = Rated(Severity(row.severity), row.rated_by, instant.parse(row.rated), row.plan, due)
    if row.how is not None:
        answered = Answered(row.how, row.answered_by, instant.parse(row.answered))
    proposed = None if row.proposed is None else Severity(row.proposed)
    wait = None if row.awaited is None else Wait(row.awaited, instant.parse(row.waits_since))
    return Course(
        row.origin, instant.parse(row.reported), proposed, row.product, rated, answered, row.testing,
        wait, timedelta(seconds=row.waited_s or 0), None if row.state == Routed.STATE else row.reseller,
    )  # fmt: skip


def incident_of(row: Row[Any]) -> AnyIncident:
    known = Known(row.tenant, row.id, cast(Category, row.category), instant.parse(row.logged), row.n)
    match row.state:
        case Contact.STATE:
            return Contact(known)
        case Open.STATE:
            return Open(known, _course(row))
        case Routed.STATE:
            return Routed(known, _course(row), row.reseller)
        case Workable.STATE:
            return Workable(known, _course(row), instant.parse(row.workable))
        case Taken.STATE:
            return Taken(known, _course(row), instant.parse(row.workable), row.taken_by)
        case Closed.STATE:
            course = None if row.reported is None else _course(row)
            return Closed(known, course, row.outcome, instant.parse(row.closed))
        case other:
            raise ValueError(f"an incident in the state {other}, which nobody wrote")


def _values(after: AnyIncident) -> dict[str, Any]:
    """The columns that a state fills, or empties."""
    values: dict[str, Any] = {"state": after.STATE, "n": after.known.n}
    course = None if isinstance(after, Contact) else after.course
    if course is not None:
        values |= {
            "origin": course.origin, "reported": _text(course.reported), "product": course.product,
            "testing": course.testing, "waited_s": course.waited // timedelta(seconds=1),
            "awaited": None if course.wait is None else course.wait.awaited,
            "waits_since": None if course.wait is None else _text(course.wait.since),
            "proposed": None if course.proposed is None else course.proposed.value,
            "reseller": course.reseller,
        }  # fmt: skip
        if (rated := course.rated) is not None:
            values |= {
                "severity": rated.severity.value, "rated_by": rated.by, "rated": _text(rated.at),
                "plan": rated.plan, "due": _text(rated.due),
            }  # fmt: skip
        if (answered := course.answered) is not None:
            values |= {"how": answered.how, "answered_by": answered.by, "answered": _text(answered.at)}
    match after:
        case Contact() | Open():
            return values | {"workable": None, "taken_by": None}
        case Routed(reseller=reseller):
            return values | {"workable": None, "taken_by": None, "reseller": reseller}
        case Workable(since=since):
            return values | {"workable": _text(since), "taken_by": None}
        case Taken(since=since, by=by):
            return values | {"workable": _text(since), "taken_by": by}
        case Closed(outcome=outcome, at=at):
            return values | {"outcome": outcome, "closed": _text(at)}


async def find(work: Work | Tx, tenant: str, incident: str) -> AnyIncident | None:
    rows = await work.run(select(incidents).where(incidents.c.tenant == tenant, incidents.c.id == incident))
    return incident_of(rows[0]) if rows else None


async def load(work: Work | Tx, tenant: str, incident: str) -> AnyIncident:
    """The incident, or `Refused` (not_found)."""
    found = await find(work, tenant, incident)
    if found is None:
        raise Refused(Why.NOT_FOUND)
    return found


async def of_tenant(work: Work | Tx, tenant: str, limit: int) -> list[AnyIncident]:
    """Newest first."""
    rows = await work.run(
        select(incidents)
        .where(incidents.c.tenant == tenant)
        .order_by(incidents.c.logged.desc(), incidents.c.id.desc())
        .limit(limit)
    )
    return [incident_of(row) for row in rows]


async def unclosed(work: Work | Tx, tenant: str | None = None) -> list[AnyIncident]:
    """Of one customer, or of all: those in the queue by their place in it, then the others by age."""
    chosen = select(incidents).where(incidents.c.state != Closed.STATE)
    if tenant is not None:
        chosen = chosen.where(incidents.c.tenant == tenant)
    order = (incidents.c.workable, incidents.c.logged, incidents.c.tenant, incidents.c.id)
    return [incident_of(row) for row in await work.run(chosen.order_by(*order))]


async def calls(work: Work | Tx, limit: int) -> list[AnyIncident]:
    """Of all customers, what began with somebody ringing, newest first."""
    rang = or_(
        incidents.c.reported.is_(None),
        incidents.c.origin == "phone",
        incidents.c.reported != incidents.c.logged,
    )
    order = (incidents.c.logged.desc(), incidents.c.tenant, incidents.c.id.desc())
    rows = await work.run(select(incidents).where(rang).order_by(*order).limit(limit))
    return [incident_of(row) for row in rows]


async def answers(work: Work | Tx, since: datetime) -> list[tuple[datetime, datetime]]:
    """When first answers were given since then, and by when they were due; of all customers, those without a time left out."""
    rows = await work.run(
        select(incidents.c.answered, incidents.c.due).where(
            incidents.c.answered >= instant.to_text(since), incidents.c.due.is_not(None)
        )
    )
    return [(instant.parse(row.answered), instant.parse(row.due)) for row in rows]


async def of_reseller(work: Work | Tx, reseller: str, limit: int) -> list[AnyIncident]:
    """Of his customers, what was routed to him or is on his account, newest first."""
    rows = await work.run(
        select(incidents)
        .where(incidents.c.reseller == reseller)
        .order_by(incidents.c.logged.desc(), incidents.c.tenant, incidents.c.id.desc())
        .limit(limit)
    )
    return [incident_of(row) for row in rows]


async def next_id(work: Work | Tx, tenant: str, year: int) -> str:
    """A number that no incident and no request of the customer has: ``I-2026-0001``."""
    stem = f"I-{year}-"
    number = 0
    for table, column in ((incidents, incidents.c.id), (requests, requests.c.incident)):
        rows = await work.run(
            select(func.count(func.distinct(column))).where(table.c.tenant == tenant, column.startswith(stem))
        )
        number = max(number, int(rows[0][0]))
    while True:
        number += 1
        code = f"{stem}{number:04d}"
        named = select(requests.c.id).where(requests.c.tenant == tenant, requests.c.incident == code).limit(1)
        if await find(work, tenant, code) is None and not await work.run(named):
            return code


async def add(tx: Tx, new: AnyIncident, record: AnyRecord, *, actor: Actor, opening: Opening) -> AnyIncident:
    """A new one, with its record and texts; as it stands then, with the index of that record."""
    n = await tx.append(record, actor=actor, opening=opening, subject=new.known.id)
    known = replace(new.known, n=n)
    after = replace(new, known=known)
    await tx.change(
        insert(incidents).values(
            tenant=known.tenant, id=known.id, category=known.category, logged=_text(known.logged), **_values(after)
        )
    )  # fmt: skip
    tx.announce("incident", known.id)
    return after


async def move(
    tx: Tx,
    before: AnyIncident,
    after: AnyIncident,
    record: AnyRecord,
    *,
    actor: Actor,
    opening: Opening | None = None,
    refs: tuple[int, ...] = (),
    texts: bool = False,
) -> int:
    """Make a move: its one record, and the state behind it; the record's index. `texts`: its opening has the
    incident's from here on."""
    n = await tx.append(
        record, actor=actor, refs=refs or (before.known.n,), opening=opening, subject=after.known.id
    )
    values = _values(after) | ({"n": n} if texts else {})
    touched = await tx.change(
        update(incidents)
        .where(
            incidents.c.tenant == tx.tenant,
            incidents.c.id == after.known.id,
            incidents.c.state == before.STATE,
        )
        .values(**values)
    )
    if touched != 1:
        raise LogConflict("the incident was moved by another writer")
    tx.announce("incident", after.known.id)
    return n
