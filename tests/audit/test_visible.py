"""What is shown of strangers' texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.visible import MAX_MARKS, visible
from tests import hostile


def test_what_is_seen_stays() -> None:
    for text in ("Perché no? 10 €", "però", "打印机", "हिन्दी", "a <b>&\"'", ""):
        assert visible(text) == text


@pytest.mark.parametrize("text", hostile.TEXTS)
def test_nothing_unseen_is_left(text: str) -> None:
    assert hostile.unseen(visible(text)) == []


def test_some_may_be_kept_or_stand_for_what_is_left_out() -> None:
    assert visible("a\n\tb\r\x1b", keep="\n\t") == "a\n\tb"
    assert visible("a\u202eb\u2028c", instead=" ") == "a b c"
    assert visible("e" + "\u0301" * 60) == "e" + "\u0301" * MAX_MARKS


@given(st.text(max_size=50))
def test_once_is_enough(text: str) -> None:
    once = visible(text)
    assert visible(once) == once
    assert hostile.unseen(once) == []
