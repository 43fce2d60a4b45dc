"""The desk is told in hours, never fewer than one while it waits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from agent import paper_desk
from audit.paper_key import WAIT


@pytest.mark.parametrize(
    ("waited", "left"), [(timedelta(0), 72), (timedelta(hours=1, minutes=1), 71), (WAIT, 1)]
)
def test_how_long_yet(waited: timedelta, left: int) -> None:
    assert f"fra {left} ore" in paper_desk.waiting(waited).it


def test_the_end_of_it() -> None:
    assert "fermato" in paper_desk.stopped().it
    assert "fermato qui" in paper_desk.stopped_here().it
    assert "chiave di recupero" in paper_desk.taken().it
