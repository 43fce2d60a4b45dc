"""What `verbale serve` refuses before it serves, and what it leaves in its folder."""

from __future__ import annotations

import argparse
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from broker import door
from broker.out.report_certificate import make_report_certificate
from broker.parts import Parts
from broker.settings import Settings
from tests.audit.tokens import tsa
from tests.doubles import MORNING
from web.commands import run_broker, serve
from web.commands.run_broker import BEHIND_PROXY, REPORT_IN_PART, TSA_IN_PART, kept_settings, remember


def options(state: Path, *more: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    serve.add_options(parser)
    return parser.parse_args(
        ["--state", str(state), "--signing-origin", "https://firma.esempio.example", *more]
    )


def test_behind_a_proxy_nobody_named_no_broker_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every source address in its records would be the proxy's."""
    assert run_broker.run(options(tmp_path, "--origin", "https://verbale.esempio.example")) == 2
    assert capsys.readouterr().out.strip() == BEHIND_PROXY
    assert list(tmp_path.iterdir()) == []


def test_the_settings_are_kept_for_nobody_else_to_read(tmp_path: Path, settings: Settings) -> None:
    """They hold the database's password; a file that was open once does not stay so."""
    path = tmp_path / door.SETTINGS
    path.write_text("{}")
    path.chmod(0o644)
    with run_broker.door.sole_owner(tmp_path):
        remember(settings)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert kept_settings(tmp_path) == settings


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


def test_heads_are_stamped_where_an_authority_is_named(parts: Parts, tmp_path: Path) -> None:
    ca = tmp_path / "tsa.pem"
    ca.write_text(tsa().pem)
    args = options(tmp_path, "--tsa", "http://marche.esempio.example/", "--tsa-ca", str(ca))
    settings = run_broker.settings_of(args, 8700, 2222)
    assert (settings.tsa, settings.tsa_ca) == (args.tsa, tsa().pem)
    assert "timestamps" in {job.name for job in run_broker.timetable(replace(parts, settings=settings))}
    assert "timestamps" not in {job.name for job in run_broker.timetable(parts)}


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
    files = (settings.report_certificate, settings.report_key, settings.report_password)
    found = run_broker.report_certificate(*files)
    assert found is not None
    assert (found.certificate, found.authority) == (own.certificate, own.authority)
    assert "segreta" not in repr(settings)
