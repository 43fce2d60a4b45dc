"""Whoever moves the broker's clock is told so in the journal, once for each move."""

from __future__ import annotations

import pytest

from broker.jobs.moved_clock import boot_s, moved_clock
from broker.parts import Parts


async def test_each_move_is_told_once_and_time_that_passes_is_none(
    parts: Parts, clock, caplog: pytest.LogCaptureFixture
) -> None:
    up = 0.0
    tick = moved_clock(clock.now(), lambda: up)
    told = []
    for passed_s, moved_s in ((3600, 0), (5, 3600), (5, 0), (5, -3600), (36_000, 30), (5, 31)):
        up += passed_s
        clock.advance(seconds=passed_s + moved_s)
        caplog.clear()
        await tick(parts)
        told.append([record.getMessage().split(". ")[0] for record in caplog.records])
    said = "the clock of this machine was moved by {} s"
    assert told == [[], [said.format("+3600")], [], [said.format("-3600")], [], [said.format("+61")]]


def test_the_clock_since_boot_runs() -> None:
    assert 0 < boot_s() <= boot_s()
