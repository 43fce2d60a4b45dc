"""One owner of a broker's folder at a time."""

from __future__ import annotations

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
