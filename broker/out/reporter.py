"""Makes the signed PDF: typesets in a bounded process, seals with the house's certificate."""

from __future__ import annotations

import asyncio
import functools
import logging
from datetime import datetime
from pathlib import Path

from broker.domain.refusal import Refused, Why
from broker.out import secret_file
from broker.out.pdf import ReportFailed, render, render_sheet
from broker.out.print_queue import PrintQueue
from broker.out.report_certificate import ReportCertificate, make_report_certificate
from broker.out.timestamp_authority import HttpAuthority

_log = logging.getLogger("verbale.reports")
FILE = "report.pem"


class SealedReports:
    """The certificate is the vendor's own, where `given`; else made on first use and kept 0600 in the folder
    of keys. With an `authority` signatures are timestamped; while it is away they are not, and nobody waits."""

    def __init__(
        self,
        folder: Path,
        vendor: str,
        *,
        given: ReportCertificate | None = None,
        authority: HttpAuthority | None = None,
    ) -> None:
        self._path = folder / FILE
        self._vendor = vendor
        self._held = given
        self._authority = authority
        self._turn = asyncio.Lock()
        self._queue = PrintQueue()

    async def make(self, report_json: bytes, name: str, at: datetime) -> bytes:
        """The sealed PDF with `report_json` attached as `name`. `Refused` (report_failed) if it does not tie."""
        sealer = await self._sealer(at)
        try:
            pdf = await asyncio.to_thread(render, report_json, name)
        except ReportFailed as wrong:
            _log.error("the report %s was not made: %s", name, wrong)
            raise Refused(Why.REPORT_FAILED, report=name) from wrong
        return await asyncio.to_thread(_seal, pdf, sealer, at, self._authority)

    async def english(self, report_json: bytes, name: str) -> bytes:
        """A reading copy of a report, not sealed. `Refused` (report_failed, printing_busy)."""
        async with self._queue.turn():
            try:
                return await asyncio.to_thread(functools.partial(render, report_json, name, english=True))
            except ReportFailed as wrong:
                _log.error("the reading copy of %s was not made: %s", name, wrong)
                raise Refused(Why.REPORT_FAILED, report=name) from wrong

    async def sheet(self, sheet_json: bytes) -> bytes:
        """A list or a letter as a PDF, not sealed: people sign it by hand. `Refused` (as `english`)."""
        async with self._queue.turn():
            try:
                return await asyncio.to_thread(render_sheet, sheet_json)
            except ReportFailed as wrong:
                _log.error("a sheet was not made: %s", wrong)
                raise Refused(Why.REPORT_FAILED, report="sheet") from wrong

    async def sealed_sheet(self, sheet_json: bytes, at: datetime) -> bytes:
        """A document of the vendor's, with its seal. `Refused` (as `english`)."""
        pdf = await self.sheet(sheet_json)
        return await asyncio.to_thread(_seal, pdf, await self._sealer(at), at, self._authority)

    async def twin(self, pdf: bytes, at: datetime) -> bytes:
        """The sealed PDF inside a CAdES signature (``.p7m``)."""
        return await asyncio.to_thread(_twin, pdf, await self._sealer(at), self._authority)

    async def authority(self, at: datetime) -> str:
        """PEM of what the titolare pins."""
        return (await self._sealer(at)).authority_pem.decode()

    async def _sealer(self, at: datetime) -> ReportCertificate:
        async with self._turn:  # two months of two customers may be sealed at once
            if self._held is None:
                self._held = await asyncio.to_thread(self._read_or_make, at)
            return self._held

    def _read_or_make(self, at: datetime) -> ReportCertificate:
        kept = secret_file.read_or_make(
            self._path, lambda: make_report_certificate(self._vendor, at).to_pem()
        )
        return ReportCertificate.from_pem(kept)


# pyHanko is imported with the first report, in its thread: a fifth of all that a broker would load at its start.


def _seal(pdf: bytes, sealer: ReportCertificate, at: datetime, authority: HttpAuthority | None) -> bytes:
    from broker.out.pdf_sign import sign

    try:
        return sign(pdf, sealer, at, authority)
    except OSError as no:
        _log.warning("a report is signed without a timestamp: %s", no)
        return sign(pdf, sealer, at)


def _twin(pdf: bytes, sealer: ReportCertificate, authority: HttpAuthority | None) -> bytes:
    from broker.out.pdf_sign import twin

    try:
        return twin(pdf, sealer, authority)
    except OSError as no:
        _log.warning("a report's twin is signed without a timestamp: %s", no)
        return twin(pdf, sealer)
