"""The watch: calls, answers, silence; and that no answer is worth more than its call."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.settings import Settings
from agent.vigil import LOST_S, Pace, Vigil
from tests.audit.people import CHECK_IN, PAGE_KEY

PACE = Pace()


class Octets:
    """Other bytes every time."""

    def __init__(self) -> None:
        self._count = itertools.count()

    def __call__(self, count: int) -> bytes:
        return next(self._count).to_bytes(count, "big")


def vigil() -> Vigil:
    return Vigil(CHECK_IN, PACE, 0.0, Octets())


def test_a_call_is_due_at_once_and_then_every_so_often() -> None:
    found = vigil()
    assert found.next_deadline_s() == 0.0
    first = found.next_call(0.0)
    assert first is not None
    assert (first.n, first.check_in) == (1, CHECK_IN.digest)
    assert found.next_call(PACE.call_every_s - 0.1) is None
    assert found.next_deadline_s() == PACE.call_every_s
    second = found.next_call(PACE.call_every_s)
    assert second is not None
    assert second.n == 2
    assert second.nonce != first.nonce


def test_an_answer_counts_from_its_call_on() -> None:
    """The page was there when it was called, however late the broker brings what it said."""
    found = vigil()
    call = found.next_call(0.0)
    assert call is not None
    assert found.answer(1, PAGE_KEY.sign(call.message), PACE.good_for_s - 1)
    assert not found.lost(LOST_S - 1)
    assert found.lost(LOST_S)


def test_an_earlier_call_is_closed_by_a_later_answer() -> None:
    found = vigil()
    one, two = found.next_call(0.0), found.next_call(PACE.call_every_s)
    assert one is not None
    assert two is not None
    assert found.answer(2, PAGE_KEY.sign(two.message), 21.0)
    assert not found.answer(1, PAGE_KEY.sign(one.message), 21.0)


@given(st.lists(st.tuples(st.floats(0, 30), st.integers(0, 6), st.booleans()), max_size=60))
def test_whatever_comes_silence_is_seen(steps: list[tuple[float, int, bool]]) -> None:
    """Never lost sooner than its time after a true answer to the last call, never later than that."""
    found, at, heard, calls = vigil(), 0.0, 0.0, {}
    for seconds, back, honest in steps:
        at += seconds
        call = found.next_call(at)
        if call is not None:
            calls[call.n] = call, at
        n = max(calls) - back
        if n in calls:
            message = calls[n][0].message
            if found.answer(n, PAGE_KEY.sign(message if honest else message[:-1]), at):
                assert honest
                assert at - calls[n][1] < PACE.good_for_s
                heard = max(heard, calls[n][1])
        assert found.lost(at) == (at >= heard + PACE.lost_s)


@pytest.mark.parametrize(
    ("told", "lost_s"),
    [("", 120), ("6", 6), ("120", 120), ("121", 120), ("999", 120), ("0", 120), ("x", 120)],
)
def test_a_machine_may_pause_sooner_and_never_later(told: str, lost_s: float) -> None:
    read = Settings.read({"VERBALE_WATCH_LOST_S": told}, state_dir=None, language=None, is_root=False)
    assert read.pace.lost_s == lost_s
