"""Write one mail of the outbox: who gets it, and what it says of the moment it was put there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from audit import channel_words
from audit.declared import DeclaredRequest
from broker.cases.addressed import envelope
from broker.cases.window_entry import NAME, window_entry
from broker.domain import letters
from broker.domain.calendar import render
from broker.domain.letters import Facts
from broker.domain.people import APPROVING_ROLES, HOUSE_ROLES
from broker.domain.request import AwaitingApproval
from broker.domain.request_code import request_code
from broker.parts import Parts
from broker.store import estate, people, requests, sessions
from broker.store.database import Work
from broker.store.outbox import Due


@dataclass(frozen=True, slots=True)
class Letter:
    recipient: str
    message: bytes


async def write_letter(parts: Parts, due: Due, at: datetime) -> Letter | None:
    """None where nobody is left to write to, or what waited was answered."""
    request, kind = str(due.payload["request"]), str(due.payload["letter"])
    async with parts.store.read() as work:
        to = await people.find_person(work, str(due.payload["to"]))
        if to is None or not to.active or not to.email:
            return None
        found = await requests.load(work, due.tenant, request)
        if kind == "request_waits" and not isinstance(found, AwaitingApproval):
            return None
        statement = found.asked.statement
        technician = await people.find_person(work, found.asked.technician)
        house = await estate.tenant(work, statement.technician.organisation)
        customer = await estate.tenant(work, due.tenant)
        host = await estate.host(work, due.tenant, statement.host.id)
        by = due.payload.get("by")
        answered = None if by is None else await people.find_person(work, str(by))
        link = await _page(work, due.tenant, request, kind)
        brings = kind in letters.OF_WINDOWS and bool(await requests.approvals_of(work, due.tenant, request))
    facts = Facts(
        request=request,
        technician="" if technician is None else technician.name,
        organisation="" if house is None else house.name,
        customer="" if customer is None else customer.name,
        host=statement.host.id if host is None else host.label,
        incident=statement.incident,
        not_before=statement.not_before,
        not_after=statement.not_after,
        zone=parts.settings.zone if customer is None else customer.zone,
        answered_by="" if answered is None else answered.name,
        account=statement.account.name,
        may=channel_words.all_can(statement.channels),
        declared=statement.host.tool if isinstance(statement, DeclaredRequest) else "",
    )
    around = envelope(parts, due, to.name, to.email, at)
    answers = to.role in APPROVING_ROLES and kind not in letters.OF_RECORDINGS
    code = request_code(parts.keys.wrapping_key(), due.tenant, request) if answers else ""
    window = b""
    if brings and customer is not None:
        entry = window_entry(parts, found, customer, facts.host, named=to.role in HOUSE_ROLES)
        both = replace(entry, words=(" · ".join(entry.words),) * 2)  # a letter speaks both languages
        window = render([both], NAME, parts.settings.registry, at)
    message = letters.compose(kind, facts, around, f"{parts.settings.origin}{link}", code, window)
    return Letter(around.to.addr_spec, message)


async def _page(work: Work, tenant: str, request: str, kind: str) -> str:
    """Where the letter leads."""
    page = "diretta" if kind == "handed_on" else "registrazioni" if kind in letters.OF_RECORDINGS else None
    session = None if page is None else await sessions.of_request(work, tenant, request)
    return f"/richieste/{request}" if session is None else f"/sessioni/{session.permit.id}/{page}"
