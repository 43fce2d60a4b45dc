"""The technician closes his session and writes what came of it; or only that, if it has ended already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from audit.commitment import SALT_BYTES, Opening
from audit.instant import whole_ms
from audit.month_frame import activity_text
from audit.statement_parts import Activity
from broker.cases.deny import attempt
from broker.cases.located import session_tenant
from broker.domain import session as sitting
from broker.domain.activity import Doing, done, outside
from broker.domain.instants import day_of
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.session import PresumedEnded, Running
from broker.domain.texts import MAX_NOTE, cover, written
from broker.domain.training import Lesson, lesson
from broker.parts import Parts
from broker.ports import opaque_id
from broker.store import estate, incidents, requests, sessions, work
from broker.store.tx import Tx

REASON = "closed_by_technician"


@dataclass(frozen=True, slots=True)
class Beside:
    """What some codes ask for (`broker.domain.activity`), and of training what was taught and to whom."""

    target: str = ""
    change: str = ""
    other_data: bool = False
    apps: tuple[str, ...] = ()
    topic: str = ""
    people: str = ""


NOTHING = Beside()


async def close_session(
    parts: Parts,
    who: Who,
    session: str,
    *,
    outcome: str,
    activities: Sequence[Activity],
    note: str,
    beside: Beside = NOTHING,
) -> int:
    """At least one activity code (S-26). How many pieces of the note were covered as passwords. The session ends
    whatever is said here: without it its codes are owed."""
    tenant = await session_tenant(parts, who, Action.CLOSE_SESSION, session)
    text, covered = cover(written(note, "note", MAX_NOTE))
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "session", tenant), parts.store.tx(tenant, at) as tx:
        said = Doing(tuple(activities), beside.target, beside.change, beside.other_data, beside.apps)
        kept = done(said, await work.office_apps(tx.work))
        taught = lesson(kept, beside.topic, beside.people)
        found = await sessions.load(tx, tenant, session)
        if found.permit.technician != who.person:
            raise Refused(Why.NOT_ALLOWED)
        asked = (await requests.load(tx, tenant, found.permit.request)).asked
        if more := outside(kept, asked.statement.activities):
            raise Refused(Why.ACTIVITY_NOT_APPROVED, codes=", ".join(more))
        opening = Opening(parts.chance.octets(SALT_BYTES), {"note": text} | kept.words())
        codes = tuple(activity_text(one) for one in kept.activities)
        after, record = sitting.close(found, outcome, codes)
        await sessions.move(tx, found, after, record, actor=who.actor, opening=opening)
        if taught is not None:
            await _register(parts, tx, who, session, asked.statement.incident, taught)
        running = isinstance(after, Running | PresumedEnded)
        if running:
            going = sitting.stoppable(after)
            stopping, ordered = sitting.order_stop(going, who.person, REASON, who.terminal)
            await sessions.move(tx, going, stopping, ordered, actor=who.actor)
    if running:
        await parts.hub.stop(found.permit.host, session, REASON, who.person)
    return covered


async def _register(parts: Parts, tx: Tx, who: Who, session: str, incident: str, taught: Lesson) -> None:
    """The line of the training register."""
    customer = await estate.tenant(tx.work, tx.tenant)
    assert customer is not None  # whose session it is
    known = await incidents.find(tx.work, tx.tenant, incident)
    course = getattr(known, "course", None)
    record = taught.record(
        opaque_id(parts.chance, "f"),
        day_of(tx.at, customer.zone),
        None if course is None else course.product,
    )
    opening = Opening(parts.chance.octets(SALT_BYTES), taught.words())
    await tx.append(record, actor=who.actor, session=session, opening=opening)
