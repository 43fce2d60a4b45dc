"""`verbale erase`: through the running broker, or on the store alone; what was erased is said by customer."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from broker import door
from broker.domain.refusal import Refused, Why
from tests.stories.telling import Story
from tests.stories.test_erasure import FAULT, ZONE
from web.commands import erase
from web.commands.run_broker import COMMANDS, remember


def asked(state: Path, tenant: str | None = None) -> argparse.Namespace:
    return argparse.Namespace(tenant=tenant, state=state, json=False)


def test_a_folder_in_which_none_ever_worked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert erase.run(asked(tmp_path)) == 1
    assert "non ha mai lavorato un broker" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_a_broker_that_holds_the_store_and_does_not_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / door.SETTINGS).write_text("{}")
    with door.sole_owner(tmp_path):
        assert erase.run(asked(tmp_path)) == 1
    assert "non risponde" in capsys.readouterr().out


async def test_the_running_brokers_command(story: Story) -> None:
    from audit.retention import ends
    from broker.cases.withdraw import withdraw

    receipt = await story.ask(text=FAULT)
    await withdraw(story.parts, story.world.technician.who, receipt.request, "")
    told = await COMMANDS["erase"](story.parts, {"tenant": None})
    assert told == {"erased": {story.world.tenant: [0, 0], story.world.house: [0, 0]}}
    story.clock.at = ends(story.clock.now(), 120, ZONE)
    told = await COMMANDS["erase"](story.parts, {"tenant": story.world.tenant})
    assert told == {"erased": {story.world.tenant: [2, 0]}}  # its text, and the incident’s
    with pytest.raises(Refused) as no:
        await COMMANDS["erase"](story.parts, {"tenant": "t-99999999"})
    assert no.value.why is Why.NOT_FOUND


def test_on_the_store_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No broker runs: the command opens the store itself, under the lock."""
    from broker.settings import Settings

    state = tmp_path / "broker"
    state.mkdir()
    remember(
        Settings(
            state=state, database=f"sqlite:///{state}/verbale.db", origin="http://localhost:8700",
            signing_origin="http://firma.localhost:8701", registry="registro.localhost", vendor="Fornitore Alfa",
            listen_host="localhost", port=8700, ssh_port=2222, smtp_host=None, smtp_port=25, mail_from="v@localhost",
        )
    )  # fmt: skip
    assert erase.run(asked(tmp_path)) == 0
    assert capsys.readouterr().out == ""
    assert erase.run(asked(tmp_path, "t-99999999")) == 1
    assert "non c’è nulla" in capsys.readouterr().out
