"""The published log over HTTP (C2SP tlog-tiles): static files, behind a login or the monitor's token."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from broker.api.who import FreshCaller, PartsOf, caller
from broker.cases.let_monitor import MonitorLet, let_monitor
from broker.cases.read_log import monitor_log, read_log

router = APIRouter()
_BEARER = "Bearer "
_FOREVER, _ASK_AGAIN = "private, max-age=31536000, immutable", "private, no-cache"


@router.post("/api/log/token", status_code=201)
async def renew_token(who: FreshCaller, parts: PartsOf) -> MonitorLet:
    return await let_monitor(parts, who)


@router.get("/api/log/{tenant}/{year}/{path:path}")
async def read_file(tenant: str, year: str, path: str, request: Request, parts: PartsOf) -> Response:
    shown = request.headers.get("authorization", "")
    if shown.startswith(_BEARER):
        found = await monitor_log(parts, shown.removeprefix(_BEARER), tenant, year, path)
    else:
        found = await read_log(parts, await caller(request), tenant, year, path)
    return Response(
        found.data,
        media_type="text/plain; charset=utf-8" if found.text else "application/octet-stream",
        headers={"Cache-Control": _FOREVER if found.forever else _ASK_AGAIN},
    )
