"""Where an agent brings its first signed note. No cookie: note and one-time code are what counts."""

from __future__ import annotations

from fastapi import APIRouter

from broker.api.answers import Enrolled
from broker.api.forms import EnrolForm
from broker.api.who import PartsOf, Terminal
from broker.cases.enrol_host import enrol_host

router = APIRouter()


@router.post("/agent/enrol", status_code=201)
async def enrol(form: EnrolForm, parts: PartsOf, terminal: Terminal) -> Enrolled:
    return {"acked": await enrol_host(parts, form.note.encode(), form.code, terminal)}
