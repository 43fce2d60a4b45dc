"""Every half year somebody looks at who can come in (PCI 7.2.4): the owner at his own people, a titolare at his."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from audit.duty_records import AccountsReviewed
from audit.instant import whole_ms
from broker.cases.deny import allow
from broker.domain.instants import day_of
from broker.domain.people import Action, Person, Who
from broker.domain.presets import review_months
from broker.domain.refusal import Refused, Why
from broker.domain.right import months_later
from broker.parts import Parts
from broker.store import duty_log, estate, people, statements


@dataclass(frozen=True, slots=True)
class Accounts:
    """Who can come in, when somebody last looked and by when it is due again."""

    people: tuple[Person, ...]
    last: date | None
    due: date
    late: bool


async def see_accounts(parts: Parts, who: Who) -> Accounts:
    """Of the caller's own tenant."""
    await allow(parts, who, Action.REVIEW_ACCOUNTS, who.tenant, "person")
    async with parts.store.read() as work:
        place = await estate.tenant(work, who.tenant)
        assert place is not None  # a person has a tenant
        review = await duty_log.last_review(work, who.tenant)
        policy = await statements.policy(work, who.tenant)
        here = [one for one in await people.tenant_people(work, who.tenant) if one.active]
    last = None if review is None else day_of(review.at, place.zone)
    every = review_months(() if policy is None else policy.presets)
    due = months_later(last or day_of(place.opened, place.zone), every)
    return Accounts(tuple(here), last, due, day_of(parts.clock.now(), place.zone) > due)


async def review_accounts(parts: Parts, who: Who, kept: list[str]) -> None:
    """`kept` has to be everybody who can come in: whoever should not is dismissed first. `Refused` (wrong_state)."""
    await allow(parts, who, Action.REVIEW_ACCOUNTS, who.tenant, "person")
    async with parts.store.tx(who.tenant, whole_ms(parts.clock.now())) as tx:
        here = {one.id for one in await people.tenant_people(tx.work, who.tenant) if one.active}
        if set(kept) != here:
            raise Refused(Why.WRONG_STATE)
        await tx.append(AccountsReviewed(tuple(sorted(here))), actor=who.actor)
        tx.announce("people", who.tenant)
