"""Technicians hear of mail that somebody has to read: no code bound it to a request."""

from __future__ import annotations

from datetime import timedelta

from broker.store import estate, outbox, people
from broker.store.tx import Tx

NOT_WITHIN = timedelta(hours=1)  # what comes meanwhile is told at its end
STRANGERS_NOT_WITHIN = timedelta(days=1)  # anybody can write: what only strangers send makes no hourly letter


async def tell_unread(tx: Tx, *, stranger: bool) -> None:
    """At most one letter an hour to each technician, of all customers together; how many wait is counted when it
    goes, and where none does any more none goes."""
    last = await outbox.newest_page(tx.work, "mail_unread")
    if last is not None and (last > tx.at or (stranger and last > tx.at - STRANGERS_NOT_WITHIN)):
        return
    house = await estate.house(tx.work)
    assert house is not None  # a broker without a house reads no mail
    technicians = await people.tenant_people(tx.work, house.id, role="technician")
    due = tx.at if last is None else max(tx.at, last + NOT_WITHIN)
    await outbox.page(tx, "mail_unread", (one.id for one in technicians), due=due)
