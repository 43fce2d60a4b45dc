"""Sessions and their grants: rows to states and back. `move` appends the record and writes the state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, or_, select, update

from audit import instant
from audit.commitment import Opening
from audit.grant import Grant, SignedGrant
from audit.passkey import Assertion
from audit.record import Actor
from audit.records import AnyRecord
from audit.session_records import SessionClosed, SessionStarted
from broker.domain import moves
from broker.domain.refusal import Refused, Why
from broker.domain.session import (
    Active,
    AnySession,
    Ended,
    Expired,
    Granted,
    NotAdmitted,
    Ordered,
    Paused,
    Permit,
    PresumedEnded,
    Running,
    Stop,
    Stoppable,
    Void,
)
from broker.store.database import Work
from broker.store.growing import LogConflict
from broker.store.incident_course import follow_closing, follow_start
from broker.store.tables import sessions
from broker.store.tx import Tx

# Asked for whenever an agent dials in, and so made once.
_LEFT = ("ordered", "active", "paused", "presumed")
_OF_HOST = (
    select(sessions)
    .where(sessions.c.tenant == bindparam("of"), sessions.c.host == bindparam("on"))
    .where(or_(*(sessions.c.state == bindparam(name) for name in _LEFT)))
    .order_by(sessions.c.id)
)
_LEFT_STATES = dict(zip(_LEFT, (Ordered.STATE, Active.STATE, Paused.STATE, PresumedEnded.STATE), strict=True))
_PLACES = {"session.opened": "opened_n", "session.closed": "closed_n"}


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Whose a session is, found by its id alone: the bastion knows nothing else."""

    tenant: str
    host: str


def _at(text: str | None) -> datetime | None:
    return None if text is None else instant.parse(text)


def _session(row: Row[Any]) -> AnySession:
    grant = bytes(row.grant)
    permit = Permit(
        row.request,
        Grant.parse(grant),
        SignedGrant(grant, bytes(row.signature)),
        row.granted_n,
        bytes(row.salt),
    )
    match row.state:
        case Granted.STATE:
            return Granted(permit)
        case Void.STATE:
            return Void(permit, row.reason)
        case Expired.STATE:
            return Expired(permit)
        case _:
            return _opened(row, permit)


def _opened(row: Row[Any], permit: Permit) -> AnySession:
    """A session that was opened once."""
    opened, started = instant.parse(row.opened), _at(row.started)
    stop = None if row.stop_by is None else Stop(row.stop_by, row.stop_reason)
    match row.state:
        case Ordered.STATE:
            return Ordered(permit, Assertion.parse(bytes(row.activation)), opened, stop)
        case Active.STATE:
            assert started is not None  # written with the state
            return Active(permit, opened, started, instant.parse(row.ends), stop, row.outcome)
        case Paused.STATE:
            assert started is not None  # it was active
            since = instant.parse(row.paused)
            return Paused(permit, opened, started, instant.parse(row.ends), since, stop, row.outcome)
        case Ended.STATE:
            return Ended(permit, opened, started, instant.parse(row.ended), row.reason, row.outcome)
        case PresumedEnded.STATE:
            seen = instant.parse(row.last_seen)
            return PresumedEnded(permit, opened, started, seen, stop, row.outcome)
        case NotAdmitted.STATE:
            return NotAdmitted(permit, opened, row.reason)
        case other:
            raise ValueError(f"a session in the state {other}, which nobody wrote")


def _values(after: AnySession) -> dict[str, Any]:
    """The columns a state fills."""
    values: dict[str, Any] = {"state": after.STATE}
    match after:
        case Ordered():
            values |= {"activation": after.activation.encode(), "opened": instant.to_text(after.opened)}
        case Active():
            values |= {"started": instant.to_text(after.started), "ends": instant.to_text(after.ends)}
        case Paused():
            values["paused"] = instant.to_text(after.since)
        case Ended():
            values |= {"ended": instant.to_text(after.ended), "reason": after.reason}
        case PresumedEnded():
            values["last_seen"] = instant.to_text(after.last_seen)
            if after.started is not None:
                values["started"] = instant.to_text(after.started)
        case NotAdmitted() | Void():
            values["reason"] = after.reason
        case Granted() | Expired():
            pass
    if isinstance(after, Stoppable) and after.stop is not None:
        values |= {"stop_by": after.stop.by, "stop_reason": after.stop.reason}
    if isinstance(after, Running | Ended | PresumedEnded) and after.outcome is not None:
        values["outcome"] = after.outcome
    return values


async def load(work: Work | Tx, tenant: str, session: str) -> AnySession:
    """The session, or `Refused` (not_found)."""
    rows = await work.run(select(sessions).where(sessions.c.tenant == tenant, sessions.c.id == session))
    if not rows:
        raise Refused(Why.NOT_FOUND)
    return _session(rows[0])


async def find(work: Work | Tx, tenant: str, session: str) -> AnySession | None:
    """The session, or None: an agent's note may name one that nobody here knows."""
    rows = await work.run(select(sessions).where(sessions.c.tenant == tenant, sessions.c.id == session))
    return _session(rows[0]) if rows else None


