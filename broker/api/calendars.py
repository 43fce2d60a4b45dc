"""Calendars over HTTP: a secret address for programs that show dates, and one request to put in by hand."""

from __future__ import annotations

from fastapi import APIRouter, Response

from broker.api.who import Caller, FreshCaller, PartsOf
from broker.cases.keep_calendar import CalendarOpened, close_calendar, open_calendar
from broker.cases.see_calendar import calendar_by_secret, request_calendar

router = APIRouter()
KIND = "text/calendar; charset=utf-8"


@router.post("/api/calendar", status_code=201)
async def opened(who: FreshCaller, parts: PartsOf) -> CalendarOpened:
    """Your calendar's secret address, shown this once; the one before counts no more."""
    return await open_calendar(parts, who)


@router.delete("/api/calendar", status_code=204)
async def closed(who: Caller, parts: PartsOf) -> None:
    """Nobody reads your calendar any more."""
    await close_calendar(parts, who)


@router.get("/api/calendars/{secret}.ics")
async def feed(secret: str, parts: PartsOf, *, en: bool = False) -> Response:
    """For whoever has the address; `en`: in English."""
    return answer(await calendar_by_secret(parts, secret, english=en), "verbale.ics")


@router.get("/api/requests/{request}/calendar.ics")
async def of_request(request: str, who: Caller, parts: PartsOf, *, en: bool = False) -> Response:
    """A request's window, to be put into a calendar by hand."""
    return answer(await request_calendar(parts, who, request, english=en), "finestra.ics")


def answer(data: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(data, media_type=KIND, headers=headers)
