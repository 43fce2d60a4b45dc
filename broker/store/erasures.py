"""What could be erased of a customer, what a record says was, and its destruction.

Destroying needs no record of its own: the `erasure.executed` was committed before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TypeVar

from sqlalchemy import delete, func, select, update

from audit import instant
from audit.erasure_records import ErasureExecuted, HoldLifted, HoldPlaced
from audit.incident_records import ContactLogged, IncidentOpened
from audit.leaf import Leaf
from audit.log_records import PeriodFigures
from audit.mail_record import MailReceived
from audit.person_records import PersonAdmitted
from audit.post_records import LetterSent
from audit.program_records import MalfunctionReported
from audit.recording_records import RecordingOpened
from audit.records import KINDS
from audit.request_records import RequestOpened
from broker.domain.erasing import Erased, Hold, Text
from broker.store import log
from broker.store.database import Work
from broker.store.name_terms import forget
from broker.store.post_tables import dispatches
from broker.store.recordings import destroy_keys
from broker.store.tables import (
    channels,
    entries,
    evidence,
    openings,
    recordings,
    reports,
    requests,
    sessions,
    subject_keys,
)
from broker.store.tx import Tx

_OF_INCIDENTS = frozenset({ContactLogged.KIND, IncidentOpened.KIND, MalfunctionReported.KIND})
_PART = 500  # parameters of one statement
_MANY = 1_000_000
T = TypeVar("T")


def _parts(numbers: Iterable[int]) -> Iterator[list[int]]:
    return _batches(sorted(numbers))


def _batches(wanted: list[T]) -> Iterator[list[T]]:
    for start in range(0, len(wanted), _PART):
        yield wanted[start : start + _PART]


async def texts(work: Work, tenant: str) -> tuple[Text, ...]:
    """Every opening of a request and of a report that is still there, and every recording. Names of people: `store.name_terms`."""
    rows = await work.run(
        select(openings.c.n, openings.c.subject, entries.c.kind, entries.c.time, requests.c.technician)
        .join(entries, (entries.c.tenant == openings.c.tenant) & (entries.c.n == openings.c.n))
        .outerjoin(requests, (requests.c.tenant == openings.c.tenant) & (requests.c.opened_n == openings.c.n))
        .where(openings.c.tenant == tenant, entries.c.kind != PersonAdmitted.KIND)
        .order_by(openings.c.n)
    )
    periods = {}
    if any(row.kind == PeriodFigures.KIND for row in rows):
        for leaf in await log.select_leaves(work, tenant, kinds=(PeriodFigures.KIND,), limit=_MANY):
            if isinstance(leaf.record, PeriodFigures):
                periods[leaf.n] = leaf.record.period
    hung = await _on_incidents(work, tenant)
    found = [
        Text(
            row.n,
            KINDS[row.kind].RETAIN,
            instant.parse(row.time),
            request=None if row.subject == tenant else row.subject,
            period=periods.get(row.n),
            printed=row.kind == RequestOpened.KIND or row.kind in _OF_INCIDENTS,
            technician=row.technician,
            also=hung.get(row.subject, frozenset()) if row.kind in _OF_INCIDENTS else frozenset(),
        )
        for row in rows
    ]
    return (*found, *await _recorded(work, tenant))


async def _on_incidents(work: Work, tenant: str) -> dict[str, frozenset[str]]:
    """The requests on each incident, by its number."""
    rows = await work.run(select(requests.c.incident, requests.c.id).where(requests.c.tenant == tenant))
    found: dict[str, frozenset[str]] = {}
    for row in rows:
        found[row.incident] = found.get(row.incident, frozenset()) | {row.id}
    return found


async def _recorded(work: Work, tenant: str) -> list[Text]:
    """Recordings that are closed, each as a text of its session's request."""
    rows = await work.run(
        select(recordings.c.n, entries.c.time, sessions.c.request)
        .join(entries, (entries.c.tenant == recordings.c.tenant) & (entries.c.n == recordings.c.n))
        .join(sessions, (sessions.c.tenant == recordings.c.tenant) & (sessions.c.id == recordings.c.session))
        .where(recordings.c.tenant == tenant, recordings.c.closed, recordings.c.identity.is_not(None))
        .order_by(recordings.c.n)
    )
    return [Text(r.n, RecordingOpened.RETAIN, instant.parse(r.time), request=r.request) for r in rows]


async def recorded(work: Work, tenant: str, texts: Iterable[int]) -> list[str]:
    """Which recordings are among these, their keys not yet destroyed."""
    found: list[str] = []
    for part in _parts(texts):
        rows = await work.run(
            select(recordings.c.id).where(
                recordings.c.tenant == tenant, recordings.c.n.in_(part), recordings.c.identity.is_not(None)
            )
        )
        found += [row.id for row in rows]
    return found


