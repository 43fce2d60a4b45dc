"""A webhook's call to a real server over TLS: whose certificate counts, and what never holds the broker up."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from broker.out import webhook_call
from broker.out.webhook_call import HttpWebhookCaller
from tests.receiver import receiving, taken

INSIDE = frozenset({"localhost"})


class Authority:
    """Of one's own house, as a company has one for its internal servers."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Autorita interna")])
        self.root = self._signed(
            self.name, self.key, x509.BasicConstraints(ca=True, path_length=0), critical=True
        )

    def _signed(
        self, name: x509.Name, key: ec.EllipticCurvePrivateKey, more: x509.ExtensionType, *, critical: bool = False,
        days: int = 1,
    ) -> x509.Certificate:  # fmt: skip
        now = dt.datetime.now(dt.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=9))
            .not_valid_after(now + dt.timedelta(days=days))
            .add_extension(more, critical=critical)
            .sign(self.key, hashes.SHA256())
        )

    def server(self, path: Path, name: str, days: int = 1) -> Path:
        """Key and certificate of that name, in one file."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        made = self._signed(subject, key, x509.SubjectAlternativeName([x509.DNSName(name)]), days=days)
        pem = serialization.Encoding.PEM
        bare = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        path.write_bytes(bare + made.public_bytes(pem))
        return path


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """Trusted as an operator has his broker trust it."""
    made = Authority()
    roots = tmp_path / "roots.pem"
    roots.write_bytes(made.root.public_bytes(serialization.Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(roots))
    return made


async def said(port: int) -> tuple[int, str]:
    called = await HttpWebhookCaller(INSIDE).call(f"https://localhost:{port}/hook", {"x": "y"}, b"{}")
    return called.status, called.said


async def test_a_receiver_of_the_house_s_own_authority_is_reached(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And by nobody who does not trust it; nor is it, where its host was not named."""
    with receiving(tmp_path, certificate=authority.server(tmp_path / "good.pem", "localhost")) as port:
        assert await said(port) == (204, "taken")
        outside = await HttpWebhookCaller().call(f"https://localhost:{port}/hook", {}, b"{}")
        assert (outside.status, outside.said) == (0, "inside")
        for status, told in ((302, "redirected"), (410, "refused"), (418, "refused"), (503, "refused")):
            (tmp_path / "answer").write_text(str(status))
            assert await said(port) == (status, told)
        assert len(taken(tmp_path)) == 5  # the redirect led nowhere
        monkeypatch.delenv("SSL_CERT_FILE")
        assert await said(port) == (0, "unreachable")
    assert len(taken(tmp_path)) == 5


@pytest.mark.parametrize("wrong", ["another_name", "expired", "another_authority"])
async def test_no_byte_goes_to_who_cannot_show_the_name(
    authority: Authority, tmp_path: Path, wrong: str
) -> None:
    path = tmp_path / "wrong.pem"
    match wrong:
        case "another_name":
            authority.server(path, "siem.example")
        case "expired":
            authority.server(path, "localhost", days=-1)
        case _:
            Authority().server(path, "localhost")
    with receiving(tmp_path, certificate=path) as port:
        assert await said(port) == (0, "unreachable")
    assert taken(tmp_path) == []


async def test_an_answer_that_never_ends_is_left(
    authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each byte comes soon after the one before; the whole call has its bound all the same."""
    monkeypatch.setattr(webhook_call, "TIMEOUT_S", 0.6)
    (tmp_path / "answer").write_text("drip")
    with receiving(tmp_path, certificate=authority.server(tmp_path / "good.pem", "localhost")) as port:
        began = time.monotonic()
        assert await said(port) == (0, "too_slow")
        assert time.monotonic() - began < 3
