"""The caller as a `Who`, from the login cookie; and the parts every handler hands to its case."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Response, WebSocket
from starlette.requests import HTTPConnection

from broker.cases.start_login import LoggedIn, recognise
from broker.domain.people import LOGIN_LASTS, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts

COOKIE = "verbale_session"


def parts_of(request: Request) -> Parts:
    found: Parts = request.app.state.parts
    return found


def terminal_of(connection: HTTPConnection) -> str:
    """The source address, as the server (or its trusted proxy) saw it."""
    return connection.client.host if connection.client is not None else "local"


async def caller(request: Request) -> Who:
    """Who is logged in, or `Refused` (login_needed)."""
    return await recognise(parts_of(request), request.cookies.get(COOKIE), terminal_of(request))


async def who_of_socket(socket: WebSocket) -> Who | None:
    """Who opened this WebSocket; None for a stranger and for a page that isn't ours."""
    parts: Parts = socket.app.state.parts
    if socket.headers.get("origin") != parts.settings.origin:
        return None
    try:
        return await recognise(parts, socket.cookies.get(COOKIE), terminal_of(socket))
    except Refused:
        return None


async def still_in(connection: HTTPConnection, who: Who) -> bool:
    """Whether he is still logged in, and still who he was. A log that does not answer throws nobody out."""
    try:
        token = connection.cookies.get(COOKIE)
        now = await recognise(connection.app.state.parts, token, terminal_of(connection))
    except Refused as no:
        return no.why is not Why.LOGIN_NEEDED
    return (now.person, now.tenant, now.role) == (who.person, who.tenant, who.role)


def remember(response: Response, parts: Parts, entered: LoggedIn) -> None:
    """Give the browser its cookie; scripts never see it."""
    response.set_cookie(
        COOKIE,
        entered.token,
        max_age=int(LOGIN_LASTS.total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=parts.settings.secure,
    )


Caller = Annotated[Who, Depends(caller)]
PartsOf = Annotated[Parts, Depends(parts_of)]
Terminal = Annotated[str, Depends(terminal_of)]
