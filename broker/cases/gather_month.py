"""What a month's report is made of, read in one transaction: the log to its close, texts, names, witnesses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from audit.approvers import Approvers
from audit.canonical import Value
from audit.leaf import Leaf
from audit.log_records import PeriodFigures, ReportIssued
from audit.month import evidence_part
from audit.note import VerifierKey
from audit.periods import family
from audit.policy import Policy
from broker.cases.gather_protection import Beside, gather_beside
from broker.domain.contest import Contest
from broker.domain.contract import Contract
from broker.domain.estate import Tenant
from broker.domain.figures import Estate, Previous
from broker.parts import Parts
from broker.store import (
    appointments,
    categories,
    contests,
    contracts,
    estate,
    log,
    name_terms,
    openings,
    reports,
    shards,
    statements,
)
from broker.store.database import Work
from broker.store.openings import Sealed, unsealed
from broker.store.witnesses import external_id


@dataclass(frozen=True, slots=True)
class Month:
    """A month, or another period, whose end (or snapshot) is in the log at leaf `closed_n`."""

    customer: Tenant
    period: str
    partial: bool
    first: datetime
    until: datetime
    closed_n: int


@dataclass(frozen=True, slots=True)
class Material:
    """As read; parsing and unsealing it takes long for a big log, and is done in a thread."""

    leaves: list[bytes]
    sealed: list[Sealed]
    vkey: VerifierKey
    head: log.Head  # signed over exactly the leaves up to `period.closed`
    estate: Estate
    previous: Previous | None
    snapshots: int
    cosigned: list[reports.LastCosigned]
    quorum: int  # how many witnesses the customer's rules ask for
    external: dict[str, str]  # names of those the rules name beside the hosts, by `external_id`
    policy: Policy | None  # in force when the month ended
    figures: dict[str, Value] | None  # committed before a crash
    contracts: list[Contract]
    contests: list[Contest]
    beside: Beside


async def gather(parts: Parts, work: Work, month: Month) -> Material:
    tenant, size = month.customer.id, month.closed_n + 1
    here = await log.head(work, tenant)
    house = await estate.house(work)
    assert here is not None  # the month's own record is in it
    assert house is not None  # a customer was opened by somebody of the house
    head = await shards.signed_at(work, tenant, here, size, parts.keys)
    issued = await reports.every(work, tenant)
    rules = await statements.chain(work, tenant, Policy.TYPE)
    ruling = [Policy.parse(k.signed.statement) for k in rules if k.at < month.until]
    policy = await statements.policy(work, tenant)
    sets = await statements.chain(work, tenant, Approvers.TYPE)
    # A snapshot of an unfinished month is no month: only closed ones are cited and numbered in a row.
    kind = family(month.period)
    before = next((r for r in issued if not r.partial and family(r.period) == kind), None)
    previous = None if before is None else await _previous(work, before)
    return Material(
        vkey=shards.vkey(parts.keys, head.origin),
        leaves=await log.leaves(work, tenant, 0, size),
        sealed=await openings.below(work, tenant, size),
        head=head,
        estate=Estate(
            customer=month.customer,
            details=await estate.details(work, tenant),
            house=house,
            house_details=await estate.details(work, house.id),
            people=await name_terms.as_named(work, tenant, tenant),
            house_people=await name_terms.as_named(work, house.id, tenant),
            hosts=await estate.tenant_hosts(work, tenant),
            category=await categories.at(work, tenant, month.first),
            approvers=[(k.at, Approvers.parse(k.signed.statement)) for k in sets],
            appointed=[one for one in await appointments.every(work, tenant) if one.n < size],
        ),
        previous=previous,
        snapshots=sum(r.partial and r.period == month.period for r in issued),
        cosigned=await reports.last_cosigned(work, tenant),
        quorum=0 if policy is None else policy.witnesses,
        external={} if policy is None else {external_id(w.key): w.key.name for w in policy.external},
        policy=ruling[-1] if ruling else None,
        figures=await _committed(parts, work, month),
        contracts=await contracts.every(work, tenant),
        contests=await contests.every(work, tenant),
        beside=await gather_beside(work, tenant, house.id, rules),
    )


async def _previous(work: Work, before: reports.Issued) -> Previous:
    """As its record has it: the file itself may have been erased."""
    data = await log.leaf_bytes(work, before.tenant, before.n)
    assert data is not None
    record = Leaf.parse(data).record
    assert isinstance(record, ReportIssued)
    return Previous(before.number, record.pdf_sha256, before.size)


async def _committed(parts: Parts, work: Work, month: Month) -> dict[str, Value] | None:
    """The commercial part an earlier try committed for this very close, if it came that far."""
    for leaf in await log.select_leaves(work, month.customer.id, kinds=(PeriodFigures.KIND,)):
        if leaf.n > month.closed_n and isinstance(leaf.record, PeriodFigures):
            opening = await openings.get(work, month.customer.id, leaf.n, parts.keys.wrapping_key())
            if leaf.record.period == month.period and opening is not None:
                return dict(opening.data)
    return None


def evidence_of(material: Material, month: Month, wrapping: bytes) -> dict[str, Value]:
    """What the log says of the month. Takes long for a big log: call it in a thread."""
    return evidence_part(
        [Leaf.parse(data) for data in material.leaves],
        unsealed(material.sealed, wrapping).get,
        month.period,
        month.customer.zone,
        month.until,
        origin=material.head.origin,
    )
