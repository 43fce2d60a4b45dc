"""The one way of all commands to a broker: where it is looked for, and what is said where none answers."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pytest

from broker import door
from web.commands import reach


def test_the_folder_is_the_one_named_or_the_usual_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def state(*words: str) -> Path:
        parser = argparse.ArgumentParser()
        reach.add_state(parser)
        found: Path = parser.parse_args(words).state
        return found

    monkeypatch.delenv("VERBALE_BROKER_STATE", raising=False)
    assert state() == Path(".demo")
    assert state("--state", "altrove") == Path("altrove")
    monkeypatch.setenv("VERBALE_BROKER_STATE", "/var/lib/verbale")
    assert state() == Path("/var/lib/verbale")


def test_one_that_ended_is_told_from_one_that_never_ran(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends: list[OSError] = [door.Unanswered("x"), OSError(), OSError()]

    async def gone(state: Path, verb: str, **asked: object) -> dict[str, Any]:
        assert (state, verb, asked) == (tmp_path / "broker", "erase", {"tenant": None})
        raise ends.pop(0)

    monkeypatch.setattr(door, "command", gone)
    (tmp_path / "broker").mkdir()

    def said(nobody: str | None) -> str:
        return str(reach.ask(tmp_path, "erase", stopped="Fermo.", nobody=nobody, tenant=None)["it"])

    assert said("Nessuno.") == "Fermo."
    assert said("Nessuno.") == "Nessuno."
    assert "non ha mai lavorato un broker" in said(None)


def test_a_store_that_a_deaf_broker_holds_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / door.SETTINGS).write_text("{}")
    with door.sole_owner(tmp_path):
        said = reach.ask(tmp_path, "erase", stopped="", nobody=None, tenant=None)
    assert said == {"it": "Il broker è in funzione e non risponde: lo riavvii e ripeta."}
