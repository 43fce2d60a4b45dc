"""Adempimenti: what is on file of a customer, what lacks and from when on it blocks; the vendor's own people's papers."""

from __future__ import annotations

from datetime import datetime, time
from typing import cast

from fastapi import APIRouter, Request, Response

from broker.api.who import Caller, PartsOf
from broker.cases import subprocessors
from broker.cases.deny import allow
from broker.cases.file_paper import PaperDraft, file_paper, withdraw_paper
from broker.cases.see_duties import see_duties, see_subprocessors
from broker.cases.see_estate import see_own, see_tenants
from broker.cases.see_technicians import see_technicians
from broker.cases.set_category import CategoryDraft, set_category
from broker.cases.set_matrix import date_duties, set_matrix
from broker.domain.instants import day_of
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.domain.register import ROWS, Answer, Matrix
from broker.parts import Parts
from web import views as v
from web.pages.page import FormFields, Reading, lead, show, tried
from web.present import duty_list, papers
from web.present.reader import Reader
from web.present.times import ROME, local
from web.present.typed_days import iso_day, read_day

router = APIRouter(prefix="/adempimenti")
_SLIPS = (Why.BAD_INPUT, Why.DUPLICATE, Why.TOO_LARGE, Why.APPOINTMENT_MISSING)
_PAPER = ("reference", "dated", "until", "file")


@router.get("")
async def listed(request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    if not who.house:
        return await _one(request, parts, who, reader, who.tenant)
    return await _list(request, parts, who, reader)


@router.get("/{tenant}")
async def one(tenant: str, request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    return await _one(request, parts, who, reader, tenant)


# --------------------------------------------------------------------------------- of one customer


@router.post("/matrice")
async def matrix(
    request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    rows = Matrix(*(tuple(form.many(row)) for row in ROWS))
    slip = await tried(_SLIPS, set_matrix(parts, who, rows), form, reader, "matrix")
    return await _shown(request, parts, who, reader, who.tenant, slip)


@router.post("/giorno")
async def day(request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    slip = await tried(_SLIPS, date_duties(parts, who, iso_day(form.one("block"))), form, reader, "day")
    return await _shown(request, parts, who, reader, who.tenant, slip)


@router.post("/aziende")
async def company(
    request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    doing = subprocessors.list_subprocessor(parts, who, form.one("name"), form.one("place"))
    slip = await tried(_SLIPS, doing, form, reader, "company", "name", "place")
    return await _list(request, parts, who, reader, slip) if slip else lead(request, "/adempimenti")


@router.post("/tecnici")
async def technician(
    request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    await allow(parts, who, Action.LIST_SUBPROCESSOR, who.tenant, "tenant")
    draft = _draft(form, form.one("kind"), form.one("person"))
    slip = await tried(_SLIPS, file_paper(parts, who, who.tenant, draft), form, reader, "technician", *_PAPER)
    return await _list(request, parts, who, reader, slip) if slip else lead(request, "/adempimenti")


@router.post("/{tenant}/accordo")
async def agreement(
    tenant: str, request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    doing = file_paper(parts, who, tenant, _draft(form, "dpa"))
    slip = await tried(_SLIPS, doing, form, reader, "paper", *_PAPER)
    return await _shown(request, parts, who, reader, tenant, slip)


@router.post("/{tenant}/categoria")
async def category(
    tenant: str, request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    one_ = form.one("category") == "1"
    draft = CategoryDraft(
        1 if one_ else 2,
        since=_midnight(form.one("since"), reader),
        paper=form.one("kind"),
        reference=form.one("reference") if one_ else "",
        dated=iso_day(form.one("dated")),
        file=form.one("file"),
    )
    slip = await tried(
        _SLIPS,
        set_category(parts, who, tenant, draft),
        form,
        reader,
        "category",
        *_PAPER,
        "since",
        "category",
    )
    return await _shown(request, parts, who, reader, tenant, slip)


@router.post("/{tenant}/sub-responsabili")
async def announce(
    tenant: str, request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    general = form.one("authorisation") == "general"
    doing = subprocessors.announce_subprocessor(
        parts, who, tenant, form.one("company"), general=general, days=form.whole("days", 0)
    )
    slip = await tried(_SLIPS, doing, form, reader, "announce", "days")
    return await _shown(request, parts, who, reader, tenant, slip)


@router.post("/sub-responsabili/{company_id}/{answer}")
async def answer(company_id: str, answer: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    if answer not in ("agreed", "objected"):
        raise Refused(Why.NOT_FOUND)
    await subprocessors.answer_subprocessor(parts, who, company_id, cast(Answer, answer))
    return lead(request, "/adempimenti")


@router.post("/tecnici/{person}/datore")
async def employer(person: str, request: Request, form: FormFields, who: Caller, parts: PartsOf) -> Response:
    await subprocessors.employ(parts, who, person, form.one("company") or None)
    return lead(request, "/adempimenti")


@router.post("/tecnici/documenti/{filing}/togli")
async def drop_technicians(filing: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await allow(parts, who, Action.LIST_SUBPROCESSOR, who.tenant, "tenant")
    await withdraw_paper(parts, who, who.tenant, filing)
    return lead(request, "/adempimenti")


@router.post("/{tenant}/documenti/{filing}/togli")
async def drop(tenant: str, filing: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await withdraw_paper(parts, who, tenant, filing)
    return lead(request, f"/adempimenti/{tenant}")


# ------------------------------------------------------------------------------------------ showing


def _draft(form: FormFields, kind: str, person: str | None = None) -> PaperDraft:
    return PaperDraft(
        kind,
        form.one("reference"),
        iso_day(form.one("dated")),
        iso_day(form.one("until")),
        form.one("file"),
        person,
    )


def _midnight(text: str, reader: Reader) -> datetime | None:
    """The beginning of that local day; None, which is now, for today and for a field left empty."""
    day = read_day(text, "since") if text else None
    if day is None or day == local(reader.now).date():
        return None
    return datetime.combine(day, time(), ROME)


async def _shown(
    request: Request, parts: Parts, who: Who, reader: Reader, tenant: str, slip: v.Slip | None
) -> Response:
    """The customer's page once more where something was wrong; else on to it."""
    if slip is None:
        return lead(request, f"/adempimenti/{tenant}")
    return await _one(request, parts, who, reader, tenant, slip)


async def _one(
    request: Request, parts: Parts, who: Who, reader: Reader, tenant: str, slip: v.Slip | None = None
) -> Response:
    view = await see_duties(parts, who, tenant)
    companies = await see_subprocessors(parts, who) if who.role == "owner" else []
    shown = papers.page(view, companies, who, reader, slip)
    return await show(request, parts, who, "duties.html", shown, status=422 if slip else 200)


async def _list(
    request: Request, parts: Parts, who: Who, reader: Reader, slip: v.Slip | None = None
) -> Response:
    customers = [await see_duties(parts, who, one.id) for one in await see_tenants(parts, who)]
    owner = who.role == "owner"
    house = await see_own(parts, who)
    shown = duty_list.page(
        customers,
        await see_technicians(parts, who) if owner else [],
        await see_subprocessors(parts, who) if owner else [],
        day_of(parts.clock.now(), house.zone),
        reader,
        owner=owner,
        slip=slip,
    )
    return await show(request, parts, who, "duty_list.html", shown, status=422 if slip else 200)
