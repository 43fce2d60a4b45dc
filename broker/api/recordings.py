"""Recordings of a session: one is asked for with a reason, and comes as an asciicast in JSON, a screen as FBS."""

from __future__ import annotations

from fastapi import APIRouter, Response

from audit.playable import CAST
from broker.api.answers import Cleared
from broker.api.forms import ReadingForm
from broker.api.who import Caller, PartsOf
from broker.cases.read_recording import clear_screen, read_recording

router = APIRouter(prefix="/api/sessions/{session}/recordings")


@router.post("/{recording}", response_model=None)
async def read(
    session: str, recording: str, form: ReadingForm, who: Caller, parts: PartsOf
) -> dict[str, str] | Response:
    found = await read_recording(parts, who, session, recording, form.reason)
    if found.suffix == CAST:
        return {"cast": found.data.decode()}
    return Response(found.data, media_type="application/octet-stream")


@router.post("/{recording}/clear")
async def clear(session: str, recording: str, form: ReadingForm, who: Caller, parts: PartsOf) -> Cleared:
    """A screen is to be seen as it was: recorded with its reason, before the page takes the blur away."""
    await clear_screen(parts, who, session, recording, form.reason)
    return {"clear": True}
