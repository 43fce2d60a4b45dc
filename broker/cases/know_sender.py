"""The titolare says by what mail of his people is known: a domain that may sign, a certified box, a codice fiscale."""

from __future__ import annotations

from dataclasses import dataclass

from audit.commitment import SALT_BYTES, Opening
from audit.instant import whole_ms
from audit.post_records import MailSenderChanged
from broker.cases.deny import allow
from broker.domain.mail_sender import MailSender, chosen
from broker.domain.people import APPROVING_ROLES, Action, Person, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import addresses, people
from broker.store.database import Work


@dataclass(frozen=True, slots=True)
class Known:
    """One of the customer's people who may write, and what was said of him."""

    person: Person
    sender: MailSender


async def see_senders(parts: Parts, who: Who) -> list[Known]:
    """The caller's own customer's, by name."""
    await allow(parts, who, Action.KNOW_SENDERS, who.tenant, "person")
    async with parts.store.read() as work:
        return await _everybody(work, who.tenant)


async def know_sender(
    parts: Parts, who: Who, person: str, *, domain: str, box: str, fiscal_code: str
) -> MailSender:
    """From the next mail on; what came before stays as it was judged. `Refused`: a box or a number that another
    of his people has."""
    await allow(parts, who, Action.KNOW_SENDERS, who.tenant, "person")
    async with parts.store.tx(who.tenant, whole_ms(parts.clock.now())) as tx:
        everybody = await _everybody(tx.work, who.tenant)
        found = next((one for one in everybody if one.person.id == person), None)
        if found is None:
            raise Refused(Why.NOT_FOUND)
        new = chosen(domain, box, fiscal_code, found.person.email)
        if new == found.sender:
            raise Refused(Why.WRONG_STATE)
        _alone(new, [one for one in everybody if one.person.id != person])
        opening = Opening(tx.chance.octets(SALT_BYTES), dict(new.texts()))
        await tx.append(MailSenderChanged(person), actor=who.actor, opening=opening)
        await addresses.know(tx, person, new)
        tx.announce("people", person)
    return new


async def _everybody(work: Work, tenant: str) -> list[Known]:
    said = await addresses.senders(work, tenant)
    return [
        Known(one, said.get(one.id, MailSender()))
        for one in await people.tenant_people(work, tenant)
        if one.role in APPROVING_ROLES
    ]


def _alone(new: MailSender, others: list[Known]) -> None:
    """Else one person's mail or signature would count as another's."""
    for one in others:
        if new.box and new.box in (one.sender.box, one.person.email):
            raise Refused(Why.DUPLICATE)
        if new.fiscal_code and new.fiscal_code == one.sender.fiscal_code:
            raise Refused(Why.DUPLICATE)
