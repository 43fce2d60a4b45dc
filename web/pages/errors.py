"""A no as a page for browsers, as JSON for programs: the same sentence, the same status."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from broker.api.refusals import bad_form_answer, refusal_answer, router_refusal, sentences, status
from broker.api.who import parts_of
from broker.domain.refusal import Refused, Why
from web import views
from web.pages import prove
from web.pages.page import fields, here, login_address, reader_of, show, visitor, wants_json
from web.present.reader import Pair, Reader

_MACHINES = ("/api/", "/agent/")
_SECRETS = ("password", "totp", "code", "secret")  # never written into a page
_FAULT: Pair = (
    "Qualcosa qui si è rotto, per colpa nostra. Riprovi tra poco; se si ripete, lo dica al fornitore.",
    "Something broke here, by our fault. Try again shortly; if it happens again, tell the vendor.",
)


def for_machines(request: Request) -> bool:
    return request.url.path.startswith(_MACHINES) or wants_json(request)


async def refused(request: Request, no: Refused) -> Response:
    if for_machines(request):
        return await refusal_answer(request, no)
    if no.why in (Why.LOGIN_NEEDED, Why.AT_REST):
        return await _login_first(request, no)
    if no.why is Why.PROOF_NEEDED:
        return await _prove_first(request, no)
    code = Why.NOT_FOUND if no.why is Why.SETUP_DONE else no.why
    return await _page(request, sentences(no), code.value, status(no))


async def _page(request: Request, said: Pair, code: str, status_: int) -> Response:
    reader = reader_of(request)
    what, mend = parted(reader.say(*said))
    view = views.Refusal(what, mend, code, status_, home(reader))
    try:
        who = await visitor(request)
    except Refused:  # who asks stands in the database too, which does not answer
        who = None
    return await show(request, parts_of(request), who, "error.html", view, status=status_)


def home(reader: Reader) -> views.Act:
    return views.Act(reader.say("Torna alla pagina iniziale", "Back to the first page"), href="/")


async def _login_first(request: Request, no: Refused) -> Response:
    """To the door; but what somebody has typed stays on the page until he is in again and sends it."""
    if request.method in ("GET", "HEAD"):
        return RedirectResponse(login_address(here(request)), status_code=303)
    kept = await _typed(request)
    what, mend = parted(reader_of(request).say(*sentences(no)))
    view = views.SendAgain(what, mend, post=here(request), fields=kept, login=login_address("/"))
    return await show(request, parts_of(request), None, "again.html", view, status=status(no))


async def _prove_first(request: Request, no: Refused) -> Response:
    """What he was about to do waits on the page that asks who he is, and goes on from there."""
    if request.method in ("GET", "HEAD"):
        return RedirectResponse(f"/prova?dopo={quote(here(request), safe='/')}", status_code=303)
    who = await visitor(request)
    if who is None:
        return await _login_first(request, no)
    reader, parts = reader_of(request), parts_of(request)
    view = await prove.view(parts, who, reader, "/", post=here(request), fields=await _typed(request))
    return await show(request, parts, who, "prove.html", view, status=status(no))


async def _typed(request: Request) -> tuple[tuple[str, str], ...]:
    try:
        form = await fields(request)
    except Refused:
        return ()
    return tuple(
        (name, text) for name, texts in form.values.items() if name not in _SECRETS for text in texts
    )


async def bad_form(request: Request, wrong: RequestValidationError) -> Response:
    if for_machines(request):
        return await bad_form_answer(request, wrong)
    where = [str(part) for part in wrong.errors()[0]["loc"][1:] if isinstance(part, str)]
    return await refused(request, Refused(Why.BAD_INPUT, field=".".join(where) or "?"))


async def http_error(request: Request, wrong: HTTPException) -> Response:
    """What the router itself says: a body nobody can read, no such page, no such method."""
    answer = await refused(request, router_refusal(wrong))
    if wrong.status_code == 405:
        answer.status_code = 405
        answer.headers.update(wrong.headers or {})
    return answer


async def crashed(request: Request, _: Exception) -> Response:
    """A fault of ours: the person gets a page, the server's journal the traceback. It asks no database."""
    if for_machines(request):
        return JSONResponse({"code": "fault", "it": _FAULT[0], "en": _FAULT[1]}, status_code=500)
    reader = reader_of(request)
    what, mend = parted(reader.say(*_FAULT))
    view = views.Refusal(what, mend, "fault", 500, home(reader))
    return await show(request, parts_of(request), None, "error.html", view, status=500)


def parted(sentence: str) -> tuple[str, str]:
    """(what is so, who can mend it): every refusal is written as these two sentences or more."""
    what, stop, mend = sentence.partition(". ")
    return (what + stop.strip(), mend)
