"""*Calendario*: a secret address with which a calendar program shows one's windows and due dates."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from broker.api.who import Caller, FreshCaller, PartsOf
from broker.cases.keep_calendar import close_calendar, has_calendar, open_calendar
from web import views_plugs as p
from web.pages.page import Reading, lead, show
from web.present.reader import Reader

router = APIRouter(prefix="/calendario")


@router.get("")
async def form(request: Request, who: Caller, parts: PartsOf) -> Response:
    view = p.CalendarPage("/calendario", there=await has_calendar(parts, who))
    return await show(request, parts, who, "calendar.html", view)


@router.post("")
async def opened(request: Request, reader: Reading, who: FreshCaller, parts: PartsOf) -> Response:
    made = await open_calendar(parts, who)
    view = p.CalendarPage("/calendario", there=True, address=_address(made.address, reader))
    return await show(request, parts, who, "calendar.html", view, status=201)


@router.post("/togli")
async def closed(request: Request, who: Caller, parts: PartsOf) -> Response:
    await close_calendar(parts, who)
    return lead(request, "/calendario")


def _address(address: str, reader: Reader) -> str:
    return address + ("?en=true" if reader.lang == "en" else "")
