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
