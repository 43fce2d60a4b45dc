"""The vendor's seal: judged by poppler and pyHanko, and by what it leaves untouched."""

from __future__ import annotations

import asyncio
import contextlib
import io
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from pyhanko.keys.internal import translate_pyca_cryptography_cert_to_asn1
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.ades import AdESLTAValidationResult, ades_lta_validation
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.policy_decl import PdfSignatureValidationSpec, SignatureValidationSpec
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

from audit.pdf_signature import Signer, judge_pdf
from audit.pdf_twin import check_twin
from broker.out.pdf import render
from broker.out.pdf_sign import sign, twin
from broker.out.report_certificate import ReportCertificate, make_report_certificate
from broker.out.timestamp_authority import HttpAuthority
from tests.broker.month_sample import encode, sample
from tests.timestamping import Authority, Server

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
    """C-19."""
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
    """C-19."""
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


# ------------------------------------------------------------------------- with a timestamp authority


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    with Server(Authority.make(tmp_path_factory.mktemp("tsa"))) as one:
        yield one


@pytest.fixture(scope="module")
def present() -> ReportCertificate:
    """Of today, as the authority's hour is."""
    return make_report_certificate("Software House Esempio S.r.l.", datetime.now(UTC))


@pytest.fixture(scope="module")
def lasting(plain: bytes, present: ReportCertificate, authority: Authority) -> bytes:
    stamping = HttpAuthority(authority.url, authority.root + authority.revoked)
    return sign(plain, present, datetime.now(UTC), stamping)


def ades(data: bytes, *roots: x509.Certificate) -> AdESLTAValidationResult:
    """pyHanko's judgement of a signature made to last (ETSI EN 319 102-1): nothing fetched, revocation asked for."""
    trusted = SimpleTrustManager.build([translate_pyca_cryptography_cert_to_asn1(one) for one in roots])
    spec = CertValidationPolicySpec(trust_manager=trusted, revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO))
    signature = PdfFileReader(io.BytesIO(data)).embedded_regular_signatures[0]
    asked = PdfSignatureValidationSpec(SignatureValidationSpec(cert_validation_policy=spec))
    return asyncio.run(ades_lta_validation(signature, asked))


def root_of(authority: Authority) -> x509.Certificate:
    return x509.load_pem_x509_certificate(authority.root.encode())


def test_a_signature_made_to_last_is_b_lta(
    lasting: bytes, present: ReportCertificate, authority: Authority
) -> None:
    found = ades(lasting, present.authority, root_of(authority))
    assert found.ades_subindic == AdESPassed.OK
    assert found.signature_timestamp_status is not None
    reader = PdfFileReader(io.BytesIO(lasting))
    assert [one.sig_object["/SubFilter"] for one in reader.embedded_signatures] == [
        "/ETSI.CAdES.detached", "/ETSI.RFC3161",
    ]  # fmt: skip
    assert len(reader.root["/DSS"]["/CRLs"]) == 2, "the vendor's authority's and the timestamp authority's"
    other = make_report_certificate("Software House Esempio S.r.l.", datetime.now(UTC))
    assert ades(lasting, other.authority, root_of(authority)).ades_subindic != AdESPassed.OK
    assert ades(lasting, present.authority).ades_subindic != AdESPassed.OK


def test_what_makes_it_last_leaves_the_report_as_it_is(plain: bytes, lasting: bytes, tmp_path: Path) -> None:
    """Text, attachment, and the claims of PDF/A and PDF/UA; the timestamp's field is as invisible as the signature's."""
    assert lasting.startswith(plain)
    (tmp_path / "plain.pdf").write_bytes(plain)
    (tmp_path / "lasting.pdf").write_bytes(lasting)
    for command in (("pdfinfo", "-meta"), ("pdfdetach", "-list")):
        assert run(*command, tmp_path / "lasting.pdf") == run(*command, tmp_path / "plain.pdf")
    assert "PDF version:     1.7" in run("pdfinfo", tmp_path / "lasting.pdf")
    said = run("pdfsig", tmp_path / "lasting.pdf")
    assert "Signature is Valid." in said
    assert "Total document signed" in said
    assert "No syntax or stream encoding errors" in run("qpdf", "--check", tmp_path / "lasting.pdf")
    for one in PdfFileReader(io.BytesIO(lasting)).embedded_signatures:
        assert one.sig_field["/F"] == 132
        assert max(float(side) for side in one.sig_field["/Rect"]) < 0


def test_without_lists_of_the_revoked_it_is_timestamped_and_no_more(
    plain: bytes, present: ReportCertificate, authority: Authority, caplog: pytest.LogCaptureFixture
) -> None:
    stamping = HttpAuthority(authority.url, authority.root)
    reader = PdfFileReader(io.BytesIO(sign(plain, present, datetime.now(UTC), stamping)))
    [only] = reader.embedded_signatures
    assert "signature_time_stamp_token" in {one["type"].native for one in only.signer_info["unsigned_attrs"]}
    assert "B-T" in caplog.text


def test_no_authority_is_an_outage(plain: bytes, present: ReportCertificate, authority: Authority) -> None:
    authority.answer = {"status": 503, "body": b""}
    away = HttpAuthority(authority.url, authority.root + authority.revoked)
    for work in (lambda: sign(plain, present, datetime.now(UTC), away), lambda: twin(plain, present, away)):
        with pytest.raises(OSError):
            work()
    authority.answer = {}


def test_openssl_takes_the_twin_and_finds_the_report_in_it(
    lasting: bytes, present: ReportCertificate, authority: Authority, tmp_path: Path
) -> None:
    (tmp_path / "ca.pem").write_bytes(present.authority_pem)
    command = ["openssl", "cms", "-verify", "-inform", "DER", "-in", "twin.p7m", "-CAfile", "ca.pem", "-purpose", "any",
               "-cades", "-out", "out.pdf"]  # fmt: skip
    for stamping in (None, HttpAuthority(authority.url, authority.root)):
        made = twin(lasting, present, stamping)
        check_twin(made, lasting)
        (tmp_path / "twin.p7m").write_bytes(made)
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert "Verification successful" in done.stderr, done.stderr
        assert (tmp_path / "out.pdf").read_bytes() == lasting


def test_the_verifier_takes_it_too(lasting: bytes, present: ReportCertificate, authority: Authority) -> None:
    found = judge_pdf(lasting, encode(sample(1)), present.authority_pem.decode(), authority.root)
    assert (found.signer, found.attached) == (Signer.KNOWN, True)
