"""Fascicolo: a customer's retention, yearly verifications, documents, people's requests and the end of its contract."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from broker.api.administrators import download
from broker.api.who import Caller, FreshCaller, PartsOf
from broker.cases.answer_right import RightDraft, answer_right, extend_right, note_right
from broker.cases.issue_document import issue_document, print_document
from broker.cases.let_customer_go import begin_leaving, confirm_leaving, stop_leaving
from broker.cases.print_administrators import PrintedFile
from broker.cases.review_accounts import review_accounts, see_accounts
from broker.cases.see_dossier import RightView, see_dossier
from broker.cases.see_verifications import see_sample
from broker.cases.take_person_extract import refusal_text, take_person_extract
from broker.cases.verify_year import close_verification, judge_item, open_verification
from broker.domain.people import Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from web import views as v
from web.pages.page import FormFields, Reading, lead, show, tried
from web.present import dossier, samples
from web.present.reader import Reader
from web.present.typed_days import iso_day

router = APIRouter()
_SLIPS = (Why.BAD_INPUT, Why.TOO_LARGE, Why.WRONG_STATE)
_STEPS = {"avvia": begin_leaving, "conferma": confirm_leaving, "ferma": stop_leaving}


@router.get("/fascicolo")
async def own(request: Request, who: Caller, parts: PartsOf) -> Response:
    """A customer's own; the vendor's people choose one on the page of duties."""
    return lead(request, "/adempimenti" if who.house else f"/fascicolo/{who.tenant}")


@router.get("/fascicolo/{tenant}")
async def one(tenant: str, request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    return await _shown(request, parts, who, reader, tenant)


# ----------------------------------------------------------------------------------- verification


@router.post("/fascicolo/{tenant}/verifiche")
async def draw(
    tenant: str, request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    doing = open_verification(parts, who, tenant, iso_day(form.one("first")), iso_day(form.one("until")))
    slip = await tried(_SLIPS, doing, form, reader, "verification", "first", "until")
    return (
        await _shown(request, parts, who, reader, tenant, slip)
        if slip
        else lead(request, f"/fascicolo/{tenant}")
    )


@router.get("/fascicolo/{tenant}/verifiche/{verification}")
async def sample(
    tenant: str, verification: str, request: Request, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    return await _sample(request, parts, who, reader, tenant, verification)


@router.post("/fascicolo/{tenant}/verifiche/{verification}")
async def judge(
    tenant: str, verification: str, request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:  # fmt: skip
    doing = judge_item(
        parts, who, tenant, verification, form.one("item"), form.one("outcome"), form.one("note")
    )
    slip = await tried(_SLIPS, doing, form, reader, "item", "note")
    return await _sample(request, parts, who, reader, tenant, verification, slip)


@router.post("/fascicolo/{tenant}/verifiche/{verification}/fine")
async def close(
    tenant: str, verification: str, request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:  # fmt: skip
    doing = close_verification(
        parts, who, tenant, verification,
        conclusion=form.one("conclusion"), place=form.one("place"), remarks=form.one("remarks"),
    )  # fmt: skip
    slip = await tried(_SLIPS, doing, form, reader, "end", "place", "remarks")
    return (
        await _sample(request, parts, who, reader, tenant, verification, slip)
        if slip
        else lead(request, f"/fascicolo/{tenant}")
    )


# -------------------------------------------------------------------------------------- documents


@router.post("/fascicolo/{tenant}/documenti")
async def issue(
    tenant: str, request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    slip = await tried(_SLIPS, issue_document(parts, who, tenant, form.one("kind")), form, reader, "document")
    return (
        await _shown(request, parts, who, reader, tenant, slip)
        if slip
        else lead(request, f"/fascicolo/{tenant}")
    )


@router.get("/fascicolo/{tenant}/documenti/{record}.pdf")
async def printed(tenant: str, record: int, who: Caller, parts: PartsOf) -> Response:
    return download(await print_document(parts, who, tenant, record))


# ----------------------------------------------------------------------------------------- rights


@router.post("/fascicolo/{tenant}/diritti")
async def asked(
    tenant: str, request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    names = ("asked", "received", "person", "subject", "words")
    given = {name: form.one(name) for name in names}
    draft = RightDraft(*(given | {"received": iso_day(given["received"])}).values())
    slip = await tried(_SLIPS, note_right(parts, who, tenant, draft), form, reader, "right", *names)
    return (
        await _shown(request, parts, who, reader, tenant, slip)
        if slip
        else lead(request, f"/fascicolo/{tenant}")
    )


@router.get("/fascicolo/{tenant}/diritti/{right}")
async def right_of(
    tenant: str, right: str, request: Request, reader: Reading, who: Caller, parts: PartsOf
) -> Response:
    return await _right(request, parts, who, reader, tenant, right)


@router.get("/fascicolo/{tenant}/diritti/{right}/estratto.zip")
async def extract(tenant: str, right: str, who: FreshCaller, parts: PartsOf) -> Response:
    name, data = await take_person_extract(parts, who, tenant, right)
    return download(PrintedFile(name, "application/zip", data))


@router.post("/fascicolo/{tenant}/diritti/{right}/proroga")
async def extend(
    tenant: str, right: str, request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:  # fmt: skip
    doing = extend_right(parts, who, tenant, right, form.one("reason"))
    slip = await tried(_SLIPS, doing, form, reader, "extend", "reason")
    return await _right(request, parts, who, reader, tenant, right, slip)


@router.post("/fascicolo/{tenant}/diritti/{right}/risposta")
async def answer(
    tenant: str, right: str, request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf
) -> Response:  # fmt: skip
    doing = answer_right(parts, who, tenant, right, form.one("outcome"), form.one("text"))
    slip = await tried(_SLIPS, doing, form, reader, "answer", "text")
    return await _right(request, parts, who, reader, tenant, right, slip)


# ---------------------------------------------------------------------------- leaving, and accounts


@router.post("/fascicolo/{tenant}/uscita/{step}")
async def leave(tenant: str, step: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    if step not in _STEPS:
        raise Refused(Why.NOT_FOUND)
    await _STEPS[step](parts, who, tenant)
    return lead(request, f"/fascicolo/{tenant}")


@router.get("/utenze")
async def accounts(request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    view = dossier.accounts(await see_accounts(parts, who), reader)
    return await show(request, parts, who, "dossier.html", view, nav="people")


@router.post("/utenze")
async def review(request: Request, form: FormFields, who: Caller, parts: PartsOf) -> Response:
    await review_accounts(parts, who, form.many("kept"))
    return lead(request, "/utenze")


# ---------------------------------------------------------------------------------------- showing


async def _shown(
    request: Request, parts: Parts, who: Who, reader: Reader, tenant: str, slip: v.Slip | None = None
) -> Response:
    view = dossier.page(await see_dossier(parts, who, tenant), who, reader, slip)
    return await show(request, parts, who, "dossier.html", view, status=422 if slip else 200)


async def _sample(
    request: Request, parts: Parts, who: Who, reader: Reader, tenant: str, name: str, slip: v.Slip | None = None
) -> Response:  # fmt: skip
    view = samples.sample(await see_sample(parts, who, tenant, name), who, reader, slip)
    return await show(request, parts, who, "dossier.html", view, status=422 if slip else 200)


async def _right(
    request: Request, parts: Parts, who: Who, reader: Reader, tenant: str, name: str, slip: v.Slip | None = None
) -> Response:  # fmt: skip
    draft = await refusal_text(parts, who, tenant, name)
    found = await see_dossier(parts, who, tenant)
    view: RightView = next(one for one in found.rights if one.right.id == name)
    shown = samples.right(view, tenant, draft if view.right.asked == "erasure" else "", reader, slip)
    return await show(request, parts, who, "dossier.html", shown, status=422 if slip else 200)
