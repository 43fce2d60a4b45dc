"""Coming in and going out: /entra and /esci."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from broker.api.refusals import sentences, status
from broker.api.who import COOKIE, PartsOf, Terminal, remember
from broker.cases.log_in_with_password import log_in_with_password
from broker.cases.log_out import log_out
from broker.domain.refusal import Refused, Why
from web import views
from web.pages.page import FormFields, Reading, Visitor, local, show

router = APIRouter()
_LOGIN = views.Login(
    ceremony=views.Ceremony("/api/login/passkey/begin", "/api/login/passkey/finish"),
    password_post="/entra",  # noqa: S106 — an address
)


@router.get("/entra")
async def door(request: Request, who: Visitor, parts: PartsOf, dopo: str = "/") -> Response:
    if who is not None:
        return RedirectResponse(local(dopo), status_code=303)
    return await show(request, parts, None, "login.html", replace(_LOGIN, next=local(dopo)))


@router.post("/entra")
async def with_password(
    request: Request, form: FormFields, reader: Reading, parts: PartsOf, terminal: Terminal
) -> Response:
    token = request.cookies.get(COOKIE)
    email, code = form.one("user"), form.one("totp").replace(" ", "")
    after = local(form.one("next") or "/")
    try:
        entered = await log_in_with_password(
            parts, email[:254], form.raw("password")[:256], code[:6], terminal, token=token
        )
    except Refused as no:
        if no.why not in (Why.NOT_RECOGNISED, Why.TOO_MANY_TRIES, Why.PASSWORD_NOT_FOR_TECHNICIANS):
            raise
        again = replace(_LOGIN, next=after, error=reader.say(*sentences(no)), name=email[:254])
        return await show(request, parts, None, "login.html", again, status=status(no))
    response = RedirectResponse(after, status_code=303)
    remember(response, parts, entered)
    return response


@router.post("/esci")
async def leave(request: Request, who: Visitor, parts: PartsOf) -> Response:
    response = RedirectResponse("/entra", status_code=303)
    if who is not None:
        await log_out(parts, who, request.cookies[COOKIE])
    response.delete_cookie(COOKIE, path="/")
    return response
