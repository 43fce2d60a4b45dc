"""The protection of personal data over HTTP: breaches, what is done with the data, relays, corrections, instructions."""

from __future__ import annotations

from fastapi import APIRouter

from broker.api.answers import BreachOpened, Covered
from broker.api.protection_forms import (
    BreachEndForm,
    BreachForm,
    BreachTermForm,
    NoticeForm,
    QuestionForm,
    RectifyForm,
    RelayForm,
)
from broker.api.who import Caller, PartsOf
from broker.cases.breach import close_breach, open_breach, set_breach_term, tell_breach
from broker.cases.note_relay import note_relay
from broker.cases.processing_facts import see_processing
from broker.cases.question_instruction import question_instruction
from broker.cases.rectify import rectify
from broker.cases.see_breaches import BreachView, see_breach, see_breaches
from broker.domain.breach import Breach

router = APIRouter(prefix="/api")


@router.get("/tenants/{tenant}/breaches")
async def listed(tenant: str, who: Caller, parts: PartsOf) -> list[Breach]:
    return await see_breaches(parts, who, tenant)


@router.post("/tenants/{tenant}/breaches", status_code=201)
async def opened(tenant: str, form: BreachForm, who: Caller, parts: PartsOf) -> BreachOpened:
    breach, _ = await open_breach(parts, who, tenant, form.draft())
    return {"breach": breach}


@router.get("/tenants/{tenant}/breaches/{breach}")
async def one(tenant: str, breach: str, who: Caller, parts: PartsOf) -> BreachView:
    return await see_breach(parts, who, tenant, breach)


@router.post("/tenants/{tenant}/breaches/{breach}/notices", status_code=201)
async def told(tenant: str, breach: str, form: NoticeForm, who: Caller, parts: PartsOf) -> Covered:
    covered = await tell_breach(parts, who, tenant, breach, form.texts.typed(), high_risk=form.high_risk)
    return {"covered": covered}


@router.post("/tenants/{tenant}/breaches/{breach}/closure", status_code=204)
async def closed(tenant: str, breach: str, form: BreachEndForm, who: Caller, parts: PartsOf) -> None:
    await close_breach(parts, who, tenant, breach, form.outcome)


@router.post("/breach-term", status_code=204)
async def term(form: BreachTermForm, who: Caller, parts: PartsOf) -> None:
    await set_breach_term(parts, who, form.hours)


@router.post("/tenants/{tenant}/relays", status_code=204)
async def relay(tenant: str, form: RelayForm, who: Caller, parts: PartsOf) -> None:
    await note_relay(parts, who, tenant, form.tool, form.relay)


@router.get("/tenants/{tenant}/measures")
async def measures(tenant: str, who: Caller, parts: PartsOf) -> list[str]:
    """Codes of the security measures in force there (art. 32)."""
    return list((await see_processing(parts, who, tenant)).measures)


@router.post("/requests/{request_id}/question", status_code=201)
async def question(request_id: str, form: QuestionForm, who: Caller, parts: PartsOf) -> Covered:
    return {"covered": await question_instruction(parts, who, request_id, form.text)}


@router.post("/requests/{request_id}/rectifications", status_code=201)
async def rectified(request_id: str, form: RectifyForm, who: Caller, parts: PartsOf) -> Covered:
    return {"covered": await rectify(parts, who, request_id, form.what, form.text)}