async def of_request(work: Work | Tx, tenant: str, request: str) -> AnySession | None:
    """The session of a request, once it was granted."""
    rows = await work.run(select(sessions).where(sessions.c.tenant == tenant, sessions.c.request == request))
    return _session(rows[0]) if rows else None


async def whereabouts(work: Work, session: str) -> Whereabouts | None:
    rows = await work.run(select(sessions.c.tenant, sessions.c.host).where(sessions.c.id == session))
    return Whereabouts(rows[0].tenant, rows[0].host) if rows else None


async def unended(work: Work | Tx, tenant: str) -> list[AnySession]:
    """Sessions that were ordered or run, as far as anybody knows."""
    return await _in_states(work, tenant, Ordered.STATE, Active.STATE, Paused.STATE)


async def left_on(work: Work, tenant: str, host: str) -> list[AnySession]:
    """Of this host, what has not told its end: sessions that are unended, or presumed to be."""
    rows = await work.run(_OF_HOST, {"of": tenant, "on": host, **_LEFT_STATES})
    return [_session(row) for row in rows]


async def during(work: Work | Tx, tenant: str, technician: str, begin: datetime, end: datetime) -> str | None:
    """One of his that ran in that time, as far as anybody knows."""
    first, after = instant.to_text(begin), instant.to_text(end)
    runs = sessions.c.ended.is_(None) & (sessions.c.state != PresumedEnded.STATE)
    rows = await work.run(
        select(sessions.c.id)
        .where(sessions.c.tenant == tenant, sessions.c.technician == technician, sessions.c.started < after)
        .where(or_(sessions.c.ended > first, sessions.c.last_seen > first, runs))
        .order_by(sessions.c.started)
        .limit(1)
    )
    return rows[0].id if rows else None


async def presumed(work: Work | Tx, tenant: str) -> list[PresumedEnded]:
    """Sessions whose agent fell silent and has told no end since."""
    found = await _in_states(work, tenant, PresumedEnded.STATE)
    return [one for one in found if isinstance(one, PresumedEnded)]


async def _in_states(work: Work | Tx, tenant: str, *states: str) -> list[AnySession]:
    rows = await work.run(
        select(sessions)
        .where(sessions.c.tenant == tenant, sessions.c.state.in_(states))
        .order_by(sessions.c.id)
    )
    return [_session(row) for row in rows]


async def opened_n(work: Work | Tx, tenant: str, session: str) -> int | None:
    """The place of `session.opened`."""
    rows = await work.run(
        select(sessions.c.opened_n).where(sessions.c.tenant == tenant, sessions.c.id == session)
    )
    return rows[0].opened_n if rows else None


async def add(tx: Tx, new: Granted) -> None:
    """A session whose `grant.issued` was just appended."""
    permit = new.permit
    moves.check(moves.SESSION_MOVES, moves.NEW, "grant.issued", new.STATE)
    await tx.change(
        insert(sessions).values(
            tenant=permit.tenant,
            id=permit.id,
            request=permit.request,
            host=permit.host,
            technician=permit.technician,
            state=new.STATE,
            grant=permit.signed.data,
            signature=permit.signed.signature,
            grant_digest=permit.digest,
            salt=permit.salt,
            granted_n=permit.granted_n,
            not_before=instant.to_text(permit.grant.not_before),
            not_after=instant.to_text(permit.grant.not_after),
            issued=instant.to_text(permit.grant.issued),
        )
    )
    tx.announce("session", permit.id)


async def move(
    tx: Tx,
    before: AnySession,
    after: AnySession,
    record: AnyRecord,
    *,
    actor: Actor,
    refs: tuple[int, ...] = (),
    proof: Sequence[tuple[str, bytes]] = (),
    opening: Opening | None = None,
) -> int:
    """Make a move: its one record, and the state behind it. The record's place in the log."""
    permit = after.permit
    n = await tx.append(
        record,
        actor=actor,
        session=permit.id,
        host=permit.host,
        refs=refs or (permit.granted_n,),
        proof=proof,
        opening=opening,
        subject=permit.request,
    )
    await settle(tx, before, after, record, n)
    return n


async def settle(tx: Tx, before: AnySession, after: AnySession, record: AnyRecord, n: int) -> None:
    """Write the state behind a move whose record is appended."""
    moves.check(moves.SESSION_MOVES, before.STATE, record.KIND, after.STATE)
    values = _values(after)
    if record.KIND in _PLACES:
        values[_PLACES[record.KIND]] = n
    touched = await tx.change(
        update(sessions)
        .where(
            sessions.c.tenant == tx.tenant,
            sessions.c.id == after.permit.id,
            sessions.c.state == before.STATE,
        )
        .values(**values)
    )
    if touched != 1:
        raise LogConflict("the session was moved by another writer")
    tx.announce("session", after.permit.id)
    tx.announce("request", after.permit.request)
    match record:
        case SessionStarted():
            await follow_start(tx, after.permit.request, after.permit.technician)
        case SessionClosed(outcome=outcome):
            await follow_closing(tx, after.permit.request, after.permit.technician, outcome)
        case _:
            pass
