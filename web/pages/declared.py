"""The outcome of a session on a host without an agent. Its start and its end are declared on the request's page."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from audit.statement_parts import Activity
from broker.api.refusals import sentences, status
from broker.api.who import Caller, PartsOf
from broker.cases.close_declared import close_declared
from broker.cases.deny import allow
from broker.cases.see_requests import RequestView, see_request
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from web import views as v
from web.pages.page import FormFields, Reading, lead, show
from web.present import bare as say
from web.present.asking import too_long
from web.present.reader import Reader

router = APIRouter(prefix="/richieste/{bare}/esito")


@router.get("")
async def about_to_close(
    bare: str, request: Request, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    found = await _found(parts, who, bare)
    return await _closing(request, found, who, parts, reader)


@router.post("")
async def close(
    bare: str, request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    found = await _found(parts, who, bare)
    codes = form.many("activity")
    assert found.line.declared is not None
    try:
        if not set(codes) <= set(Activity.CODES):
            raise Refused(Why.BAD_INPUT, field="activities")
        _, covered = await close_declared(
            parts,
            who,
            found.line.declared.permit.id,
            outcome=form.one("outcome"),
            activities=[Activity(code, "ASS") for code in codes],
            note=form.one("note"),
        )
    except Refused as no:
        if no.why not in (Why.BAD_INPUT, Why.TOO_LARGE):
            raise
        said = too_long(no, reader) if no.why is Why.TOO_LARGE else reader.say(*sentences(no))
        typed = (("outcome", form.one("outcome")), ("activity", " ".join(codes)), ("note", form.one("note")))
        return await _closing(request, found, who, parts, reader, v.Slip("esito", said, typed), status(no))
    return lead(request, f"/richieste/{bare}", covered=covered)


async def _found(parts: Parts, who: Who, request: str) -> RequestView:
    found = await see_request(parts, who, request)
    await allow(parts, who, Action.CLOSE_SESSION, found.line.line.tenant, "session")
    if found.line.declared is None:
        raise Refused(Why.NOT_FOUND)
    return found


async def _closing(
    request: Request,
    found: RequestView,
    who: Who,
    parts: Parts,
    reader: Reader,
    wrote: v.Slip | None = None,
    status: int = 200,
) -> Response:
    closing = say.closing(found, reader, wrote)
    back = v.Act(
        reader.say("Torna alla richiesta", "Back to the request"),
        href=f"/richieste/{found.line.found.asked.id}",
    )
    title = reader.say("Scrivi l’esito", "Write the outcome")
    view = v.Confirm(title, "", v.Act("", post=closing.post), back, closing)
    return await show(request, parts, who, "confirm.html", view, status=status)
