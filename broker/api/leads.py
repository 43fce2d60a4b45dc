"""Who asked about a plan, over HTTP: for the owner alone. One asks on the page."""

from __future__ import annotations

from fastapi import APIRouter

from audit import instant
from broker.api.answers import Lead
from broker.api.who import Caller, PartsOf
from broker.cases.handle_leads import answer_lead, drop_lead, see_leads
from broker.domain.sales_lead import SalesLead

router = APIRouter(prefix="/api/leads")


@router.get("")
async def listed(who: Caller, parts: PartsOf) -> list[Lead]:
    """Those nobody answered first, newest first. All of it is a stranger's own words."""
    return [_lead(one) for one in await see_leads(parts, who)]


@router.post("/{lead}/answer", status_code=204)
async def answer(lead: str, who: Caller, parts: PartsOf) -> None:
    await answer_lead(parts, who, lead)


@router.delete("/{lead}", status_code=204)
async def drop(lead: str, who: Caller, parts: PartsOf) -> None:
    await drop_lead(parts, who, lead)


def _lead(one: SalesLead) -> Lead:
    form = one.form
    return {
        "lead": one.id,
        "came": instant.to_text(one.came),
        "name": form.name,
        "email": form.email,
        "company": form.company,
        "phone": form.phone,
        "plan": form.plan,
        "text": form.text,
        "answered": None if one.answered is None else instant.to_text(one.answered),
    }
