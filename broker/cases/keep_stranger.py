"""A mail of nobody known: on the house's own list, in no customer's log, bounded, for a month."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from audit.mail_evidence.judgement import Judgement
from audit.mail_evidence.keeping import MAX_SHOWN
from broker.cases.record_mail import line
from broker.cases.tell_unread import tell_unread
from broker.domain.arrived import Arrived, Place
from broker.domain.received_mail import MOST_STRANGERS, MOST_STRANGERS_BYTES, STRANGERS_STAY, Mail
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.ports import opaque_id
from broker.store import estate, mailboxes, mails


async def keep_stranger(
    parts: Parts, arrived: Arrived, judged: Judgement, at: datetime, place: Place | None
) -> Mail:
    """`Refused` (too_large) where the list is full: then it stays where it lies, and is tried again."""
    async with parts.store.read() as work:
        house = await estate.house(work)
    assert house is not None  # a broker without a house reads no mail
    async with parts.store.tx(house.id, at, records=False) as tx:
        await mails.forget(tx, at - STRANGERS_STAY)
        count, octets = await mails.weight(tx.work, house.id)
        if count >= MOST_STRANGERS or octets + len(arrived.raw) > MOST_STRANGERS_BYTES:
            raise Refused(Why.TOO_LARGE, field="post", limit=str(MOST_STRANGERS))
        seen = await mails.seen(tx.work, house.id, judged.claims.replay)
        id = opaque_id(parts.chance, "m", 8)
        one = replace(
            line(id, house.id, None, arrived, judged, at),
            level="e0",
            person=None,
            sender=judged.claims.sender[:MAX_SHOWN],
            subject=judged.claims.subject[:MAX_SHOWN],
        )
        if seen:
            one = replace(one, code="duplicate")
        await mails.add(tx, one, arrived.raw)
        if place is not None:
            await mailboxes.reached(tx, place)
        if one.state == "open":
            await tell_unread(tx, stranger=True)
        tx.announce("post", one.id)
    return one
