"""From a log to the sealed report that the verifier judges: the broker's renderer, the auditor's eyes."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from audit import bundle, cli
from audit.verify import verify
from broker.out.pdf import render
from broker.out.pdf_sign import sign, twin
from broker.out.report_certificate import ReportCertificate, make_report_certificate
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
    monkeypatch.setattr(world, "twin_of", lambda pdf: twin(pdf, sealer))
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


def test_printed_answer_is_the_one_the_command_gives(
    month: world.World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Section 9 shows what `verbale-verify` prints: first line and each step, word for word."""
    report = next(data for name, data in month.reports.items() if name.endswith(".pdf"))
    for name, data in {
        "r.pdf": report,
        "b.zip": bundle.pack(month.entries()),
        "trust.json": month.trust().encode(),
    }.items():
        (tmp_path / name).write_bytes(data)
    assert cli.main([str(tmp_path / "b.zip"), "--trust", str(tmp_path / "trust.json")]) == 0
    first, _, *lines = capsys.readouterr().out.splitlines()
    read = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "r.pdf", "-"], check=True, capture_output=True, text=True
    )
    printed = [" ".join(line.split()) for line in read.stdout.splitlines()]
    assert first in printed
    steps = [" ".join(line.partition(" (")[0].split()) for line in lines[:14]]
    assert [step for step in steps if step not in printed] == []
