"""`verbale close-month`: a broker that does not answer is a sentence and an exit code, never a traceback."""

from __future__ import annotations

import argparse
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from broker import door
from web.commands import close_month


@pytest.fixture
def mute(tmp_path: Path) -> Iterator[Path]:
    """A broker that takes the command and is gone."""
    listener = socket.socket(socket.AF_UNIX)
    with door.place(tmp_path) as address:
        listener.bind(address)
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
    return argparse.Namespace(tenant="t-1", period="2026-11", state=state, partial=False, json=False)


def test_a_broker_that_ends_in_the_middle(mute: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert close_month.run(asked(mute)) == 1
    said = capsys.readouterr().out
    assert said.startswith("Il broker si è fermato prima di rispondere")


def test_a_folder_in_which_none_ever_worked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert close_month.run(asked(tmp_path)) == 1
    assert "non ha mai lavorato un broker" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_a_demos_folder_is_as_good_as_its_brokers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """People know the folder they gave to the demo, not the one it keeps its broker in."""
    asked_in = []

    async def answer(state: Path, verb: str, **_: object) -> dict[str, Any]:
        asked_in.append((state, verb))
        return {"number": "VB-1", "missing": ["CASSA-01"]}

    monkeypatch.setattr(door, "command", answer)
    (tmp_path / "broker").mkdir()
    for state in (tmp_path, tmp_path / "broker"):
        assert close_month.run(asked(state)) == 0
    assert asked_in == [(tmp_path / "broker", "close_month")] * 2
    said = "Emesso il rapporto VB-1.\nManca l’elenco delle sessioni della macchina CASSA-01.\n"
    assert capsys.readouterr().out == said * 2
