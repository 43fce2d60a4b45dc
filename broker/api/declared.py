"""A session on a host without an agent: its technician declares its start and its end, and what came of it."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter

from broker.api.answers import Next, NextCovered, PasskeyQuestion
from broker.api.request_forms import CloseForm, DeclarationForm
from broker.api.who import Caller, PartsOf
from broker.cases.close_declared import close_declared
from broker.cases.declare import begin_declaration, finish_declaration

router = APIRouter(prefix="/api/declared/{declared}")
What = Literal["began", "ended"]


@router.post("/{what}/begin")
async def begin(declared: str, what: What, who: Caller, parts: PartsOf) -> PasskeyQuestion:
    """Options for the technician's passkey, or what is still missing. Nothing is opened by it."""
    asked = await begin_declaration(parts, who, declared, what)
    return {"state": asked.state, "options": asked.options}


@router.post("/finish")
async def finish(declared: str, form: DeclarationForm, who: Caller, parts: PartsOf) -> Next:
    request = await finish_declaration(parts, who, declared, form.state, form.answer)
    return {"next": f"/richieste/{request}"}


@router.post("/close")
async def close(declared: str, form: CloseForm, who: Caller, parts: PartsOf) -> NextCovered:
    activities = [a.activity() for a in form.activities]
    request, covered = await close_declared(
        parts, who, declared, outcome=form.outcome, activities=activities, note=form.note
    )
    return {"next": f"/richieste/{request}", "covered": covered}
