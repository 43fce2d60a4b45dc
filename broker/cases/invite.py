"""Give a person the one-time link by which he registers his first login passkey."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from audit import instant
from audit.person_records import PersonInvited
from audit.record import BROKER, Actor
from broker.cases.deny import allow, attempt
from broker.domain.people import INVITATION_LASTS, Action, Who, lets_in
from broker.domain.refusal import Refused, Why
from broker.domain.secrets import SECRET_BYTES, digest_of, new_secret
from broker.parts import Parts
from broker.store import estate, logins, people
from broker.store.logins import Invitation
from broker.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Invited:
    """`link` is shown to whoever invites, once: only its digest is kept."""

    person: str
    link: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class InvitationView:
    """What the invited person reads before anything happens."""

    person: str
    name: str
    function: str
    role: str
    organisation: str
    invited_by: str | None
    expires: datetime


async def invite(parts: Parts, who: Who, tenant: str, person_id: str) -> Invited:
    """A new link, in the place of an older one.

    Once somebody of a customer can log in, only its titolare may let him in anew, and once a titolare
    can, anybody: else the vendor could walk in as one of them.
    """
    await allow(parts, who, Action.INVITE, tenant, "person")
    async with attempt(parts, who, "person", tenant), parts.store.tx(tenant, parts.clock.now()) as tx:
        found = await people.person(tx.work, tenant, person_id)
        place = await estate.tenant(tx.work, tenant)
        if found is None or place is None or not found.active:
            raise Refused(Why.NOT_FOUND)
        comes_in = await people.credentials(tx.work, tenant, person_id, "login")
        lets_in(who, place.kind, led=bool(comes_in) or await people.any_comes_in(tx.work, tenant, "titolare"))
        return await issue_invitation(parts, tx, person_id, by=who.actor)


async def issue_invitation(parts: Parts, tx: Tx, person_id: str, *, by: Actor) -> Invited:
    """Recorded: whoever holds the link can become that person."""
    token = new_secret(parts.chance.octets(SECRET_BYTES))
    expires = tx.at + INVITATION_LASTS
    host = None if by == BROKER else by.id
    await logins.add_invitation(tx, Invitation(digest_of(token), person_id, host, expires, used=False))
    await tx.append(PersonInvited(person_id, instant.to_text(expires)), actor=by)
    tx.announce("people", person_id)
    return Invited(person_id, f"{parts.settings.origin}/invito/{token}", expires)


async def read_invitation(parts: Parts, token: str) -> InvitationView:
    """Who invites whom to what; the link is not spent by looking."""
    at = parts.clock.now()
    async with parts.store.read() as work:
        found = await logins.find_invitation(work, digest_of(token))
        person = None if found is None else await people.find_person(work, found.person)
        if found is None or person is None:
            raise Refused(Why.NOT_FOUND)
        if found.used or found.expires <= at or not person.active:
            raise Refused(Why.INVITATION_SPENT)
        place = await estate.tenant(work, person.tenant)
        host = None if found.invited_by is None else await people.find_person(work, found.invited_by)
        assert place is not None
        return InvitationView(
            person.id,
            person.name,
            person.function,
            person.role,
            place.name,
            None if host is None else host.name,
            found.expires,
        )
