"""What the typesetter cannot print is refused, not thrown at whoever closes the month."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from audit.pdf_signature import Signer, judge_pdf
from audit.pdf_twin import check_twin
from broker.domain.refusal import Refused, Why
from broker.out import reporter
from broker.out.pdf import ReportFailed
from broker.out.report_certificate import make_report_certificate
from broker.out.reporter import SealedReports
from broker.out.timestamp_authority import HttpAuthority
from tests.broker.month_sample import encode, sample
from tests.doubles import MORNING
from tests.timestamping import Authority, Server


async def test_what_makes_no_report_is_refused_and_the_cause_kept(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    reports = SealedReports(tmp_path, "Fornitore Alfa")
    with pytest.raises(Refused) as no:
        await reports.make(b"{no report", "month.json", MORNING)
    assert no.value.why is Why.REPORT_FAILED
    assert isinstance(no.value.__cause__, ReportFailed)
    assert "month.json" in caplog.text


async def test_two_reports_made_at_once_are_sealed_with_one_certificate(tmp_path: Path) -> None:
    reports = SealedReports(tmp_path, "Fornitore Alfa")
    first, second = await asyncio.gather(reports.authority(MORNING), reports.authority(MORNING))
    assert first == second == await SealedReports(tmp_path, "Fornitore Alfa").authority(MORNING)


async def test_while_the_authority_is_away_reports_are_signed_without_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Its answer would be needed for the timestamp; the month is closed all the same."""
    own = make_report_certificate("Fornitore Alfa", MORNING)
    with Server(Authority.make(tmp_path / "tsa")) as authority:
        authority.answer = {"status": 503, "body": b""}
        away = HttpAuthority(authority.url, authority.root)
        reports = SealedReports(tmp_path, "Fornitore Alfa", given=own, authority=away)
        pdf = await reports.make(encode(sample(1)), "month.json", MORNING)
        twin = await reports.twin(pdf, MORNING)
    await asyncio.to_thread(check_twin, twin, pdf)
    found = await asyncio.to_thread(judge_pdf, pdf, encode(sample(1)), own.authority_pem.decode())
    assert found.signer is Signer.KNOWN
    assert caplog.text.count("without a timestamp") == 2
    assert await reports.authority(MORNING) == own.authority_pem.decode()
    assert not (tmp_path / reporter.FILE).exists(), "none is made where one was given"
