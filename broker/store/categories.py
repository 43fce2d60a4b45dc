"""Macro-categories, as the customer's log tells them: there is no table that could say otherwise."""

from __future__ import annotations

from datetime import datetime

from audit.paper_records import CategorySet
from broker.domain.category import Category, Validity, category_at
from broker.store import log
from broker.store.database import Work


async def every(work: Work, tenant: str) -> list[Validity]:
    """What was set, oldest first."""
    leaves = await log.select_leaves(work, tenant, kinds=(CategorySet.KIND,), limit=log.ALL)
    return [Validity.of(leaf.record) for leaf in leaves if isinstance(leaf.record, CategorySet)]


async def at(work: Work, tenant: str, instant: datetime) -> Category:
    """The customer's category at that instant: 2 where nothing was set."""
    return category_at(await every(work, tenant), instant)
