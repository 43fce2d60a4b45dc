"""Coming in and going out: /entra and /esci."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from broker.api.refusals import sentences, status
from broker.api.who import Browser, PartsOf, Terminal, forget, remember, token_of
from broker.cases.enter_elsewhere import see_doors
from broker.cases.log_in_with_password import log_in_with_password
from broker.cases.log_out import log_out
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from web import views, views_signin
from web.pages.page import FormFields, Reading, Visitor, local, show
from web.present import words
from web.present.reader import Reader

router = APIRouter()
KNOWN_COOKIE = "verbale_fornitore"  # by which provider somebody came in with this browser
_LOGIN = views_signin.Login(
    ceremony=views.Ceremony("/api/login/passkey/begin", "/api/login/passkey/finish"),
    password_post="/entra",  # noqa: S106 — an address
)


@router.get("/entra")
async def door(request: Request, who: Visitor, reader: Reading, parts: PartsOf, dopo: str = "/") -> Response:
    if who is not None:
        return RedirectResponse(local(dopo), status_code=303)
    return await show(request, parts, None, "login.html", await _door(request, parts, reader, local(dopo)))


async def door_page(
    request: Request, parts: Parts, reader: Reader, no: Refused, after: str, name: str = ""
) -> Response:
    """The door once more, with what went wrong."""
    view = await _door(request, parts, reader, after)
    again = replace(view, error=reader.say(*sentences(no)), name=name)
    return await show(request, parts, None, "login.html", again, status=status(no))


async def _door(request: Request, parts: Parts, reader: Reader, after: str) -> views_signin.Login:
    found = await see_doors(parts, request.cookies.get(KNOWN_COOKIE, "")[:64])
    return replace(
        _LOGIN,
        next=after,
        elsewhere=tuple(
            views.Act(
                reader.say(f"Entra con {words.clean(one.name)}", f"Sign in with {words.clean(one.name)}"),
                href=f"/entra/con/{one.id}?dopo={quote(after, safe='/')}",
            )
            for one in found
        ),
    )


@router.post("/entra")
async def with_password(
    request: Request,
    form: FormFields,
    reader: Reading,
    parts: PartsOf,
    terminal: Terminal,
    browser: Browser,
) -> Response:
    token = token_of(request)
    email, code = form.one("user"), form.one("totp").replace(" ", "")
    after = local(form.one("next") or "/")
    try:
        entered = await log_in_with_password(
            parts, email[:254], form.raw("password")[:256], code[:6], terminal, token=token, browser=browser
        )
    except Refused as no:
        if no.why not in (Why.NOT_RECOGNISED, Why.TOO_MANY_TRIES, Why.PASSWORD_NOT_FOR_TECHNICIANS):
            raise
        return await door_page(request, parts, reader, no, after, email[:254])
    response = RedirectResponse(after, status_code=303)
    remember(response, parts, entered)
    return response


@router.post("/esci")
async def leave(request: Request, who: Visitor, parts: PartsOf) -> Response:
    response = RedirectResponse("/entra", status_code=303)
    if who is not None:
        await log_out(parts, who, token_of(request))
    forget(response, parts)
    return response
