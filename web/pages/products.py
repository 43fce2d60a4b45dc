"""The catalogue of the vendor's programs, kept by his owner."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from broker.api.refusals import sentences
from broker.api.who import Caller, PartsOf
from broker.cases.deny import allow
from broker.cases.list_products import drop_product, list_product, see_products
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from web import views as v
from web import views_incidents as i
from web.pages.page import FormFields, Reading, lead, show
from web.present import words
from web.present.reader import Reader

router = APIRouter(prefix="/prodotti")


@router.get("")
async def catalogue(request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    return await _page(request, parts, who, reader, None)


async def _page(request: Request, parts: Parts, who: Who, reader: Reader, slip: v.Slip | None) -> Response:
    await allow(parts, who, Action.KEEP_PRODUCTS, who.tenant, "tenant")
    say = reader.say
    view = i.Products(
        post="/prodotti",
        lines=tuple(
            (words.clean(one.name), v.Act(say("Togli", "Take out"), post=f"/prodotti/{one.id}/togli"))
            for one in await see_products(parts, who)
            if one.listed
        ),
        back=v.Act(say("Torna indietro", "Go back"), href="/gestione"),
        slip=slip,
    )
    status = 200 if slip is None else 422
    return await show(request, parts, who, "products.html", view, nav="owner", status=status)


@router.post("")
async def add(request: Request, form: FormFields, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    try:
        await list_product(parts, who, form.one("name"))
    except Refused as no:
        if no.why not in (Why.BAD_INPUT, Why.TOO_LARGE, Why.DUPLICATE):
            raise
        slip = form.slip("prodotto", reader.say(*sentences(no)), "name")
        return await _page(request, parts, who, reader, slip)
    return lead(request, "/prodotti")


@router.post("/{product}/togli")
async def drop(product: str, request: Request, who: Caller, parts: PartsOf) -> Response:
    await drop_product(parts, who, product)
    return lead(request, "/prodotti")
