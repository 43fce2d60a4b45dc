"""The vendor's programs: versions and defects for the house, a customer's own part for him."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from broker.api.refusals import sentences
from broker.api.who import Caller, PartsOf
from broker.cases.accept_release import Malfunction, decide_acceptance, pass_acceptance, report_malfunction
from broker.cases.defects import give_remedy, link_defect, open_defect, solve_defect
from broker.cases.deny import allow
from broker.cases.list_products import see_products
from broker.cases.publish_release import ReleaseDraft, publish_release
from broker.cases.receive_release import Receipt, install_version, receive_release
from broker.cases.see_programs import see_customer_programs, see_house_programs
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from web import views as v
from web.pages.page import FormFields, Reading, lead, show, tried
from web.present import programs as say
from web.present import words
from web.present.reader import Reader
from web.present.times import WrongHour, typed
from web.present.typed_days import iso_day

router = APIRouter()
_SLIPS = (Why.BAD_INPUT, Why.DUPLICATE, Why.TOO_LARGE, Why.HALF_YEARLY_THIRD)
_RELEASE = ("product", "version", "dated", "os", "customer", "reason")
_REPORT = ("steps", "expected", "actual", "sample", "build")


@router.get("/programmi")
async def programs(request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    if who.house:
        return await _house(request, parts, who, reader)
    return await _own(request, parts, who, reader, who.tenant)


@router.get("/programmi/{tenant}")
async def customer(tenant: str, request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    return await _own(request, parts, who, reader, tenant)


# --------------------------------------------------------------------------------- the vendor's


@router.post("/programmi/versioni")
async def publish(
    request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    draft = ReleaseDraft(
        form.one("product"),
        form.one("version"),
        iso_day(form.one("dated")),
        tuple(form.many("components")),
        form.one("half_yearly") == "1",
        form.one("os"),
        form.one("customer"),
        form.one("peremptory") == "1",
        form.one("reason"),
    )
    slip = await tried(_SLIPS, publish_release(parts, who, draft), form, reader, "release", *_RELEASE)
    return await _house(request, parts, who, reader, slip) if slip else lead(request, "/programmi")


@router.post("/programmi/criticita")
async def new_defect(
    request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    doing = open_defect(parts, who, form.one("kind"), form.one("product"), form.one("text"))
    slip = await tried(_SLIPS, doing, form, reader, "defect", "text")
    return await _house(request, parts, who, reader, slip) if slip else lead(request, "/programmi")


@router.post("/programmi/criticita/{defect}/rimedio")
async def remedy(
    defect: str, request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    slip = await tried(_SLIPS, give_remedy(parts, who, defect, form.one("text")), form, reader, defect)
    return await _house(request, parts, who, reader, slip) if slip else lead(request, "/programmi")


@router.post("/programmi/criticita/{defect}/soluzione")
async def solution(
    defect: str, request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    doing = solve_defect(parts, who, defect, form.one("release"), form.one("text"))
    slip = await tried(_SLIPS, doing, form, reader, defect)
    return await _house(request, parts, who, reader, slip) if slip else lead(request, "/programmi")


@router.post("/incidenti/{tenant}/{incident}/criticita")
async def link(
    tenant: str, incident: str, request: Request, form: FormFields, who: Caller, parts: PartsOf
) -> Response:
    """To a defect that is known, or to a new one."""
    defect = form.one("defect") or await open_defect(
        parts, who, form.one("kind"), form.one("product"), form.one("text")
    )
    await link_defect(parts, who, tenant, defect, incident)
    return lead(request, f"/incidenti/{tenant}/{incident}")


@router.post("/programmi/{tenant}/installata")
async def installed(
    tenant: str, request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    doing = install_version(parts, who, tenant, form.one("product"), form.one("version"))
    slip = await tried(_SLIPS, doing, form, reader, "installed", "version")
    return await _shown(request, parts, who, reader, tenant, slip)


@router.post("/programmi/{tenant}/versioni/{release}/ricevuta")
async def receipt(
    tenant: str,
    release: str,
    request: Request,
    form: FormFields,
    reader: Reading,
    who: Caller,
    parts: PartsOf,
) -> Response:
    slip = await tried(
        _SLIPS, _receive(parts, who, tenant, release, form), form, reader, release, "reference", "file"
    )
    return await _shown(request, parts, who, reader, tenant, slip)


async def _receive(parts: Parts, who: Who, tenant: str, release: str, form: Any) -> None:
    await allow(parts, who, Action.RECEIVE_RELEASE, tenant, "tenant")
    try:
        received = typed(form.one("received"), form.one("received-offset"))
    except (ValueError, WrongHour) as wrong:
        raise Refused(Why.BAD_INPUT, field="received") from wrong
    proof = Receipt(form.one("how"), received, form.one("reference"), form.one("file"))
    await receive_release(parts, who, tenant, release, proof)


@router.post("/programmi/{tenant}/versioni/{release}/decisione")
async def decide(
    tenant: str, release: str, request: Request, form: FormFields, who: Caller, parts: PartsOf
) -> Response:
    await decide_acceptance(parts, who, tenant, release, form.one("decision"))
    return lead(request, "/programmi")


# --------------------------------------------------------------------------------- the customer's


@router.post("/programmi/versioni/{release}/scarico")
async def fetched(release: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await receive_release(parts, who, who.tenant, release, None)
    return lead(request, "/programmi")


@router.post("/programmi/versioni/{release}/collaudo")
async def passed(release: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await pass_acceptance(parts, who, release)
    return lead(request, "/programmi")


@router.post("/programmi/versioni/{release}/malfunzionamento")
async def malfunction(
    release: str, request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    parts_of = Malfunction(*(form.one(name) for name in _REPORT))
    try:
        done = await report_malfunction(parts, who, release, parts_of)
    except Refused as no:
        if no.why not in _SLIPS:
            raise
        slip = form.slip(release, reader.say(*sentences(no)), *_REPORT)
        return await _own(request, parts, who, reader, who.tenant, slip)
    return lead(request, f"/incidenti/{who.tenant}/{done.incident}", covered=done.covered)


# --------------------------------------------------------------------------------- shown


async def _house(
    request: Request, parts: Parts, who: Who, reader: Reader, slip: v.Slip | None = None
) -> Response:
    view = say.house(await see_house_programs(parts, who), who, reader, slip)
    status = 200 if slip is None else 422
    return await show(request, parts, who, "programs.html", view, nav="programs", status=status)


async def _own(
    request: Request, parts: Parts, who: Who, reader: Reader, tenant: str, slip: v.Slip | None = None
) -> Response:
    seen = await see_customer_programs(parts, who, tenant)
    products = tuple(
        v.Option(one.id, words.clean(one.name)) for one in await see_products(parts, who) if one.listed
    )
    view = say.own(seen, who, reader, products, slip)
    status = 200 if slip is None else 422
    return await show(request, parts, who, "own_programs.html", view, nav="programs", status=status)


async def _shown(
    request: Request, parts: Parts, who: Who, reader: Reader, tenant: str, slip: v.Slip | None
) -> Response:
    if slip is None:
        return lead(request, f"/programmi/{tenant}")
    return await _own(request, parts, who, reader, tenant, slip)
