"""The report's CAdES twin: the same PDF, by the same certificate; `openssl cms` agrees."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms, keys, x509
from cryptography import x509 as cx
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers

from audit import bundle, pdf_twin
from audit.errors import BadSignature
from audit.pdf_twin import check_twin
from audit.verify import verify
from tests.audit.verdicts import alone, honest, judge
from tests.audit.world import report_ca, signed_pdf, twin_of


@cache
def pdf() -> bytes:
    return signed_pdf(b'{"v":1}')


@cache
def other(kind: str) -> Any:
    """A signer with an RSA or an Ed25519 key."""
    key: Any = (
        rsa.generate_private_key(65537, 2048) if kind == "rsa" else ed25519.Ed25519PrivateKey.generate()
    )
    name = cx.Name([cx.NameAttribute(cx.NameOID.COMMON_NAME, kind)])
    cert = (
        cx.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC)).not_valid_after(datetime(2049, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256() if kind == "rsa" else None)
    )  # fmt: skip
    der = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    loaded = x509.Certificate.load(cert.public_bytes(serialization.Encoding.DER))
    return signers.SimpleSigner(loaded, keys.PrivateKeyInfo.load(der), report_ca()[0].cert_registry)


def test_a_twin_of_an_elliptic_key_and_openssl_agrees(tmp_path: Path) -> None:
    twin = twin_of(pdf())
    check_twin(twin, pdf())
    (tmp_path / "twin.p7m").write_bytes(twin)
    (tmp_path / "ca.pem").write_text(report_ca()[1])
    command = ["openssl", "cms", "-verify", "-inform", "DER", "-in", "twin.p7m", "-CAfile", "ca.pem", "-purpose", "any",
               "-out", "out.pdf"]  # fmt: skip
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "CMS Verification successful" in done.stderr, done.stderr
    assert (tmp_path / "out.pdf").read_bytes() == pdf()


def test_another_pdf_another_signer_a_bent_bit() -> None:
    with pytest.raises(BadSignature, match="another PDF"):
        check_twin(twin_of(pdf() + b"\n"), pdf())
    with pytest.raises(BadSignature, match="not signed by the certificate"):
        check_twin(twin_of(pdf(), other("rsa")), pdf())
    twin = twin_of(pdf())
    inside, digest = twin.index(pdf()) + 100, twin.rindex(hashlib.sha256(pdf()).digest())
    for place in (inside, digest, len(twin) - 1):
        bent = bytearray(twin)
        bent[place] ^= 1
        with pytest.raises(BadSignature):
            check_twin(bytes(bent), pdf())


@pytest.mark.parametrize("data", [b"", b"0", b"%PDF-1.7", b"\x30\x03\x02\x01\x02"])
def test_what_is_no_twin(data: bytes) -> None:
    with pytest.raises(BadSignature, match="not a CAdES signature"):
        check_twin(data, pdf())
    with pytest.raises(BadSignature, match="not a CAdES signature"):
        check_twin(twin_of(b"%PDF-1.7"), b"%PDF-1.7")


def test_a_digest_of_something_else() -> None:
    info = cms.ContentInfo.load(twin_of(b"something else"))
    info["content"]["encap_content_info"] = cms.ContentInfo({"content_type": "data", "content": pdf()})
    with pytest.raises(BadSignature, match="not over the PDF"):
        check_twin(info.dump(), pdf())


def test_an_rsa_key_signs_too_and_a_key_of_another_kind_does_not() -> None:
    signed = _pdf_by(other("rsa"))
    check_twin(twin_of(signed, other("rsa")), signed)
    with pytest.raises(BadSignature, match="a kind that signs no report"):
        pdf_twin._check(other("ed25519").signing_cert.dump(), b"", b"")


def _pdf_by(signer: Any) -> bytes:
    out = io.BytesIO()
    meta = signers.PdfSignatureMetadata(field_name="Altra", md_algorithm="sha256")
    signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf())), meta, signer=signer, output=out)
    return out.getvalue()


def test_in_a_bundle_a_wrong_twin_is_a_finding_and_none_is_not() -> None:
    entries = honest().entries()
    name = next(n for n in entries if n.endswith(".p7m"))
    alone(judge(honest(), entries | {name: twin_of(b"another")}), "REPORT", "twin", why="another PDF")
    del entries[name]
    assert judge(honest(), entries).sound


def test_without_the_extra_the_step_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    data, trust = bundle.pack(honest().entries()), honest().trust()
    for module in [n for n in sys.modules if n.split(".")[0] in {"asn1crypto", "pyhanko"}]:
        monkeypatch.setitem(sys.modules, module, None)
    verdict = verify(data, trust=trust).verdict
    assert (verdict.sound, verdict.steps[13].state) == (True, "unknown")
