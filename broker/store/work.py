"""Tariffs, work that was typed, training: as the logs tell them, there is no table that could say otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from audit.canonical import Value
from audit.declared_records import DeclaredAllowed, DeclaredBegan, DeclaredEnded, DeclaredPresumedEnded
from audit.incident_records import ContractAgreed
from audit.leaf import Leaf
from audit.log_records import PeriodClosed
from audit.month import Month
from audit.month_charges import Charges, tariff
from audit.rates import Tariff
from audit.record import BROKER
from audit.report_records import PeriodTold
from audit.request_records import RequestOpened
from audit.session_records import SessionEnded, SessionOpened, SessionPresumedEnded, SessionStarted
from audit.work_records import OfficeAppsSet, TariffSet, TrainingGiven, WorkTyped, WorkWithdrawn
from broker.domain.activity import OFFICE_APPS
from broker.store import estate, log, openings
from broker.store.database import Work
from broker.store.tx import Tx

# What the report's hours and charges are made of (audit.month, audit.month_charges).
_CHARGED = (
    *Charges.KINDS,
    *(
        kind.KIND
        for kind in (
            RequestOpened, SessionOpened, SessionStarted, SessionEnded, SessionPresumedEnded,
            DeclaredAllowed, DeclaredBegan, DeclaredEnded, DeclaredPresumedEnded, PeriodClosed, PeriodTold,
        )
    ),
)  # fmt: skip


async def tariffs(work: Work, tenant: str) -> list[Tariff]:
    """In the order in which this log was told of them."""
    leaves = await log.select_leaves(work, tenant, kinds=(TariffSet.KIND,), limit=log.ALL)
    return [tariff(leaf.record) for leaf in leaves if isinstance(leaf.record, TariffSet)]


async def untold(work: Work, tenant: str) -> list[TariffSet]:
    """Versions of the house's tariff that this customer's log has not yet."""
    house = await estate.house(work)
    assert house is not None  # a customer was opened by somebody of the house
    known = {one.version for one in await tariffs(work, tenant)}
    leaves = await log.select_leaves(work, house.id, kinds=(TariffSet.KIND,), limit=log.ALL)
    said = [leaf.record for leaf in leaves if isinstance(leaf.record, TariffSet)]
    return [one for one in said if one.version not in known]


async def office_apps(work: Work) -> tuple[str, ...]:
    """The applications OFFICE stands for: the owner's list, else the usual."""
    house = await estate.house(work)
    if house is None:
        return OFFICE_APPS
    leaves = await log.select_leaves(work, house.id, kinds=(OfficeAppsSet.KIND,), limit=1)
    record = leaves[-1].record if leaves else None
    return record.apps if isinstance(record, OfficeAppsSet) else OFFICE_APPS


async def typed(work: Work, tenant: str) -> dict[str, Leaf]:
    """Work that was typed and not withdrawn, by its id, oldest first."""
    found: dict[str, Leaf] = {}
    kinds = (WorkTyped.KIND, WorkWithdrawn.KIND)
    for leaf in await log.select_leaves(work, tenant, kinds=kinds, limit=log.ALL):
        match leaf.record:
            case WorkTyped(work=id):
                found[id] = leaf
            case WorkWithdrawn(work=id):
                found.pop(id, None)
            case _:
                pass
    return found


async def trainings(work: Work, tenant: str) -> list[Leaf]:
    """Of the training register, oldest first."""
    return await log.select_leaves(work, tenant, kinds=(TrainingGiven.KIND,), limit=log.ALL)


@dataclass(frozen=True, slots=True)
class Charged:
    """Section 7 of a period as its report has it, or would have it now; empty where nothing is charged yet.

    Beside it what its rows are about: the product of each incident, work that was typed, contracts as agreed.
    """

    charges: dict[str, Value]
    sessions: list[dict[str, Any]]
    minutes: int
    products: dict[str, str | None] = field(default_factory=dict)
    typed: dict[str, WorkTyped] = field(default_factory=dict)
    contracts: list[ContractAgreed] = field(default_factory=list)
    resellers: dict[str, str] = field(default_factory=dict)  # of incidents, who pays for them
    requests: dict[str, str] = field(default_factory=dict)  # by session


async def charged(work: Work, tenant: str, zone: str, period: str, until: datetime) -> Charged:
    """By the function that the report's evidence is made with, so both come to the same."""
    return charged_in(await month_of(work, tenant, zone, period), until)


async def month_of(work: Work, tenant: str, zone: str, period: str) -> Month:
    """What a log says of a month as far as its charges need it; up to its own closing."""
    return month_by(await charged_leaves(work, tenant), zone, period)


async def charged_leaves(work: Work, tenant: str) -> list[Leaf]:
    """What any period of this customer is charged by."""
    return await log.select_leaves(work, tenant, kinds=_CHARGED, limit=log.ALL)


def month_by(leaves: Sequence[Leaf], zone: str, period: str) -> Month:
    """Takes long for a big log."""
    month = Month.of(period, zone)
    for leaf in leaves:
        ended = leaf.record
        if isinstance(ended, PeriodClosed) and ended.period == period:
            break  # what came later is another period's
        month.feed(leaf)
    return month


def months_by(leaves: Sequence[Leaf], zone: str, periods: Sequence[str]) -> Iterator[Month]:
    """Of `periods` that follow each other each as `month_by` has it, in one reading where they were closed in turn.
    Good until the next is asked for."""
    ends: dict[str, int] = {}
    for at, leaf in enumerate(leaves):
        if isinstance(leaf.record, PeriodClosed):
            ends.setdefault(leaf.record.period, at)
    month, read = None, 0
    for period in periods:
        end = ends.get(period, len(leaves))
        if month is None or end < read:
            month, read = Month.of(period, zone), 0
        for leaf in leaves[read:end]:
            month.feed(leaf)
        yield month
        if period in ends:
            month, read = month.following(), end + 1
            month.reading.closed_before = leaves[end].n  # not what was counted: these are some of the log's
        else:
            month = None


def charged_in(month: Month, until: datetime) -> Charged:
    """Section 7 of a month that was read."""
    found = month.evidence(lambda _: None, until, origin="", root=b"")
    told = month.charges
    return Charged(
        found.get("charges", {}), found["sessions"], found["totals"]["minutes"], dict(told.products),
        {id: one.record for id, one in told.typed.items()}, list(told.contracts), dict(told.resellers),
        {one.id: one.request.id for one in month.reading.sessions.values()},
    )  # fmt: skip


async def words(work: Work, tenant: str, leaf: Leaf, wrapping: bytes) -> dict[str, Value]:
    """What is sealed beside such a record, as long as it is kept."""
    opening = await openings.get(work, tenant, leaf.n, wrapping)
    return opening.data if opening is not None and isinstance(opening.data, dict) else {}


async def tell_tariffs(tx: Tx) -> None:
    """Into a customer's log whatever it lacks of the house's tariff."""
    for one in await untold(tx.work, tx.tenant):
        await tx.append(one, actor=BROKER)
