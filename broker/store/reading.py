"""What pages read: requests with what they lack, one request whole, live sessions.

Every function takes the tenant first. None stands for all customers, and only the vendor's own people
may be given that: see `scope_of`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, or_, select

from audit.approval import Supervision
from broker.domain.clarifying import Clarifications, Stands
from broker.domain.declared import AnyDeclared, Underway
from broker.domain.may import missing, stands
from broker.domain.people import Who
from broker.domain.preconditions import Lack
from broker.domain.refusal import Refused, Why
from broker.domain.request import AnyRequest, AwaitingApproval, Lapsed, Unfinished
from broker.domain.school import School, lacking
from broker.domain.session import AnySession, Live
from broker.domain.texts import Texts
from broker.store import clarifications, declared_sessions, name_terms, openings, requests, schools, sessions
from broker.store.database import Work
from broker.store.declared_tables import declared_sessions as declared_rows
from broker.store.duties import Duties
from broker.store.requests import Given
from broker.store.tables import hosts, tenants
from broker.store.tables import people as people_rows
from broker.store.tables import requests as request_rows
from broker.store.tables import sessions as session_rows

Connected = Callable[[str], bool]
_Sessions = tuple[AnySession | None, AnyDeclared | None]
OPEN_STATES = ("awaiting_approval", "approved", "supervised", "opened")
MAX_LINES = 500


@dataclass(frozen=True, slots=True)
class Names:
    """Names behind pseudonyms; an unknown one stands for itself."""

    found: dict[str, str]

    def __getitem__(self, pseudonym: str | None) -> str:
        return self.found.get(pseudonym or "", pseudonym or "")


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A request in a list. `stands` is the word of its state, `lacks` what keeps it from starting, `clarification` whether
    somebody asked about it, while it waits."""

    tenant: str
    request: AnyRequest
    session: AnySession | None
    stands: str
    lacks: tuple[Why, ...]
    customer: str
    host: str
    technician: str
    watcher: str
    connected: bool
    papers: tuple[Lack, ...] = ()  # that lack, whether they block or are only told
    declared: AnyDeclared | None = None  # on a host without an agent
    clarification: Stands = ""

    @property
    def id(self) -> str:
        return self.request.asked.id

    @property
    def lacking(self) -> list[str]:
        """Codes of what somebody can still give: nothing lacks of one that is over, or runs already."""
        return [why.value for why in self.lacks if why is not Why.WRONG_STATE]


@dataclass(frozen=True, slots=True)
class WholeRequest:
    """One request with its texts. `reason` is of the refusal or withdrawal, `note` of the close."""

    line: RequestLine
    texts: Texts | None
    given: tuple[Given, ...]
    needed: int
    answered_by: str
    answered: datetime | None
    supervision: Supervision | None
    reason: str
    note: str
    names: Names


def scope_of(who: Who) -> str | None:
    """Whose requests he sees: the vendor's people everybody's, a customer's own."""
    return None if who.house else who.tenant


# ----------------------------------------------------------------------------------------- names


async def names(work: Work, pseudonyms: Iterable[str | None], tenant: str | None = None) -> Names:
    """Of people, hosts and tenants; `tenant`: as its log still has them."""
    wanted = sorted({p for p in pseudonyms if p})
    found: dict[str, str] = {}
    for start in range(0, len(wanted), 200):
        part = wanted[start : start + 200]
        for column, table in (("name", people_rows), ("name", tenants), ("label", hosts)):
            name = table.c[column].label("name")
            rows = await work.run(select(table.c.id, name).where(table.c.id.in_(part)))
            found.update({row.id: row.name for row in rows})
    gone = {} if tenant is None else await name_terms.erased(work, tenant)
    return Names(found | {one: said for one, said in gone.items() if one in found})


# -------------------------------------------------------------------------------------- requests


async def queue(
    work: Work,
    tenant: str | None,
    at: datetime,
    connected: Connected,
    *,
    states: Collection[str] = OPEN_STATES,
    limit: int = MAX_LINES,
) -> list[RequestLine]:
    """Requests in these states, oldest first. An opened one stays listed while its session lives."""
    query = select(request_rows.c.tenant, request_rows.c.id).where(request_rows.c.state.in_(states))
    if tenant is not None:
        query = query.where(request_rows.c.tenant == tenant)
    rows = await work.run(query.order_by(request_rows.c.asked, request_rows.c.id).limit(limit))
    lines = await _lines(work, rows, at, connected)
    over = {"opened"} if states is OPEN_STATES else set()
    live = (Live, Underway)
    return [
        one for one in lines if one.request.STATE not in over or isinstance(one.session or one.declared, live)
    ]


