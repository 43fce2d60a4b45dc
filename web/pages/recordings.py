"""The page of a session's recordings: which there are, a player that asks why first, and who may play them."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from broker.api.who import Caller, PartsOf
from broker.cases.allow_playback import allow_playback
from broker.cases.ask_playback import ask_playback, note_access_request
from broker.cases.end_playback import end_playback
from broker.cases.second_playback import second_playback
from broker.cases.see_recordings import see_recordings
from broker.cases.take_extract import take_extract
from web.pages.page import FormFields, Reading, lead, show
from web.pages.reports import download
from web.present import playbacks
from web.present import recordings as say
from web.present.typed_days import read_day

router = APIRouter(prefix="/sessioni/{session}/registrazioni")


@router.get("")
async def listed(session: str, request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    view = say.page(await see_recordings(parts, who, session), who, reader)
    return await show(request, parts, who, "recordings.html", view)


@router.post("/permessi")
async def allow_ads(
    session: str, request: Request, form: FormFields, who: Caller, parts: PartsOf
) -> Response:
    person, reason = form.one("person")[:64], form.one("reason")[:64]
    until = playbacks.until(form.one("until"))
    await allow_playback(parts, who, session, person=person, reason=reason, until=until)
    return _back(request, session)


@router.post("/incidente")
async def ask(session: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await ask_playback(parts, who, session)
    return _back(request, session)


@router.post("/interessato")
async def note(session: str, request: Request, form: FormFields, who: Caller, parts: PartsOf) -> Response:
    await note_access_request(parts, who, session, read_day(form.one("received"), "received"))
    return _back(request, session)


@router.post("/{playback}/conferma")
async def confirm(session: str, playback: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await second_playback(parts, who, session, playback)
    return _back(request, session)


@router.post("/{playback}/fine")
async def end(session: str, playback: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await end_playback(parts, who, session, playback)
    return _back(request, session)


@router.post("/{playback}/estratto")
async def extract(session: str, playback: str, who: Caller, parts: PartsOf) -> Response:
    found = await take_extract(parts, who, session, playback)
    return download(found.name, "application/zip", found.data)


def _back(request: Request, session: str) -> Response:
    return lead(request, f"/sessioni/{session}/registrazioni")
