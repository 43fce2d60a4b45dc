"""A customer's contract: read by both sides, entered by the vendor's owner."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request, Response

from broker.api.refusals import sentences
from broker.api.who import Caller, PartsOf
from broker.cases.agree_contract import Terms, agree_contract, see_contracts
from broker.cases.deny import allow
from broker.cases.list_products import see_products
from broker.domain.people import Action
from broker.domain.refusal import Refused, Why
from web.pages.page import Fields, FormFields, Reading, lead, show
from web.present import contracts as say
from web.present.typed_days import read_day, read_days, read_patron

router = APIRouter(prefix="/clienti")
_TYPED = (
    "plan", "first", "last", "prepaid", "paid", "patron", "closures", "half_shifts", "some_products", "included", "step",
    "least",
)  # fmt: skip


@router.get("/{tenant}/contratto")
async def contract(tenant: str, request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    view = say.page(
        await see_contracts(parts, who, tenant), tenant, who, reader, await see_products(parts, who)
    )
    return await show(request, parts, who, "contract.html", view)


@router.post("/{tenant}/contratto")
async def agree(
    tenant: str, request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    await allow(parts, who, Action.AGREE_CONTRACT, tenant, "tenant")
    try:
        await agree_contract(parts, who, tenant, _terms(form))
    except Refused as no:
        if no.why is not Why.BAD_INPUT:
            raise
        slip = form.slip("contratto", reader.say(*sentences(no)), *_TYPED)
        slip = replace(slip, typed=(*slip.typed, ("product", " ".join(form.many("product")))))
        agreed, products = await see_contracts(parts, who, tenant), await see_products(parts, who)
        view = say.page(agreed, tenant, who, reader, products, slip)
        return await show(request, parts, who, "contract.html", view, status=422)
    return lead(request, f"/clienti/{tenant}/contratto")


def _terms(form: Fields) -> Terms:
    """What was typed; `bad_input` naming a field whose day is none."""
    paid, patron = form.one("paid"), form.one("patron")
    return Terms(
        plan=form.one("plan") or None,
        first=read_day(form.one("first"), "first"),
        last=read_day(form.one("last"), "last"),
        prepaid=form.one("prepaid") == "yes",
        paid=read_day(paid, "paid") if paid else None,
        patron=read_patron(patron) or None,
        closures=read_days(form.one("closures"), "closures"),
        half_shifts=form.one("half_shifts") == "yes",
        products=frozenset(form.many("product")) if form.one("some_products") == "yes" else None,
        included=_minutes(form.one("included"), "included", 60),
        step=_minutes(form.one("step"), "step"),
        least=_minutes(form.one("least"), "least"),
    )


def _minutes(text: str, field: str, each: int = 1) -> int | None:
    """None where nothing was typed; `each`: minutes of the unit it is typed in."""
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 5:
        raise Refused(Why.BAD_INPUT, field=field)
    return int(text) * each
