"""From a log to the sealed report that the verifier judges: the broker's renderer, the auditor's eyes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from audit import bundle
from audit.verify import verify
from broker.out.pdf import render
from broker.out.pdf_sign import ReportCertificate, make_report_certificate, sign
from tests.audit import world

AT = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def sealer() -> ReportCertificate:
    return make_report_certificate("Software House Esempio S.r.l.", AT)


@pytest.fixture
def month(sealer: ReportCertificate, monkeypatch: pytest.MonkeyPatch) -> world.World:
    """A genuine month whose report is typeset and sealed as the broker does."""
    monkeypatch.setattr(
        world, "signed_pdf", lambda data: sign(render(data, "VB-0001-2026-11.json"), sealer, AT)
    )
    monkeypatch.setattr(world, "report_ca", lambda: (None, sealer.authority_pem.decode()))
    return world.busy_month()


def test_verifier_accepts_the_report(month: world.World) -> None:
    verdict = verify(bundle.pack(month.entries()), trust=month.trust()).verdict
    assert verdict.sound, verdict.findings
    assert verdict.steps[13].state == "ok", verdict.steps[13]


def test_seal_of_another_vendor_is_found(month: world.World, monkeypatch: pytest.MonkeyPatch) -> None:
    other = make_report_certificate("Software House Esempio S.r.l.", AT)
    monkeypatch.setattr(world, "report_ca", lambda: (None, other.authority_pem.decode()))
    verdict = verify(bundle.pack(month.entries()), trust=month.trust()).verdict
    assert {f.cls for f in verdict.findings} == {"REPORT"}
