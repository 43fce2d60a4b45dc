"""What section 8 of a report is worded with: rules by their number, sub-processors, papers of technicians, relays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from audit.policy import Policy
from broker.domain.papers import Filed
from broker.domain.register import Subprocessor
from broker.store import duties, subprocessors
from broker.store.database import Work
from broker.store.relays import noted
from broker.store.statements import Kept


@dataclass(frozen=True, slots=True)
class Beside:
    """`rules` is every one that was signed; `papers` are of the vendor's technicians."""

    rules: dict[int, Policy]
    companies: dict[str, Subprocessor]
    papers: list[Filed]
    relays: dict[str, str]


async def gather_beside(work: Work, tenant: str, house: str, rules: Sequence[Kept]) -> Beside:
    return Beside(
        {k.number: Policy.parse(k.signed.statement) for k in rules},
        {one.id: one for one in await subprocessors.every(work)},
        (await duties.register(work, house)).filed,
        await noted(work, tenant),
    )
