"""Statements of charges, draft invoices and whom they are made out to, over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field, StringConstraints

from broker.api.invoice_answers import DraftAnswer, Drafts, PartyAnswer, Statement, StatementMonth
from broker.api.request_forms import Form as Body
from broker.api.who import Caller, PartsOf
from broker.cases.draft_invoices import (
    Form as DraftsForm,
)
from broker.cases.draft_invoices import (
    PartyView,
    export_drafts,
    export_fattura,
    see_drafts,
    see_party,
    set_order,
    set_party,
)
from broker.cases.export_tally import Form, TallyFile, export_tally
from broker.cases.see_tally import see_tally
from broker.domain.fattura_pa import described
from broker.domain.invoice import Draft
from broker.domain.tally import Month, Tally

router = APIRouter(prefix="/api")
Typed = Annotated[str, StringConstraints(max_length=200)]
Period = Annotated[str, Query(max_length=16)]
Contract = Annotated[int | None, Query(ge=0, le=10**6)]


class PartyForm(Body):
    """Everything of the form at once: what is empty is taken away. `split`: ``yes``, or empty. The last three are
    of the vendor himself: tax regime, nature and law of what bears no VAT."""

    legal_name: Typed = ""
    vat: Typed = ""
    fiscal_code: Typed = ""
    street: Typed = ""
    postal_code: Typed = ""
    town: Typed = ""
    province: Typed = ""
    recipient: Typed = ""
    pec: Annotated[str, StringConstraints(max_length=320)] = ""
    split: Typed = ""
    regime: Typed = ""
    vat_nature: Typed = ""
    law: Typed = ""


class OrderForm(Body):
    """CIG and CUP of a contract with a public body; empty: none."""

    contract: int = Field(ge=-1, le=10**6)
    cig: Typed = ""
    cup: Typed = ""


def download(file: TallyFile) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{file.name}"',
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(file.data, media_type=file.media, headers=headers)


@router.get("/tenants/{tenant}/statement")
async def statement(
    tenant: str, who: Caller, parts: PartsOf, first: Period = "", last: Period = "", contract: Contract = None
) -> Statement:
    """What the customer owes from month `first` to `last` (``YYYY-MM``, a year at most), line by line; minutes and
    cents. `contract`: of one alone; 0: of the days without one."""
    return _tally((await see_tally(parts, who, tenant, first, last, contract)).tally)


@router.get("/tenants/{tenant}/statement.{form}")
async def statement_file(
    tenant: str, form: Form, who: Caller, parts: PartsOf, first: Period = "", last: Period = "",
    contract: Contract = None, *, bom: bool = True,
) -> Response:  # fmt: skip
    """`bom`: the table begins with a byte order mark, without which Excel misreads it."""
    return download(await export_tally(parts, who, tenant, form, first, last, contract, bom=bom))


def _tally(tally: Tally) -> Statement:
    return {
        "tenant": tally.tenant, "customer": tally.customer, "contract": tally.contract,
        "provisional": tally.provisional, "minutes": tally.minutes, "billed_minutes": tally.billed,
        "cents": tally.cents, "sums": list(tally.sums()), "months": [_month(one, tally) for one in tally.months],
    }  # fmt: skip


def _month(one: Month, tally: Tally) -> StatementMonth:
    return {
        "period": one.period, "source": one.source, "paused_minutes": one.paused, "hours": list(one.prepaid),
        "lines": [
            {
                "day": each.day, "incident": each.incident, "session": each.session or None, "work": each.work or None,
                "activities": list(each.activities), "product": each.program, "program": tally.program(each) or None,
                "contract": each.contract, "kind": each.kind, "minutes": each.minutes, "billed_minutes": each.billed,
                "tariff": each.tariff or None, "rate_cents_hour": each.rate, "cents": each.cents,
                "vat_percent": each.vat, "free": each.free, "contested": each.disputed,
            }
            for each in one.lines
        ],
    }  # fmt: skip


# ---------------------------------------------------------------------------------- draft invoices


@router.get("/invoices/{period}")
async def drafts(period: str, who: Caller, parts: PartsOf) -> Drafts:
    """Drafts of a month, one for each customer who owes something. Nothing is ever sent."""
    found = await see_drafts(parts, who, period)
    return {"period": found.period, "quiet": found.quiet, "drafts": [_draft(one) for one in found.drafts]}


@router.get("/invoices/{period}/lines.{form}")
async def drafts_file(
    period: str, form: DraftsForm, who: Caller, parts: PartsOf, *, bom: bool = True
) -> Response:
    return download(await export_drafts(parts, who, period, form, bom=bom))


@router.get("/invoices/{period}/{tenant}.xml")
async def fattura(period: str, tenant: str, who: Caller, parts: PartsOf) -> Response:
    """A draft in FatturaPA 1.2.x, dated today, for the program that keeps the books."""
    return download(await export_fattura(parts, who, tenant, period))


def _draft(one: Draft) -> DraftAnswer:
    return {
        "tenant": one.tenant, "customer": one.customer.name, "number": one.number, "source": one.source,
        "net_cents": one.net, "vat_cents": one.tax, "total_cents": one.total, "to_pay_cents": one.to_pay,
        "stamp_cents": one.stamp, "split_payment": one.customer.split, "minutes": one.minutes,
        "contested": one.disputed, "missing": list(one.lacks), "vat": list(one.vat),
        "lines": [
            {"contract": each.contract, "kind": each.kind, "tariff": each.tariff or None,
             "rate_cents_hour": each.rate, "vat_percent": each.vat, "minutes": each.billed, "cents": each.cents,
             "description": described(each)}
            for each in one.lines
        ],
    }  # fmt: skip


# ------------------------------------------------------------------------- whom they are made out to


@router.get("/tenants/{tenant}/billing")
async def billing(tenant: str, who: Caller, parts: PartsOf) -> PartyAnswer:
    return _party(await see_party(parts, who, tenant))


@router.put("/tenants/{tenant}/billing")
async def set_billing(tenant: str, form: PartyForm, who: Caller, parts: PartsOf) -> PartyAnswer:
    """The vendor's own under his tenant."""
    return _party(await set_party(parts, who, tenant, form.model_dump()))


@router.put("/tenants/{tenant}/billing/order", status_code=204)
async def order(tenant: str, form: OrderForm, who: Caller, parts: PartsOf) -> None:
    await set_order(parts, who, tenant, form.contract, (form.cig, form.cup))


def _party(view: PartyView) -> PartyAnswer:
    one = view.party
    return {
        "legal_name": one.name, "vat": one.vat, "fiscal_code": one.fiscal_code, "street": one.street,
        "postal_code": one.postal_code, "town": one.town, "province": one.province, "recipient": one.recipient,
        "pec": one.pec, "split": one.split, "regime": one.regime, "vat_nature": one.vat_nature, "law": one.law,
        "orders": [
            {"contract": number, "cig": one.order(number)[0], "cup": one.order(number)[1]} for number in view.contracts
        ],
    }  # fmt: skip
