"""Every forgery of a recording, judged by both verifiers."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from audit.verify import verify
from tests.audit import second_verifier
from tests.audit.recorded import Recorded, recorded_session
from tests.audit.world import World
from tests.web.attack_desk import desk_over
from web.demo.attack import tapes
from web.demo.attack.forgeries import Desk, signed

FOUND = {
    "altered": tapes.segment_altered,
    "swapped": tapes.segments_swapped,
    "missing": tapes.segment_missing,
    "left out": tapes.left_out,
    "forged": signed(tapes.segment_forged),
    "never recorded": signed(tapes.never_recorded),
}


def _another(made: Recorded) -> None:
    """A second recording in the session, of one segment."""
    made.close()
    other = Recorded(made.world, made.session, "c-00000002")
    other.open()
    other.segment(b"altro\n")
    made.world.work(made.session, "c-00000002", 1)
    other.close()


@cache
def world() -> World:
    return recorded_session({"witnesses": 0}, act=_another)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return desk_over(world(), tmp_path, 0)


def test_two_recordings_are_sound_before_they_are_forged(desk: Desk) -> None:
    assert len(tapes.recordings_of(desk.true)) == 2
    verdict = verify(desk.sign(desk.true).pack(), trust=world().trust()).verdict
    assert verdict.sound, verdict.findings


@pytest.mark.parametrize("name", FOUND)
def test_a_forgery_is_found(desk: Desk, name: str) -> None:
    data = FOUND[name](desk).pack()
    verdict = verify(data, trust=world().trust()).verdict
    second_verifier.agrees(verdict, data, world().trust())
    assert "RECORDING" in {found.cls for found in verdict.findings}


def test_a_false_end_that_nothing_comes_after_passes(desk: Desk) -> None:
    """The host signs segments, and not which is the last."""
    data = signed(tapes.end_forged_alone)(desk).pack()
    verdict = verify(data, trust=world().trust()).verdict
    second_verifier.agrees(verdict, data, world().trust())
    assert verdict.sound, verdict.findings
