"""What `verbale serve` refuses before it serves, and what it leaves in its folder."""

from __future__ import annotations

import argparse
import json
import signal
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from broker import door
from broker.parts import Parts
from broker.settings import Settings
from tests.audit.tokens import tsa
from web.commands import run_broker, serve
from web.commands.run_broker import BEHIND_PROXY, kept_settings, remember


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
    assert run_broker.run(options(tmp_path, "--origin", "https://verbale.esempio.example", "--json")) == 2
    assert json.loads(capsys.readouterr().out) == {"it": BEHIND_PROXY}
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


def test_heads_are_stamped_where_an_authority_is_named(parts: Parts, tmp_path: Path) -> None:
    ca = tmp_path / "tsa.pem"
    ca.write_text(tsa().pem)
    args = options(tmp_path, "--tsa", "http://marche.esempio.example/", "--tsa-ca", str(ca))
    settings = run_broker.settings_of(args, 8700, 2222)
    assert (settings.tsa, settings.tsa_ca) == (args.tsa, tsa().pem)
    assert "timestamps" in {job.name for job in run_broker.timetable(replace(parts, settings=settings))}
    assert "timestamps" not in {job.name for job in run_broker.timetable(parts)}


@pytest.mark.parametrize("as_json", [False, True], ids=["words", "json"])
def test_it_says_where_it_listens_and_ends_in_order_by_ctrl_c(tmp_path: Path, *, as_json: bool) -> None:
    words = ["serve", "--state", str(tmp_path), "--signing-origin", "https://firma.example"]
    command = [sys.executable, "-m", "web.site", *words, "--port", "0", "--ssh-port", "0"]
    command += ["--json"] if as_json else []
    # Ctrl-C is ignored by whatever a shell starts in the background, and so by the tests that it starts there.
    heeds = ["env", "--default-signal=INT"]
    with subprocess.Popen(
        [*heeds, *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as broker:
        try:
            assert broker.stdout is not None
            first, second = broker.stdout.readline(), broker.stdout.readline()
            if as_json:
                made, listens = json.loads(first), json.loads(second)
                assert made["open"].endswith("/avvio")
                assert listens["ready"] == f"http://localhost:{listens['port']}"
                first, second = made["it"], listens["it"]
            assert first.startswith("Primo avvio: apra http://localhost:")
            assert second.startswith("In ascolto: http://localhost:")
            broker.send_signal(signal.SIGINT)
            out, err = broker.communicate(timeout=60)
        finally:
            broker.kill()  # of one that has ended nothing comes; one that has not would be waited for
    assert (broker.returncode, out) == (0, "")
    assert "Traceback" not in err
    assert (tmp_path / "recordings").is_dir()
