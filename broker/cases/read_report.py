"""Hand out an issued report or its bundle to somebody who may read it; that he did is a record (§4.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from audit.instant import whole_ms
from audit.records import RecordRead
from broker.cases.deny import allow, not_there
from broker.cases.export_bundle import bundle_of
from broker.domain.people import Action, Who
from broker.parts import Parts
from broker.store import reports

Form = Literal["pdf", "pdf.p7m", "json", "zip"]
_MEDIA: dict[Form, str] = {
    "pdf": "application/pdf",
    "pdf.p7m": "application/pkcs7-mime",
    "json": "application/json",
    "zip": "application/zip",
}


@dataclass(frozen=True, slots=True)
class ReportFile:
    name: str
    media: str
    data: bytes


async def read_report(parts: Parts, who: Who, number: str, form: Form) -> ReportFile:
    """The PDF, its CAdES twin, its JSON, or the ZIP bundle."""
    async with parts.store.read() as work:
        tenant = await reports.tenant_of(work, number)
    if tenant is None:
        raise await not_there(parts, who, "report")
    await allow(parts, who, Action.READ_REPORT, tenant, "report")
    async with parts.store.read() as work:
        files = await reports.files(work, tenant, number)
    assert files is not None  # a report has its files from its own commit on
    if form == "zip":
        data = await bundle_of(parts, tenant, number)
    else:
        data = {"pdf": files.pdf, "pdf.p7m": files.twin, "json": files.json}[form]
    async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
        what = "bundle" if form == "zip" else "report"
        await tx.append(RecordRead(who.person, what, who.terminal), actor=who.actor)
    return ReportFile(f"{number}.{form}", _MEDIA[form], data)
