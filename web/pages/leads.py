"""*Contattateci senza impegno* (S-54): a page for anybody, and the owner's list of who asked."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from broker.api.refusals import sentences, status
from broker.api.who import Caller, PartsOf, Terminal
from broker.cases.handle_leads import answer_lead, drop_lead, see_leads
from broker.cases.take_lead import take_lead, vendor_of_leads
from broker.domain.refusal import Refused, Why
from broker.domain.sales_lead import LeadForm
from web.pages.page import FormFields, Reading, Visitor, lead, show
from web.present import leads as say

router = APIRouter()
_TYPED = ("name", "email", "company", "phone", "plan", "text")
_TRAP = "website"  # no person sees it; who fills it is a program


@router.get("/contatti")
async def form(request: Request, reader: Reading, who: Visitor, parts: PartsOf) -> Response:
    view = say.contact(await vendor_of_leads(parts), reader)
    return await show(request, parts, who, "contact.html", view)


@router.post("/contatti")
async def send(
    request: Request, form: FormFields, reader: Reading, who: Visitor, parts: PartsOf, terminal: Terminal
) -> Response:
    """A program that fills what nobody sees is answered as anybody, and nothing is kept of it."""
    vendor = await vendor_of_leads(parts)
    name, email, company, phone, plan, text = (form.one(field) for field in _TYPED)
    try:
        if not form.one(_TRAP):
            await take_lead(parts, LeadForm(name, email, company, phone, plan, text), terminal)
    except Refused as no:
        if no.why not in (Why.BAD_INPUT, Why.TOO_LARGE, Why.TOO_MANY_TRIES):
            raise
        said = say.too_often(reader) if no.why is Why.TOO_MANY_TRIES else reader.say(*sentences(no))
        view = say.contact(vendor, reader, slip=form.slip("contatto", said, *_TYPED))
        return await show(request, parts, who, "contact.html", view, status=status(no))
    return await show(request, parts, who, "contact.html", say.contact(vendor, reader, sent=True))


@router.get("/gestione/contatti")
async def listed(request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    view = say.leads(await see_leads(parts, who), parts.settings.origin, reader)
    return await show(request, parts, who, "leads.html", view, nav="owner")


@router.post("/gestione/contatti/{lead_id}/risposto")
async def answered(lead_id: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await answer_lead(parts, who, lead_id)
    return lead(request, "/gestione/contatti")


@router.post("/gestione/contatti/{lead_id}/cancella")
async def drop(lead_id: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await drop_lead(parts, who, lead_id)
    return lead(request, "/gestione/contatti")
