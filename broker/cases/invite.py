"""Give a person the one-time link by which he registers his first login passkey."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from broker.cases.deny import allow
from broker.domain.people import INVITATION_LASTS, Action, Who
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

    Once somebody of a customer can log in, only his own titolare may let him in anew: else the
    vendor could walk in as him.
    """
    await allow(parts, who, Action.INVITE, tenant, "person")
    async with parts.store.tx(tenant, parts.clock.now()) as tx:
        found = await people.person(tx.work, tenant, person_id)
        if found is None or not found.active:
            raise Refused(Why.NOT_FOUND)
        can_log_in = await people.credentials(tx.work, tenant, person_id, "login")
        if can_log_in and who.tenant != tenant:
            raise Refused(Why.NOT_ALLOWED)
        return await issue_invitation(parts, tx, person_id, invited_by=who.person)


async def issue_invitation(parts: Parts, tx: Tx, person_id: str, *, invited_by: str | None) -> Invited:
    token = new_secret(parts.chance.octets(SECRET_BYTES))
    expires = tx.at + INVITATION_LASTS
    await logins.add_invitation(tx, Invitation(digest_of(token), person_id, invited_by, expires, used=False))
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