async def recent(
    work: Work, tenant: str | None, at: datetime, connected: Connected, *, limit: int, before: str = ""
) -> tuple[list[RequestLine], str]:
    """The newest requests of any state, newest first, and the last of them where there are older ones. `before`:
    those older than that request; of one that is not there, the newest."""
    asked, id_ = request_rows.c.asked, request_rows.c.id
    query, named = select(request_rows.c.tenant, id_), select(asked).where(id_ == before)
    if tenant is not None:
        query, named = (one.where(request_rows.c.tenant == tenant) for one in (query, named))
    for one in await work.run(named):
        query = query.where(or_(asked < one.asked, and_(asked == one.asked, id_ > before)))
    rows = await work.run(query.order_by(asked.desc(), id_).limit(limit + 1))
    shown = rows[:limit]
    return await _lines(work, shown, at, connected), shown[-1].id if len(rows) > limit else ""


async def line(work: Work, tenant: str, request: str, at: datetime, connected: Connected) -> RequestLine:
    """That request as it stands in a list."""
    chosen = (request_rows.c.tenant == tenant, request_rows.c.id == request)
    rows = await work.run(select(request_rows.c.tenant, request_rows.c.id).where(*chosen))
    return (await _lines(work, rows, at, connected))[0]


async def _lines(
    work: Work, rows: Sequence[Row[Any]], at: datetime, connected: Connected
) -> list[RequestLine]:
    loaded = []
    for row in rows:
        request = await requests.load(work, row.tenant, row.id)
        loaded.append((request, await _sessions(work, request)))
    wanted: defaultdict[str, set[str | None]] = defaultdict(set)
    for request, _ in loaded:
        statement = request.asked.statement
        wanted[statement.tenant] |= {
            statement.tenant, statement.host.id, statement.technician.id, _watcher(request)
        }  # fmt: skip
    known = {tenant: await names(work, those, tenant) for tenant, those in wanted.items()}
    duties, known_schools = Duties(work), dict[str, School]()
    asked = await _clarified(work, [one for one, _ in loaded])
    return [
        _line(
            one,
            both,
            at,
            connected,
            known[one.asked.tenant],
            await _papers(work, duties, known_schools, one, at),
            asked.get(one.asked.id, Clarifications()).stands,
        )
        for one, both in loaded
    ]


async def _papers(
    work: Work, duties: Duties, known: dict[str, School], request: AnyRequest, at: datetime
) -> tuple[Lack, ...]:
    """What lacks of papers, and at a school of its study and delegation, of a request that something may still
    come of."""
    if not isinstance(request, Unfinished):
        return ()
    asked = request.asked
    told = await duties.lacking(asked.tenant, asked.technician, at)
    if asked.tenant not in known:
        known[asked.tenant] = await schools.school(work, asked.tenant)
    said = asked.statement
    lack = lacking(known[asked.tenant], said.activities, asked.technician, at, said.not_after)
    return told if lack is None else (*told, Lack(lack, blocks=True))


async def _clarified(work: Work, found: Iterable[AnyRequest]) -> dict[str, Clarifications]:
    """What was asked about those that wait: one look into the log of each customer who has any."""
    first: dict[str, int] = {}
    for one in found:
        if isinstance(one, AwaitingApproval):
            n = one.asked.opened_n
            first[one.asked.tenant] = min(n, first.get(one.asked.tenant, n))
    told: dict[str, Clarifications] = {}
    for tenant, n in first.items():
        told |= await clarifications.since(work, tenant, n)
    return told


async def _sessions(work: Work, request: AnyRequest) -> _Sessions:
    """What came of it: of a host with an agent a session, of one without what was declared."""
    tenant, number = request.asked.tenant, request.asked.id
    if request.asked.declared:
        return None, await declared_sessions.of_request(work, tenant, number)
    return await sessions.of_request(work, tenant, number), None


def _line(
    request: AnyRequest,
    both: _Sessions,
    at: datetime,
    connected: Connected,
    known: Names,
    papers: tuple[Lack, ...],
    clarification: Stands = "",
) -> RequestLine:
    statement = request.asked.statement
    here, (session, declared) = connected(statement.host.id), both
    return RequestLine(
        tenant=statement.tenant,
        request=request,
        session=session,
        stands=stands(request, session, declared),
        lacks=missing(request, session, at, connected=here, lacks=papers),
        customer=known[statement.tenant],
        host=known[statement.host.id],
        technician=known[statement.technician.id],
        watcher=known[_watcher(request)],
        connected=here,
        papers=papers,
        declared=declared,
        clarification=clarification if isinstance(request, AwaitingApproval) else "",
    )


