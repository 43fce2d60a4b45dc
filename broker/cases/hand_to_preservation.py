"""A month's *pacchetto di versamento*, for whoever hands it to a conservatore (C-24)."""

from __future__ import annotations

import asyncio

from audit import bundle, instant, terms
from audit.instant import whole_ms
from audit.leaf import Leaf
from audit.person_records import RecordRead
from audit.preservation import MAX_DOCUMENTS, PROFILES, Document, Package, files
from broker.cases.deny import allow, not_there
from broker.cases.export_accesses import AccessFile
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from broker.store import estate, log, reports, shards, stamps, statements
from broker.store.database import Work
from broker.store.reports import Files, Issued


async def preservation_package(parts: Parts, who: Who, number: str, profile: str) -> AccessFile:
    """Of one report: it, the part of the log since the report before of the same kind, heads, tokens and evidence.

    Packages of all months hold the whole log, and each record once. No openings: texts have terms of their own.
    """
    if profile not in PROFILES:
        raise Refused(Why.BAD_INPUT, field="profile")
    async with parts.store.read() as work:
        tenant = await reports.tenant_of(work, number)
    if tenant is None:
        raise await not_there(parts, who, "report")
    await allow(parts, who, Action.READ_REPORT, tenant, "report")
    parts.store.standing.demand(tenant)  # an earlier head may have to be signed anew
    at = whole_ms(parts.clock.now())
    async with parts.store.read() as work:
        kept = await reports.files(work, tenant, number)
        assert kept is not None  # a report has its files from its own commit on
        if kept.erased:
            raise Refused(Why.REPORT_ERASED)
        issued = next(one for one in await reports.every(work, tenant) if one.number == number)
        contents = await _contents(parts, work, issued, kept)
        place = await estate.tenant(work, tenant)
        policy = await statements.policy(work, tenant)
    assert place is not None
    if len(contents) > MAX_DOCUMENTS:
        raise Refused(Why.TOO_LARGE, field="period", limit=str(MAX_DOCUMENTS))
    months = terms.months("report", {} if policy is None else dict(policy.retention))
    documents = tuple(
        Document.of(
            path, data, group=group, date=issued.issued.date().isoformat(), subject=subject,
            author=parts.settings.vendor, media=media, months=months,
        )
        for path, (group, subject, media, data) in contents.items()
    )  # fmt: skip
    package = Package(
        number, profile, parts.settings.vendor, place.name, issued.period, instant.to_text(at), documents
    )
    made = files(package, {path: data for path, (_, _, _, data) in contents.items()})
    data = await asyncio.to_thread(bundle.pack, made)
    record = RecordRead(who.person, "preservation", who.terminal)
    await parts.store.append(tenant, at, record, actor=who.actor)
    return AccessFile(f"{number}.versamento.zip", "application/zip", data)


Content = tuple[str, str, str, bytes]  # group, subject, media, bytes


async def _contents(parts: Parts, work: Work, issued: Issued, kept: Files) -> dict[str, Content]:
    of = f"{issued.number}, {issued.period}"
    found: dict[str, Content] = {
        "rapporto.pdf": ("report", f"Rapporto {of}", "application/pdf", kept.pdf),
        "rapporto.json": ("report", f"Dati del rapporto {of}", "application/json", kept.json),
    }
    before = await _before(work, issued)
    leaves = await log.leaves(work, issued.tenant, before, issued.size)
    lines = b"".join(leaf + b"\n" for leaf in leaves)
    told = f"Registro, voci da {before} a {issued.size - 1}"
    found["registro.jsonl"] = ("log", told, "application/jsonl", lines)
    here = await log.head(work, issued.tenant)
    assert here is not None  # a report cites one
    tokens = {
        s: t for s, t in (await stamps.tokens(work, issued.tenant)).items() if before < s <= issued.size
    }
    for size in sorted({issued.size, *tokens}):
        head = await shards.signed_at(work, issued.tenant, here, size, parts.keys)
        note = await shards.with_witnesses(work, issued.tenant, head)
        found[f"teste/{size}.txt"] = ("checkpoint", f"Testa del registro a {size} voci", "text/plain", note)
    for size, token in tokens.items():
        found[f"marche/{size}.tsr"] = (
            "timestamp", f"Marca temporale della testa a {size} voci", "application/timestamp-reply", token,
        )  # fmt: skip
    cited = {e.sha256: e.kind for leaf in leaves for e in Leaf.parse(leaf).evidence}
    held = await reports.all_evidence(work, issued.tenant)
    for digest, kind in sorted(cited.items()):
        if digest in held:
            media = "application/octet-stream"
            found[f"prove/{digest}"] = ("evidence", f"Prova citata dal registro: {kind}", media, held[digest])
    return found


async def _before(work: Work, issued: Issued) -> int:
    """Up to where the report of its kind before it went: a month's is spelled ``YYYY-MM``."""
    same = [
        one.size
        for one in await reports.every(work, issued.tenant)
        if one.size < issued.size and len(one.period) == len(issued.period)
    ]
    return max(same, default=0)
