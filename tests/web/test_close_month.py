"""`verbale close-month`: a broker that does not answer is a sentence and an exit code, never a traceback."""

from __future__ import annotations

import argparse
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from broker import door
from web.commands import close_month


@pytest.fixture
def mute(tmp_path: Path) -> Iterator[Path]:
    """A broker that takes the command and is gone."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / door.SOCKET))
    listener.listen()

    def hang_up() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(1024)

    thread = threading.Thread(target=hang_up, daemon=True)
    thread.start()
    yield tmp_path
    listener.close()
    thread.join(timeout=60)


def asked(state: Path) -> argparse.Namespace:
    return argparse.Namespace(tenant="t-1", period="2026-11", state=state, partial=False)


def test_a_broker_that_ends_in_the_middle(mute: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert close_month.run(asked(mute)) == 1
    said = capsys.readouterr().out
    assert said.startswith("Il broker si è fermato prima di rispondere")


def test_a_folder_in_which_none_ever_worked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert close_month.run(asked(tmp_path)) == 1
    assert "non ha mai lavorato un broker" in capsys.readouterr().out
