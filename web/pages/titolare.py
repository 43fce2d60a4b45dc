"""The titolare's one page: what he has to do, the running month, his reports, his rules."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request, Response

from broker.api.who import Caller, FreshCaller, PartsOf
from broker.cases.let_monitor import let_monitor
from broker.cases.note_reading import note_reading
from broker.cases.see_customer import see_customer
from broker.cases.see_estate import see_house
from broker.cases.see_incidents import see_incidents
from broker.cases.see_programs import see_customer_programs
from broker.cases.see_requests import see_open_requests
from broker.cases.see_sessions import see_live_sessions
from broker.cases.sign_recovery import begin_recovery
from web import views_estate as e
from web.pages.page import Reading, show, to_signing
from web.present import titolare as say

router = APIRouter()


@router.get("/titolare")
async def month(request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    view = await see_customer(parts, who)
    await note_reading(parts, who, who.tenant, "log")  # its exceptions are records
    waiting = await see_open_requests(parts, who)
    incidents = await see_incidents(parts, who, who.tenant)
    running = await see_live_sessions(parts, who)
    house = await see_house(parts)
    vendor = parts.settings.vendor if house is None else house.name
    programs = await see_customer_programs(parts, who, who.tenant)
    page = say.page(view, who, waiting, incidents, running, vendor, reader, programs)
    return await show(request, parts, who, "titolare.html", page, nav="titolare", live=True)


@router.post("/titolare/ripresa")
async def recovery(request: Request, who: Caller, parts: PartsOf) -> Response:
    return await to_signing(request, parts, who, partial(begin_recovery, parts, who))


@router.post("/titolare/monitor")
async def monitor(request: Request, who: FreshCaller, parts: PartsOf) -> Response:
    let = await let_monitor(parts, who)
    return await show(request, parts, who, "log_address.html", e.LogAddress(let.address, let.token))
