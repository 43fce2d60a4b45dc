"""To whom a letter of the outbox goes, if anybody is left to write to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from broker.domain import letters
from broker.domain.envelope import Envelope
from broker.domain.estate import Tenant
from broker.parts import Parts
from broker.store import estate, people
from broker.store.database import Work
from broker.store.outbox import Due


@dataclass(frozen=True, slots=True)
class Addressed:
    """`link` leads to the reader's own first page."""

    customer: Tenant
    envelope: Envelope
    link: str

    @property
    def mailbox(self) -> str:
        return self.envelope.to.addr_spec


async def addressed(parts: Parts, work: Work, due: Due, at: datetime) -> Addressed | None:
    """None where the person has left or has no address, or the customer is gone."""
    to = await people.find_person(work, str(due.payload["to"]))
    customer = await estate.tenant(work, due.tenant)
    if to is None or not to.active or not to.email or customer is None:
        return None
    page = "titolare" if to.role == "titolare" else "richieste"
    return Addressed(customer, envelope(parts, due, to.name, to.email, at), f"{parts.settings.origin}/{page}")


def envelope(parts: Parts, due: Due, name: str, email: str, at: datetime) -> Envelope:
    sender = parts.settings.mail_from
    message_id = f"<{due.tenant}.{due.id}@{sender.rpartition('@')[2]}>"  # the same at each attempt
    return Envelope(letters.address(name, email), sender, message_id, at)
