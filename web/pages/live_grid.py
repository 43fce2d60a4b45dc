"""All sessions that run on one page, the riskiest first (U-16)."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from broker.api.who import Caller, PartsOf
from broker.cases.deny import allow
from broker.cases.see_live import see_live
from broker.domain.people import Action
from web.pages.page import Reading, show
from web.present.live_grid import grid

router = APIRouter()


@router.get("/sessioni/dirette")
async def together(request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    await allow(parts, who, Action.WATCH, who.tenant, "watch")
    view = grid(await see_live(parts, who), who, reader)
    return await show(request, parts, who, "live_grid.html", view, live=True)
