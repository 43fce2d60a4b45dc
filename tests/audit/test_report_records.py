"""What a customer contests has an order, and its words are kept like any text: both verifiers agree."""

from __future__ import annotations

import pytest

from audit.record import Actor
from audit.report_records import ContestAnswered, ContestClosed, ContestOpened
from tests.audit.verdicts import alone, judge, sound
from tests.audit.world import TITOLARE, World, busy_month

HIS = Actor(TITOLARE, "titolare")


def contested() -> World:
    w = busy_month()
    w.append(ContestOpened("c-1", "r-00000001", None, None), actor=HIS, opening={"text": "Non c’ero."})
    return w


def test_a_contest_is_opened_answered_and_closed() -> None:
    w = contested()
    w.append(ContestAnswered("c-1", "r-00000001"), opening={"text": "C’era l’ADS."})
    w.append(ContestClosed("c-1", "explained"), actor=HIS)
    w.append(ContestOpened("c-2", None, "VB-0001-2026-11", "E3"), actor=HIS, opening={"text": "Non è vero."})
    sound(judge(w))


@pytest.mark.parametrize("late", ["answer", "closure", "opening", "stranger"])
def test_nothing_comes_before_its_opening_or_after_its_closure(late: str) -> None:
    w = contested()
    w.append(ContestClosed("c-1", "withdrawn"), actor=HIS)
    match late:
        case "answer":
            w.append(ContestAnswered("c-1", None), opening={"text": "Ma…"})
        case "closure":
            w.append(ContestClosed("c-1", "explained"), actor=HIS)
        case "opening":
            w.append(ContestOpened("c-1", None, None, None), actor=HIS, opening={"text": "Di nuovo."})
        case _:
            w.append(ContestAnswered("c-9", None), opening={"text": "Di che?"})
    alone(judge(w), "INCOMPLETE", "order")


def test_its_words_are_the_ones_that_were_written() -> None:
    w = contested()
    n = len(w.leaves) - 1
    del w.openings[n]
    alone(judge(w), "WITHHELD", "opening_missing")
