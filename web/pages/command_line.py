"""A code that lets `verbale login` in, for whoever is logged in here."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from broker.api.who import Caller, FreshCaller, PartsOf, token_of
from broker.cases.log_in_by_code import give_code
from web import views as v
from web.pages.page import Reading, show
from web.present.times import clock_time

router = APIRouter(prefix="/riga-di-comando")


@router.get("")
async def form(request: Request, who: Caller, parts: PartsOf) -> Response:
    view = v.CommandLine("/riga-di-comando", f"verbale login {parts.settings.origin}")
    return await show(request, parts, who, "command_line.html", view)


@router.post("")
async def give(request: Request, reader: Reading, who: FreshCaller, parts: PartsOf) -> Response:
    given = await give_code(parts, who, token_of(request))
    view = v.CommandLine(
        "/riga-di-comando",
        f"verbale login {parts.settings.origin}",
        code=given.code,
        expires=clock_time(given.expires),
        until=clock_time(given.until),
    )
    return await show(request, parts, who, "command_line.html", view)