async def holds(work: Work, tenant: str) -> tuple[Hold, ...]:
    """Those in force."""
    found: dict[str, Hold] = {}
    for leaf in await log.select_leaves(work, tenant, kinds=(HoldPlaced.KIND, HoldLifted.KIND), limit=_MANY):
        match leaf.record:
            case HoldPlaced(hold=hold, request=request, reason=reason, review=review):
                found[hold] = Hold(hold, request, leaf.actor.role, reason, date.fromisoformat(review))
            case HoldLifted(hold=hold):
                found.pop(hold, None)
            case _:
                pass
    return tuple(found.values())


async def unfinished(work: Work, tenant: str) -> Erased:
    """What a record says was erased and is still there: a broker stopped between record and destruction."""
    said: set[int] = set()
    for leaf in await log.select_leaves(work, tenant, kinds=(ErasureExecuted.KIND,), limit=_MANY):
        said.update(leaf.refs)
    left: list[int] = []
    printed: list[int] = []
    for part in _parts(said):
        rows = await work.run(select(openings.c.n).where(openings.c.tenant == tenant, openings.c.n.in_(part)))
        left += [row.n for row in rows]
        rows = await work.run(
            select(recordings.c.n).where(
                recordings.c.tenant == tenant, recordings.c.n.in_(part), recordings.c.identity.is_not(None)
            )
        )
        left += [row.n for row in rows]
        rows = await work.run(
            select(reports.c.n).where(
                reports.c.tenant == tenant, reports.c.n.in_(part), func.length(reports.c.json) > 0
            )
        )
        printed += [row.n for row in rows]
    return Erased(tuple(left), tuple(printed))


async def _destroy_mails(tx: Tx, erased: list[int]) -> None:
    """The bytes of received mail, which lie beside the log as evidence; not those that a later copy still needs."""
    mailed = (entries.c.tenant == tx.tenant, entries.c.kind == MailReceived.KIND)
    rows = await tx.run(select(entries.c.leaf).where(*mailed, entries.c.n.in_(erased)))
    gone = {one.sha256 for row in rows for one in Leaf.parse(bytes(row.leaf)).evidence if one.kind == "mail"}
    if not gone:
        return
    left = await tx.run(
        select(entries.c.leaf)
        .join(openings, (openings.c.tenant == entries.c.tenant) & (openings.c.n == entries.c.n))
        .where(*mailed)
    )
    gone -= {one.sha256 for row in left for one in Leaf.parse(bytes(row.leaf)).evidence}
    for part in _batches(sorted(gone)):
        await tx.mark(delete(evidence).where(evidence.c.tenant == tx.tenant, evidence.c.sha256.in_(part)))


async def _destroy_letters(tx: Tx, erased: list[int]) -> None:
    """What letters with receipts said and to whom; how far each came stays, and its digest is in its record."""
    sent = (entries.c.tenant == tx.tenant, entries.c.kind == LetterSent.KIND, entries.c.n.in_(erased))
    for row in await tx.run(select(entries.c.leaf).where(*sent)):
        record = Leaf.parse(bytes(row.leaf)).record
        assert isinstance(record, LetterSent)
        of = (dispatches.c.tenant == tx.tenant, dispatches.c.id == record.letter)
        await tx.mark(update(dispatches).where(*of).values(message=b"", recipient="", person=None))


async def destroy(tx: Tx, what: Erased) -> None:
    """The sealed texts and names, the keys of subjects that have none left, those of recordings, the reports' files; and
    every kept bundle, because any may hold a copy. The segments of recordings went before."""
    await destroy_keys(tx, await recorded(tx.work, tx.tenant, what.texts))
    subjects: set[str] = set()
    for part in _parts(what.texts):
        await forget(tx, part)
        chosen = (openings.c.tenant == tx.tenant, openings.c.n.in_(part))
        subjects |= {row.subject for row in await tx.run(select(openings.c.subject).where(*chosen))}
        await tx.mark(delete(openings).where(*chosen))
        await _destroy_mails(tx, part)
        await _destroy_letters(tx, part)
    for subject in sorted(subjects):
        of = (openings.c.tenant == tx.tenant, openings.c.subject == subject)
        if not await tx.run(select(openings.c.n).where(*of).limit(1)):
            await tx.mark(
                delete(subject_keys).where(
                    subject_keys.c.tenant == tx.tenant, subject_keys.c.subject == subject
                )
            )
        run = select(sessions.c.id).where(sessions.c.tenant == tx.tenant, sessions.c.request == subject)
        await tx.mark(
            update(channels)
            .where(channels.c.tenant == tx.tenant, channels.c.session.in_(run))
            .values(command=None)
        )
    for part in _parts(what.reports):
        await tx.mark(
            update(reports)
            .where(reports.c.tenant == tx.tenant, reports.c.n.in_(part))
            .values(pdf=b"", json=b"", twin=b"", sessions=None, minutes=None)
        )
    await tx.mark(update(reports).where(reports.c.tenant == tx.tenant).values(bundle=None))
