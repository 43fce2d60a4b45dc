"""The caller as a `Who`, from the login cookie; and the parts every handler hands to its case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Request, Response, WebSocket
from starlette.requests import HTTPConnection

from broker.cases.see_rest import rest_left
from broker.cases.start_login import LoggedIn, recognise
from broker.domain.people import LOGIN_LASTS, Who
from broker.domain.refusal import Refused, Why
from broker.domain.secrets import digest_of
from broker.parts import Parts
from broker.store import logins

COOKIE = "verbale_session"
# A page that asks by itself says so, and then it is no act of the person's. A page that lies by leaving it out keeps
# open what its own person opened; one that lies by saying it can only shorten.
ITSELF_HEADER = "verbale-itself"
ITSELF_COOKIE = "verbale_itself"  # where a page loads itself anew, which bears no header


def parts_of(request: Request) -> Parts:
    found: Parts = request.app.state.parts
    return found


def terminal_of(connection: HTTPConnection) -> str:
    """The source address, as the server (or its trusted proxy) saw it."""
    return connection.client.host if connection.client is not None else "local"


def of_person(connection: HTTPConnection) -> bool:
    """Whether this counts as an act of the person (L-75)."""
    return ITSELF_HEADER not in connection.headers and ITSELF_COOKIE not in connection.cookies


async def caller(request: Request) -> Who:
    """Who is logged in, or `Refused` (login_needed, at_rest)."""
    token = token_of(request)
    return await recognise(parts_of(request), token, terminal_of(request), act=of_person(request))


async def fresh_caller(request: Request) -> Who:
    """As `caller`, who showed who he is not long ago: for acts that matter; else `Refused` (proof_needed)."""
    who = await caller(request)
    parts = parts_of(request)
    if who.proved is None or parts.clock.now() >= who.proved + timedelta(seconds=parts.settings.proof_s):
        raise Refused(Why.PROOF_NEEDED, origin=parts.settings.origin)
    return who


async def rested_caller(request: Request) -> Who:
    """As `caller`, also where he is at rest: for what must work then. It never counts as an act."""
    return await recognise(parts_of(request), token_of(request), terminal_of(request), rested=True)


async def watching_caller(session: str, request: Request) -> Who:
    """For the pages of a live view: who began to watch this session goes on seeing it at rest."""
    parts = parts_of(request)
    token = token_of(request)
    rested = parts.acts.watched(digest_of(token), session)
    return await recognise(parts, token, terminal_of(request), act=of_person(request), rested=rested)


async def who_of_socket(socket: WebSocket, *, watched: str | None = None, rested: bool = False) -> Who | None:
    """Who opened this WebSocket; None for a stranger and for a page that isn't ours. That is no act of his.

    `watched`: a session that he watches, which he then goes on seeing at rest. `rested`: at rest, too.
    """
    parts: Parts = socket.app.state.parts
    if socket.headers.get("origin") != parts.settings.origin:
        return None
    try:
        token = token_of(socket)
        rested = rested or (watched is not None and parts.acts.watched(digest_of(token), watched))
        found = await recognise(parts, token, terminal_of(socket), rested=rested)
    except Refused:
        return None
    if watched is not None:
        parts.acts.watches(digest_of(token), watched)
    return found


async def rest_of(socket: WebSocket) -> Callable[[], bool]:
    """Says at any moment whether the person of this socket is at rest; it asks no database."""
    parts: Parts = socket.app.state.parts
    async with parts.store.read() as work:
        session = await logins.find_session(work, digest_of(token_of(socket)))
    return lambda: session is None or rest_left(parts, session) <= timedelta(0)


async def still_in(connection: HTTPConnection, who: Who) -> bool:
    """Whether he is still logged in, and still who he was. A log that does not answer throws nobody out, nor does
    rest: what runs is ended by its grant."""
    try:
        token = token_of(connection)
        now = await recognise(connection.app.state.parts, token, terminal_of(connection))
    except Refused as no:
        return no.why is not Why.LOGIN_NEEDED
    return (now.person, now.tenant, now.role) == (who.person, who.tenant, who.role)


def browser_of(connection: HTTPConnection) -> str:
    """What the browser says it is: a claim, for its own person to know it again by."""
    return connection.headers.get("user-agent", "")


def cookie_name(parts: Parts) -> str:
    """Over TLS browsers themselves hold a cookie of this name to this host, this path and TLS (RFC 6265bis)."""
    return f"__Host-{COOKIE}" if parts.settings.secure else COOKIE


def token_of(connection: HTTPConnection) -> str:
    """The log-in's token, which is all a browser bears; empty where it bears none."""
    return connection.cookies.get(cookie_name(connection.app.state.parts), "")


def forget(response: Response, parts: Parts) -> None:
    """Take the cookie away again."""
    response.delete_cookie(
        cookie_name(parts), path="/", httponly=True, samesite="lax", secure=parts.settings.secure
    )


def remember(response: Response, parts: Parts, entered: LoggedIn) -> None:
    """Give the browser its cookie; scripts never see it."""
    response.set_cookie(
        cookie_name(parts),
        entered.token,
        max_age=int(LOGIN_LASTS.total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=parts.settings.secure,
    )


Caller = Annotated[Who, Depends(caller)]
FreshCaller = Annotated[Who, Depends(fresh_caller)]
RestedCaller = Annotated[Who, Depends(rested_caller)]
WatchingCaller = Annotated[Who, Depends(watching_caller)]
PartsOf = Annotated[Parts, Depends(parts_of)]
Terminal = Annotated[str, Depends(terminal_of)]
Browser = Annotated[str, Depends(browser_of)]
