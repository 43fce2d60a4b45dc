"""*Rettifica* (art. 16 GDPR): what a record's text says wrongly is put right by another; the first stays, and verifies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from audit.commitment import SALT_BYTES, Opening
from audit.instant import whole_ms
from audit.protection_records import InstructionQuestioned, RecordRectified
from audit.request_records import RequestOpened
from audit.session_records import SessionClosed
from broker.cases.located import request_tenant
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.texts import MAX_NOTE, cover, written
from broker.parts import Parts
from broker.store import log, openings, sessions
from broker.store.database import Work

WHAT: tuple[str, ...] = ("request", "note")
"""Of a request: its texts; of the session that came of it: note, outcome and activities. Names are put right where
people are kept, facts of agents by nobody."""
_KIND = {"request": RequestOpened.KIND, "note": SessionClosed.KIND}
_KINDS = (RecordRectified.KIND, InstructionQuestioned.KIND)


@dataclass(frozen=True, slots=True)
class Beside:
    """What was written later beside a request. `kind`: rectified (of the record `corrects`) | questioned.
    `text` is None once erased."""

    kind: str
    n: int
    at: datetime
    by: str
    corrects: int | None
    text: str | None


async def rectify(parts: Parts, who: Who, request: str, what: str, text: str) -> int:
    """By titolare or owner; how many pieces of the text were covered as passwords."""
    tenant = await request_tenant(parts, who, Action.RECTIFY, request)
    said, covered = cover(written(text, "text", MAX_NOTE, needed=True))
    if what not in WHAT:
        raise Refused(Why.BAD_INPUT, field="what")
    async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
        n = await _record_of(tx.work, tenant, request, what)
        if n is None:
            raise Refused(Why.WRONG_STATE)
        opening = Opening(parts.chance.octets(SALT_BYTES), {"text": said})
        record = RecordRectified(n, request)
        await tx.append(record, actor=who.actor, opening=opening, subject=request, refs=(n,))
        tx.announce("request", request)
    return covered


async def _record_of(work: Work, tenant: str, request: str, what: str) -> int | None:
    """The last record of that kind; None where there is none yet."""
    if what == "request":
        asked = await log.select_leaves(work, tenant, kinds=(_KIND[what],), limit=log.ALL)
        found = [x.n for x in asked if isinstance(x.record, RequestOpened) and x.record.request == request]
    else:
        session = await sessions.of_request(work, tenant, request)
        closed = (
            []
            if session is None
            else await log.select_leaves(work, tenant, session=session.permit.id, kinds=(_KIND[what],))
        )
        found = [leaf.n for leaf in closed]
    return found[-1] if found else None


async def beside(work: Work, tenant: str, request: str, wrapping: bytes) -> list[Beside]:
    """Corrections and the vendor's word on it, oldest first."""
    found: list[Beside] = []
    corrects: int | None
    for leaf in await log.select_leaves(work, tenant, kinds=_KINDS, limit=log.ALL):
        match leaf.record:
            case RecordRectified(corrects=n, request=of) if of == request:
                kind, corrects = "rectified", n
            case InstructionQuestioned(request=of) if of == request:
                kind, corrects = "questioned", None
            case _:
                continue
        opening = await openings.get(work, tenant, leaf.n, wrapping)
        text = None if opening is None else str(opening.data["text"])
        found.append(Beside(kind, leaf.n, leaf.time, leaf.actor.id, corrects, text))
    return found
