"""The technician's side of a request: ask, take back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from broker.api.answers import Asked, NextCovered
from broker.api.request_forms import AskForm, ReasonForm
from broker.api.who import Caller, PartsOf
from broker.cases.ask import ask
from broker.cases.list_requests import RequestPage, RequestTold, list_all_requests, list_requests
from broker.cases.remind import ask_again
from broker.cases.see_progress import Progress, see_progress
from broker.cases.withdraw import withdraw

router = APIRouter(prefix="/api/requests")
PAGE = 100


@router.get("")
async def listed(who: Caller, parts: PartsOf) -> list[RequestTold]:
    """Those that something can still come of, the oldest first."""
    return await list_requests(parts, who)


@router.get("/history")
async def history(
    who: Caller,
    parts: PartsOf,
    before: Annotated[str, Query(max_length=64)] = "",
    limit: Annotated[int, Query(ge=1, le=PAGE)] = PAGE,
) -> RequestPage:
    """Every request of any state, the newest first; `before`: those older than this one."""
    return await list_all_requests(parts, who, limit, before)


@router.post("", status_code=201)
async def ask_for_access(form: AskForm, who: Caller, parts: PartsOf) -> Asked:
    """`covered` > 0: the text held what looks like a password, which is kept as █ only."""
    receipt = await ask(parts, who, form.draft())
    return {
        "request": receipt.request,
        "next": f"/richieste/{receipt.request}",
        "digest": receipt.digest,
        "record": receipt.n,
        "covered": receipt.covered,
    }


@router.post("/{request}/withdrawal")
async def take_back(request: str, form: ReasonForm, who: Caller, parts: PartsOf) -> NextCovered:
    covered = await withdraw(parts, who, request, form.reason)
    return {"next": f"/richieste/{request}", "covered": covered}


@router.post("/{request}/letter", status_code=204)
async def remind(request: str, who: Caller, parts: PartsOf) -> None:
    """The approvers are written to once more; at most once an hour."""
    await ask_again(parts, who, request)


@router.get("/{request}")
async def progress(request: str, who: Caller, parts: PartsOf) -> Progress:
    return await see_progress(parts, who, request)
