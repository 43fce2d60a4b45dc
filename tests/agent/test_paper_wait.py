"""Three days by the host's own clocks: kept through restarts, and no faster for a clock put forward."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from agent.paper_wait import FILE, PaperWait, held_in
from agent.pins_store import StateDamaged
from audit.paper_key import WAIT
from tests.audit import people
from tests.audit.test_paper_key import by_paper

SIGNED = by_paper()
DIGEST = SIGNED.digest.hex()
HOUR = timedelta(hours=1)


class Machine:
    def __init__(self, state: Path) -> None:
        self.state = state
        self.wall: datetime = people.NOW
        self.boot_s = 500.0
        self.boot = "boot-1"
        self.wait = self.again()

    def again(self) -> PaperWait:
        self.wait = PaperWait(self.state, self.boot, lambda: self.wall, lambda: self.boot_s)
        return self.wait

    def pass_(self, gone: timedelta) -> None:
        self.wall += gone
        self.boot_s += gone.total_seconds()


def test_it_waits_three_days_through_restarts_of_the_agent(tmp_path: Path) -> None:
    m = Machine(tmp_path)
    assert m.wait.due() is None
    assert m.wait.see(SIGNED)
    assert not m.wait.see(SIGNED)
    m.pass_(WAIT - HOUR)
    assert m.wait.due() is None
    assert m.again().due() is None
    assert not m.wait.see(SIGNED), "it has been seen, and its time goes on"
    m.pass_(HOUR)
    assert m.wait.due() == SIGNED
    m.wait.over()
    assert m.again().waiting is None


def test_a_clock_put_forward_or_back_makes_nothing_go_faster(tmp_path: Path) -> None:
    m = Machine(tmp_path)
    m.wait.see(SIGNED)
    m.wall += timedelta(days=30)
    assert m.wait.due() is None
    m.wall -= timedelta(days=60)
    assert m.wait.due() is None
    m.pass_(WAIT)
    assert m.wait.due() == SIGNED


def test_while_the_machine_is_off_the_wall_clock_counts(tmp_path: Path) -> None:
    m = Machine(tmp_path)
    m.wait.see(SIGNED)
    m.pass_(2 * HOUR)
    assert m.wait.due() is None
    m.wall += WAIT - 3 * HOUR
    m.boot, m.boot_s = "boot-2", 10.0
    assert m.again().due() is None
    m.pass_(HOUR)
    assert m.wait.due() == SIGNED


def test_one_that_was_objected_to_never_counts(tmp_path: Path) -> None:
    m = Machine(tmp_path)
    m.wait.see(SIGNED)
    assert m.wait.object(DIGEST)
    assert not m.wait.object(DIGEST)
    assert not m.again().see(SIGNED)
    assert not m.wait.object("ab" * 32)
    assert held_in(tmp_path) is None


def test_what_waits_is_seen_from_outside(tmp_path: Path) -> None:
    m = Machine(tmp_path)
    m.wait.see(SIGNED)
    held = held_in(tmp_path)
    assert held is not None
    assert (held.first_seen, held.signed) == (people.NOW, SIGNED)


@pytest.mark.parametrize("data", [b"", b"{}", b'{"objected":[],"type":"paper_wait","v":1,"waiting":{}}'])
def test_a_state_that_cannot_be_read(tmp_path: Path, data: bytes) -> None:
    (tmp_path / FILE).write_bytes(data)
    with pytest.raises(StateDamaged):
        held_in(tmp_path)
