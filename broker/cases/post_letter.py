"""Put a letter with receipts on its way: kept with the change it tells of, handed over by a job."""

from __future__ import annotations

from broker.domain import registered_letter
from broker.domain.dispatch import Dispatch
from broker.domain.email_address import read_email
from broker.domain.envelope import Envelope
from broker.domain.refusal import Refused, Why
from broker.domain.registered_letter import MAX_BYTES, Letter
from broker.parts import Parts
from broker.ports import opaque_id
from broker.store import dispatches
from broker.store.tx import Tx

KIBI = 1024


async def post_letter(parts: Parts, tx: Tx, letter: Letter, channel: str = "pec") -> Dispatch:
    """Inside the transaction of what it is about. `Refused` (not_found) where there is no such channel.

    Its record is made when it is handed over. The same Message-ID stays with it through every attempt.
    """
    way = parts.channels.get(channel)
    if way is None:
        raise Refused(Why.NOT_FOUND)
    if letter.size > MAX_BYTES:
        raise Refused(Why.TOO_LARGE, field="letter", limit=f"{MAX_BYTES // KIBI**2} MiB")
    recipient = read_email(letter.recipient)
    made = Dispatch(
        id=opaque_id(parts.chance, "l", 8),
        tenant=tx.tenant,
        channel=channel,
        purpose=letter.purpose,
        message_id=f"<{parts.chance.octets(16).hex()}@{way.sender.rpartition('@')[2]}>",
        recipient=recipient,
        person=letter.person,
        about=letter.about,
        handed="waiting",
        receipts=frozenset(),
        made=tx.at,
        due=tx.at,
    )
    envelope = Envelope(registered_letter.to(letter), way.sender, made.message_id, tx.at)
    await dispatches.add(tx, made, registered_letter.compose(letter, envelope))
    tx.announce("post", made.id)
    return made
