"""Signed reports, their bundles, and the titolare's trust file, to be carried away and checked elsewhere."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from audit.verifica.page import NAME, page
from broker.api.who import Caller, FreshCaller, PartsOf
from broker.cases.export_trust import export_trust
from broker.cases.hand_to_preservation import preservation_package
from broker.cases.read_report import Form, read_report
from broker.domain.people import Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts

router = APIRouter()
MAX_NUMBER = 64


@router.get("/rapporti/{number}.en.pdf")
async def english(number: str, who: Caller, parts: PartsOf) -> Response:
    """Made when it is asked for: a reading copy, which nobody signed."""
    return await _file(parts, who, number, "en.pdf")


@router.get("/rapporti/{number}.pdf")
async def pdf(number: str, who: Caller, parts: PartsOf) -> Response:
    return await _file(parts, who, number, "pdf")


@router.get("/rapporti/{number}.pdf.p7m")
async def twin(number: str, who: Caller, parts: PartsOf) -> Response:
    return await _file(parts, who, number, "pdf.p7m")


@router.get("/rapporti/{number}.json")
async def values(number: str, who: Caller, parts: PartsOf) -> Response:
    return await _file(parts, who, number, "json")


@router.get("/rapporti/{number}.csv")
async def rows(number: str, who: Caller, parts: PartsOf) -> Response:
    return await _file(parts, who, number, "csv")


@router.get("/rapporti/{number}.sealed.zip")
async def sealed(number: str, who: FreshCaller, parts: PartsOf) -> Response:
    return await _file(parts, who, number, "sealed.zip")


@router.get("/rapporti/{number}.versamento.zip")
async def preserved(number: str, who: FreshCaller, parts: PartsOf, profilo: str = "sincro") -> Response:
    if len(number) > MAX_NUMBER:
        raise Refused(Why.NOT_FOUND)
    found = await preservation_package(parts, who, number, profilo)
    return download(found.name, found.media, found.data)


@router.get("/rapporti/{number}.zip")
async def bundle(number: str, who: FreshCaller, parts: PartsOf) -> Response:
    return await _file(parts, who, number, "zip")


@router.get("/trust.json")
async def trust(request: Request, who: Caller, parts: PartsOf) -> Response:
    found = await export_trust(parts, who)
    return download("trust.json", "application/json", found.encode())


@router.get("/verifica.html")
async def verifier(who: Caller) -> Response:
    return download(NAME, "text/html", page())


async def _file(parts: Parts, who: Who, number: str, form: Form) -> Response:
    if len(number) > MAX_NUMBER:
        raise Refused(Why.NOT_FOUND)
    found = await read_report(parts, who, number, form)
    return download(found.name, found.media, found.data)


def download(name: str, media: str, data: bytes) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(data, media_type=media, headers=headers)
