"""Sessions on hosts without an agent: rows to states and back. `move` appends the record and writes the state."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, insert, select, update

from audit import instant
from audit.commitment import Opening
from audit.declared import DeclaredRequest
from audit.declared_records import DeclaredBegan
from audit.record import Actor
from audit.records import AnyRecord
from audit.session_records import SessionClosed
from broker.domain import moves
from broker.domain.declared import Allowed, AnyDeclared, Over, Permission, Presumed, Underway
from broker.domain.refusal import Refused, Why
from broker.store.database import Work
from broker.store.declared_tables import declared_sessions as rows_of
from broker.store.growing import LogConflict
from broker.store.incident_course import follow_closing, follow_start
from broker.store.tables import requests
from broker.store.tx import Tx


def _query() -> Select[Any]:
    same = (requests.c.tenant == rows_of.c.tenant) & (requests.c.id == rows_of.c.request)
    return select(rows_of, requests.c.statement).join(requests, same)


def _session(row: Row[Any]) -> AnyDeclared:
    permit = Permission(row.id, DeclaredRequest.parse(bytes(row.statement)), row.allowed_n)
    if row.state == Allowed.STATE:
        return Allowed(permit)
    began = instant.parse(row.began)
    match row.state:
        case Underway.STATE:
            return Underway(permit, began, instant.parse(row.ends))
        case Over.STATE:
            return Over(permit, began, instant.parse(row.ended), row.outcome)
        case Presumed.STATE:
            return Presumed(permit, began, instant.parse(row.ends), row.outcome)
        case other:
            raise ValueError(f"a declared session in the state {other}, which nobody wrote")


def _values(after: AnyDeclared) -> dict[str, Any]:
    values: dict[str, Any] = {"state": after.STATE}
    match after:
        case Underway():
            values |= {"began": instant.to_text(after.began), "ends": instant.to_text(after.ends)}
        case Over():
            values |= {"ended": instant.to_text(after.ended), "outcome": after.outcome}
        case Presumed():
            values["outcome"] = after.outcome
        case Allowed():
            pass
    return values


async def load(work: Work | Tx, tenant: str, session: str) -> AnyDeclared:
    """The session, or `Refused` (not_found)."""
    rows = await work.run(_query().where(rows_of.c.tenant == tenant, rows_of.c.id == session))
    if not rows:
        raise Refused(Why.NOT_FOUND)
    return _session(rows[0])


async def of_request(work: Work | Tx, tenant: str, request: str) -> AnyDeclared | None:
    """That of a request, once it was allowed."""
    rows = await work.run(_query().where(rows_of.c.tenant == tenant, rows_of.c.request == request))
    return _session(rows[0]) if rows else None


async def tenant_of(work: Work, session: str) -> str | None:
    """Whose it is: a page names the session alone. Check the tenant next."""
    rows = await work.run(select(rows_of.c.tenant).where(rows_of.c.id == session))
    return rows[0].tenant if rows else None


async def overdue(work: Work | Tx, tenant: str, at: datetime) -> list[Underway]:
    """Begun, not ended, and no longer allowed."""
    rows = await work.run(
        _query()
        .where(
            rows_of.c.tenant == tenant,
            rows_of.c.state == Underway.STATE,
            rows_of.c.ends < instant.to_text(at),
        )
        .order_by(rows_of.c.id)
    )
    return [one for one in map(_session, rows) if isinstance(one, Underway)]


async def during(work: Work | Tx, tenant: str, technician: str, begin: datetime, end: datetime) -> str | None:
    """One that he declared of that time; its end is the declared one, else the last instant of what was allowed."""
    first, after = instant.to_text(begin), instant.to_text(end)
    rows = await work.run(
        _query()
        .where(rows_of.c.tenant == tenant, rows_of.c.began < after)
        .where(func.coalesce(rows_of.c.ended, rows_of.c.ends) > first)
        .order_by(rows_of.c.began)
    )
    return next((one.permit.id for one in map(_session, rows) if one.permit.technician == technician), None)


async def add(tx: Tx, new: Allowed) -> None:
    """One whose `declared.allowed` was just appended."""
    permit = new.permit
    moves.check(moves.DECLARED_MOVES, moves.NEW, "declared.allowed", new.STATE)
    await tx.change(
        insert(rows_of).values(
            tenant=permit.tenant,
            id=permit.id,
            request=permit.request,
            state=new.STATE,
            allowed_n=permit.allowed_n,
        )
    )
    tx.announce("session", permit.id)


async def move(
    tx: Tx,
    before: AnyDeclared,
    after: AnyDeclared,
    record: AnyRecord,
    *,
    actor: Actor,
    proof: Sequence[tuple[str, bytes]] = (),
    opening: Opening | None = None,
) -> int:
    """Make a move: its one record, and the state behind it. The record's place in the log."""
    permit = after.permit
    moves.check(moves.DECLARED_MOVES, before.STATE, record.KIND, after.STATE)
    n = await tx.append(
        record,
        actor=actor,
        session=permit.id,
        host=permit.host,
        refs=(permit.allowed_n,),
        proof=proof,
        opening=opening,
        subject=permit.request,
    )
    values = _values(after)
    if isinstance(record, SessionClosed):
        values["closed_n"] = n
    touched = await tx.change(
        update(rows_of)
        .where(rows_of.c.tenant == tx.tenant, rows_of.c.id == permit.id, rows_of.c.state == before.STATE)
        .values(**values)
    )
    if touched != 1:
        raise LogConflict("the declared session was moved by another writer")
    tx.announce("session", permit.id)
    tx.announce("request", permit.request)
    match record:
        case DeclaredBegan():
            await follow_start(tx, permit.request, permit.technician)
        case SessionClosed(outcome=outcome):
            await follow_closing(tx, permit.request, permit.technician, outcome)
        case _:
            pass
    return n
