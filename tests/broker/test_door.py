"""One owner of a broker's folder at a time."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from broker import door


def test_one_owner_at_a_time(tmp_path: Path) -> None:
    with door.sole_owner(tmp_path), pytest.raises(door.AlreadyRunning), door.sole_owner(tmp_path):
        pass
    with door.sole_owner(tmp_path):
        pass  # free again once the first has gone


def test_whether_somebody_holds_it_is_asked_without_taking_it(tmp_path: Path) -> None:
    assert not door.held(tmp_path)
    with door.sole_owner(tmp_path):
        assert door.held(tmp_path)
    assert not door.held(tmp_path)
    with door.sole_owner(tmp_path, "another.lock"):
        assert not door.held(tmp_path), "another lock is another question"


def test_what_its_owner_makes_is_nobody_elses_also_in_a_folder_left_open(tmp_path: Path) -> None:
    """The database holds names, the settings may hold its password."""
    tmp_path.chmod(0o755)
    before = os.umask(0o022)
    try:
        with door.sole_owner(tmp_path):
            (tmp_path / "verbale.db").write_text("x")
        (tmp_path / "after").write_text("x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "verbale.db").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "after").stat().st_mode) == 0o644
