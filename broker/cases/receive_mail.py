"""A mail came: judged, and recorded with its bytes, the answers of the DNS and its place in one transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from audit.instant import whole_ms
from audit.mail_evidence.digests import mail_digest
from audit.mail_evidence.judgement import Envelope, Judgement
from audit.record import BROKER
from broker.cases.bind_mail import tell_of_mail, write_bound
from broker.cases.keep_stranger import keep_stranger
from broker.cases.record_mail import known_now, record_mail
from broker.cases.take_receipt import take_receipt
from broker.cases.tell_unread import tell_unread
from broker.cases.whose_mail import Whose, whose_mail
from broker.domain.arrived import Arrived, Place
from broker.domain.received_mail import MOST_UNPROVEN, UNPROVEN_IN, Mail
from broker.domain.refusal import Refused, Why
from broker.live.mail_desk import MailDesk, Reading
from broker.parts import Parts
from broker.store import estate, mailboxes, mails
from broker.store.tx import Tx


async def receive_mail(parts: Parts, arrived: Arrived, place: Place | None = None) -> Mail | None:
    """Return once it is on the disk; else `Refused`, or whatever went wrong, and nothing was kept of it.

    `place`: where it lies in a mailbox, which is read on from there. None where these bytes were known
    already and the mailbox is being read once more.
    """
    assert parts.mail is not None
    async with parts.mail.turn:
        at = whole_ms(parts.clock.now())
        if place is not None and await _read_before(parts, arrived, place, at):
            return None
        reading = parts.mail.reading()
        whose = await whose_mail(parts, reading, arrived)
        if whose.tenant is None or await _flooded(parts, whose.tenant, whose.judged, at):
            return await keep_stranger(parts, arrived, whose.judged, at, place)
        return await _keep(parts, parts.mail, reading, arrived, whose, whose.tenant, at, place)


async def _keep(
    parts: Parts,
    desk: MailDesk,
    reading: Reading,
    arrived: Arrived,
    whose: Whose,
    tenant: str,
    at: datetime,
    place: Place | None,
) -> Mail:
    replay = whose.judged.claims.replay
    async with parts.store.read() as work:
        known = await known_now(desk, work, tenant, at)
        seen = await mails.seen(work, tenant, replay)
    envelope = Envelope(arrived.came, arrived.mail_from, arrived.recipients, arrived.source)
    judged = await reading.judge(arrived.raw, envelope, known)
    if seen:
        judged = judged.repeated()
    async with parts.store.tx(tenant, at) as tx:
        if await mails.seen(tx.work, tenant, replay) != seen:
            raise Refused(Why.LOG_UNAVAILABLE)  # another broker had its copy meanwhile: again, as the second
        if await known_now(desk, tx.work, tenant, at) != known:
            raise Refused(Why.LOG_UNAVAILABLE)  # it was judged by what no longer holds
        one = await record_mail(tx, reading, arrived, envelope, known, judged)
        assert one.n is not None
        if place is not None:
            await mailboxes.reached(tx, place)
        if one.state == "nothing":
            if whose.letter is not None and not seen:
                await _receipt(parts, tx, judged, whose, one.n)
            return one
        bound = None if judged.sender is None else whose.request
        if bound is not None:
            one = replace(one, request=bound)
            await write_bound(tx, one, bound, "code", BROKER, accepted=judged.accepted)
        await tell_of_mail(tx, one)
        if one.state == "open":
            await tell_unread(tx, stranger=one.person is None)
    return one


async def _receipt(parts: Parts, tx: Tx, judged: Judgement, whose: Whose, n: int) -> None:
    """A channel of ours says what it is; of a receipt that none knows, the mail alone is kept."""
    if whose.letter is None:
        return
    channel = parts.channels.get(whose.letter.channel)
    found = None if channel is None else channel.receipt(judged)
    if found is not None:
        await take_receipt(tx, found, whose.letter, n)


async def _read_before(parts: Parts, arrived: Arrived, place: Place, at: datetime) -> bool:
    """The mailbox changed its numbers and is read again: of what is known nothing more is made."""
    async with parts.store.read() as work:
        cursor = await mailboxes.cursor(work, place.mailbox)
        if cursor is None or place.uid > cursor.again:
            return False
        if not await mails.known_bytes(work, mail_digest(arrived.raw)):
            return False
        house = await estate.house(work)
    assert house is not None  # a broker without a house reads no mail
    async with parts.store.tx(house.id, at, records=False) as tx:
        await mailboxes.reached(tx, place)
    return True


async def _flooded(parts: Parts, tenant: str, judged: Judgement, at: datetime) -> bool:
    """Whoever knows an address could fill a log that nobody may shorten."""
    if judged.level.value > 0 or judged.transport == "receipt":
        return False
    async with parts.store.read() as work:
        return await mails.unproven_since(work, tenant, at - UNPROVEN_IN) >= MOST_UNPROVEN
