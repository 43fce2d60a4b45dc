"""Puts the pages on a built broker: routes, static files, refusals as pages. Composed by `web/site.py`."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from broker.domain.refusal import Refused
from broker.parts import Parts
from web.agent_files import AgentFiles
from web.pages import (
    accesses,
    administrators,
    approvals,
    beside_session,
    calendars,
    clarifications,
    command_line,
    contests,
    contracts,
    declared,
    dossier,
    duties,
    erasures,
    errors,
    finding,
    first_run,
    hosts,
    imports,
    incidents,
    invitation,
    leads,
    leaving,
    live,
    live_grid,
    login,
    month,
    new_request,
    owner,
    people,
    post,
    preferences,
    products,
    programs,
    protection,
    prove,
    recordings,
    reports,
    requests,
    resale,
    rules,
    school,
    sessions,
    signin,
    signing_return,
    tallies,
    titolare,
    warrants,
    webhooks,
    work,
)
from web.pages import agents as agent_pages
from web.templating import STATIC, Templates

ROUTERS = (
    login.router,
    signin.router,
    prove.router,
    command_line.router,
    preferences.router,
    first_run.router,
    invitation.router,
    signing_return.router,
    new_request.router,
    approvals.router,
    clarifications.router,
    requests.router,
    incidents.router,
    finding.router,
    contracts.router,
    products.router,
    programs.router,
    work.router,
    tallies.router,
    live.router,
    recordings.router,
    declared.router,
    live_grid.router,
    sessions.router,
    beside_session.router,
    titolare.router,
    hosts.router,
    rules.router,
    people.router,
    leaving.router,
    owner.router,
    duties.router,
    dossier.router,
    school.router,
    reports.router,
    month.router,
    resale.router,
    erasures.router,
    protection.router,
    warrants.router,
    contests.router,
    post.router,
    leads.router,
    accesses.router,
    administrators.router,
    imports.router,
    webhooks.router,
    calendars.router,
    agent_pages.router,
)
_FOREVER = "public, max-age=31536000, immutable"
_BRIEFLY = "public, max-age=300"


class Hashed(StaticFiles):
    """Files whose address holds their digest never change: vendor files by name, our own by ``?v=``."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code in (200, 304):
            named = path.startswith("vendor/") or scope.get("query_string", b"").startswith(b"v=")
            response.headers["Cache-Control"] = _FOREVER if named else _BRIEFLY
            response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def mount(app: FastAPI, parts: Parts, agents: Path | None = None) -> None:
    """`app` is what `broker.app.build(parts)` made. `agents`: the folder of the programs it gives out."""
    app.state.templates = Templates()
    app.state.agent_files = AgentFiles(agents)
    for router in ROUTERS:
        app.include_router(router, include_in_schema=False)
    static = Hashed(directory=STATIC, packages=[("audit.player", "static")], check_dir=False)
    # These alone: what a page says beside what somebody typed must not be guessed by its compressed length.
    app.mount("/static", GZipMiddleware(static, compresslevel=6), name="static")
    app.add_exception_handler(Refused, errors.refused)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, errors.bad_form)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, errors.http_error)  # type: ignore[arg-type]
    app.add_exception_handler(Exception, errors.crashed)
