"""The queue and one request: a technician's two thirds of the day, an approver's inbox."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from broker.api.who import Caller, PartsOf
from broker.cases.deny import allow
from broker.cases.see_customer import see_customer
from broker.cases.see_requests import Listed, see_request, see_requests
from broker.cases.see_sessions import see_sessions
from broker.cases.withdraw import withdraw
from broker.domain.people import Action, Who
from broker.parts import Parts
from broker.store.reading import OPEN_STATES
from web import views as v
from web import views_estate as e
from web.pages.approvals import decision
from web.pages.page import Visitor, lead, show
from web.present import requests as say
from web.present import titolare as say_month
from web.present import watching as say_session
from web.present import words

router = APIRouter()
HOMES = {"technician": "/richieste", "owner": "/gestione", "titolare": "/titolare", "ads": "/richieste"}
_WAITING = ("awaiting_approval", "approved", "supervised")
_NEW = v.Act("Nuova richiesta", href="/richieste/nuova", kind="act", icon="pen")


@router.get("/")
async def home(who: Visitor) -> Response:
    return RedirectResponse("/entra" if who is None else HOMES[who.role], status_code=303)


@router.get("/richieste")
async def queue(request: Request, who: Caller, parts: PartsOf) -> Response:
    if not who.house:
        return await show(request, parts, who, "inbox.html", await _inbox(parts, who), nav="queue", live=True)
    view = await _queue(parts, who, None)
    return await show(request, parts, who, "queue.html", view, nav="queue", live=True)


@router.get("/richieste/{request_id}")
async def one(request_id: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    if not who.house:
        return await decision(request, request_id, who, parts)
    view = await _queue(parts, who, request_id)
    return await show(request, parts, who, "queue.html", view, nav="queue", live=True)


@router.get("/richieste/{request_id}/ritiro")
async def about_to_withdraw(request_id: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    found = await see_request(parts, who, request_id)
    await allow(parts, who, Action.WITHDRAW, found.line.line.tenant, "request")
    base = f"/richieste/{request_id}"
    view = v.Confirm(
        "Ritirare la richiesta?",
        "Nessuno si collegherà. Chi doveva firmare viene avvisato. Per riprendere serve una nuova richiesta.",
        v.Act("Ritira la richiesta", post=f"{base}/ritiro", kind="act", icon="undo"),
        v.Act("Torna alla richiesta", href=base),
    )
    return await show(request, parts, who, "confirm.html", view)


@router.post("/richieste/{request_id}/ritiro")
async def take_back(request_id: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await withdraw(parts, who, request_id, "")
    return lead(request, f"/richieste/{request_id}")


async def _queue(parts: Parts, who: Who, chosen: str | None) -> v.Queue:
    at = parts.clock.now()
    incident = None if chosen is None else say.incident(await see_request(parts, who, chosen), who, at)
    mine: list[Listed] = []
    waiting: list[Listed] = []
    over: list[Listed] = []
    for line in await see_requests(parts, who):
        open_ = line.found.STATE in OPEN_STATES and not say.is_over(line)
        own = line.found.asked.technician == who.person
        (over if not open_ else mine if own else waiting).append(line)
    groups = (
        ("In mano a me", mine, False),
        ("In coda, dal più vecchio", waiting[::-1], True),
        ("Chiuse di recente", over[:20], False),
    )
    shown = tuple(
        v.QueueGroup(title, _rows(parts, lines, chosen, numbered=ordered), ordered)
        for title, lines, ordered in groups
        if lines
    )
    new = _NEW
    if who.role != "technician":
        new = v.Act(_NEW.label, icon=_NEW.icon, blocked="Le richieste le fa un tecnico.")
    return v.Queue(shown, incident, new)


def _rows(parts: Parts, lines: list[Listed], chosen: str | None, *, numbered: bool) -> tuple[v.QueueRow, ...]:
    at = parts.clock.now()
    return tuple(
        say.row(line, at, current=line.line.id == chosen, place=str(place) if numbered else "")
        for place, line in enumerate(lines, 1)
    )


async def _inbox(parts: Parts, who: Who) -> e.Inbox:
    at = parts.clock.now()
    lines = await see_requests(parts, who, limit=60)
    waiting = [line for line in lines if line.found.STATE in _WAITING]
    running = await see_sessions(parts, who, live=True)
    customer = words.clean(lines[0].customer) if lines else ""
    return e.Inbox(
        title=f"Richieste di accesso a {customer}" if customer else "Richieste di accesso",
        waiting=tuple(say.row(line, at) for line in waiting),
        live=tuple(say_session.other(one, at) for one in running),
        past=tuple(say.row(line, at) for line in lines if line not in waiting),
        todos=tuple(
            one for one in say_month.todos(await see_customer(parts, who), who, waiting, at) if one.acts
        ),
    )
