"""*Cerca*, the register of calls, one customer's card, and the page of all keys."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from broker.api.who import Caller, PartsOf
from broker.cases.find import MOST, find
from broker.cases.see_customer_card import see_customer_card
from broker.cases.see_incidents import see_calls
from web.pages.page import KEYS_COOKIE, Reading, show
from web.present import customer_card, finding, keyboard
from web.present import incidents as say

router = APIRouter()


@router.get("/cerca")
async def search(request: Request, reader: Reading, who: Caller, parts: PartsOf, q: str = "") -> Response:
    asked = q[:MOST]
    view = finding.search(asked, await find(parts, who, asked), who, reader)
    return await show(request, parts, who, "search.html", view)


@router.get("/contatti/registro")
async def calls(request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    view = say.calls(await see_calls(parts, who), reader)
    return await show(request, parts, who, "calls.html", view, nav="calls", live=True)


@router.get("/cliente/{tenant}")
async def customer(tenant: str, request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    view = customer_card.card(await see_customer_card(parts, who, tenant), who, reader)
    return await show(request, parts, who, "customer.html", view, nav="queue")


@router.get("/tasti")
async def keys(request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    on = request.cookies.get(KEYS_COOKIE) != "off"
    return await show(request, parts, who, "keys.html", keyboard.keys(who, reader, on=on))
