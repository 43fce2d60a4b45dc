"""Signing in elsewhere, where one is logged in, one's links, and the providers one keeps: /accesso."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from broker.api.refusals import sentences, status
from broker.api.who import Browser, Caller, FreshCaller, PartsOf, Terminal, remember, token_of
from broker.cases.ask_provider import back_address
from broker.cases.enter_elsewhere import let_in, link_to_self, prove_elsewhere, unlink_self
from broker.cases.keep_provider import keep_provider, remove_provider, see_providers
from broker.cases.log_in_elsewhere import (
    APPROVAL,
    LINK,
    LOGIN,
    PROVE,
    CameBack,
    Departing,
    come_back,
    leave_for,
)
from broker.cases.see_logins import end_login, end_other_logins, see_logins
from broker.cases.see_proofs import see_links
from broker.cases.show_identity import keep_identity
from broker.domain.people import MAY, Action, Who
from broker.domain.provider import Provider
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from web import views as v
from web import views_signin as vs
from web.pages.login import KNOWN_COOKIE, door_page
from web.pages.page import Fields, FormFields, Reading, Visitor, lead, local, show, wants_json
from web.present import signin as say
from web.present.reader import Reader

router = APIRouter()
BOUND_COOKIE = "verbale_altrove"
BOUND_S = 600
_YEAR_S = 365 * 86400
_SLIPS = (Why.BAD_INPUT, Why.TOO_LARGE)


# ------------------------------------------------------------------------------- there and back


@router.get("/entra/con/{provider}")
async def depart(
    provider: str, request: Request, reader: Reading, parts: PartsOf, terminal: Terminal, dopo: str = "/"
) -> Response:
    """A link, no form: a form may not lead off this origin (CSP)."""
    try:
        leaving = await leave_for(parts, provider, terminal, after=local(dopo))
    except Refused as no:
        if no.why is Why.NOT_FOUND:
            raise
        return await door_page(request, parts, reader, no, local(dopo))
    return bound(RedirectResponse(leaving.address, status_code=303), parts, leaving)


@router.get("/entra/ritorno")
async def back(
    request: Request, who: Visitor, reader: Reading, parts: PartsOf, terminal: Terminal, browser: Browser
) -> Response:
    asked = request.query_params
    came = CameBack(
        asked.get("state", ""),
        asked.get("code", ""),
        asked.get("iss"),
        asked.get("error", ""),
        request.cookies.get(BOUND_COOKIE, ""),
    )
    token = token_of(request)
    try:
        known = await come_back(parts, came, terminal)
        after = local(str(known.ceremony.data["after"]))
        response = RedirectResponse(after, status_code=303)
        match known.ceremony.purpose:
            case _ if known.ceremony.purpose == LOGIN:
                remember(response, parts, await let_in(parts, known, terminal, browser, token))
                _cookie(response, parts, KNOWN_COOKIE, known.provider.id, _YEAR_S, "/entra")
            case _ if who is None:
                raise Refused(Why.LOGIN_NEEDED)
            case _ if known.ceremony.purpose == LINK:
                await link_to_self(parts, who, known)
            case _ if known.ceremony.purpose == PROVE:
                await prove_elsewhere(parts, who, known, token)
            case _:
                assert known.ceremony.purpose == APPROVAL
                await keep_identity(parts, who, known)
    except Refused as no:
        if who is not None:
            raise
        return await door_page(request, parts, reader, no, "/")
    response.delete_cookie(BOUND_COOKIE, path="/entra")
    return response


def bound(response: Response, parts: Parts, leaving: Departing) -> Response:
    _cookie(response, parts, BOUND_COOKIE, leaving.bound, BOUND_S, "/entra")
    return response


def _cookie(response: Response, parts: Parts, name: str, value: str, age_s: int, path: str) -> None:
    response.set_cookie(
        name, value, max_age=age_s, path=path, httponly=True, samesite="lax", secure=parts.settings.secure
    )


async def go_elsewhere(
    request: Request,
    parts: Parts,
    who: Who,
    provider: str,
    purpose: str,
    after: str,
    about: dict[str, str] | None = None,
) -> Response:
    """Only a page of ours sends somebody to show who he is for what he is about to do, so only a script of it can."""
    if not wants_json(request):
        raise Refused(Why.BAD_INPUT, field="form")
    leaving = await leave_for(
        parts, provider, who.terminal, purpose=purpose, who=who, after=after, about=about
    )
    return bound(lead(request, leaving.address), parts, leaving)


# ------------------------------------------------------------------------------- one's own


@router.get("/accesso")
async def mine(request: Request, reader: Reading, who: Caller, parts: PartsOf, cambia: str = "") -> Response:
    """`cambia`: the provider that the form changes."""
    view = await _view(request, parts, who, reader, changed=cambia)
    return await show(request, parts, who, "signin.html", view, nav="people")


@router.post("/accesso/esci/{login}")
async def end_one(login: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await end_login(parts, who, login)
    return lead(request, "/accesso")


@router.post("/accesso/esci-altri")
async def end_others(request: Request, who: Caller, parts: PartsOf) -> Response:
    await end_other_logins(parts, who, token_of(request))
    return lead(request, "/accesso")


@router.post("/accesso/collega/{provider}")
async def link(provider: str, request: Request, who: FreshCaller, parts: PartsOf) -> Response:
    return await go_elsewhere(request, parts, who, provider, LINK, "/accesso")


@router.post("/accesso/scollega/{provider}")
async def unlink(provider: str, request: Request, who: FreshCaller, parts: PartsOf) -> Response:
    await unlink_self(parts, who, provider)
    return lead(request, "/accesso")


# ------------------------------------------------------------------------------- providers


@router.post("/accesso/fornitori")
async def add(
    request: Request, form: FormFields, reader: Reading, who: FreshCaller, parts: PartsOf
) -> Response:
    return await _kept(request, form, reader, who, parts, "")


@router.post("/accesso/fornitori/{provider}")
async def change(
    provider: str, request: Request, form: FormFields, reader: Reading, who: FreshCaller, parts: PartsOf
) -> Response:
    """An empty secret is the one that is kept, unless it is to be taken away."""
    return await _kept(request, form, reader, who, parts, provider)


async def _kept(
    request: Request, form: Fields, reader: Reader, who: Who, parts: Parts, provider: str
) -> Response:
    kind, name, issuer, client, acr = (form.one(field) for field in say.FIELDS)
    new = Provider(provider, who.tenant, kind, name, issuer, client, acr)  # type: ignore[arg-type]
    secret: str | None = form.raw("secret")
    try:
        if "secret" not in form.values:
            raise Refused(Why.BAD_INPUT, field="secret")  # not sent on by the page that asked who he is
        if provider and not secret and not form.one("bare"):
            secret = None
        await keep_provider(parts, who, new, secret)
    except Refused as no:
        if no.why not in _SLIPS:
            raise
        slip = form.slip("provider", reader.say(*sentences(no)), *say.FIELDS, "bare")
        view = await _view(request, parts, who, reader, slip, provider)
        return await show(request, parts, who, "signin.html", view, nav="people", status=status(no))
    return lead(request, "/accesso")


@router.post("/accesso/fornitori/{provider}/togli")
async def remove(provider: str, request: Request, who: FreshCaller, parts: PartsOf) -> Response:
    await remove_provider(parts, who, provider)
    return lead(request, "/accesso")


async def _view(
    request: Request, parts: Parts, who: Who, reader: Reader, slip: v.Slip | None = None, changed: str = ""
) -> vs.SignIn:
    found = await see_logins(parts, who, token_of(request))
    keeps = who.role in MAY[Action.KEEP_PROVIDERS]
    there = await see_providers(parts, who) if keeps else []
    about = next((one for one in there if one.provider.id == changed), None)
    if changed and about is None:
        raise Refused(Why.NOT_FOUND)
    if about is not None and slip is None:
        slip = say.kept(about)
    out = v.Act(reader.say("Esci da tutti gli altri", "Sign out of all others"), post="/accesso/esci-altri")
    return vs.SignIn(
        say.logins(found, reader),
        out if len(found) > 1 else None,
        say.links(await see_links(parts, who), who.method, reader),
        say.providers(there, reader),
        say.kinds("oidc" if slip is None else slip.value("kind"), reader) if keeps else (),
        "/accesso/fornitori" if about is None else f"/accesso/fornitori/{changed}",
        back_address(parts),
        slip=slip,
        changing=None if about is None else say.changing(about),
    )
