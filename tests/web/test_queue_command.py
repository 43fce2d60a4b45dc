"""`verbale queue`: the order in which incidents are handed out, without a text or a name."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from audit.record import BROKER
from broker import door
from broker.cases.open_incident import Report, open_incident
from broker.cases.set_category import CategoryDraft, set_category
from tests.stories.telling import Story
from web.commands import queue
from web.commands.run_broker import COMMANDS

ONE = {
    "tenant": "t-1", "incident": "I-2026-0001", "place": 1, "workable": "2026-11-10T08:01:00.000Z", "severity": "A",
    "due": "2026-11-10T11:00:00.000Z", "next": True,
}  # fmt: skip


def asked(state: Path, *, as_json: bool = False) -> argparse.Namespace:
    return argparse.Namespace(state=state, json=as_json)


def test_no_broker_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert queue.run(asked(tmp_path)) == 1
    assert capsys.readouterr().out.startswith("Il broker non risponde")


@pytest.mark.parametrize(
    ("found", "as_json", "said"),
    [
        ([], False, "Coda vuota. Nessuno aspetta.\n"),
        ([ONE], False, "t-1 I-2026-0001 · lavorabile 10/11/2026 09:01 · gravità A · scade 10/11/2026 12:00 · prossimo\n"),
        ([ONE | {"severity": None, "due": None, "next": False}], False,
         "t-1 I-2026-0001 · lavorabile 10/11/2026 09:01 · senza gravità · nessuna scadenza\n"),
        ([ONE], True, json.dumps([ONE]) + "\n"),
    ],
)  # fmt: skip
def test_what_it_prints(
    found: list[Any],
    as_json: bool,  # noqa: FBT001
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def command(state: Path, verb: str, **fields: object) -> dict[str, Any]:
        assert (state, verb, fields) == (tmp_path, "queue", {})
        return {"queue": found}

    monkeypatch.setattr(door, "command", command)
    assert queue.run(asked(tmp_path, as_json=as_json)) == 0
    assert capsys.readouterr().out == said


async def test_the_running_brokers_command(story: Story) -> None:
    draft = CategoryDraft(1, reference="Prot. 12/2026", dated="2026-11-02")
    await set_category(story.parts, story.world.owner.who, story.world.tenant, draft)
    story.clock.advance(minutes=1)
    await open_incident(story.parts, story.world.tenant, BROKER, Report("Fermo.", "mail"))
    told = await COMMANDS["queue"](story.parts, {})
    expected = ONE | {"tenant": story.world.tenant, "severity": None, "due": None}
    assert told == {"queue": [expected]}
