"""A month's report with other hours, typeset anew and sealed with the stolen certificate."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from audit import instant
from audit.bundle_files import MAX_REPORT_BYTES
from audit.canonical import decode, encode
from audit.log_records import ReportIssued
from broker.out.reporter import SealedReports
from web.demo.attack.books import Books
from web.demo.stage import HOUSE

HOUR = 60


def other_hours(report: dict[str, Any]) -> dict[str, Any]:
    """An hour more for the first intervention, and everything that ties with it."""
    first, *others = report["sessions"]
    start = instant.parse(first["start"]) - timedelta(hours=1)
    longer = {**first, "start": instant.to_text(start), "minutes": first["minutes"] + HOUR}
    totals = {**report["totals"], "minutes": report["totals"]["minutes"] + HOUR}
    return {**report, "sessions": [longer, *others], "totals": totals}


async def reissued(books: Books, keys: Path) -> Books:
    """The last report's files in the bundle replaced; the record of it stays as it is."""
    issued = books.find("report.issued")[-1].record
    assert isinstance(issued, ReportIssued)
    number = issued.number
    report = decode(books.reports[f"{number}.json"], max_bytes=MAX_REPORT_BYTES)
    data = encode(other_hours(report), max_bytes=MAX_REPORT_BYTES)
    at = instant.parse(report["report"]["issued"])
    pdf = await SealedReports(keys, HOUSE).make(data, f"{number}.json", at)
    files = {name: kept for name, kept in books.reports.items() if not name.startswith(number)}
    return replace(books, reports={**files, f"{number}.json": data, f"{number}.pdf": pdf})


def recorded(books: Books) -> Books:
    """The record of it follows the new files."""
    leaf = books.find("report.issued")[-1]
    assert isinstance(leaf.record, ReportIssued)
    number = leaf.record.number
    record = replace(
        leaf.record,
        pdf_sha256=hashlib.sha256(books.reports[f"{number}.pdf"]).hexdigest(),
        json_sha256=hashlib.sha256(books.reports[f"{number}.json"]).hexdigest(),
    )
    return books.put(leaf._replace(record=record))
