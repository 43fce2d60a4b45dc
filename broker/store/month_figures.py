"""The titolare's five figures of a stretch of time, from the sessions' rows; the report is made of records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from audit import instant
from broker.store.database import Work
from broker.store.tables import approvals, entries, requests, sessions

_STARTED = ("active", "paused", "ended", "presumed_ended")


@dataclass(frozen=True, slots=True)
class Figures:
    """`seconds` of sessions whose end the agent told; `authorised`: those somebody's kept signature opened;
    `own_requests`: those the technician authorised himself, under a mandate; `exceptions` are counted by kind, none left out."""

    sessions: int
    seconds: int
    authorised: int
    own_requests: int
    unsupervised: int
    presumed_ended: int
    refused_attempts: int
    refused_requests: int

    @property
    def exceptions(self) -> int:
        return self.own_requests + self.unsupervised + self.presumed_ended + self.refused_attempts


async def figures(work: Work, tenant: str, first: datetime, until: datetime) -> Figures:
    """Of sessions opened, and records made, from `first` up to before `until`."""
    begin, end = instant.to_text(first), instant.to_text(until)
    rows = await work.run(
        select(
            sessions.c.request,
            sessions.c.technician,
            sessions.c.state,
            sessions.c.started,
            sessions.c.ended,
            requests.c.supervision,
        )
        .join(
            requests,
            (requests.c.tenant == sessions.c.tenant) & (requests.c.id == sessions.c.request),
        )
        .where(
            sessions.c.tenant == tenant,
            sessions.c.state.in_(_STARTED),
            sessions.c.opened >= begin,
            sessions.c.opened < end,
        )
    )
    lasted = [
        instant.parse(row.ended) - instant.parse(row.started) for row in rows if row.ended and row.started
    ]
    signed = await work.run(
        select(approvals.c.request, approvals.c.approver).where(approvals.c.tenant == tenant)
    )
    signatures = {(row.request, row.approver) for row in signed}
    answered = {request for request, _ in signatures}
    return Figures(
        sessions=len(rows),
        seconds=int(sum(one.total_seconds() for one in lasted)),
        authorised=sum(row.request in answered for row in rows),
        own_requests=sum((row.request, row.technician) in signatures for row in rows),
        unsupervised=sum(row.supervision == "waived" for row in rows),
        presumed_ended=sum(row.state == "presumed_ended" for row in rows),
        refused_attempts=await _count(
            work, tenant, begin, end, ("access.denied", "channel.refused", "session.refused")
        ),
        refused_requests=await _count(work, tenant, begin, end, ("approval.refused",)),
    )


async def _count(work: Work, tenant: str, begin: str, end: str, kinds: tuple[str, ...]) -> int:
    rows = await work.run(
        select(entries.c.n).where(
            entries.c.tenant == tenant,
            entries.c.kind.in_(kinds),
            entries.c.time >= begin,
            entries.c.time < end,
        )
    )
    return len(rows)
