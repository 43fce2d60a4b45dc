"""Sessions: the list, and the technician's page with its terminal, its tools and its close."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from broker.api import tools
from broker.api.refusals import sentences, status
from broker.api.who import Caller, PartsOf
from broker.cases.ask_extension import ask_extension
from broker.cases.close_session import close_session
from broker.cases.deny import allow
from broker.cases.see_sessions import see_session, see_sessions
from broker.cases.set_tariff import see_office_apps
from broker.domain.people import CUSTOMER_ROLES, Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from web import views as v
from web import views_estate as e
from web.pages.page import FormFields, Reading, lead, show
from web.pages.work import BESIDE, done
from web.present import sessions as say
from web.present.asking import too_long
from web.present.reader import Reader

router = APIRouter(prefix="/sessioni")
_PAGE = 100


@router.get("")
async def listed(request: Request, reader: Reading, who: Caller, parts: PartsOf, prima: str = "") -> Response:
    found, older = await see_sessions(parts, who, _PAGE, prima)
    rows = tuple(say.row(one, who, reader) for one in found)
    view = e.Sessions(rows, f"/sessioni?prima={older}" if older else "")
    return await show(request, parts, who, "sessions.html", view, nav="sessions", live=True)


@router.get("/{session}")
async def one(session: str, request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    if who.role in CUSTOMER_ROLES:
        await see_session(parts, who, session)
        return RedirectResponse(f"/sessioni/{session}/diretta", status_code=303)
    return await session_page(request, session, who, parts, reader)


async def session_page(
    request: Request,
    session: str,
    who: Who,
    parts: Parts,
    reader: Reader,
    *,
    slip: v.Slip | None = None,
    status: int = 200,
) -> Response:
    """The technician's."""
    found = await see_session(parts, who, session)
    state = request.app.state
    host, port = urlsplit(parts.settings.origin).hostname, getattr(state, "ssh_port", parts.settings.ssh_port)
    view = say.technician(
        found,
        who,
        reader,
        ssh=f"ssh -p {port} {session}@{host}",
        host_key=getattr(state, "ssh_fingerprint", ""),
        apps=await see_office_apps(parts, who),
        slip=slip,
    )
    return await show(request, parts, who, "session.html", view, nav="sessions", live=True, status=status)


@router.post("/{session}/estensione")
async def ask_for_more(
    session: str, request: Request, reader: Reading, who: Caller, parts: PartsOf, secondi: str = ""
) -> Response:
    """`secondi`: for so long, as somebody of the customer proposed."""
    longest_s = int(secondi) if secondi.isascii() and secondi.isdigit() and len(secondi) < 6 else None
    receipt = await ask_extension(parts, who, session, say.extension_reason(session, reader), longest_s)
    return lead(request, f"/richieste/{receipt.request}")


@router.get("/{session}/chiudi")
async def about_to_close(
    session: str, request: Request, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    return await _closing(request, session, who, parts, reader)


async def _closing(
    request: Request,
    session: str,
    who: Who,
    parts: Parts,
    reader: Reader,
    wrote: say.Wrote | None = None,
    status: int = 200,
) -> Response:
    found = await see_session(parts, who, session)
    await allow(parts, who, Action.CLOSE_SESSION, found.found.permit.tenant, "session")
    closing = say.closing(found, reader, wrote, apps=await see_office_apps(parts, who))
    back = v.Act(reader.say("Torna alla sessione", "Back to the session"), href=f"/sessioni/{session}")
    title = reader.say("Chiudi la sessione", "Close the session")
    view = v.Confirm(title, "", v.Act("", post=closing.post), back, closing)
    return await show(request, parts, who, "confirm.html", view, status=status)


@router.post("/{session}/chiudi")
async def close(
    session: str, request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    try:
        activities, beside = done(form)
        outcome, note = form.one("outcome"), form.one("note")
        covered = await close_session(
            parts, who, session, outcome=outcome, activities=activities, note=note, beside=beside
        )
    except Refused as no:
        if no.why not in (Why.BAD_INPUT, Why.TOO_LARGE):
            raise
        typed = tuple((name, form.one(name)) for name in BESIDE)
        codes, apps = tuple(form.many("activity")), tuple(form.many("app"))
        wrote = say.Wrote(form.one("outcome"), codes, form.one("note"), _slip(no, reader), typed, apps)
        return await _closing(request, session, who, parts, reader, wrote, status(no))
    return lead(request, f"/sessioni/{session}", covered=covered)


def _slip(no: Refused, reader: Reader) -> str:
    if no.why is Why.TOO_LARGE:
        return too_long(no, reader)
    if no.facts.get("field") == "activities":
        return reader.say("Segni almeno un’attività svolta.", "Tick at least one activity that was done.")
    if no.facts.get("field") == "outcome":
        return reader.say("Scelga l’esito.", "Choose the outcome.")
    return reader.say(*sentences(no))


@router.post("/{session}/strumento/avvia/{tool}")
async def start_tool(session: str, tool: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await tools.start(session, tools.ToolAsked(tool=tool), request, who, parts)
    return lead(request, f"/sessioni/{session}")


@router.post("/{session}/strumento/ferma")
async def stop_tool(session: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await tools.stop(session, request, who, parts)
    return lead(request, f"/sessioni/{session}")
