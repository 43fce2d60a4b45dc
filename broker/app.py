"""Builds the API application from its parts: a broker without a face, complete and usable alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib.metadata import version
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

from fastapi import FastAPI, Request, Response, WebSocket
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from broker.api import (
    accesses,
    administrators,
    agents_ws,
    approvals,
    calendars,
    clarifications,
    contests,
    declared,
    description,
    desktop_ws,
    duties,
    enrolment,
    erasures,
    estate,
    events,
    imports,
    incidents,
    invoices,
    leads,
    live,
    login,
    people,
    post,
    programs,
    protection,
    published,
    recordings,
    requests,
    resellers,
    schools,
    session_ws,
    sessions,
    setup,
    signin,
    signing,
    tools,
    watch_ws,
    webhooks,
    work,
)
from broker.api.refusals import bad_form_answer, refusal_answer, router_answer
from broker.domain.refusal import Refused, Why
from broker.parts import Parts

MAX_BODY_BYTES = 256 * 1024
_AGENT_PATHS = ("/agent/",)
_READING = frozenset({"GET", "HEAD"})
_METHODS = _READING | {"POST", "PUT", "DELETE"}
ROUTERS = (
    description.router,
    setup.router,
    login.router,
    signin.router,
    people.router,
    estate.router,
    signing.router,
    enrolment.router,
    requests.router,
    resellers.router,
    approvals.router,
    clarifications.router,
    declared.router,
    sessions.router,
    live.router,
    tools.router,
    events.router,
    published.router,
    session_ws.router,
    watch_ws.router,
    desktop_ws.router,
    erasures.router,
    recordings.router,
    duties.router,
    contests.router,
    incidents.router,
    work.router,
    invoices.router,
    post.router,
    programs.router,
    protection.router,
    schools.router,
    leads.router,
    accesses.router,
    administrators.router,
    imports.router,
    webhooks.router,
    calendars.router,
)


class Application(FastAPI):
    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = description.told(super().openapi())
        return self.openapi_schema

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        handle = agents_ws.SOCKETS.get(scope["path"]) if scope["type"] == "websocket" else None
        if handle is None:
            await super().__call__(scope, receive, send)
        else:
            scope["app"] = self
            await handle(WebSocket(scope, receive, send))


def build(parts: Parts) -> FastAPI:
    app = Application(
        title="Verbale",
        version=version("verbale"),
        description=description.ABOUT,
        responses=description.RESPONSES,
        docs_url=None,  # its page would fetch scripts from elsewhere
        redoc_url=None,
        openapi_url=None,
    )
    app.state.parts = parts
    for router in ROUTERS:
        app.include_router(router)
    app.add_exception_handler(Refused, refusal_answer)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, bad_form_answer)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, router_answer)  # type: ignore[arg-type]
    app.middleware("http")(_doorkeeper(parts))
    app.middleware("http")(_timed(parts))
    return app


Next = Callable[[Request], Awaitable[Response]]


def _timed(parts: Parts) -> Callable[[Request, Next], Awaitable[Response]]:
    """Measures answers by their route's template: no id of anything is ever a label."""

    async def measure(request: Request, call_next: Next) -> Response:
        began = perf_counter()
        response = await call_next(request)
        route = getattr(request.scope.get("route"), "path", "other")
        method = request.method if request.method in _METHODS else "other"
        of = (method, route, f"{response.status_code // 100}xx")
        parts.meters.http.labels(*of).observe(perf_counter() - began)
        return response

    return measure


def _doorkeeper(parts: Parts) -> Callable[[Request, Next], Awaitable[Response]]:
    """Judges what every request must satisfy before any handler: host name, origin, size."""
    home = urlsplit(parts.settings.origin)

    async def judge(request: Request, call_next: Next) -> Response:
        from_agent = request.url.path.startswith(_AGENT_PATHS)
        if not from_agent and request.headers.get("host") != home.netloc:
            # 127.0.0.1 is no valid relying party id: passkeys would fail there without a word.
            if request.method in _READING:
                path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
                return RedirectResponse(f"{parts.settings.origin}{path}", status_code=308)
            return await _turn_away(request, Refused(Why.WRONG_ADDRESS, origin=parts.settings.origin))
        if request.method not in _READING and not from_agent and not _same_site(request, parts):
            return await _turn_away(request, Refused(Why.FOREIGN_PAGE))
        if _too_large(request):
            told = Refused(Why.TOO_LARGE, field="body", limit=f"{MAX_BODY_BYTES // 1024} KiB")
            return await _turn_away(request, told)
        if not request.scope["path"].isprintable():
            return await _turn_away(request, Refused(Why.NOT_FOUND))  # no name of ours has such signs
        response = await call_next(request)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return judge


async def _turn_away(request: Request, no: Refused) -> Response:
    """As handlers are answered for: the pages, where they are mounted, make a page of it."""
    answer: Callable[[Request, Refused], Awaitable[Response]] = request.app.exception_handlers[Refused]
    return await answer(request, no)


def _same_site(request: Request, parts: Parts) -> bool:
    """Whether a change comes from our own pages, or from a program that carries no cookie by itself.

    Browsers say "null" as the origin where a policy keeps the referrer from them; Sec-Fetch-Site,
    which no script can set, tells then.
    """
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    if origin not in (None, "null", parts.settings.origin):
        return False
    return site == "same-origin" or (site is None and origin != "null")


def _too_large(request: Request) -> bool:
    """More than a form of ours can be, or of a length nobody says beforehand."""
    length = request.headers.get("content-length", "0")
    unsaid = "transfer-encoding" in request.headers
    return unsaid or not length.isdigit() or int(length) > MAX_BODY_BYTES
