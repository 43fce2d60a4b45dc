"""Requests as people see them: the list, and one with its texts, its session and what happened."""

from __future__ import annotations

from dataclasses import dataclass, field

from audit.approvers import Approvers
from audit.leaf import Leaf
from audit.policy import Policy
from audit.warrant import Warrant
from broker.cases.located import request_tenant
from broker.cases.note_reading import note_reading
from broker.cases.see_hosts import HostView, see_hosts
from broker.domain.approving import watchers_of
from broker.domain.clarifying import Clarifications
from broker.domain.declared import AnyDeclared
from broker.domain.people import Action, Person, Who, require
from broker.domain.preconditions import Terms, terms
from broker.domain.request import AnyRequest
from broker.domain.session import AnySession
from broker.domain.texts import Texts
from broker.parts import Parts
from broker.store import clarifications, duties, openings, people, reading, statements, warrants
from broker.store.about import about_request, mentioned, paths, said
from broker.store.database import Work
from broker.store.incident_course import his_turn
from broker.store.requests import Given


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of a list: `line` says where it stands; where they were `erased`, `texts` has today's names alone."""

    line: reading.RequestLine
    texts: Texts
    erased: bool = False

    @property
    def found(self) -> AnyRequest:
        return self.line.request

    @property
    def session(self) -> AnySession | None:
        return self.line.session

    @property
    def declared(self) -> AnyDeclared | None:
        return self.line.declared

    @property
    def customer(self) -> str:
        return self.line.customer


@dataclass(frozen=True, slots=True)
class RequestView:
    """One request, whole. `feed` is oldest first; `names` maps pseudonyms to names; `warrants` has the customer's
    delegations and mandates by digest, `paths` the newest files by the index of their leaf,
    `said` what was written at the machine, for the customer's own eyes. `turn`: nothing goes before its incident.
    `mails`: this broker sends any. `told`: what was asked about it, with its words."""

    line: Listed
    host: HostView | None
    given: list[Given]
    names: dict[str, str]
    note: str
    feed: list[Leaf]
    policy: Policy | None
    approvers: Approvers | None
    watchers: list[Person] = field(default_factory=list)
    warrants: dict[str, Warrant] = field(default_factory=dict)
    paths: dict[int, str] = field(default_factory=dict)
    said: dict[int, str] = field(default_factory=dict)
    terms: Terms = field(default_factory=Terms)
    turn: bool = True
    mails: bool = True
    told: Clarifications = field(default_factory=Clarifications)


async def see_requests(parts: Parts, who: Who, limit: int, before: str = "") -> tuple[list[Listed], str]:
    """Newest first: every customer's for the house, his own tenant's for an approver (`reading.recent`)."""
    require(who, Action.SEE_REQUESTS, who.tenant)
    scope, at, linked = reading.scope_of(who), parts.clock.now(), parts.hub.connected
    async with parts.store.read() as work:
        lines, older = await reading.recent(work, scope, at, linked, limit=limit, before=before)
        return [await _listed(parts, work, line) for line in lines], older


async def see_open_requests(parts: Parts, who: Who) -> list[Listed]:
    """Those something can still come of, oldest first: what waits longest is never dropped from the end."""
    require(who, Action.SEE_REQUESTS, who.tenant)
    async with parts.store.read() as work:
        lines = await reading.queue(work, reading.scope_of(who), parts.clock.now(), parts.hub.connected)
        return [await _listed(parts, work, line) for line in lines]


async def see_request(parts: Parts, who: Who, request: str) -> RequestView:
    """Whole, with its records: that he sees them is one."""
    tenant = await request_tenant(parts, who, Action.SEE_REQUESTS, request)
    await note_reading(parts, who, tenant, "request", request)
    return await request_view(parts, who, tenant, request)


async def request_view(parts: Parts, who: Who, tenant: str, request: str) -> RequestView:
    hosts = {one.id: one for one in await see_hosts(parts, who, tenant)}
    wrapping, connected = parts.keys.wrapping_key(), parts.hub.connected
    async with parts.store.read() as work:
        policy = await statements.policy(work, tenant)
        approvers = await statements.approvers(work, tenant)
        needed = 1 if policy is None else policy.approvals
        whole = await reading.whole(work, tenant, request, parts.clock.now(), connected, wrapping, needed)
        asked, session = whole.line.request.asked, whole.line.session
        opened = getattr(session or whole.line.declared, "permit", None)
        feed = await about_request(
            work, tenant, request, asked.opened_n, None if opened is None else opened.id
        )
        everybody = await people.tenant_people(work, tenant)
        known = await reading.names(work, mentioned(feed), tenant)
        return RequestView(
            line=_erased(whole.line, whole.names) if whole.texts is None else Listed(whole.line, whole.texts),
            host=hosts.get(asked.statement.host.id),
            given=list(whole.given),
            names=whole.names.found | known.found | {p.id: p.name for p in everybody},
            note=whole.reason,
            feed=feed,
            policy=policy,
            approvers=approvers,
            watchers=watchers_of(everybody, approvers, parts.clock.now(), asked.statement.not_after),
            warrants={one.warrant.digest.hex(): one.warrant for one in await warrants.every(work, tenant)},
            paths=await paths(work, tenant, feed, wrapping),
            said=await said(work, tenant, feed, wrapping) if who.tenant == tenant else {},
            terms=terms(*await duties.Duties(work).of(tenant), parts.clock.now()),
            turn=not who.house
            or await his_turn(work, tenant, asked.statement.incident, asked.technician, parts.clock.now()),
            mails=parts.settings.mails,
            told=await clarifications.told(work, asked, wrapping),
        )


async def _listed(parts: Parts, work: Work, line: reading.RequestLine) -> Listed:
    opening = await openings.get(work, line.tenant, line.request.asked.opened_n, parts.keys.wrapping_key())
    if opening is not None:
        return Listed(line, Texts.from_value(opening.data))
    organisation = line.request.asked.statement.technician.organisation
    return _erased(line, await reading.names(work, [organisation]))


def _erased(line: reading.RequestLine, names: reading.Names) -> Listed:
    organisation = names[line.request.asked.statement.technician.organisation]
    return Listed(line, Texts("", "", line.host, line.technician, organisation, line.customer), erased=True)
