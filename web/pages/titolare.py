"""The titolare's one page: what he has to do, the running month, his reports, his rules."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from broker.api.who import Caller, PartsOf
from broker.cases.see_customer import see_customer
from broker.cases.see_requests import see_requests
from broker.cases.see_sessions import see_sessions
from broker.store import estate
from web.pages.page import show
from web.present import titolare as say

router = APIRouter()


@router.get("/titolare")
async def month(request: Request, who: Caller, parts: PartsOf) -> Response:
    view = await see_customer(parts, who)
    waiting = await see_requests(parts, who, limit=60)
    running = await see_sessions(parts, who, live=True)
    async with parts.store.read() as work:
        house = await estate.house(work)
    vendor = parts.settings.vendor if house is None else house.name
    page = say.page(view, who, waiting, running, vendor, parts.clock.now())
    return await show(request, parts, who, "titolare.html", page, nav="titolare", live=True)
