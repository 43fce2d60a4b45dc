"""Hand a letter with receipts to its channel: once, unless it certainly went nowhere (requirements.md C-15)."""

from __future__ import annotations

import email
import email.policy
import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from audit.commitment import SALT_BYTES, Opening
from audit.instant import whole_ms
from audit.post_records import LetterOverdue, LetterSent
from audit.record import BROKER
from broker.domain.dispatch import Dispatch, Handed, is_overdue
from broker.parts import Parts
from broker.ports import Channel, NotTaken, Uncertain
from broker.store import dispatches, estate, outbox, people
from broker.store.tx import Tx

BACK_OFF = (60, 300, 900, 3600)  # seconds; then hourly
MAX_TRIES = 52  # about two days, as other letters
_OUTCOMES: dict[Handed, str] = {"sent": "taken", "uncertain": "uncertain", "not_taken": "not_taken"}


async def hand_letter_over(parts: Parts, one: Dispatch, channel: Channel) -> None:
    """What becomes of it is written down before anything else happens to it.

    It is marked before it leaves: whoever dies in between leaves a letter of which nobody can say
    whether it went, and such a one is never sent again by itself.
    """
    at = whole_ms(parts.clock.now())
    async with parts.store.tx(one.tenant, at, records=False) as tx:
        now = await dispatches.load(tx.work, one.tenant, one.id)
        if now.handed != "waiting":
            return  # another broker has it in hand
        message = await dispatches.message(tx.work, one.tenant, one.id)
        taken_up = replace(now, handed="sending", due=at)
        await dispatches.mark(tx, taken_up)
    try:
        await channel.send(message, one.recipient)
    except NotTaken:
        await _again(parts, taken_up)
    except Uncertain:
        await _settle(parts, taken_up, "uncertain")
    else:
        await _settle(parts, taken_up, "sent")


async def leave_uncertain(parts: Parts, one: Dispatch) -> None:
    """It was in hand when a broker died."""
    await _settle(parts, one, "uncertain")


async def tell_overdue(parts: Parts, one: Dispatch) -> None:
    """A day without an outcome: said once."""
    at = whole_ms(parts.clock.now())
    async with parts.store.tx(one.tenant, at) as tx:
        now = await dispatches.load(tx.work, one.tenant, one.id)
        if now.overdue or not is_overdue(now, at):
            return
        await tx.append(LetterOverdue(now.id), actor=BROKER)
        await dispatches.keep(tx, replace(now, overdue=True))
        await tell_owners(tx)
        tx.announce("post", now.id)


async def tell_owners(tx: Tx) -> None:
    """Whoever leads the vendor hears of a letter that did not arrive: it is not sent again by itself."""
    house = await estate.house(tx.work)
    assert house is not None  # whoever sent letters has one
    owners = await people.tenant_people(tx.work, house.id, role="owner")
    await outbox.post(tx, "letter_failed", [one.id for one in owners])


async def write_sent(tx: Tx, one: Dispatch, handed: Handed) -> Dispatch:
    """Its record, in the transaction of whoever learned how it was handed over."""
    message = await dispatches.message(tx.work, one.tenant, one.id)
    subject = str(email.message_from_bytes(message, policy=email.policy.default)["Subject"])
    opening = Opening(tx.chance.octets(SALT_BYTES), {"recipient": one.recipient, "subject": subject})
    digest = hashlib.sha256(message).hexdigest()
    record = LetterSent(one.id, one.channel, one.purpose, _OUTCOMES[handed], digest)
    await tx.append(record, actor=BROKER, opening=opening)
    after = replace(one, handed=handed, sent=None if handed == "not_taken" else tx.at)
    await dispatches.keep(tx, after)
    if handed == "not_taken":
        await tell_owners(tx)
    tx.announce("post", one.id)
    return after


async def _settle(parts: Parts, one: Dispatch, handed: Handed) -> None:
    at = whole_ms(parts.clock.now())
    async with parts.store.tx(one.tenant, at) as tx:
        now = await dispatches.load(tx.work, one.tenant, one.id)
        if now.handed == "sending":  # else a receipt was quicker
            await write_sent(tx, now, handed)


async def _again(parts: Parts, one: Dispatch) -> None:
    tries = one.tries + 1
    if tries >= MAX_TRIES:
        await _settle(parts, one, "not_taken")
        return
    at = whole_ms(parts.clock.now())
    async with parts.store.tx(one.tenant, at, records=False) as tx:
        now = await dispatches.load(tx.work, one.tenant, one.id)
        if now.handed == "sending":
            await dispatches.mark(tx, replace(now, handed="waiting", tries=tries, due=_next(at, tries)))


def _next(at: datetime, tries: int) -> datetime:
    return at + timedelta(seconds=BACK_OFF[min(tries, len(BACK_OFF)) - 1])
