"""Recordings of a session: one is asked for with a reason, and comes as an asciicast in JSON."""

from __future__ import annotations

from fastapi import APIRouter

from broker.api.forms import ReadingForm
from broker.api.who import Caller, PartsOf
from broker.cases.read_recording import read_recording

router = APIRouter(prefix="/api/sessions/{session}/recordings")


@router.post("/{recording}")
async def read(
    session: str, recording: str, form: ReadingForm, who: Caller, parts: PartsOf
) -> dict[str, str]:
    return {"cast": await read_recording(parts, who, session, recording, form.reason)}
