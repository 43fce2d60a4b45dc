"""Who must do what at a customer, and from when on what lacks blocks: both laid down by its titolare."""

from __future__ import annotations

from datetime import date, timedelta

from audit.forms import DAY
from audit.instant import whole_ms
from audit.paper_records import DutiesDated, MatrixSet
from broker.cases.deny import allow, attempt
from broker.domain.instants import day_of
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.register import ROWS, Matrix
from broker.parts import Parts
from broker.store import estate, people

MOST_NAMED = 16  # a row that names more says nobody
LONGEST_GRACE = timedelta(days=366)


async def set_matrix(parts: Parts, who: Who, matrix: Matrix) -> None:
    """Of the caller's own tenant: every row names somebody (S-28)."""
    await allow(parts, who, Action.SET_MATRIX, who.tenant, "tenant")
    async with (
        attempt(parts, who, "tenant", who.tenant),
        parts.store.tx(who.tenant, whole_ms(parts.clock.now())) as tx,
    ):
        house = await estate.house(tx.work)
        here = {one.id for one in await people.tenant_people(tx.work, who.tenant) if one.active}
        known = here | (set() if house is None else {house.id})
        for row in ROWS:
            chosen = matrix.rows[row]
            if not 0 < len(chosen) <= MOST_NAMED or not set(chosen) <= known:
                raise Refused(Why.BAD_INPUT, field=row)
        if not set(matrix.authorise) <= here:
            raise Refused(Why.BAD_INPUT, field="authorise")  # that the vendor may is said by mandates alone
        rows = {row: tuple(dict.fromkeys(chosen)) for row, chosen in matrix.rows.items()}
        await tx.append(MatrixSet(**rows), actor=who.actor)
        tx.announce("people", who.tenant)


async def date_duties(parts: Parts, who: Who, block: str) -> None:
    """From that local day on what lacks of papers blocks at the caller's own."""
    await allow(parts, who, Action.DATE_DUTIES, who.tenant, "tenant")
    at = whole_ms(parts.clock.now())
    async with attempt(parts, who, "tenant", who.tenant), parts.store.tx(who.tenant, at) as tx:
        place = await estate.tenant(tx.work, who.tenant)
        assert place is not None  # a person has a tenant
        if not DAY.fits(block) or date.fromisoformat(block) > day_of(at, place.zone) + LONGEST_GRACE:
            raise Refused(Why.BAD_INPUT, field="block")
        await tx.append(DutiesDated(block), actor=who.actor)
        tx.announce("people", who.tenant)
