"""Schools over HTTP: type and study, the delegation for archives, the yearly clean-up. What is signed: `signing`."""

from __future__ import annotations

from typing import cast

from fastapi import APIRouter

from broker.api.answers import Covered
from broker.api.resale_answers import (
    CleanUpAnswer,
    CountedArchive,
    Delegation,
    MinuteKept,
    SchoolAnswer,
    StudyRow,
)
from broker.api.school_forms import CountForm, DeclineForm, StudyForm, TypeForm
from broker.api.who import Caller, PartsOf
from broker.cases.clean_archives import close_clean_up, count_archive
from broker.cases.delegate_archives import end_delegation
from broker.cases.instruct_clean_up import decline_clean_up
from broker.cases.see_school import SchoolView, see_school
from broker.cases.type_customer import answer_row, put_in_service, type_customer
from broker.domain.school import CleanUp, Delegated

router = APIRouter(prefix="/api")


@router.get("/tenants/{tenant}/school")
async def one(tenant: str, who: Caller, parts: PartsOf) -> SchoolAnswer:
    return _school(await see_school(parts, who, tenant))


@router.post("/tenants/{tenant}/school", status_code=204)
async def typed(tenant: str, form: TypeForm, who: Caller, parts: PartsOf) -> None:
    await type_customer(parts, who, tenant, form.type, form.clean_up)


@router.post("/tenants/{tenant}/school/study", status_code=201)
async def studied(tenant: str, form: StudyForm, who: Caller, parts: PartsOf) -> Covered:
    return {"covered": await answer_row(parts, who, tenant, form.draft())}


@router.post("/tenants/{tenant}/school/service", status_code=204)
async def in_service(tenant: str, who: Caller, parts: PartsOf) -> None:
    await put_in_service(parts, who, tenant)


@router.delete("/archives-delegations/{delegation}", status_code=204)
async def ended(delegation: str, who: Caller, parts: PartsOf) -> None:
    """One's own school's."""
    await end_delegation(parts, who, delegation)


@router.post("/tenants/{tenant}/clean-ups/{clean_up}/counts", status_code=204)
async def counted(tenant: str, clean_up: str, form: CountForm, who: Caller, parts: PartsOf) -> None:
    await count_archive(parts, who, tenant, clean_up, form.archive, form.phase, form.rows)


@router.post("/tenants/{tenant}/clean-ups/{clean_up}/closure", status_code=201)
async def closed(tenant: str, clean_up: str, who: Caller, parts: PartsOf) -> MinuteKept:
    """`minute` is its record."""
    return {"minute": await close_clean_up(parts, who, tenant, clean_up)}


@router.post("/clean-ups/{clean_up}/refusal", status_code=204)
async def declined(clean_up: str, form: DeclineForm, who: Caller, parts: PartsOf) -> None:
    """One's own school's."""
    await decline_clean_up(parts, who, clean_up, form.reason)


def _school(view: SchoolView) -> SchoolAnswer:
    found = view.school
    rows: dict[str, StudyRow] = {
        row: {"answer": view.answers.get(row), "at": one.at, "file": one.file, "octets": one.octets}
        for row, one in found.rows.items()
    }
    return {
        "type": "school" if found.is_school else "other",
        "clean_up": found.clean_up or None,
        "rows": rows,
        "open_rows": list(found.open_rows) if found.is_school else [],
        "in_service": found.in_service,
        "delegations": [_delegation(one) for one in found.delegations],
        "clean_ups": [_clean_up(one) for one in found.clean_ups],
    }


def _delegation(one: Delegated) -> Delegation:
    said = one.said
    return {
        "delegation": said.delegation, "statement": one.digest, "persons": list(said.persons), "from": said.not_before,
        "until": said.not_after, "ended": one.ended,
    }  # fmt: skip


def _clean_up(one: CleanUp) -> CleanUpAnswer:
    archives = [
        cast(CountedArchive, {"name": name, **one.counts.get(n, {})})
        for n, name in enumerate(one.archives, 1)
    ]
    return {
        "id": one.id, "due": one.due, "state": one.state, "archives": archives, "instructed": one.instructed,
        "statement": one.statement or None, "ended": one.ended, "minute": one.minute,
    }  # fmt: skip
