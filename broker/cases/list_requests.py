"""Requests for a terminal: where each stands, and how one gets into its session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from broker.cases.see_requests import Listed, see_open_requests, see_requests
from broker.domain.people import Who
from broker.domain.session import phase
from broker.parts import Parts


@dataclass(frozen=True, slots=True)
class RequestTold:
    """`stands` is the word of its state, `lacks` what keeps it from starting. `own`: the caller asked for it. `phase` is
    its session's, `ssh` how one calls it (``-p 2222 s-…@broker.example``), for the caller's own."""

    request: str
    tenant: str
    customer: str
    host: str
    label: str
    incident: str
    own: bool
    stands: str
    lacks: list[str]
    not_before: datetime
    not_after: datetime
    session: str | None = None
    phase: str | None = None
    ssh: str | None = None


@dataclass(frozen=True, slots=True)
class RequestPage:
    """Newest first, of any state. `before` asks for the older ones; null: that was all."""

    requests: list[RequestTold]
    before: str | None


async def list_requests(parts: Parts, who: Who) -> list[RequestTold]:
    """Those that something can still come of, oldest first: every customer's for the house, his own for a customer."""
    return [_told(parts, who, one) for one in await see_open_requests(parts, who)]


async def list_all_requests(parts: Parts, who: Who, limit: int, before: str = "") -> RequestPage:
    """All that were ever asked, those too that something can still come of."""
    found, older = await see_requests(parts, who, limit, before)
    return RequestPage([_told(parts, who, one) for one in found], older or None)


def _told(parts: Parts, who: Who, one: Listed) -> RequestTold:
    statement, session = one.found.asked.statement, one.session
    own = one.found.asked.technician == who.person
    name = None if session is None else session.permit.id
    where = urlsplit(parts.settings.origin).hostname
    return RequestTold(
        request=one.line.id,
        tenant=one.line.tenant,
        customer=one.customer,
        host=statement.host.id,
        label=one.line.host,
        incident=statement.incident,
        own=own,
        stands=one.line.stands,
        lacks=one.line.lacking,
        not_before=statement.not_before,
        not_after=statement.not_after,
        session=name,
        phase=None if session is None else phase(session),
        ssh=f"-p {parts.settings.ssh_port} {name}@{where}" if own and name is not None else None,
    )
