"""The vendor's seal: judged by poppler and pyHanko, and by what it leaves untouched."""

from __future__ import annotations

import contextlib
import io
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from pyhanko.keys.internal import translate_pyca_cryptography_cert_to_asn1
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from broker.out.pdf import render
from broker.out.pdf_sign import sign
from broker.out.report_certificate import ReportCertificate, make_report_certificate
from tests.broker.month_sample import encode, sample

AT = datetime(
    2024, 1, 2, 5, 0, 12, tzinfo=UTC
)  # before any clock that runs this: pdfsig judges validity today


@pytest.fixture(scope="module")
def sealer() -> ReportCertificate:
    return make_report_certificate("Software House Esempio S.r.l.", AT)


@pytest.fixture(scope="module")
def plain() -> bytes:
    return render(encode(sample(1)), "VB-0031-2026-11.json")


@pytest.fixture
def signed(plain: bytes, sealer: ReportCertificate, tmp_path: Path) -> Path:
    path = tmp_path / "report.pdf"
    path.write_bytes(sign(plain, sealer, AT))
    return path


def run(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def verdict(data: bytes, authority: x509.Certificate) -> PdfSignatureStatus:
    """As a verifier does that has pinned `authority` and nothing else."""
    context = ValidationContext(
        trust_roots=[translate_pyca_cryptography_cert_to_asn1(authority)],
        moment=AT + timedelta(days=30),
        allow_fetching=False,
    )
    found = PdfFileReader(io.BytesIO(data)).embedded_signatures
    assert len(found) == 1
    return validate_pdf_signature(found[0], context)


def test_pdfsig_finds_it_valid_over_the_whole_document(signed: Path) -> None:
    said = run("pdfsig", signed)
    assert "Signature is Valid." in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    assert "Signing Time: Jan 02 2024 05:00:12" in said
    assert "Certificate issuer isn't Trusted" in said  # the customer pins it; no reader knows it


def test_pinned_authority_makes_it_trusted_another_does_not(signed: Path, sealer: ReportCertificate) -> None:
    ours = verdict(signed.read_bytes(), sealer.authority)
    assert ours.bottom_line
    assert ours.trusted
    other = make_report_certificate("Software House Esempio S.r.l.", AT)
    theirs = verdict(signed.read_bytes(), other.authority)
    assert theirs.intact
    assert not theirs.trusted


def test_report_inside_stays_the_same(plain: bytes, signed: Path, tmp_path: Path) -> None:
    """A revision is added at the end: text, attachment and the claims of PDF/A and PDF/UA are untouched."""
    data = signed.read_bytes()
    assert data.startswith(plain)
    (tmp_path / "plain.pdf").write_bytes(plain)
    for command in (("pdfinfo", "-meta"), ("pdfdetach", "-list")):
        assert run(*command, signed) == run(*command, tmp_path / "plain.pdf")
    assert "PDF version:     1.7" in run("pdfinfo", signed)
    run("pdfdetach", "-save", "1", "-o", tmp_path / "out.json", signed)
    assert (tmp_path / "out.json").read_bytes() == encode(sample(1))
    assert "No syntax or stream encoding errors" in run("qpdf", "--check", signed)


def test_field_is_invisible_and_allowed_by_pdf_a(signed: Path) -> None:
    """Printable, not hidden, outside the page: what both PDF/A and PDF/UA let pass without a tag."""
    field = PdfFileReader(io.BytesIO(signed.read_bytes())).embedded_signatures[0].sig_field
    assert field["/F"] == 132  # print, locked
    assert max(float(side) for side in field["/Rect"]) < 0
    assert field["/TU"] == "Firma del fornitore"


@pytest.mark.parametrize("share", [0.05, 0.4, 0.8, 0.97])
def test_a_changed_byte_breaks_it(signed: Path, sealer: ReportCertificate, share: float) -> None:
    data = bytearray(signed.read_bytes())
    at = int(len(data) * share)
    data[at] ^= 1
    (signed.parent / "changed.pdf").write_bytes(data)
    said = subprocess.run(
        ["pdfsig", signed.parent / "changed.pdf"], check=False, capture_output=True, text=True
    )
    assert "Signature is Valid" not in said.stdout
    with contextlib.suppress(
        PdfReadError, SignatureValidationError, ValueError
    ):  # a broken structure is as good an answer
        assert not verdict(bytes(data), sealer.authority).bottom_line


def test_key_file_holds_all_of_it(sealer: ReportCertificate, plain: bytes) -> None:
    again = ReportCertificate.from_pem(sealer.to_pem())
    assert again.certificate == sealer.certificate
    assert verdict(sign(plain, again, AT), sealer.authority).bottom_line
