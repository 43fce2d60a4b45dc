"""The access log over HTTP: pages of entries, files to carry away, one's own, and counts for the vendor's owner."""

from __future__ import annotations

from datetime import date
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Query, Response

from broker.api.answers import AccessEntry, AccessPage
from broker.api.who import Caller, FreshCaller, PartsOf
from broker.cases.export_accesses import AccessFile, Form, export_accesses, export_own_accesses
from broker.cases.export_incident import export_incident
from broker.cases.see_accesses import (
    AccessesView,
    Counts,
    count_accesses,
    see_accesses,
    see_own_accesses,
)
from broker.domain.accesses import LINES, Asked

router = APIRouter(prefix="/api/accesses")
Word = Annotated[str | None, Query(max_length=64)]


def asked(
    since: date | None = None,
    until: date | None = None,
    person: Word = None,
    host: Word = None,
    before: int | None = None,
    *,
    administrators: bool = False,
    limit: int = LINES,
) -> Asked:
    return Asked(since, until, person, host, administrators, before, limit)


Wanted = Annotated[Asked, Depends(asked)]


def _page(view: AccessesView) -> AccessPage:
    return {
        "entries": [cast(AccessEntry, one.value()) for one in view.page.entries],
        "before": view.page.before,
    }


def download(file: AccessFile) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{file.name}"',
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(file.data, media_type=file.media, headers=headers)


@router.get("")
async def listed(tenant: str, wanted: Wanted, who: Caller, parts: PartsOf) -> AccessPage:
    return _page(await see_accesses(parts, who, tenant, wanted))


@router.get("/own")
async def own(tenant: str, wanted: Wanted, who: Caller, parts: PartsOf) -> AccessPage:
    return _page(await see_own_accesses(parts, who, tenant, wanted))


@router.get("/counts")
async def counts(wanted: Wanted, who: Caller, parts: PartsOf) -> list[Counts]:
    return await count_accesses(parts, who, wanted)


@router.get("/export.{form}")
async def export(
    form: Form, tenant: str, wanted: Wanted, who: Caller, parts: PartsOf, *, bom: bool = True
) -> Response:
    return download(await export_accesses(parts, who, tenant, wanted, form, bom=bom))


@router.get("/incident.zip")
async def incident(tenant: str, since: date, until: date, who: FreshCaller, parts: PartsOf) -> Response:
    """Evidence of an incident for an authority: both days counted, local to the log."""
    return download(await export_incident(parts, who, tenant, since, until))


@router.get("/own.{form}")
async def export_own(form: Form, tenant: str, wanted: Wanted, who: Caller, parts: PartsOf) -> Response:
    return download(await export_own_accesses(parts, who, tenant, wanted, form))
