"""*Chiedi un chiarimento* and its answer: two plain forms on the request's pages."""

from __future__ import annotations

from collections.abc import Awaitable

from fastapi import APIRouter, Request, Response

from broker.api.refusals import sentences, status
from broker.api.who import Caller, PartsOf
from broker.cases.answer_clarification import answer_clarification
from broker.cases.ask_clarification import ask_clarification
from broker.domain.people import Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from web.pages.page import FormFields, Reading, lead
from web.pages.requests import request_page
from web.present.asking import too_long
from web.present.clarifying import ASK, form_of
from web.present.reader import Reader

router = APIRouter(prefix="/richieste/{request_id}/chiarimenti")


@router.post("")
async def ask(
    request_id: str, request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    async def done() -> int:
        return (await ask_clarification(parts, who, request_id, form.one("text"))).covered

    return await _taken(done(), ASK, request_id, request, form, reader, who, parts)


@router.post("/{question}")
async def answer(
    request_id: str,
    question: int,
    request: Request,
    form: FormFields,
    reader: Reading,
    who: Caller,
    parts: PartsOf,
) -> Response:
    done = answer_clarification(parts, who, request_id, question, form.one("text"))
    return await _taken(done, form_of(question), request_id, request, form, reader, who, parts)


async def _taken(
    done: Awaitable[int],
    name: str,
    request_id: str,
    request: Request,
    form: FormFields,
    reader: Reader,
    who: Who,
    parts: Parts,
) -> Response:
    """Back to the request, or there again with what was typed and why it could not be taken. `done` gives how many
    secrets were covered in it."""
    try:
        covered = await done
    except Refused as no:
        if no.why not in (Why.BAD_INPUT, Why.TOO_LARGE) or no.facts.get("field") != "text":
            raise
        said = too_long(no, reader) if no.why is Why.TOO_LARGE else reader.say(*sentences(no))
        slip = form.slip(name, said, "text")
        return await request_page(request, request_id, who, parts, reader, slip=slip, status=status(no))
    return lead(request, f"/richieste/{request_id}", covered=covered)
