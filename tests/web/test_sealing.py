"""What `verbale serve` is told of signatures and timestamps is read before anything starts."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from broker.out.report_certificate import make_report_certificate
from tests.doubles import MORNING
from tests.web.test_run_broker import options
from web.commands import run_broker, sealing
from web.commands.sealing import REPORT_IN_PART, TSA_IN_PART


def test_a_timestamp_authority_is_named_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state, ca = tmp_path / "state", tmp_path / "tsa.pem"
    address = ("--tsa", "http://marche.esempio.example/")
    for more in (address, ("--tsa-ca", str(ca))):
        assert run_broker.run(options(state, *more)) == 2
        assert capsys.readouterr().out.strip() == TSA_IN_PART
    for content in (None, b"no certificate", b"\xff"):
        if content is not None:
            ca.write_bytes(content)
        assert run_broker.run(options(state, *address, "--tsa-ca", str(ca))) == 2
        assert str(ca) in capsys.readouterr().out
    assert not state.exists()


def test_a_vendors_own_certificate_is_read_before_anything_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "state"
    own = make_report_certificate("Fornitore Alfa", MORNING)
    (tmp_path / "own.pem").write_bytes(own.certificate.public_bytes(Encoding.PEM) + own.authority_pem)
    (tmp_path / "own.key").write_bytes(
        own.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"segreta"))
    )
    (tmp_path / "password").write_text("segreta\n")
    named = {
        f"--report-{n}": str(tmp_path / f)
        for n, f in (("certificate", "own.pem"), ("key", "own.key"), ("password", "password"))
    }

    def given(*names: str) -> list[str]:
        return [part for name in names for part in (f"--report-{name}", named[f"--report-{name}"])]

    assert run_broker.run(options(state, *given("key", "password"))) == 2
    assert capsys.readouterr().out.strip() == REPORT_IN_PART
    for names in (("certificate",), ("certificate", "key")):
        assert run_broker.run(options(state, *given(*names))) == 2
        assert "own.pem" in capsys.readouterr().out
    assert not state.exists()
    settings = run_broker.settings_of(options(tmp_path, *given("certificate", "key", "password")), 8700, 2222)
    found = sealing.certificate(settings)
    assert found is not None
    assert (found.certificate, found.authority) == (own.certificate, own.authority)
    assert "segreta" not in repr(settings)
