"""The queue and one request: a technician's two thirds of the day, an approver's inbox."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from broker.api.who import Caller, PartsOf
from broker.cases.deny import allow
from broker.cases.remind import ask_again
from broker.cases.see_customer import see_customer
from broker.cases.see_estate import see_own
from broker.cases.see_incidents import see_incidents
from broker.cases.see_requests import Listed, see_open_requests, see_request, see_requests
from broker.cases.see_sessions import see_live_sessions
from broker.cases.withdraw import withdraw
from broker.domain.people import Action, Who
from broker.parts import Parts
from web import views as v
from web import views_estate as e
from web.pages.approvals import decision
from web.pages.page import Reading, Visitor, lead, show
from web.present import duties, words
from web.present import requests as say
from web.present import watching as say_session
from web.present.reader import Reader

router = APIRouter()
HOMES = {
    "technician": "/coda", "owner": "/gestione", "titolare": "/titolare", "ads": "/richieste",
    "auditor": "/titolare",
}  # fmt: skip
_PAGE = 60  # of an approver's requests
_CLOSED_SHOWN = 20  # of those nothing can come of any more


@router.get("/")
async def home(who: Visitor) -> Response:
    return RedirectResponse("/entra" if who is None else HOMES[who.role], status_code=303)


@router.get("/richieste")
async def queue(request: Request, reader: Reading, who: Caller, parts: PartsOf, prima: str = "") -> Response:
    await allow(parts, who, Action.SEE_QUEUE, who.tenant, "request")
    if not who.house:
        inbox = await _inbox(parts, who, reader, prima)
        return await show(request, parts, who, "inbox.html", inbox, nav="queue", live=True)
    view = await _queue(parts, who, None, reader)
    return await show(request, parts, who, "queue.html", view, nav="queue", live=True)


@router.get("/richieste/{request_id}")
async def one(request_id: str, request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    return await request_page(request, request_id, who, parts, reader)


async def request_page(
    request: Request,
    request_id: str,
    who: Who,
    parts: Parts,
    reader: Reader,
    *,
    slip: v.Slip | None = None,
    status: int = 200,
) -> Response:
    """The vendor's people have it beside their queue, the customer's read it to decide."""
    if not who.house:
        return await decision(request, request_id, who, parts, reader, slip=slip, status=status)
    view = await _queue(parts, who, request_id, reader, slip)
    return await show(request, parts, who, "queue.html", view, nav="queue", live=True, status=status)


@router.get("/richieste/{request_id}/ritiro")
async def about_to_withdraw(
    request_id: str, request: Request, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    found = await see_request(parts, who, request_id)
    await allow(parts, who, Action.WITHDRAW, found.line.line.tenant, "request")
    base, say_ = f"/richieste/{request_id}", reader.say
    view = v.Confirm(
        say_("Ritirare la richiesta?", "Withdraw the request?"),
        say_(
            "Nessuno si collegherà. Chi doveva firmare viene avvisato. Per riprendere serve una nuova richiesta.",
            "Nobody will connect. Those who were to sign are told. Going on takes a new request.",
        ),
        v.Act(
            say_("Ritira la richiesta", "Withdraw the request"),
            post=f"{base}/ritiro",
            kind="act",
            icon="undo",
        ),
        v.Act(say_("Torna alla richiesta", "Back to the request"), href=base),
    )
    return await show(request, parts, who, "confirm.html", view)


@router.post("/richieste/{request_id}/sollecito")
async def remind(request_id: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await ask_again(parts, who, request_id)
    return lead(request, f"/richieste/{request_id}")


@router.post("/richieste/{request_id}/ritiro")
async def take_back(request_id: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await withdraw(parts, who, request_id, "")
    return lead(request, f"/richieste/{request_id}")


async def _queue(
    parts: Parts, who: Who, chosen: str | None, reader: Reader, slip: v.Slip | None = None
) -> v.Queue:
    incident = (
        None if chosen is None else say.incident(await see_request(parts, who, chosen), who, reader, slip)
    )
    mine: list[Listed] = []
    others: list[Listed] = []
    for line in await see_open_requests(parts, who):
        (mine if line.found.asked.technician == who.person else others).append(line)
    open_ = {line.line.id for line in (*mine, *others)}
    # As many of the newest as are open may be among those that are shown already.
    newest, _ = await see_requests(parts, who, _CLOSED_SHOWN + len(open_))
    over = [line for line in newest if line.line.id not in open_]
    groups = (
        (reader.say("Le mie richieste", "My requests"), mine[::-1], False),
        (reader.say("In coda, dal più vecchio", "In the queue, oldest first"), others, True),
        (reader.say("Chiuse di recente", "Closed lately"), over[:_CLOSED_SHOWN], False),
    )
    shown = tuple(
        v.QueueGroup(title, _rows(lines, chosen, reader, numbered=ordered), ordered)
        for title, lines, ordered in groups
        if lines
    )
    return v.Queue(shown, incident, _new_request(who, reader))


def _new_request(who: Who, reader: Reader) -> v.Act:
    word = reader.say("Nuova richiesta", "New request")
    if who.role == "technician":
        return v.Act(word, href="/richieste/nuova", kind="act", icon="pen")
    return v.Act(
        word,
        icon="pen",
        blocked=reader.say("Le richieste le fa un tecnico.", "Requests are made by a technician."),
    )


def _rows(
    lines: list[Listed], chosen: str | None, reader: Reader, *, numbered: bool
) -> tuple[v.QueueRow, ...]:
    return tuple(
        say.row(line, reader, current=line.line.id == chosen, place=str(place) if numbered else "")
        for place, line in enumerate(lines, 1)
    )


async def _inbox(parts: Parts, who: Who, reader: Reader, before: str) -> e.Inbox:
    waiting = [line for line in await see_open_requests(parts, who) if say.waits(line)]
    running = await see_live_sessions(parts, who)
    listed = {line.line.id for line in waiting}
    shown, older = await see_requests(parts, who, _PAGE, before)
    past = [line for line in shown if line.line.id not in listed]
    customer = words.clean((await see_own(parts, who)).name)
    calls = await see_incidents(parts, who, who.tenant)
    todos = duties.todos(await see_customer(parts, who), who, waiting, calls, reader)
    return e.Inbox(
        title=reader.say(f"Richieste di accesso a {customer}", f"Access requests to {customer}"),
        waiting=tuple(say.row(line, reader) for line in waiting),
        live=tuple(say_session.other(one, reader) for one in running),
        past=tuple(say.row(line, reader) for line in past),
        todos=tuple(one for one in todos if one.acts),
        older=f"/richieste?prima={older}" if older else "",
    )
