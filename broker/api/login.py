"""Logging in and out over HTTP: passkey first, password with a code as the fallback."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request, Response

from broker.api.answers import Next
from broker.api.forms import CodeLogin, NewPassword, PasskeyAnswer, PasswordLogin
from broker.api.who import (
    Browser,
    Caller,
    FreshCaller,
    PartsOf,
    RestedCaller,
    Terminal,
    forget,
    remember,
    token_of,
)
from broker.cases.log_in import PasskeyAsked, begin_passkey_login, finish_passkey_login
from broker.cases.log_in_by_code import CodeGiven, give_code, log_in_by_code
from broker.cases.log_in_with_password import log_in_with_password
from broker.cases.log_out import log_out
from broker.cases.see_rest import Rest, see_rest
from broker.cases.set_password import PasswordAsked, begin_password, set_password
from broker.cases.start_login import LoggedIn

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Entered:
    """Who is in now, and where his work is. The token is in the cookie alone."""

    person: str
    name: str
    role: str
    tenant: str
    expires: datetime
    next: str = "/"

    @classmethod
    def of(cls, entered: LoggedIn, next: str = "/") -> Entered:
        who = entered.who
        return cls(who.person, who.name, who.role, who.tenant, entered.expires, next)


@router.post("/api/login/passkey/begin")
async def begin(parts: PartsOf, terminal: Terminal) -> PasskeyAsked:
    return await begin_passkey_login(parts, terminal)


@router.post("/api/login/passkey/finish")
async def finish(
    form: PasskeyAnswer,
    request: Request,
    response: Response,
    parts: PartsOf,
    terminal: Terminal,
    browser: Browser,
) -> Entered:
    token = token_of(request)
    entered = await finish_passkey_login(
        parts, form.state, form.answer, terminal, token=token, browser=browser
    )
    remember(response, parts, entered)
    return Entered.of(entered)


@router.post("/api/login/password")
async def with_password(
    form: PasswordLogin,
    request: Request,
    response: Response,
    parts: PartsOf,
    terminal: Terminal,
    browser: Browser,
) -> Entered:
    token = token_of(request)
    entered = await log_in_with_password(
        parts, form.email, form.password, form.code, terminal, token=token, browser=browser
    )
    remember(response, parts, entered)
    return Entered.of(entered)


@router.get("/api/login/rest")
async def rest(request: Request, who: RestedCaller, parts: PartsOf) -> Rest:
    """How long until this login is locked, if nobody does anything. To ask is no act."""
    return await see_rest(parts, who, token_of(request))


@router.post("/api/login/act")
async def act(request: Request, who: Caller, parts: PartsOf) -> Rest:
    """Somebody types or points in a page that asks the server nothing meanwhile."""
    return await see_rest(parts, who, token_of(request))


@router.post("/api/login/code/begin")
async def ask_code(request: Request, who: FreshCaller, parts: PartsOf) -> CodeGiven:
    """For a command line, which the code lets in once, as the caller, until his own login here ends."""
    return await give_code(parts, who, token_of(request))


@router.post("/api/login/code")
async def with_code(
    form: CodeLogin, response: Response, parts: PartsOf, terminal: Terminal, browser: Browser
) -> Entered:
    entered = await log_in_by_code(parts, form.code, terminal, browser)
    remember(response, parts, entered)
    return Entered.of(entered)


@router.post("/api/logout")
async def leave(request: Request, response: Response, who: Caller, parts: PartsOf) -> Next:
    await log_out(parts, who, token_of(request))
    forget(response, parts)
    return {"next": "/entra"}


@router.post("/api/password/begin")
async def ask_password(who: FreshCaller, parts: PartsOf) -> PasswordAsked:
    return await begin_password(parts, who)


@router.post("/api/password/finish")
async def keep_password(form: NewPassword, who: Caller, parts: PartsOf) -> Next:
    await set_password(parts, who, form.state, form.password, form.code)
    return {"next": "/persone"}
