"""Hand out an issued report or its bundle to somebody who may read it; that he did is a record (§4.2)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Literal

from audit.instant import whole_ms
from audit.person_records import RecordRead
from broker.cases.deny import allow, not_there
from broker.cases.export_bundle import bundle_of, sealed_bundle
from broker.domain import report_csv
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import reports

Form = Literal["pdf", "en.pdf", "pdf.p7m", "json", "csv", "zip", "sealed.zip"]
_MEDIA: dict[Form, str] = {
    "en.pdf": "application/pdf",
    "pdf": "application/pdf",
    "pdf.p7m": "application/pkcs7-mime",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8; header=present",
    "zip": "application/zip",
    "sealed.zip": "application/zip",
}


@dataclass(frozen=True, slots=True)
class ReportFile:
    name: str
    media: str
    data: bytes


async def read_report(parts: Parts, who: Who, number: str, form: Form) -> ReportFile:
    """The PDF, its CAdES twin, its JSON, a table or an English reading copy made of that, or the ZIP bundle."""
    async with parts.store.read() as work:
        tenant = await reports.tenant_of(work, number)
    if tenant is None:
        raise await not_there(parts, who, "report")
    await allow(parts, who, Action.READ_REPORT, tenant, "report")
    async with parts.store.read() as work:
        files = await reports.files(work, tenant, number)
    assert files is not None  # a report has its files from its own commit on
    match form:
        case "zip":
            data = await bundle_of(parts, tenant, number)
        case "sealed.zip":
            data = await sealed_bundle(parts, tenant)
        case _ if files.erased:
            raise Refused(Why.REPORT_ERASED)
        case "en.pdf":
            data = await parts.reporter.english(files.json, f"{number}.json")
        case "csv":
            data = await asyncio.to_thread(report_csv.table, files.json)
        case _:
            data = {"pdf": files.pdf, "pdf.p7m": files.twin, "json": files.json}[form]
    record = RecordRead(who.person, "bundle" if form.endswith("zip") else "report", who.terminal)
    await parts.store.append(tenant, whole_ms(parts.clock.now()), record, actor=who.actor)
    return ReportFile(f"{number}.{form}", _MEDIA[form], data)
