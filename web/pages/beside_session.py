"""Forms beside a session that runs: messages, flags, presence, more time. All work without a script."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request, Response

from broker.api.refusals import sentences, status
from broker.api.who import Caller, PartsOf
from broker.cases.confirm_presence import confirm_presence
from broker.cases.deny import allow
from broker.cases.flag_moment import explain_flag, flag_moment, withdraw_flag
from broker.cases.propose_extension import propose_extension
from broker.cases.see_sessions import see_session
from broker.cases.send_message import send_message
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from web.pages.live import live_page
from web.pages.page import FormFields, Reading, lead, show
from web.pages.reason import take_reason
from web.pages.sessions import session_page
from web.present import talk
from web.present.asking import too_long
from web.present.reader import Reader

router = APIRouter(prefix="/sessioni/{session}")


def _home(session: str, who: Who) -> str:
    """His page of the session."""
    return f"/sessioni/{session}" + ("" if who.house else "/diretta")


@router.post("/messaggi")
async def say(
    session: str, request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    try:
        covered = await send_message(parts, who, session, form.one("text"))
    except Refused as no:
        if no.why not in (Why.BAD_INPUT, Why.TOO_LARGE):
            raise
        return await _again(request, session, form, no, reader, who, parts)
    return lead(request, _home(session, who), covered=covered)


async def _again(
    request: Request, session: str, form: FormFields, no: Refused, reader: Reader, who: Who, parts: Parts
) -> Response:
    """The page with what was typed and why it could not be taken."""
    said = too_long(no, reader) if no.why is Why.TOO_LARGE else reader.say(*sentences(no))
    slip = form.slip("message", said, "text")
    page = session_page if who.house else live_page
    return await page(request, session, who, parts, reader, slip=slip, status=status(no))


@router.post("/segnala")
async def flag(session: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await flag_moment(parts, who, session)
    return lead(request, _home(session, who))


@router.post("/segnala/{flag}/motivo")
async def explain(
    session: str, flag: int, request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    return await take_reason(
        request, form, reader, address=f"/sessioni/{session}/diretta",
        explain=partial(explain_flag, parts, who, session, flag),
        again=partial(live_page, request, session, who, parts, reader),
    )  # fmt: skip


@router.post("/segnala/{flag}/ritira")
async def withdraw(session: str, flag: int, request: Request, who: Caller, parts: PartsOf) -> Response:
    await withdraw_flag(parts, who, session, flag)
    return lead(request, _home(session, who))


@router.post("/presenza")
async def here(session: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await confirm_presence(parts, who, session)
    return lead(request, _home(session, who))


@router.get("/estendi")
async def about_to_propose(
    session: str, request: Request, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    """The same as the dialog of the live view."""
    found = await see_session(parts, who, session)
    await allow(parts, who, Action.APPROVE, found.found.permit.tenant, "session")
    return await show(request, parts, who, "propose.html", talk.propose_page(found, reader))


@router.post("/estendi")
async def propose(session: str, request: Request, form: FormFields, who: Caller, parts: PartsOf) -> Response:
    chosen = form.one("seconds")
    await propose_extension(parts, who, session, int(chosen) if chosen.isascii() and chosen.isdigit() else 0)
    return lead(request, _home(session, who))
