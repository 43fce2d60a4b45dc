"""A signed report on a page: figures, exceptions, sessions, and what can be carried away."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from broker.api.who import Caller, PartsOf
from broker.cases.see_estate import see_house
from broker.cases.see_month import see_month
from web.pages.page import Reading, show
from web.present import month as say

router = APIRouter()
MAX_NUMBER = 64


@router.get("/mesi/{number}")
async def month(number: str, request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    view = await see_month(parts, who, number[:MAX_NUMBER])
    house = await see_house(parts)
    vendor = parts.settings.vendor if house is None else house.name
    page = say.page(view, who, vendor, reader)
    return await show(request, parts, who, "month.html", page, nav="" if who.house else "titolare")
