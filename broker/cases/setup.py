"""The first run: a secret on the console makes the house and its first administrator, once."""

from __future__ import annotations

from audit.instant import whole_ms
from audit.record import BROKER
from broker.cases.admit_person import keep_person
from broker.cases.invite import Invited, issue_invitation
from broker.cases.open_tenant import open_log
from broker.domain.email_address import read_email
from broker.domain.estate import Tenant
from broker.domain.refusal import Refused, Why
from broker.domain.secrets import SECRET_BYTES, digest_of, new_secret
from broker.parts import Parts
from broker.ports import opaque_id
from broker.store import estate, people

_FACT = "setup_secret"
_NOBODY_YET = "setup"  # no tenant exists, so there is no log to wait a turn for


async def make_setup_secret(parts: Parts) -> str | None:
    """A new secret to print while nobody exists; None once somebody does. An older one dies."""
    async with parts.store.tx(_NOBODY_YET, parts.clock.now()) as tx:
        if await people.anybody(tx.work):
            return None
        secret = new_secret(parts.chance.octets(SECRET_BYTES))
        await estate.set_fact(tx, _FACT, digest_of(secret))
        return secret


async def setup_is_open(parts: Parts) -> bool:
    """Whether the page of the first run exists at all."""
    async with parts.store.read() as work:
        return not await people.anybody(work)


async def setup(parts: Parts, secret: str, *, name: str, email: str, house: str) -> Invited:
    """The vendor's tenant and its owner, who gets an invitation. Afterwards set-up is gone for good."""
    at = whole_ms(parts.clock.now())
    new = Tenant(
        opaque_id(parts.chance, "t"), "house", house, parts.settings.zone, parts.settings.demo, opened=at
    )
    async with parts.store.tx(new.id, at) as tx:
        if await people.anybody(tx.work):
            raise Refused(Why.SETUP_DONE)
        if not await estate.spend_fact(tx, _FACT, digest_of(secret)):
            raise Refused(Why.NOT_RECOGNISED)
        await open_log(parts, tx, new, {"email": read_email(email)}, vendor=new.id)
        owner = await keep_person(
            parts,
            tx,
            tenant=new.id,
            role="owner",
            name=name,
            function="responsabile",
            email=email,
            actor=BROKER,
        )
        return await issue_invitation(parts, tx, owner.id, by=BROKER)


async def renew_first_invitation(parts: Parts) -> Invited | None:
    """A fresh link to print for the owner, while none can log in; None afterwards, and before set-up.

    Set-up is gone for good, so a first link that ran out unused would lock everybody out.
    """
    async with parts.store.read() as work:
        house = await estate.house(work)
    if house is None:
        return None
    async with parts.store.tx(house.id, parts.clock.now()) as tx:
        if await people.any_comes_in(tx.work, house.id, "owner"):
            return None
        owner, *_ = await people.tenant_people(tx.work, house.id, role="owner")
        return await issue_invitation(parts, tx, owner.id, by=BROKER)
