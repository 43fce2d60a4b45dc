"""Issued reports and the bundles that go with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, update

from audit import instant
from audit.log_records import PeriodClosed
from audit.periods import family
from broker.domain.months import Closed
from broker.store import log
from broker.store.database import Work
from broker.store.tables import cosignatures, evidence, reports
from broker.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Issued:
    """A report without its files. `size` is the log's size the report cites; `sessions` and `minutes` what it counts,
    none once its text is erased."""

    tenant: str
    period: str
    number: str
    partial: bool
    issued: datetime
    n: int
    size: int
    bundled: bool
    erased: bool = False  # the record and its digests stay
    sessions: int | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Files:
    """PDF, JSON and twin are empty once erased."""

    pdf: bytes
    json: bytes
    bundle: bytes | None
    twin: bytes  # the PDF in a CAdES signature

    @property
    def erased(self) -> bool:
        return not self.json


_LINE = (
    reports.c.tenant,
    reports.c.period,
    reports.c.number,
    reports.c.partial,
    reports.c.issued,
    reports.c.n,
    reports.c.size,
    reports.c.bundle.is_not(None).label("bundled"),
    (func.length(reports.c.json) == 0).label("erased"),
    reports.c.sessions,
    reports.c.minutes,
)


async def every(work: Work, tenant: str) -> list[Issued]:
    """Newest first."""
    rows = await work.run(select(*_LINE).where(reports.c.tenant == tenant).order_by(reports.c.n.desc()))
    return [
        Issued(
            r.tenant,
            r.period,
            r.number,
            r.partial,
            instant.parse(r.issued),
            r.n,
            r.size,
            bool(r.bundled),
            bool(r.erased),
            r.sessions,
            r.minutes,
        )
        for r in rows
    ]


async def months(work: Work, tenant: str) -> Closed:
    """Which months the log says have ended, and which of them have their report."""
    ends = await log.select_leaves(work, tenant, kinds=(PeriodClosed.KIND,))
    issued = await every(work, tenant)
    return Closed(
        frozenset(one.record.period for one in ends if isinstance(one.record, PeriodClosed)),
        frozenset(one.period for one in issued if not one.partial and family(one.period) == "month"),
    )


async def tenant_of(work: Work, number: str) -> str | None:
    """Whose report this is; ask next whether the caller may see that tenant."""
    rows = await work.run(select(reports.c.tenant).where(reports.c.number == number))
    return rows[0].tenant if rows else None


async def files(work: Work, tenant: str, number: str) -> Files | None:
    rows = await work.run(
        select(reports.c.pdf, reports.c.json, reports.c.twin, reports.c.bundle).where(
            reports.c.tenant == tenant, reports.c.number == number
        )
    )
    if not rows:
        return None
    row = rows[0]
    bundle = None if row.bundle is None else bytes(row.bundle)
    return Files(bytes(row.pdf), bytes(row.json), bundle, bytes(row.twin))


async def printed(work: Work, tenant: str, number: str | None = None) -> dict[str, bytes]:
    """PDF, twin and JSON, by file name as a bundle holds them, of the reports that are still here: of every month,
    of other periods those since the month before last, and that `number`."""
    issued = await every(work, tenant)
    months = [one.n for one in issued if family(one.period) == "month" and not one.partial]
    since = months[1] if len(months) > 1 else 0
    wanted = [
        one.number
        for one in issued
        if not one.erased and (family(one.period) == "month" or one.n > since or one.number == number)
    ]
    rows = await work.run(
        select(reports.c.number, reports.c.pdf, reports.c.json, reports.c.twin).where(
            reports.c.tenant == tenant, reports.c.number.in_(wanted)
        )
    )
    found: dict[str, bytes] = {}
    for row in rows:
        found[f"{row.number}.pdf"] = bytes(row.pdf)
        found[f"{row.number}.pdf.p7m"] = bytes(row.twin)
        found[f"{row.number}.json"] = bytes(row.json)
    return found


async def add(tx: Tx, issued: Issued, files: Files) -> None:
    await tx.change(
        insert(reports).values(
            tenant=issued.tenant,
            period=issued.period,
            number=issued.number,
            partial=issued.partial,
            issued=instant.to_text(issued.issued),
            pdf=files.pdf,
            json=files.json,
            twin=files.twin,
            n=issued.n,
            size=issued.size,
            sessions=issued.sessions,
            minutes=issued.minutes,
        )
    )


async def add_bundle(tx: Tx, number: str, bundle: bytes) -> None:
    """Keep the bundle of an issued report: derived from the log, so no fact of its own."""
    await tx.mark(
        update(reports).where(reports.c.tenant == tx.tenant, reports.c.number == number).values(bundle=bundle)
    )


# ---------------------------------------------------------------------- what a bundle is made of


async def all_evidence(work: Work, tenant: str) -> dict[str, bytes]:
    rows = await work.run(select(evidence.c.sha256, evidence.c.data).where(evidence.c.tenant == tenant))
    return {row.sha256: bytes(row.data) for row in rows}


async def cosigned(work: Work, tenant: str, size: int) -> list[str]:
    """Signature lines of the agents that cosigned the head of this size."""
    rows = await work.run(
        select(cosignatures.c.line)
        .where(cosignatures.c.tenant == tenant, cosignatures.c.size == size)
        .order_by(cosignatures.c.host)
    )
    return [row.line for row in rows]


@dataclass(frozen=True, slots=True)
class LastCosigned:
    host: str
    size: int
    received: str


async def last_cosigned(work: Work, tenant: str) -> list[LastCosigned]:
    """The newest head each host has cosigned."""
    rows = await work.run(
        select(cosignatures.c.host, cosignatures.c.size, cosignatures.c.received)
        .where(cosignatures.c.tenant == tenant)
        .order_by(cosignatures.c.host, cosignatures.c.size.desc())
    )
    found: dict[str, LastCosigned] = {}
    for row in rows:
        found.setdefault(row.host, LastCosigned(row.host, row.size, row.received))
    return list(found.values())
