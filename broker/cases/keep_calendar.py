"""A person has a secret address made for his calendar, or takes it back: whoever knows it reads his dates."""

from __future__ import annotations

from dataclasses import dataclass

from audit.person_records import CredentialAdded, CredentialRemoved
from broker.cases.deny import allow
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.secrets import SECRET_BYTES, digest_of, new_secret
from broker.parts import Parts
from broker.store import calendars

KIND = "calendar"


@dataclass(frozen=True, slots=True)
class CalendarOpened:
    """Shown this once; it counts until it is renewed or taken back, or he leaves."""

    address: str


async def has_calendar(parts: Parts, who: Who) -> bool:
    await allow(parts, who, Action.KEEP_CALENDAR, who.tenant, "person")
    async with parts.store.read() as work:
        return await calendars.digest_of(work, who.person) is not None


async def open_calendar(parts: Parts, who: Who) -> CalendarOpened:
    """A new one each time; the one before counts no more."""
    await allow(parts, who, Action.KEEP_CALENDAR, who.tenant, "person")
    token = new_secret(parts.chance.octets(SECRET_BYTES))
    async with parts.store.tx(who.tenant, parts.clock.now()) as tx:
        before = await calendars.digest_of(tx.work, who.person)
        if before is not None:
            await tx.append(CredentialRemoved(who.person, KIND, before), actor=who.actor)
        await calendars.renew(tx, who.person, digest_of(token))
        record = CredentialAdded(who.person, KIND, digest_of(token), demo_software=False)
        await tx.append(record, actor=who.actor)
    return CalendarOpened(f"{parts.settings.origin}/api/calendars/{token}.ics")


async def close_calendar(parts: Parts, who: Who) -> None:
    await allow(parts, who, Action.KEEP_CALENDAR, who.tenant, "person")
    async with parts.store.tx(who.tenant, parts.clock.now()) as tx:
        before = await calendars.digest_of(tx.work, who.person)
        if before is None:
            raise Refused(Why.NOT_FOUND)
        await calendars.drop(tx, who.person)
        await tx.append(CredentialRemoved(who.person, KIND, before), actor=who.actor)
