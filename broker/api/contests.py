"""What a customer contests, over HTTP, how often he is reported to, and his reports for a conservatore."""

from __future__ import annotations

from fastapi import APIRouter, Response

from broker.api.accesses import download
from broker.api.answers import CadenceAnswer, ContestOpened, Covered
from broker.api.contest_forms import AnswerForm, CadenceForm, ClosureForm, ContestForm
from broker.api.who import Caller, PartsOf
from broker.cases.agree_cadence import agree_cadence, see_cadence
from broker.cases.contest import answer_contest, close_contest, contest_row, contest_session
from broker.cases.hand_to_preservation import preservation_package
from broker.cases.see_contests import Listed, Thread, see_contest, see_contests
from broker.domain.cadence import Agreed

router = APIRouter(prefix="/api")


@router.get("/contests")
async def listed(who: Caller, parts: PartsOf) -> list[Listed]:
    return await see_contests(parts, who)


@router.post("/contests", status_code=201)
async def contest(form: ContestForm, who: Caller, parts: PartsOf) -> ContestOpened:
    if form.session is not None:
        return {"contest": await contest_session(parts, who, form.session, form.text)}
    return {"contest": await contest_row(parts, who, form.report or "", form.row, form.text)}


@router.get("/contests/{tenant}/{contest}")
async def thread(tenant: str, contest: str, who: Caller, parts: PartsOf) -> Thread:
    return await see_contest(parts, who, tenant, contest)


@router.post("/contests/{tenant}/{contest}/answers", status_code=201)
async def answer(tenant: str, contest: str, form: AnswerForm, who: Caller, parts: PartsOf) -> Covered:
    return {"covered": await answer_contest(parts, who, tenant, contest, form.text)}


@router.post("/contests/{tenant}/{contest}/closure", status_code=204)
async def close(tenant: str, contest: str, form: ClosureForm, who: Caller, parts: PartsOf) -> None:
    await close_contest(parts, who, tenant, contest, form.outcome)


@router.get("/reports/{number}/preservation.zip")
async def preserved(number: str, who: Caller, parts: PartsOf, profile: str = "sincro") -> Response:
    """The package of a report for a conservatore, with an index of that profile."""
    return download(await preservation_package(parts, who, number[:64], profile[:16]))


@router.get("/cadence")
async def cadence(tenant: str, who: Caller, parts: PartsOf) -> CadenceAnswer:
    return {"cadence": await see_cadence(parts, who, tenant)}


@router.post("/cadence", status_code=201)
async def agree(form: CadenceForm, who: Caller, parts: PartsOf) -> Agreed:
    return await agree_cadence(parts, who, form.tenant or who.tenant, form.cadence)
