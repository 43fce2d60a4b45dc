"""Category, papers, responsibility matrix and sub-processors over HTTP."""

from __future__ import annotations

from fastapi import APIRouter

from broker.api.duty_forms import (
    AnnounceForm,
    BlockForm,
    CategoryForm,
    EmployerForm,
    MatrixForm,
    PaperForm,
    SubprocessorAnswerForm,
    SubprocessorForm,
)
from broker.api.who import Caller, PartsOf
from broker.cases import subprocessors
from broker.cases.file_paper import file_paper, withdraw_paper
from broker.cases.see_duties import (
    DutiesView,
    see_duties,
    see_subprocessors,
)
from broker.cases.see_presets import PresetView, see_presets
from broker.cases.see_technicians import TechnicianView, see_technicians
from broker.cases.set_category import see_categories, set_category
from broker.cases.set_matrix import date_duties, set_matrix
from broker.domain.category import Validity
from broker.domain.papers import Filed
from broker.domain.register import Subprocessor

router = APIRouter()


@router.get("/api/tenants/{tenant}/presets")
async def list_presets(tenant: str, who: Caller, parts: PartsOf) -> list[PresetView]:
    """What NIS2 and PCI DSS ask of the customer's rules, and how it stands."""
    return await see_presets(parts, who, tenant)


@router.get("/api/tenants/{tenant}/category")
async def list_categories(tenant: str, who: Caller, parts: PartsOf) -> list[Validity]:
    return await see_categories(parts, who, tenant)


@router.post("/api/tenants/{tenant}/category", status_code=201)
async def put_category(tenant: str, form: CategoryForm, who: Caller, parts: PartsOf) -> Validity:
    return await set_category(parts, who, tenant, form.draft())


@router.get("/api/tenants/{tenant}/duties")
async def read_duties(tenant: str, who: Caller, parts: PartsOf) -> DutiesView:
    return await see_duties(parts, who, tenant)


@router.post("/api/tenants/{tenant}/papers", status_code=201)
async def add_paper(tenant: str, form: PaperForm, who: Caller, parts: PartsOf) -> Filed:
    return await file_paper(parts, who, tenant, form.draft())


@router.delete("/api/tenants/{tenant}/papers/{filing}", status_code=204)
async def drop_paper(tenant: str, filing: str, who: Caller, parts: PartsOf) -> None:
    await withdraw_paper(parts, who, tenant, filing)


@router.post("/api/matrix", status_code=204)
async def put_matrix(form: MatrixForm, who: Caller, parts: PartsOf) -> None:
    await set_matrix(parts, who, form.matrix())


@router.post("/api/duties/day", status_code=204)
async def put_day(form: BlockForm, who: Caller, parts: PartsOf) -> None:
    await date_duties(parts, who, form.block)


@router.get("/api/technicians")
async def list_technicians(who: Caller, parts: PartsOf) -> list[TechnicianView]:
    return await see_technicians(parts, who)


@router.post("/api/technicians/{person}/employer", status_code=204)
async def put_employer(person: str, form: EmployerForm, who: Caller, parts: PartsOf) -> None:
    await subprocessors.employ(parts, who, person, form.subprocessor)


@router.get("/api/subprocessors")
async def list_companies(who: Caller, parts: PartsOf) -> list[Subprocessor]:
    return await see_subprocessors(parts, who)


@router.post("/api/subprocessors", status_code=201)
async def add_company(form: SubprocessorForm, who: Caller, parts: PartsOf) -> Subprocessor:
    return await subprocessors.list_subprocessor(parts, who, form.name, form.place)


@router.post("/api/tenants/{tenant}/subprocessors/{company}", status_code=204)
async def announce(tenant: str, company: str, form: AnnounceForm, who: Caller, parts: PartsOf) -> None:
    await subprocessors.announce_subprocessor(
        parts, who, tenant, company, general=form.general, days=form.days
    )


@router.post("/api/subprocessors/{company}/answer", status_code=204)
async def answer(company: str, form: SubprocessorAnswerForm, who: Caller, parts: PartsOf) -> None:
    await subprocessors.answer_subprocessor(parts, who, company, form.answer)
