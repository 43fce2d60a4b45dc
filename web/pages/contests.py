"""*Contesto questa voce*: the list, one thread, an answer, its closure; and how often reports come."""

from __future__ import annotations

from functools import partial
from typing import cast

from fastapi import APIRouter, Request, Response

from broker.api.refusals import sentences, status
from broker.api.who import Caller, PartsOf
from broker.cases.agree_cadence import agree_cadence
from broker.cases.contest import answer_contest, close_contest, contest_row, contest_session
from broker.cases.see_contests import contestable, names_in, see_contest, see_contests
from broker.domain.cadence import Cadence
from broker.domain.people import Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from web.pages.page import FormFields, Reading, lead, show
from web.present import contests as say
from web.present.reader import Reader
from web.views import Slip

router = APIRouter()


@router.get("/contestazioni")
async def listed(
    request: Request,
    reader: Reading,
    who: Caller,
    parts: PartsOf,
    sessione: str = "",
    rapporto: str = "",
    voce: str = "",
) -> Response:
    """From where somebody came: a session, or an item of a report."""
    return await _list(request, reader, who, parts, sessione[:64], item=(rapporto[:64], voce[:8]))


async def _list(
    request: Request,
    reader: Reader,
    who: Who,
    parts: Parts,
    session: str,
    *,
    item: tuple[str, str] = ("", ""),
    slip: Slip | None = None,
    status: int = 200,
) -> Response:
    found, reports = await see_contests(parts, who), await contestable(parts, who)
    view = say.page(found, reports, session, who, reader, slip, item=item)
    return await show(request, parts, who, "contests.html", view, status=status)


@router.post("/contestazioni")
async def contest(
    request: Request, reader: Reading, form: FormFields, who: Caller, parts: PartsOf
) -> Response:
    session, report, text = form.one("session"), form.one("report"), form.one("text")
    try:
        if session:
            found = await contest_session(parts, who, session, text)
        else:
            found = await contest_row(parts, who, report, form.one("row"), text)
    except Refused as no:
        if no.why not in (Why.BAD_INPUT, Why.TOO_LARGE):
            raise
        slip = form.slip("contest", reader.say(*sentences(no)), "row", "text")
        item = (report, form.one("row"))
        return await _list(request, reader, who, parts, session, item=item, slip=slip, status=status(no))
    return lead(request, f"/contestazioni/{who.tenant}/{found}")


@router.get("/contestazioni/{tenant}/{contest}")
async def thread(
    tenant: str, contest: str, request: Request, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    return await _thread(request, reader, who, parts, tenant=tenant, contest=contest)


async def _thread(
    request: Request,
    reader: Reader,
    who: Who,
    parts: Parts,
    *,
    tenant: str,
    contest: str,
    slip: Slip | None = None,
    status: int = 200,
) -> Response:
    found = await see_contest(parts, who, tenant, contest)
    view = say.thread(found, await names_in(parts, found), who, reader, slip)
    return await show(request, parts, who, "contest.html", view, status=status)


@router.post("/contestazioni/{tenant}/{contest}/risposte")
async def answer(
    tenant: str,
    contest: str,
    request: Request,
    reader: Reading,
    form: FormFields,
    who: Caller,
    parts: PartsOf,
) -> Response:
    again = partial(_thread, request, reader, who, parts, tenant=tenant, contest=contest)
    try:
        covered = await answer_contest(parts, who, tenant, contest, form.one("text"))
    except Refused as no:
        if no.why not in (Why.BAD_INPUT, Why.TOO_LARGE):
            raise
        return await again(slip=form.slip("answer", reader.say(*sentences(no)), "text"), status=status(no))
    return lead(request, f"/contestazioni/{tenant}/{contest}", covered=covered)


@router.post("/contestazioni/{tenant}/{contest}/fine")
async def close(
    tenant: str, contest: str, request: Request, form: FormFields, who: Caller, parts: PartsOf
) -> Response:
    await close_contest(parts, who, tenant, contest, form.one("outcome"))
    return lead(request, f"/contestazioni/{tenant}/{contest}")


@router.post("/titolare/cadenza")
async def cadence(request: Request, form: FormFields, who: Caller, parts: PartsOf) -> Response:
    await agree_cadence(parts, who, who.tenant, cast(Cadence, form.one("cadence")))
    return lead(request, "/titolare")
