"""Which macro-category a customer is of, from when on, and on what appointment the vendor is its administrator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from audit.instant import whole_ms
from broker.cases.deny import allow, attempt
from broker.domain.category import Category, Validity, settled
from broker.domain.instants import chosen
from broker.domain.papers import Paper, named
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import categories, estate


@dataclass(frozen=True, slots=True)
class CategoryDraft:
    """As somebody typed it. `since` None: from now on; an empty `reference` names no paper."""

    category: Category
    since: datetime | None = None
    until: datetime | None = None
    paper: str = "appointment"
    reference: str = ""
    dated: str = ""
    file: str = ""


async def set_category(parts: Parts, who: Who, tenant: str, draft: CategoryDraft) -> Validity:
    """By the vendor's owner or the titolare; 1 only with the appointment on file (S-24)."""
    await allow(parts, who, Action.SET_CATEGORY, tenant, "tenant")
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "tenant", tenant), parts.store.tx(tenant, at) as tx:
        place = await estate.tenant(tx.work, tenant)
        if place is None or place.kind != "customer":
            raise Refused(Why.NOT_FOUND)
        wanted = Validity(
            draft.category,
            at if draft.since is None else chosen(draft.since, "since"),
            None if draft.until is None else chosen(draft.until, "until"),
            _paper(draft, at.astimezone(ZoneInfo(place.zone)).date()),
        )
        await tx.append(settled(wanted, at).record(), actor=who.actor)
        tx.announce("people", tenant)
    return wanted


def _paper(draft: CategoryDraft, today: date) -> Paper | None:
    if not draft.reference:
        return None
    return named(draft.paper, draft.reference, draft.dated, draft.file or None, today)


async def see_categories(parts: Parts, who: Who, tenant: str) -> list[Validity]:
    """What was set, oldest first."""
    await allow(parts, who, Action.SEE_DUTIES, tenant, "tenant")
    async with parts.store.read() as work:
        if await estate.tenant(work, tenant) is None:
            raise Refused(Why.NOT_FOUND)
        return await categories.every(work, tenant)
