"""What every system owes the window at the desk: where there is one to open, one a person, and whether it is seen."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from agent.system.here import seats
from agent.system.seats import Desktop, NoKey
from agent.window.keeper import DONE, NO_SCREEN


def test_desktops_are_told_and_our_own_is_one_of_them() -> None:
    found = seats.found()
    assert all(isinstance(one, Desktop) for one in found)
    own = seats.own()
    assert own is None or own in found


def test_whether_a_screen_is_locked_is_an_answer() -> None:
    assert seats.is_locked() in (True, False)


def test_one_window_of_a_person_for_an_agent_and_another_once_it_has_gone(tmp_path: Path) -> None:
    other = tmp_path / "another agent's"
    other.mkdir()
    with seats.only_one(tmp_path) as one, seats.only_one(tmp_path) as two, seats.only_one(other) as three:
        assert (one, two, three) == (True, False, True)
    with seats.only_one(tmp_path) as again:
        assert again


def test_a_window_is_a_process_of_ours_that_ends_when_there_is_nothing_to_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(
        "PYTHONPATH", str(Path(__file__).resolve().parents[3])
    )  # also where nothing is installed
    (tmp_path / "desk").mkdir()
    here = seats.own() or Desktop(0 if sys.platform == "win32" else os.geteuid(), ())
    assert seats.show(tmp_path, here).wait() in {DONE, NO_SCREEN}


def test_where_no_key_can_be_taken_none_is_pressed() -> None:
    assert not NoKey().grabbed
    assert not NoKey().was_pressed()
