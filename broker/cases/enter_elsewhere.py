"""What is done with who a provider says has come: let him in, link it to him, or count it as a fresh proof (C-21)."""

from __future__ import annotations

from audit.person_records import CredentialAdded
from broker.cases.keep_provider import unlink_one
from broker.cases.log_in_again import enter, proved_anew
from broker.cases.log_in_elsewhere import Known
from broker.cases.start_login import LoggedIn, turned_away
from broker.domain.people import Action, Who, require
from broker.domain.provider import Provider
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import estate, people, providers
from broker.store.providers import Identity


async def let_in(parts: Parts, known: Known, terminal: str, browser: str, token: str | None) -> LoggedIn:
    """Whoever linked it to himself. A log-in approves nothing and signs nothing."""
    if known.person is None:
        await turned_away(parts, known.tried, None, Why.NOT_LINKED)
        raise Refused(Why.NOT_LINKED, provider=known.provider.name)
    async with parts.store.tx(known.provider.tenant, parts.clock.now()) as tx:
        return await enter(
            tx, parts, known.person, known.provider.kind, terminal, token, demo_software=False, browser=browser,
            acr=known.shown.acr, provider=known.provider.id,
        )  # fmt: skip


async def link_to_self(parts: Parts, who: Who, known: Known) -> None:
    """By himself, logged in by passkey: an address or a name proves nothing, and nobody links another one."""
    require(who, Action.ADD_PASSKEY, who.tenant)
    if who.method != "passkey":
        raise Refused(Why.PASSKEY_NEEDED)
    if known.ceremony.person != who.person or known.provider.tenant != who.tenant:
        raise Refused(Why.NOT_FOUND)
    async with parts.store.tx(who.tenant, parts.clock.now()) as tx:
        if await providers.who_is(tx.work, known.provider.id, known.digest) is not None:
            raise Refused(Why.DUPLICATE)
        if known.provider.id in {one.provider for one in await providers.identities_of(tx.work, who.person)}:
            raise Refused(Why.DUPLICATE)
        person = await people.person(tx.work, who.tenant, who.person)
        if person is None or not person.active:
            raise Refused(Why.LOGIN_NEEDED)
        await providers.link(tx, Identity(known.provider.id, known.digest, who.person, tx.at))
        record = CredentialAdded(who.person, "identity", known.digest, demo_software=False)
        await tx.append(record, actor=who.actor)
        tx.announce("people", who.person)


async def prove_elsewhere(parts: Parts, who: Who, known: Known, token: str) -> None:
    """A fresh proof for what matters, where the provider says a level that is enough."""
    if known.person is None or known.person.id != who.person or known.ceremony.person != who.person:
        raise Refused(Why.NOT_LINKED, provider=known.provider.name)
    if not known.provider.strong(known.shown.acr):
        raise Refused(Why.IDENTITY_NOT_TAKEN, what="acr_low", provider=known.provider.name)
    async with parts.store.tx(who.tenant, parts.clock.now()) as tx:
        await proved_anew(tx, parts, who, known.provider.kind, token, demo_software=False)


async def unlink_self(parts: Parts, who: Who, provider: str) -> None:
    """He comes in there no more."""
    require(who, Action.ADD_PASSKEY, who.tenant)
    async with parts.store.tx(who.tenant, parts.clock.now()) as tx:
        if not await unlink_one(tx, who, provider, who.person):
            raise Refused(Why.NOT_FOUND)
        tx.announce("people", who.person)


async def see_doors(parts: Parts, known_here: str) -> list[Provider]:
    """What a stranger is offered: the vendor's providers, and the one by which somebody came in with this browser.

    A customer's are told to nobody else: who is a customer here is nobody's business.
    """
    async with parts.store.read() as work:
        house = await estate.house(work)
        found = [] if house is None else await providers.of_tenant(work, house.id)
        his = await providers.find(work, known_here) if known_here else None
    return [*found, *([his] if his is not None and his.id not in {one.id for one in found} else [])]
