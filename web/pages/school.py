"""Scuola: a school's study, the delegation for its archives, the clean-up of the year; the list of schools."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import partial

from fastapi import APIRouter, Request, Response

from broker.api.who import Caller, PartsOf
from broker.cases.clean_archives import close_clean_up, count_archive
from broker.cases.delegate_archives import begin_delegation, end_delegation
from broker.cases.deny import allow
from broker.cases.instruct_clean_up import begin_instruction, decline_clean_up
from broker.cases.see_estate import see_tenants
from broker.cases.see_hours import see_hours
from broker.cases.see_school import see_school, see_schools
from broker.cases.type_customer import RowDraft, answer_row, put_in_service, type_customer
from broker.domain.people import Action, Who
from broker.domain.refusal import Why
from broker.parts import Parts
from web import views as v
from web.pages.page import FormFields, Reading, lead, show, to_signing, tried
from web.present import school as say
from web.present.reader import Reader
from web.present.times import ROME
from web.present.typed_days import of_year, read_day

router = APIRouter(prefix="/scuola")
_SLIPS = (Why.BAD_INPUT, Why.TOO_LARGE, Why.WRONG_STATE, Why.STUDY_OPEN, Why.CLEAN_UP_UNCOUNTED)
LONGEST = timedelta(days=366)


@router.get("")
async def listed(request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    """A customer's own; of the vendor's people, every school."""
    if not who.house:
        return lead(request, f"/scuola/{who.tenant}")
    found = await see_schools(parts, who)
    hours, others = [], []
    if who.role == "owner":
        hours = [await see_hours(parts, who, one.customer.id) for one in found]
        schools = {one.customer.id for one in found}
        others = [one for one in await see_tenants(parts, who) if one.id not in schools]
    view = say.schools(found, hours, others, reader)
    return await show(request, parts, who, "dossier.html", view)


@router.get("/{tenant}")
async def one(tenant: str, request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    return await _shown(request, parts, who, reader, tenant)


@router.post("/{tenant}/tipo")
async def typed(
    tenant: str, request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    doing = type_customer(parts, who, tenant, form.one("type"), of_year(form.one("clean_up")))
    slip = await tried(_SLIPS, doing, form, reader, "type", "clean_up")
    return await _done(request, parts, who, reader, tenant, slip)


@router.post("/{tenant}/studio")
async def studied(
    tenant: str, request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    octets = _whole(form.one("octets")) if form.one("octets").strip() else None
    draft = RowDraft(form.one("row"), form.one("answer"), form.one("file"), octets)
    slip = await tried(
        _SLIPS, answer_row(parts, who, tenant, draft), form, reader, "study", "answer", "file", "octets"
    )
    return await _done(request, parts, who, reader, tenant, slip)


@router.post("/{tenant}/esercizio")
async def in_service(tenant: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await put_in_service(parts, who, tenant)
    return lead(request, f"/scuola/{tenant}")


@router.post("/deleghe")
async def delegate(request: Request, form: FormFields, who: Caller, parts: PartsOf) -> Response:
    await allow(parts, who, Action.DELEGATE_ARCHIVES, who.tenant, "approvers")
    day = datetime.combine(read_day(form.one("until"), "until"), time(), ROME)
    until = min(day + timedelta(days=1) - timedelta(seconds=1), parts.clock.now() + LONGEST)
    begin = partial(begin_delegation, parts, who, form.many("person"), until)
    return await to_signing(request, parts, who, begin)


@router.post("/deleghe/{delegation}/fine")
async def end(delegation: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await end_delegation(parts, who, delegation)
    return lead(request, f"/scuola/{who.tenant}")


@router.post("/pulizie/{clean_up}")
async def instruct(
    clean_up: str, request: Request, form: FormFields, who: Caller, parts: PartsOf
) -> Response:
    await allow(parts, who, Action.INSTRUCT_CLEAN_UP, who.tenant, "approvers")
    archives = form.one("archives").splitlines()
    return await to_signing(request, parts, who, partial(begin_instruction, parts, who, clean_up, archives))


@router.post("/pulizie/{clean_up}/rifiuto")
async def decline(
    clean_up: str, request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    doing = decline_clean_up(parts, who, clean_up, form.one("reason"))
    slip = await tried(_SLIPS, doing, form, reader, "decline", "reason")
    return await _done(request, parts, who, reader, who.tenant, slip)


@router.post("/{tenant}/pulizie/{clean_up}/conteggi")
async def count(
    tenant: str, clean_up: str, request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:  # fmt: skip
    archive, rows = _whole(form.one("archive")), _whole(form.one("rows"))
    doing = count_archive(parts, who, tenant, clean_up, archive, form.one("phase"), rows)
    slip = await tried(_SLIPS, doing, form, reader, "count", "rows")
    return await _done(request, parts, who, reader, tenant, slip)


@router.post("/{tenant}/pulizie/{clean_up}/fine")
async def close(tenant: str, clean_up: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await close_clean_up(parts, who, tenant, clean_up)
    return lead(request, f"/scuola/{tenant}")


def _whole(text: str) -> int:
    """Digits with dots between thousands or without; −1 for anything else, which the case refuses."""
    plain = text.strip().replace(".", "")
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= 15 else -1


async def _done(
    request: Request, parts: Parts, who: Who, reader: Reader, tenant: str, slip: v.Slip | None
) -> Response:
    if slip is not None:
        return await _shown(request, parts, who, reader, tenant, slip)
    return lead(request, f"/scuola/{tenant}")


async def _shown(
    request: Request, parts: Parts, who: Who, reader: Reader, tenant: str, slip: v.Slip | None = None
) -> Response:
    view = say.page(await see_school(parts, who, tenant), who, reader, slip)
    return await show(request, parts, who, "dossier.html", view, status=422 if slip else 200)
