"""The certificate that seals reports: what it may do, and that a broken one is not taken."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cryptography import x509

from broker.out.report_certificate import ReportCertificate, make_report_certificate

AT = datetime(2024, 1, 2, 5, 0, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def sealer() -> ReportCertificate:
    return make_report_certificate("Software House Esempio S.r.l.", AT)


def test_certificates_say_what_they_may_do(sealer: ReportCertificate) -> None:
    sealer.certificate.verify_directly_issued_by(sealer.authority)
    usage = sealer.certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.content_commitment
    assert not usage.key_cert_sign
    assert sealer.certificate.not_valid_before_utc < AT < sealer.certificate.not_valid_after_utc
    constraints = sealer.authority.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert constraints.ca
    assert constraints.path_length == 0


@pytest.mark.parametrize("broken", [b"", b"-----BEGIN X-----", "halved"])
def test_broken_key_file_is_refused(broken: bytes | str, sealer: ReportCertificate) -> None:
    data = sealer.to_pem()[:2600] if isinstance(broken, str) else broken
    with pytest.raises(ValueError):
        ReportCertificate.from_pem(data)


def test_a_vendor_with_a_very_long_name_has_a_certificate_too() -> None:
    assert make_report_certificate("Società à responsabilità " * 9, AT).certificate
