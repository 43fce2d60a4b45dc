"""Instants people choose: of this century, kept to the millisecond."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from broker.domain.instants import AFTER, FIRST, chosen
from broker.domain.refusal import Refused, Why


def test_an_instant_is_kept_as_evidence_keeps_it() -> None:
    rome = datetime(2026, 11, 10, 9, 0, 0, 123456, tzinfo=timezone(timedelta(hours=1)))
    assert chosen(rome, "until") == datetime(2026, 11, 10, 8, 0, 0, 123000, tzinfo=UTC)
    assert chosen(FIRST, "until") == FIRST


@pytest.mark.parametrize(
    "at",
    [AFTER, FIRST - timedelta(microseconds=1), datetime.max.replace(tzinfo=timezone(-timedelta(hours=12)))],
)
def test_nobody_means_another_century(at: datetime) -> None:
    with pytest.raises(Refused) as no:
        chosen(at, "until")
    assert (no.value.why, no.value.facts) == (Why.BAD_INPUT, {"field": "until"})
