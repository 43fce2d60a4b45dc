"""Sessions: the list, and the technician's page with its terminal, its tools and its close."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from audit.statement import Activity
from broker.api import tools
from broker.api.who import Caller, PartsOf
from broker.cases.close_session import close_session
from broker.cases.deny import allow
from broker.cases.see_sessions import see_session, see_sessions
from broker.domain.people import Action
from broker.domain.refusal import Refused, Why
from web import views as v
from web import views_estate as e
from web.pages.page import FormFields, lead, show
from web.present import sessions as say

router = APIRouter(prefix="/sessioni")


@router.get("")
async def listed(request: Request, who: Caller, parts: PartsOf) -> Response:
    at = parts.clock.now()
    view = e.Sessions(tuple(say.row(one, who, at) for one in await see_sessions(parts, who)))
    return await show(request, parts, who, "sessions.html", view, nav="sessions", live=True)


@router.get("/{session}")
async def one(session: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    found = await see_session(parts, who, session)
    if not who.house:
        return RedirectResponse(f"/sessioni/{session}/diretta", status_code=303)
    state = request.app.state
    host, port = urlsplit(parts.settings.origin).hostname, getattr(state, "ssh_port", parts.settings.ssh_port)
    view = say.technician(
        found,
        who,
        parts.clock.now(),
        ssh=f"ssh -p {port} {session}@{host}",
        host_key=getattr(state, "ssh_fingerprint", ""),
    )
    return await show(request, parts, who, "session.html", view, nav="sessions", live=True)


@router.get("/{session}/chiudi")
async def about_to_close(session: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    found = await see_session(parts, who, session)
    await allow(parts, who, Action.CLOSE_SESSION, found.found.permit.tenant, "session")
    closing = say.closing(found, parts.clock.now())
    back = v.Act("Torna alla sessione", href=f"/sessioni/{session}")
    view = v.Confirm("Chiudi la sessione", "", v.Act("", post=closing.post), back, closing)
    return await show(request, parts, who, "confirm.html", view)


@router.post("/{session}/chiudi")
async def close(session: str, request: Request, form: FormFields, who: Caller, parts: PartsOf) -> Response:
    codes = form.many("activity")
    if not set(codes) <= set(Activity.CODES):
        raise Refused(Why.BAD_INPUT, field="activities")
    activities = [Activity(code, "ASS") for code in codes]
    await close_session(
        parts, who, session, outcome=form.one("outcome"), activities=activities, note=form.one("note")
    )
    return lead(request, f"/sessioni/{session}")


@router.post("/{session}/strumento/avvia/{tool}")
async def start_tool(session: str, tool: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await tools.start(session, tools.ToolAsked(tool=tool), request, who, parts)
    return lead(request, f"/sessioni/{session}")


@router.post("/{session}/strumento/ferma")
async def stop_tool(session: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await tools.stop(session, request, who, parts)
    return lead(request, f"/sessioni/{session}")
