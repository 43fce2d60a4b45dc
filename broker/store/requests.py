"""Requests and the approvals given to them: rows to states and back.

`move` appends the one record of a move and writes the state behind it; a move that the table doesn't
list, or from a state that is no longer the row's, does not commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from audit import instant
from audit.approval import Approval
from audit.commitment import Opening
from audit.declared import DeclaredRequest
from audit.passkey import Assertion
from audit.record import Actor
from audit.records import AnyRecord
from audit.request import Request
from audit.signed import SignedStatement
from broker.domain import moves
from broker.domain.refusal import Refused, Why
from broker.domain.request import (
    Answer,
    AnyRequest,
    Approved,
    Asked,
    AwaitingApproval,
    Lapsed,
    Opened,
    Rejected,
    Revoked,
    SolvedByCustomer,
    Supervised,
    Withdrawn,
)
from broker.store.database import Work
from broker.store.growing import LogConflict
from broker.store.incident_course import follow_request
from broker.store.tables import approvals, requests
from broker.store.tx import Tx

_DECLARED = f'"type":"{DeclaredRequest.TYPE}"'.encode()
_UNFINISHED = (AwaitingApproval.STATE, Approved.STATE, Supervised.STATE)
# Records whose own place in the log the row remembers.
_PLACES = {
    "supervision.taken": "supervised_n",
    "approval.refusal_explained": "note_n",
    "request.withdrawn": "note_n",
}


@dataclass(frozen=True, slots=True)
class Given:
    """One approval: what was signed, and its record."""

    approval: Approval
    signed: SignedStatement
    n: int


def _statement(data: bytes) -> Request | DeclaredRequest:
    """Of whichever of the two types it says it is: inside a string of canonical JSON the quotes would be escaped."""
    return (DeclaredRequest if _DECLARED in data else Request).parse(data)


def _request(row: Row[Any]) -> AnyRequest:
    asked = Asked(_statement(bytes(row.statement)), row.opened_n)
    if row.state == AwaitingApproval.STATE:
        return AwaitingApproval(asked)
    if row.state == Lapsed.STATE:
        return Lapsed(asked)
    answer = Answer(row.answered_by, instant.parse(row.answered))
    match row.state:
        case Approved.STATE:
            return Approved(asked, answer, row.supervision, row.watcher)
        case Supervised.STATE:
            return Supervised(asked, answer, row.supervision, row.watcher)
        case Opened.STATE:
            return Opened(asked, answer, row.supervision, row.watcher)
        case Rejected.STATE:
            return Rejected(asked, answer, row.note_n is not None)
        case Withdrawn.STATE:
            return Withdrawn(asked, answer)
        case Revoked.STATE:
            return Revoked(asked, answer)
        case SolvedByCustomer.STATE:
            return SolvedByCustomer(asked, answer)
        case other:
            raise ValueError(f"a request in the state {other}, which nobody wrote")


def _values(after: AnyRequest) -> dict[str, Any]:
    """The columns a state fills."""
    values: dict[str, Any] = {"state": after.STATE}
    match after:
        case AwaitingApproval() | Lapsed():
            return values
        case Approved() | Supervised() | Opened():
            values |= {"supervision": after.supervision, "watcher": after.watcher}
            if isinstance(after, Supervised):
                values["supervised_by"] = after.watcher
        case Rejected() | Withdrawn() | Revoked() | SolvedByCustomer():
            pass
    return values | {"answered_by": after.answer.by, "answered": instant.to_text(after.answer.at)}


async def load(work: Work | Tx, tenant: str, request: str) -> AnyRequest:
    """The request, or `Refused` (not_found)."""
    rows = await work.run(select(requests).where(requests.c.tenant == tenant, requests.c.id == request))
    if not rows:
        raise Refused(Why.NOT_FOUND)
    return _request(rows[0])


async def tenant_of(work: Work, request: str) -> str | None:
    """Whose it is: a page or a mail's link names the request alone. Check the tenant next."""
    rows = await work.run(select(requests.c.tenant).where(requests.c.id == request))
    return rows[0].tenant if rows else None


