"""Requests of people concerned (art. 15 ff. GDPR): noted, put off once, answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from audit.commitment import SALT_BYTES, Opening
from audit.duty_records import RightAnswered, RightAsked, RightExtended
from audit.instant import whole_ms
from broker.cases.deny import allow
from broker.domain import right as rights
from broker.domain.estate import Tenant
from broker.domain.instants import day_of
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.right import Right
from broker.domain.texts import MAX_NOTE, MAX_REASON, cover, written
from broker.parts import Parts
from broker.store import duty_log, estate, people
from broker.store.database import Work
from broker.store.tx import Tx


@dataclass(frozen=True, slots=True)
class RightDraft:
    """`person` is his name as he gave it, `subject` his pseudonym where he comes in here."""

    asked: str
    received: str
    person: str
    subject: str = ""
    words: str = ""


async def note_right(parts: Parts, who: Who, tenant: str, draft: RightDraft) -> str:
    """Its id."""
    await allow(parts, who, Action.ANSWER_RIGHT, tenant, "records")
    name = written(draft.person, "person", 120, needed=True).replace("\n", " ")
    words, _ = cover(written(draft.words, "words", MAX_REASON))
    if draft.asked not in rights.ASKED:
        raise Refused(Why.BAD_INPUT, field="asked")
    at = whole_ms(parts.clock.now())
    async with parts.store.tx(tenant, at) as tx:
        place = await customer_of(tx.work, tenant)
        if draft.subject and await people.find_person(tx.work, draft.subject) is None:
            raise Refused(Why.BAD_INPUT, field="subject")
        received = rights.check_received(draft.received, day_of(at, place.zone))
        one = f"d-{parts.chance.octets(4).hex()}"
        opening = _sealed(parts, {"person": name, "subject": draft.subject, "words": words})
        record = RightAsked(one, draft.asked, received.isoformat(), rights.due(received).isoformat())
        await tx.append(record, actor=who.actor, opening=opening)
    return one


async def extend_right(parts: Parts, who: Who, tenant: str, name: str, reason: str) -> None:
    await allow(parts, who, Action.ANSWER_RIGHT, tenant, "records")
    said, _ = cover(written(reason, "reason", MAX_REASON, needed=True))
    async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
        place, found = await customer_of(tx.work, tenant), await _found(tx, name)
        rights.may_extend(found, day_of(tx.at, place.zone))
        due = rights.extended(found.received).isoformat()
        await tx.append(RightExtended(name, due), actor=who.actor, opening=_sealed(parts, {"reason": said}))


async def answer_right(parts: Parts, who: Who, tenant: str, name: str, outcome: str, text: str) -> None:
    """A refusal gives its reasons: it is never empty (art. 12(4))."""
    await allow(parts, who, Action.ANSWER_RIGHT, tenant, "records")
    said, _ = cover(written(text, "text", MAX_NOTE, needed=outcome != "granted"))
    if outcome not in rights.OUTCOMES:
        raise Refused(Why.BAD_INPUT, field="outcome")
    async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
        if (await _found(tx, name)).answered is not None:
            raise Refused(Why.WRONG_STATE)
        record = RightAnswered(name, outcome)
        await tx.append(record, actor=who.actor, opening=_sealed(parts, {"text": said}))


def _sealed(parts: Parts, data: dict[str, Any]) -> Opening:
    return Opening(parts.chance.octets(SALT_BYTES), data)


async def customer_of(work: Work, tenant: str) -> Tenant:
    found = await estate.tenant(work, tenant)
    if found is None or found.kind != "customer":
        raise Refused(Why.NOT_FOUND)
    return found


async def right_of(work: Work, tenant: str, name: str) -> Right | None:
    return next((one for one in await duty_log.rights(work, tenant) if one.id == name), None)


async def _found(tx: Tx, name: str) -> Right:
    found = await right_of(tx.work, tx.tenant, name)
    if found is None:
        raise Refused(Why.NOT_FOUND)
    return found
