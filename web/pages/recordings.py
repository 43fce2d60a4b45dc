"""The titolare's page of a session's recordings: which there are, and a player that asks why first."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from broker.api.who import Caller, PartsOf
from broker.cases.read_recording import see_recordings
from web.pages.page import Reading, show
from web.present import recordings as say

router = APIRouter(prefix="/sessioni/{session}/registrazioni")


@router.get("")
async def listed(session: str, request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    found = await see_recordings(parts, who, session)
    return await show(request, parts, who, "recordings.html", say.page(session, found, reader))
