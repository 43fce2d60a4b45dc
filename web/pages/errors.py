"""A no as a page for browsers, as JSON for programs: the same sentence, the same status."""

from __future__ import annotations

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from broker.api.refusals import bad_form_answer, refusal_answer, sentences, status
from broker.api.who import parts_of
from broker.domain.refusal import Refused, Why
from web import views
from web.pages.page import login_address, show, visitor, wants_json

_MACHINES = ("/api/", "/agent/")


def for_machines(request: Request) -> bool:
    return request.url.path.startswith(_MACHINES) or wants_json(request)


async def refused(request: Request, no: Refused) -> Response:
    if for_machines(request):
        return await refusal_answer(request, no)
    if no.why is Why.LOGIN_NEEDED:
        reading = request.method in ("GET", "HEAD")
        return RedirectResponse(login_address(_here(request) if reading else "/"), status_code=303)
    what, mend = parted(sentences(no)[0])
    code = Why.NOT_FOUND if no.why is Why.SETUP_DONE else no.why
    view = views.Refusal(
        what, mend, code.value, status(no), views.Act("Torna alla pagina iniziale", href="/")
    )
    try:
        who = await visitor(request)
    except Refused:  # who asks stands in the database too, which does not answer
        who = None
    return await show(request, parts_of(request), who, "error.html", view, status=status(no))


async def bad_form(request: Request, wrong: RequestValidationError) -> Response:
    if for_machines(request):
        return await bad_form_answer(request, wrong)
    where = [str(part) for part in wrong.errors()[0]["loc"][1:] if isinstance(part, str)]
    return await refused(request, Refused(Why.BAD_INPUT, field=".".join(where) or "?"))


async def http_error(request: Request, wrong: HTTPException) -> Response:
    """What the router itself says: no such page, no such method."""
    if wrong.status_code == 405:
        answer = await refused(request, Refused(Why.NOT_FOUND))
        answer.status_code = 405
        answer.headers.update(wrong.headers or {})
        return answer
    return await refused(request, Refused(Why.NOT_FOUND))


def parted(sentence: str) -> tuple[str, str]:
    """(what is so, who can mend it): every refusal is written as these two sentences or more."""
    what, stop, mend = sentence.partition(". ")
    return (what + stop.strip(), mend)


def _here(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")
