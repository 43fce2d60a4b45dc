"""The first run: the secret of the console makes the house and its owner's invitation. Then it is gone."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response

from broker.api.refusals import sentences, status
from broker.api.setup import EVERY_METHOD, WhileOpen
from broker.api.who import PartsOf
from broker.cases.setup import setup
from broker.domain.email_address import read_email
from broker.domain.refusal import Refused, Why
from web import views
from web.pages.page import FormFields, Reading, lead, line, show
from web.present.first_steps import names
from web.present.reader import Reader

router = APIRouter(route_class=WhileOpen)
_TRIES = (Why.NOT_RECOGNISED, Why.BAD_INPUT)


@router.get("/avvio")
async def first_page(request: Request, reader: Reading, parts: PartsOf) -> Response:
    view = views.FirstRun("/avvio", names(reader))
    return await show(request, parts, None, "first_run.html", view)


@router.post("/avvio")
async def begin(request: Request, form: FormFields, reader: Reading, parts: PartsOf) -> Response:
    try:
        invited = await setup(
            parts,
            form.one("code"),
            name=line(form, "name"),
            email=read_email(form.one("email")),
            house=line(form, "house"),
        )
    except Refused as no:
        if no.why not in _TRIES:
            raise
        wrong = _wrong(no, reader)
        view = views.FirstRun(
            "/avvio",
            names(reader),
            form.one("name"),
            form.one("email"),
            form.one("house"),
            form.one("code"),
            wrong,
        )
        return await show(request, parts, None, "first_run.html", view, status=status(no))
    return lead(request, urlsplit(invited.link).path)


@router.api_route("/avvio{rest:path}", methods=EVERY_METHOD)
async def no_other_spelling(rest: str) -> None:
    """As for `/api/setup`: nothing betrays that there was a page."""
    raise Refused(Why.NOT_FOUND)


def _wrong(no: Refused, reader: Reader) -> str:
    if no.why is Why.NOT_RECOGNISED:
        return reader.say(
            "Questo codice non è quello stampato sulla console del server. Lo ricopi da lì.",
            "This is not the code printed on the server’s console. Copy it from there.",
        )
    return reader.say(*sentences(no))
