"""What the typesetter cannot print is refused, not thrown at whoever closes the month."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from broker.domain.refusal import Refused, Why
from broker.out.pdf import ReportFailed
from broker.out.reporter import SealedReports
from tests.doubles import MORNING


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
