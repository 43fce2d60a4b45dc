"""`verbale-agent revoke`: what a set by the key on paper names can be revoked while it waits."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from agent import bar_command, bars
from agent.paper_wait import PaperWait
from agent.pins_store import Enrolled, save_enrolled
from agent.sentences import Failure
from agent.settings import Settings
from audit.canonical import b64, unb64
from audit.fingerprint import short_digest
from tests.agent.orders import PINS
from tests.audit import people
from tests.audit import test_paper_key as paper

NEW = bars.fingerprint(b64(paper.NEW.credential))
SHOWN = short_digest(
    hashlib.sha256(unb64(paper.NEW.public_key)).digest()
)  # as a letter tells it, but for blanks


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    pins = replace(PINS, approvers=paper.HELD)
    save_enrolled(tmp_path, Enrolled(pins, confirmed=True, machine="m", enrolled=people.NOW))
    return Settings.read({}, state_dir=tmp_path, language="en", is_root=False)


def waits(settings: Settings) -> None:
    PaperWait(settings.state_dir, "boot-1", lambda: people.NOW, lambda: 1.0).see(paper.by_paper())


def test_the_key_that_signed_it_is_listed_and_revoked(settings: Settings) -> None:
    with pytest.raises(Failure):
        bar_command.run(settings, approver=SHOWN, grant=None)
    waits(settings)
    listed = bar_command.run(settings, approver=None, grant=None)
    assert [("waiting" in line) for line in listed] == [False, False, True]
    assert SHOWN in listed[-1]
    bar_command.run(settings, approver=SHOWN.replace(" ", ""), grant=None)
    assert bars.read(settings.state_dir).credentials == {NEW}
    assert "revoked here" in bar_command.run(settings, approver=None, grant=None)[-1]


def test_by_his_pseudonym_all_his_keys_go(settings: Settings) -> None:
    waits(settings)
    bar_command.run(settings, approver="p-1", grant=None)
    held = bars.fingerprint(b64(people.TITOLARE.credential))
    assert bars.read(settings.state_dir).credentials == {NEW, held}
