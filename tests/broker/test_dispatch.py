"""The states of a letter with receipts, whatever order its receipts come in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from broker.domain.dispatch import FINAL, HANDED, Certified, Dispatch, is_overdue, state

AT = datetime(2026, 11, 12, 9, 0, tzinfo=UTC)
RECEIPTS = st.lists(st.sampled_from(get_args(Certified)), max_size=8)
ONE = Dispatch(
    "l-1",
    "t-1",
    "pec",
    "report",
    "<a@b.example>",
    "x@pec.example",
    None,
    "sent",
    frozenset(),
    AT,
    AT,
    sent=AT,
)


@given(st.sampled_from(HANDED), RECEIPTS, st.randoms())
def test_c15_receipts_shuffled_and_repeated_end_alike(handed, receipts, random) -> None:  # type: ignore[no-untyped-def]
    """C-15: the same receipts, in another order and some of them twice, leave the letter in the same state."""
    again = [*receipts, *receipts[: len(receipts) // 2]]
    random.shuffle(again)
    kept: frozenset[Certified] = frozenset()
    for one in again:
        kept |= {one}
    assert state(handed, kept) == state(handed, receipts) == replace(ONE, handed=handed, receipts=kept).state


def test_c15_sent_accepted_delivered() -> None:
    """C-15: each step of the way, and what outweighs what."""
    assert state("sent", []) == "sent"
    assert state("uncertain", ["accepted"]) == "accepted"
    for order in permutations(["accepted", "late", "delivered"]):
        assert state("sent", order) == "delivered"
    assert state("sent", ["undelivered", "accepted", "late"]) == "undelivered"
    assert state("sent", ["refused"]) == "refused"
    assert state("uncertain", ["undelivered", "delivered"]) == "delivered"


def test_c15_a_day_without_an_outcome() -> None:
    """C-15: 24 hours after it was handed over, unless somebody knows how it ended."""
    day = timedelta(hours=24)
    assert not is_overdue(ONE, AT + day - timedelta(milliseconds=1))
    assert is_overdue(ONE, AT + day)
    assert is_overdue(replace(ONE, handed="uncertain"), AT + day)
    assert is_overdue(replace(ONE, receipts=frozenset({"accepted", "late"})), AT + day)
    assert not is_overdue(replace(ONE, handed="waiting", sent=None), AT + day)
    for end in ("delivered", "undelivered", "refused"):
        assert end in FINAL
        assert not is_overdue(replace(ONE, receipts=frozenset({end})), AT + day)  # type: ignore[arg-type]
