"""A customer's own page: figures of the running month, what stands out, reports, who may sign, the log's head."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from audit.approvers import Approvers
from audit.periods import month_bounds
from audit.policy import Policy
from audit.session_records import SessionRefused
from broker.cases.deny import allow
from broker.cases.paper_key import Announced, see_announced
from broker.cases.person_view import PersonView
from broker.cases.see_duties import DutiesView, see_duties
from broker.cases.see_erasures import ErasureView, see_erasures
from broker.cases.see_hosts import HostView, see_hosts
from broker.cases.see_playbacks import PlaybacksView, see_playbacks
from broker.cases.see_warrants import see_signers
from broker.cases.sign_recovery import unsigned_loss
from broker.domain.cadence import USUAL, Cadence, on
from broker.domain.estate import Tenant
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.school import School
from broker.parts import Parts
from broker.store import estate, feed, log, month_figures, reports, schools, statements, told
from broker.store.about import said
from broker.store.database import Work
from broker.store.feed import Fact
from broker.store.month_figures import Figures
from broker.store.reports import Issued, LastCosigned
from broker.store.witnesses import external_id

_NOTABLE = (
    "access.denied", "channel.refused", "session.refused", "session.presumed_ended", "log.gap",
    "approvers.announced", "approvers.objected", "host.barred", "log.recovered",
    "tool.seen_outside_grant", "desk.reported", "duties.lacking", "clock.status",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CustomerView:
    """`notable` and `refused` (by agents) are of the month, newest first.

    Apart, because anybody at the door can make denials without end, and they must hide no refusal.
    """

    customer: Tenant
    period: str
    figures: Figures
    notable: list[Fact]
    refused: list[Fact]
    reports: list[Issued]
    people: list[PersonView]
    hosts: list[HostView]
    approvers: Approvers | None
    policy: Policy | None
    head: log.Head
    cosigned: list[LastCosigned]
    external: tuple[int, int]  # witnesses named beside the hosts: that have cosigned, of all
    erasures: ErasureView
    playbacks: PlaybacksView
    announced: tuple[Announced, datetime] | None  # a list by the key on paper, and from when on it counts
    stopped: bool = False  # nothing is recorded, and so nothing opened, until the vendor mends the log
    texts: dict[int, str] = field(default_factory=dict)  # what was written at the machines, by record
    delivered: dict[str, datetime] = field(
        default_factory=dict
    )  # when the letter with a report was last taken
    cadence: Cadence = USUAL
    duties: DutiesView | None = None
    school: School | None = None
    loss: tuple[int, int] | None = None  # first and last record that are lost, and nobody signed for yet


async def see_customer(parts: Parts, who: Who) -> CustomerView:
    """Of the caller's own tenant."""
    await allow(parts, who, Action.READ_RECORDS, who.tenant, "records")
    people = await see_signers(parts, who, named_only=True)
    hosts = await see_hosts(parts, who, who.tenant)
    announced = await see_announced(parts, who)
    duties = await see_duties(parts, who, who.tenant)
    async with parts.store.read() as work:
        customer = await estate.tenant(work, who.tenant)
        head = await log.head(work, who.tenant)
        if customer is None or head is None:
            raise Refused(Why.NOT_FOUND)
        period, first, until = _month(customer.zone, parts.clock.now())
        here = parts.clock.now().astimezone(ZoneInfo(customer.zone))
        policy = await statements.policy(work, who.tenant)
        cosigned = await reports.last_cosigned(work, who.tenant)
        outside = set() if policy is None else {external_id(w.key) for w in policy.external}
        notable = await feed.latest_facts(work, who.tenant, kinds=_NOTABLE, limit=50)
        refused = await feed.latest_facts(work, who.tenant, kinds=(SessionRefused.KIND,), limit=50)
        return CustomerView(
            customer=customer,
            period=period,
            figures=await month_figures.figures(work, who.tenant, first, until),
            notable=[one for one in notable if one.leaf.time >= first],
            refused=[one for one in refused if one.leaf.time >= first],
            reports=await reports.every(work, who.tenant),
            people=people,
            hosts=hosts,
            approvers=await statements.approvers(work, who.tenant),
            policy=policy,
            head=head,
            cosigned=cosigned,
            external=(len(outside & {c.host for c in cosigned}), len(outside)),
            erasures=await see_erasures(work, customer),
            stopped=parts.store.is_closed(who.tenant) or parts.store.standing.ahead(who.tenant) is not None,
            playbacks=await see_playbacks(work, who, who.tenant, parts.clock.now()),
            texts=await said(work, who.tenant, [one.leaf for one in notable], parts.keys.wrapping_key()),
            loss=await _loss(parts, work, who.tenant),
            announced=announced,
            delivered=await told.delivered(work, who.tenant),
            cadence=on(await told.agreements(work, who.tenant), here.date()),
            duties=duties,
            school=await schools.school(work, who.tenant),
        )


async def _loss(parts: Parts, work: Work, tenant: str) -> tuple[int, int] | None:
    found = await unsigned_loss(work, parts.keys, tenant)
    return None if found is None else (found[0].head.size, found[0].cosigned - 1)


def _month(zone: str, at: datetime) -> tuple[str, datetime, datetime]:
    """The customer's month that `at` falls in, and its bounds."""
    period = f"{at.astimezone(ZoneInfo(zone)):%Y-%m}"
    return period, *month_bounds(period, zone)
