"""Write the letter with an issued report, and record that a server took it."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime

from audit.record import BROKER
from audit.report_records import ReportDelivered
from broker.cases.addressed import addressed
from broker.cases.write_letter import Letter
from broker.domain import report_letter
from broker.domain.report_letter import MAX_ATTACHED_BYTES, ReportFacts
from broker.parts import Parts
from broker.store import estate, reports
from broker.store.outbox import Due
from broker.store.tx import Tx


async def write_report_letter(parts: Parts, due: Due, at: datetime) -> Letter | None:
    """None where nobody is left to write to, or the report's files were erased."""
    number = str(due.payload["report"])
    async with parts.store.read() as work:
        to = await addressed(parts, work, due, at)
        house = await estate.house(work)
        files = await reports.files(work, due.tenant, number)
    if to is None or house is None or files is None or files.erased:
        return None
    period = json.loads(files.json)["period"]
    facts = ReportFacts(
        number,
        to.customer.name,
        house.name,
        date.fromisoformat(period["from"]),
        date.fromisoformat(period["to"]),
        hashlib.sha256(files.pdf).hexdigest(),
        files.pdf if _attached(files.pdf) else None,
        to.link if _attached(files.pdf) else f"{parts.settings.origin}/rapporti/{number}.pdf",
    )
    return Letter(to.mailbox, report_letter.compose(facts, to.envelope))


def _attached(pdf: bytes) -> bool:
    return len(pdf) <= MAX_ATTACHED_BYTES


async def record_delivered(tx: Tx, due: Due) -> None:
    """A mail server took it: that is what we know of its way."""
    number = str(due.payload["report"])
    files = await reports.files(tx.work, tx.tenant, number)
    attached = files is not None and not files.erased and _attached(files.pdf)
    await tx.append(ReportDelivered(number, str(due.payload["to"]), "mail", attached), actor=BROKER)
