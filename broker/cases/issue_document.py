"""Documents made of a customer's facts: issued by hand, and anew by themselves when the facts have changed."""

from __future__ import annotations

from collections.abc import Callable

from audit.canonical import Value
from audit.instant import whole_ms
from audit.record import BROKER, Actor
from broker.cases.deny import allow
from broker.cases.note_reading import note_reading
from broker.cases.print_administrators import PrintedFile
from broker.cases.processing_facts import processing_facts
from broker.domain import annexes
from broker.domain.document import Issued, Kind, same, sheet
from broker.domain.people import Action, Who
from broker.domain.processing_facts import ProcessingFacts
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import documents

OF_FACTS: dict[Kind, Callable[[ProcessingFacts, int], dict[str, Value]]] = {
    "dpa_annex": annexes.annex,
    "processing_register": annexes.register,
    "measures": annexes.minimum_measures,
    "suppliers_people": annexes.people,
}


async def issue_document(parts: Parts, who: Who, tenant: str, kind: str) -> int | None:
    """Its record; None where the last version says the same."""
    await allow(parts, who, Action.ISSUE_DOCUMENT, tenant, "tenant")
    if kind not in OF_FACTS:
        raise Refused(Why.BAD_INPUT, field="kind")
    return await _issue(parts, tenant, kind, who.actor)


async def renew_documents(parts: Parts, tenant: str) -> None:
    """Those that were issued once and say something else today: a new version, the old one is kept."""
    async with parts.store.read() as work:
        kinds = {one.kind for one in await documents.every(work, tenant)}
    for kind in OF_FACTS:
        if kind in kinds:
            await _issue(parts, tenant, kind, BROKER)


async def _issue(parts: Parts, tenant: str, kind: Kind, actor: Actor) -> int | None:
    async with parts.store.read() as work:
        facts = await processing_facts(parts, work, tenant)
        before = await documents.versions(work, tenant, kind)
        last = await documents.text(work, tenant, before[-1].n, parts.keys.wrapping_key()) if before else None
    written = OF_FACTS[kind](facts, len(before) + 1)
    if last is not None and same(last, written):
        return None
    async with parts.store.tx(tenant, whole_ms(parts.clock.now())) as tx:
        if len(await documents.versions(tx.work, tenant, kind)) != len(before):
            raise Refused(Why.WRONG_STATE)
        n = await documents.issue(tx, kind, len(before) + 1, written, actor)
        tx.announce("report", tenant)
    return n


async def print_document(parts: Parts, who: Who, tenant: str, n: int) -> PrintedFile:
    """A version as a PDF with the vendor's seal. `Refused` (not_found) once its text was erased."""
    await allow(parts, who, Action.SEE_DOSSIER, tenant, "records")
    async with parts.store.read() as work:
        found = next((one for one in await documents.every(work, tenant) if one.n == n), None)
        text = await documents.text(work, tenant, n, parts.keys.wrapping_key())
    if found is None or text is None or (found.kind == "minute" and who.role not in ("titolare", "auditor")):
        raise Refused(Why.NOT_FOUND)
    await note_reading(parts, who, tenant, "log")
    data = await parts.reporter.sealed_sheet(sheet(text, n), found.at)
    return PrintedFile(name_of(found), "application/pdf", data)


def name_of(found: Issued) -> str:
    return f"{found.kind.replace('_', '-')}-v{found.version}-{found.n}.pdf"
