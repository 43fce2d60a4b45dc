"""`verbale ask-lists`: only a running broker reaches hosts; whom it asked and who is away is said."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pytest

from agent.wire import frames
from broker import door
from tests.stories.telling import Story
from web.commands import ask_lists
from web.commands.run_broker import COMMANDS


def asked(state: Path) -> argparse.Namespace:
    return argparse.Namespace(tenant="t-1", state=state, json=False)


def test_no_broker_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask_lists.run(asked(tmp_path)) == 1
    assert capsys.readouterr().out.startswith("Il broker non risponde")


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        ({"asked": ["CASSA-01"], "away": []}, 0, "Chiesto l’elenco delle sessioni a CASSA-01.\n"),
        (
            {"asked": [], "away": ["CASSA-02"]},
            0,
            "CASSA-02 non è collegata: l’elenco verrà chiesto quando lo sarà.\n",
        ),
        ({"refused": "not_found", "it": "Non c’è."}, 1, "Non c’è.\n"),
    ],
)
def test_what_the_broker_answers(
    answer: dict[str, Any],
    code: int,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def command(state: Path, verb: str, **fields: object) -> dict[str, Any]:
        assert (state, verb, fields) == (tmp_path, "ask_lists", {"tenant": "t-1"})
        return answer

    monkeypatch.setattr(door, "command", command)
    assert ask_lists.run(asked(tmp_path)) == code
    assert capsys.readouterr().out == said


async def test_the_running_brokers_command(story: Story) -> None:
    story.clock.advance(minutes=1)
    told = await COMMANDS["ask_lists"](story.parts, {"tenant": story.world.tenant})
    assert told == {"asked": [story.world.host.label], "away": []}
    assert frames.ListSessions() in story.agent.inbox
