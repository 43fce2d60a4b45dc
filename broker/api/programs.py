"""Versions, defects and customisations on test over HTTP: everything that the pages do."""

from __future__ import annotations

from typing import Any, cast

from fastapi import APIRouter

from audit import instant
from broker.api.program_answers import (
    CustomerPrograms,
    DefectAnswer,
    DefectOpened,
    HousePrograms,
    MalfunctionTold,
    ProgramsAnswer,
    ReleaseAnswer,
    ReleasePublished,
    SaidOfDefect,
)
from broker.api.program_forms import (
    DecisionForm,
    DefectForm,
    InstalledForm,
    LinkForm,
    MalfunctionForm,
    ReceiptForm,
    ReleaseForm,
    RemedyForm,
    SolutionForm,
)
from broker.api.who import Caller, PartsOf
from broker.cases.accept_release import decide_acceptance, pass_acceptance, report_malfunction
from broker.cases.defects import give_remedy, link_defect, open_defect, solve_defect
from broker.cases.publish_release import publish_release
from broker.cases.receive_release import install_version, receive_release
from broker.cases.see_programs import see_customer_programs, see_house_programs
from broker.domain.programs import Decision, Defect, DefectKind, Programs, Release

router = APIRouter(prefix="/api")
_THEIRS = "/tenants/{tenant}/releases/{release}"


@router.get("/programs")
async def house(who: Caller, parts: PartsOf) -> HousePrograms:
    """The vendor's own view: all of it, and where each customer stands."""
    view = await see_house_programs(parts, who)
    customers: list[CustomerPrograms] = [
        {"tenant": one.customer.id, **_value(one.known, {})} for one in view.customers
    ]
    return {**_value(view.known, view.words), "customers": customers}


@router.get("/tenants/{tenant}/programs")
async def customer(tenant: str, who: Caller, parts: PartsOf) -> ProgramsAnswer:
    view = await see_customer_programs(parts, who, tenant)
    return _value(view.known, view.words)


@router.post("/releases", status_code=201)
async def publish(form: ReleaseForm, who: Caller, parts: PartsOf) -> ReleasePublished:
    return cast(ReleasePublished, (await publish_release(parts, who, form.draft())).body())


@router.post("/tenants/{tenant}/versions", status_code=204)
async def install(tenant: str, form: InstalledForm, who: Caller, parts: PartsOf) -> None:
    await install_version(parts, who, tenant, form.product, form.version)


@router.post(f"{_THEIRS}/receipt", status_code=204)
async def receipt(tenant: str, release: str, form: ReceiptForm, who: Caller, parts: PartsOf) -> None:
    """By the vendor, with what proves it."""
    await receive_release(parts, who, tenant, release, form.receipt())


@router.post("/releases/{release}/fetched", status_code=204)
async def fetched(release: str, who: Caller, parts: PartsOf) -> None:
    """By the customer's titolare or ADS, who fetches it from the portal now."""
    await receive_release(parts, who, who.tenant, release, None)


@router.post("/releases/{release}/acceptance", status_code=204)
async def passed(release: str, who: Caller, parts: PartsOf) -> None:
    await pass_acceptance(parts, who, release)


@router.post("/releases/{release}/malfunctions", status_code=201)
async def malfunction(release: str, form: MalfunctionForm, who: Caller, parts: PartsOf) -> MalfunctionTold:
    """`ahead`: it goes ahead of the queue, because nothing lacks."""
    done = await report_malfunction(parts, who, release, form.typed())
    return {
        "incident": done.incident,
        "lacks": list(done.lacks),
        "ahead": not done.lacks,
        "covered": done.covered,
    }


@router.post(f"{_THEIRS}/decision", status_code=204)
async def decide(tenant: str, release: str, form: DecisionForm, who: Caller, parts: PartsOf) -> None:
    """What becomes of a customisation whose days are over; the contract stays as it is."""
    await decide_acceptance(parts, who, tenant, release, form.decision)


@router.post("/defects", status_code=201)
async def new_defect(form: DefectForm, who: Caller, parts: PartsOf) -> DefectOpened:
    return {"defect": await open_defect(parts, who, form.kind, form.product, form.text)}


@router.post("/defects/{defect}/links", status_code=204)
async def link(defect: str, form: LinkForm, who: Caller, parts: PartsOf) -> None:
    await link_defect(parts, who, form.tenant, defect, form.incident, form.session)


@router.post("/defects/{defect}/remedy", status_code=204)
async def remedy(defect: str, form: RemedyForm, who: Caller, parts: PartsOf) -> None:
    await give_remedy(parts, who, defect, form.text)


@router.post("/defects/{defect}/solution", status_code=204)
async def solution(defect: str, form: SolutionForm, who: Caller, parts: PartsOf) -> None:
    await solve_defect(parts, who, defect, form.release, form.text)


# --------------------------------------------------------------------------------- going out


def _value(known: Programs, words: dict[int, str]) -> ProgramsAnswer:
    return {
        "installed": [
            {
                "product": one.told.product,
                "name": one.told.name,
                "version": one.told.version,
                "since": instant.to_text(one.at),
            }
            for one in known.installed.values()
        ],
        "pending": [found.id for product in known.installed if (found := known.pending(product))],
        "releases": [_release(one) for one in known.releases.values()],
        "defects": [_defect(one, words) for one in known.defects.values()],
    }


def _release(one: Release) -> ReleaseAnswer:
    received = None if one.received is None else instant.to_text(one.received)
    found = cast(ReleaseAnswer, one.told.body() | {"how": one.how, "received": received})
    if (window := one.window) is not None:
        found["window"] = {
            "until": instant.to_text(window.until),
            "state": window.state,
            "decision": cast(Decision | None, window.decision),
        }
    return found


def _defect(one: Defect, words: dict[int, str]) -> DefectAnswer:
    def said(part: Any) -> SaidOfDefect | None:
        return None if part is None else {"at": instant.to_text(part.at), "text": words.get(part.n)}

    return {
        "defect": one.told.defect,
        "kind": cast(DefectKind, one.told.kind),
        "product": one.told.product,
        "name": one.told.name,
        "state": one.state,
        "opened": said(one.opened),
        "links": [{"incident": incident, "session": session} for incident, session in one.links],
        "remedy": said(one.remedy),
        "solution": said(one.solution),
        "release": one.release,
    }