async def add(tx: Tx, new: AwaitingApproval) -> None:
    """A request whose `request.opened` was just appended."""
    asked, statement = new.asked, new.asked.statement
    moves.check(moves.REQUEST_MOVES, moves.NEW, "request.opened", new.STATE)
    await tx.change(
        insert(requests).values(
            tenant=asked.tenant,
            id=asked.id,
            state=new.STATE,
            host=statement.host.id,
            technician=asked.technician,
            incident=statement.incident,
            digest=asked.digest,
            statement=statement.encode(),
            opened_n=asked.opened_n,
            asked=instant.to_text(statement.created),
            not_before=instant.to_text(statement.not_before),
            not_after=instant.to_text(statement.not_after),
            longest_s=statement.longest_s,
        )
    )
    tx.announce("request", asked.id)


async def move(
    tx: Tx,
    before: AnyRequest,
    after: AnyRequest,
    record: AnyRecord,
    *,
    actor: Actor,
    session: str | None = None,
    refs: tuple[int, ...] = (),
    proof: Sequence[tuple[str, bytes]] = (),
    opening: Opening | None = None,
) -> int:
    """Make a move: its one record, and the state behind it. The record's place in the log."""
    n = await tx.append(
        record,
        actor=actor,
        session=session,
        host=after.asked.statement.host.id,
        refs=refs or (after.asked.opened_n,),
        proof=proof,
        opening=opening,
        subject=after.asked.id,
    )
    await settle(tx, before, after, record, n)
    return n


async def settle(tx: Tx, before: AnyRequest, after: AnyRequest, record: AnyRecord, n: int) -> None:
    """Write the state behind a move whose record is appended; it may move a session as well."""
    moves.check(moves.REQUEST_MOVES, before.STATE, record.KIND, after.STATE)
    values = _values(after)
    if record.KIND in _PLACES:
        values[_PLACES[record.KIND]] = n
    touched = await tx.change(
        update(requests)
        .where(
            requests.c.tenant == tx.tenant,
            requests.c.id == after.asked.id,
            requests.c.state == before.STATE,
        )
        .values(**values)
    )
    if touched != 1:
        raise LogConflict("the request was moved by another writer")
    tx.announce("request", after.asked.id)
    await follow_request(tx, after)


async def supervised_n(work: Work | Tx, tenant: str, request: str) -> int | None:
    """The place of `supervision.taken`, once somebody took it."""
    rows = await work.run(
        select(requests.c.supervised_n).where(requests.c.tenant == tenant, requests.c.id == request)
    )
    return rows[0].supervised_n if rows else None


async def unfinished_of(work: Work | Tx, tenant: str, technician: str) -> list[AnyRequest]:
    """What he asked and nobody has opened a session under, nor ended."""
    rows = await work.run(
        select(requests)
        .where(
            requests.c.tenant == tenant,
            requests.c.technician == technician,
            requests.c.state.in_(_UNFINISHED),
        )
        .order_by(requests.c.id)
    )
    return [_request(row) for row in rows]


async def overdue(work: Work | Tx, tenant: str, at: datetime) -> list[AnyRequest]:
    """Requests whose window is over and that nobody used."""
    rows = await work.run(
        select(requests)
        .where(
            requests.c.tenant == tenant,
            requests.c.state.in_(_UNFINISHED),
            requests.c.not_after <= instant.to_text(at),
        )
        .order_by(requests.c.not_after, requests.c.id)
    )
    return [_request(row) for row in rows]


# --------------------------------------------------------------------------------------- approvals


async def add_approval(tx: Tx, request: str, given: Given) -> None:
    await tx.change(
        insert(approvals).values(
            tenant=tx.tenant,
            request=request,
            approver=given.approval.approver,
            digest=given.approval.digest.hex(),
            statement=given.signed.statement,
            assertion=given.signed.assertion.encode(),
            given=instant.to_text(given.approval.given),
            n=given.n,
        )
    )
    tx.announce("request", request)


async def approvals_of(work: Work | Tx, tenant: str, request: str) -> list[Given]:
    """In the order in which they were given, which is the order the grant cites them in."""
    rows = await work.run(
        select(approvals)
        .where(approvals.c.tenant == tenant, approvals.c.request == request)
        .order_by(approvals.c.n)
    )
    return [
        Given(
            Approval.parse(bytes(row.statement)),
            SignedStatement(bytes(row.statement), Assertion.parse(bytes(row.assertion))),
            row.n,
        )
        for row in rows
    ]