def _watcher(request: AnyRequest) -> str | None:
    found: str | None = getattr(request, "watcher", None)
    return found


async def whole(
    work: Work, tenant: str, request: str, at: datetime, connected: Connected, wrapping: bytes, needed: int
) -> WholeRequest:
    """One request with everything about it; `needed` is the number of approvals the policy asks for."""
    found = await requests.load(work, tenant, request)
    both = await _sessions(work, found)
    given = tuple(await requests.approvals_of(work, tenant, request))
    asked = (await _clarified(work, [found])).get(request, Clarifications())
    answer = None if isinstance(found, AwaitingApproval | Lapsed) else found.answer
    texts = await openings.get(work, tenant, found.asked.opened_n, wrapping)
    statement = found.asked.statement
    known = await names(
        work,
        [
            statement.tenant,
            statement.host.id,
            statement.technician.id,
            statement.technician.organisation,
            _watcher(found),
            None if answer is None else answer.by,
            *(g.approval.approver for g in given),
            *(g.approval.watcher for g in given),
        ],
        tenant,
    )
    return WholeRequest(
        line=_line(
            found, both, at, connected, known, await _papers(work, Duties(work), {}, found, at), asked.stands
        ),
        texts=None if texts is None else Texts.from_value(texts.data),
        given=given,
        needed=needed,
        answered_by=known[None if answer is None else answer.by],
        answered=None if answer is None else answer.at,
        supervision=getattr(found, "supervision", None),
        reason=await _told(work, tenant, await _place(work, tenant, request, "note_n"), wrapping, "reason"),
        note=await _told(work, tenant, await _closed(work, tenant, request), wrapping, "note"),
        names=known,
    )


async def _place(work: Work, tenant: str, request: str, column: str) -> int | None:
    rows = await work.run(
        select(request_rows.c[column]).where(request_rows.c.tenant == tenant, request_rows.c.id == request)
    )
    return rows[0][0] if rows else None


async def _closed(work: Work, tenant: str, request: str) -> int | None:
    for table in (session_rows, declared_rows):
        rows = await work.run(
            select(table.c.closed_n).where(table.c.tenant == tenant, table.c.request == request)
        )
        if rows:
            return int(rows[0].closed_n) if rows[0].closed_n is not None else None
    return None


async def _told(work: Work, tenant: str, n: int | None, wrapping: bytes, key: str) -> str:
    """A sealed text, or nothing where there is none, or none any more."""
    opening = None if n is None else await openings.get(work, tenant, n, wrapping)
    return "" if opening is None else str(opening.data.get(key, ""))


# -------------------------------------------------------------------------------------- sessions


async def live_sessions(
    work: Work, tenant: str | None, at: datetime, connected: Connected
) -> list[RequestLine]:
    """What runs now, or has been ordered; and what is said to be under way on a host without an agent."""
    query = select(session_rows.c.tenant, session_rows.c.request.label("id")).where(
        session_rows.c.state.in_(("opening", "active", "paused"))
    )
    said = select(declared_rows.c.tenant, declared_rows.c.request.label("id")).where(
        declared_rows.c.state == Underway.STATE
    )
    if tenant is not None:
        query = query.where(session_rows.c.tenant == tenant)
        said = said.where(declared_rows.c.tenant == tenant)
    rows = [
        *await work.run(query.order_by(session_rows.c.opened, session_rows.c.id).limit(MAX_LINES)),
        *await work.run(said.order_by(declared_rows.c.began, declared_rows.c.id).limit(MAX_LINES)),
    ]
    return await _lines(work, rows, at, connected)


async def session_line(
    work: Work, tenant: str, session: str, at: datetime, connected: Connected
) -> RequestLine:
    """The request line of one session; `Refused` (not_found) for one the tenant does not have."""
    found = await sessions.find(work, tenant, session)
    if found is None:
        raise Refused(Why.NOT_FOUND)
    request = await requests.load(work, tenant, found.permit.request)
    statement = request.asked.statement
    known = await names(
        work, [statement.tenant, statement.host.id, statement.technician.id, _watcher(request)], tenant
    )
    return _line(
        request, (found, None), at, connected, known, await _papers(work, Duties(work), {}, request, at)
    )
