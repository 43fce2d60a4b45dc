"""Instants in Italian words, and wall-clock hours that don't exist or exist twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from web.present import times, words

NOW = datetime(2026, 11, 12, 10, 49, tzinfo=UTC)


def test_zone_is_said_where_it_changes() -> None:
    begin = datetime(2026, 10, 24, 22, 30, tzinfo=UTC)
    assert times.span(begin, begin + timedelta(hours=4), NOW) == "dom 25/10, 00:30 CEST–03:30 CET"
    assert times.span(NOW, NOW + timedelta(hours=2), NOW) == "oggi, 11:49–13:49 CET"
    over_night = times.span(NOW, NOW + timedelta(hours=20), NOW)
    assert over_night == "oggi 11:49 – domani 07:49 CET"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (7680, "2 h 08 min"),
        (-5, "0 s"),
    ],
)
def test_length(seconds: int, said: str) -> None:
    assert times.length(seconds) == said


@pytest.mark.parametrize(
    ("seconds", "shown"), [(3492, "58:12"), (3750, "1:02:30"), (5, "0:05"), (-1, "0:00")]
)
def test_figure(seconds: int, shown: str) -> None:
    assert times.figure(seconds) == shown


def test_an_hour_that_exists_twice_needs_a_choice() -> None:
    with pytest.raises(times.WrongHour, match="due volte"):
        times.typed("2026-10-25T02:30")
    summer, winter = (times.typed("2026-10-25T02:30", zone) for zone in ("CEST", "CET"))
    assert winter.astimezone(UTC) - summer.astimezone(UTC) == timedelta(hours=1)


def test_an_hour_that_was_skipped_is_refused() -> None:
    with pytest.raises(times.WrongHour, match="non esiste"):
        times.typed("2026-03-29T02:30")


@pytest.mark.parametrize(
    "text", ["", "domani", "2026-13-01T10:00", "2026-11-12T10:00+01:00", "0001-01-01T00:00"]
)
def test_what_is_no_hour(text: str) -> None:
    with pytest.raises(times.WrongHour):
        times.typed(text)


def test_field_and_back() -> None:
    assert times.typed(times.field_value(NOW)).astimezone(UTC) == NOW


def test_texts_lose_what_hides_or_turns_round() -> None:
    assert words.clean("a\u202eb\u200bc\x1b[31md\u2066e\ne\tf\u00ad") == "abc[31mde\ne\tf"
    assert words.first_line("\n  \u202e prima \nseconda") == "prima"
    assert len(words.first_line("x" * 500)) == 90


def test_numbers() -> None:
    assert words.thousands(1204) == "1.204"
    assert [words.octets(n) for n in (0, 999, 1000, 212_300, 5_000_000_000)] == [
        "0 B",
        "999 B",
        "1 kB",
        "212,3 kB",
        "5 GB",
    ]
    assert words.digest("9c41e07b83d252fa" * 4).short == "9c41 e07b 83d2 52fa"
    assert words.both(["a", "b", "c"]) == "a, b e c"
