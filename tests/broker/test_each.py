"""One item's trouble is its own; a database that is away is everybody's."""

from __future__ import annotations

import pytest

from broker.domain.refusal import Refused, Why
from broker.jobs.each import each


async def test_what_fails_is_named_and_the_others_have_their_turn(caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []

    async def work(item: str) -> None:
        if item == "bug":
            raise RuntimeError("a bug")
        if item == "no":
            raise Refused(Why.REPORT_FAILED)
        done.append(item)

    await each("the letter", ["bug", "one", "no", "two"], lambda item: f"<{item}>", work)
    assert done == ["one", "two"]
    assert "the letter of <bug> failed" in caplog.text
    assert "a bug" in caplog.text
    assert "the letter of <no>: report_failed" in caplog.text


async def test_a_database_that_is_away_ends_the_turn() -> None:
    tried: list[int] = []

    async def work(item: int) -> None:
        tried.append(item)
        raise Refused(Why.LOG_UNAVAILABLE)

    with pytest.raises(Refused):
        await each("the letter", [1, 2], str, work)
    assert tried == [1]
