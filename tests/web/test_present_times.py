"""Instants in Italian words, and wall-clock hours that don't exist or exist twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests import hostile
from web.present import times, words
from web.present.reader import Reader

NOW = datetime(2026, 11, 12, 10, 49, tzinfo=UTC)
IT, EN = Reader("it", NOW), Reader("en", NOW)


def test_zone_is_said_where_it_changes() -> None:
    begin = datetime(2026, 10, 24, 22, 30, tzinfo=UTC)
    assert times.span(begin, begin + timedelta(hours=4), IT) == "dom 25/10, 00:30 CEST–03:30 CET"
    assert times.span(NOW, NOW + timedelta(hours=2), IT) == "oggi, 11:49–13:49 CET"
    over_night = times.span(NOW, NOW + timedelta(hours=20), IT)
    assert over_night == "oggi 11:49 – domani 07:49 CET"


def test_a_window_that_ends_another_day_says_which() -> None:
    assert times.until(NOW + timedelta(hours=2), IT, zone=True) == "fino alle 13:49 CET"
    assert times.until(NOW + timedelta(hours=70), IT, zone=True) == "fino a dom 15/11 alle 09:49 CET"
    assert times.until(NOW + timedelta(hours=70), EN, zone=True) == "until Sun 15 Nov at 09:49 CET"


def test_instants_in_english() -> None:
    assert times.moment(NOW - timedelta(days=1), EN) == "yesterday at 11:49"
    assert times.date_of(NOW, EN) == "12 Nov 2026"
    assert times.ago(NOW - timedelta(minutes=3), EN) == "3 min ago"
    assert times.month_name("2026-11", EN) == "November 2026"
    assert times.day_of(NOW - timedelta(days=400), EN) == "8 Oct 2025"


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


def test_a_sum_of_nothing_is_no_hours() -> None:
    assert [times.worked(one) for one in (0, 59, 34800)] == ["0 h", "59 s", "9 h 40 min"]


@pytest.mark.parametrize(
    ("seconds", "shown"), [(3492, "58:12"), (3750, "1:02:30"), (5, "0:05"), (-1, "0:00")]
)
def test_figure(seconds: int, shown: str) -> None:
    assert times.figure(seconds) == shown


def test_an_hour_that_exists_twice_needs_a_choice() -> None:
    """C-28."""
    with pytest.raises(times.WrongHour) as wrong:
        times.typed("2026-10-25T02:30")
    assert wrong.value.twice
    assert "due volte" in wrong.value.said[0]
    summer, winter = (times.typed("2026-10-25T02:30", zone) for zone in ("CEST", "CET"))
    assert winter.astimezone(UTC) - summer.astimezone(UTC) == timedelta(hours=1)


def test_an_hour_that_was_skipped_is_refused() -> None:
    """C-28."""
    with pytest.raises(times.WrongHour, match="does not exist") as wrong:
        times.typed("2026-03-29T02:30")
    assert not wrong.value.twice


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
    assert [hostile.unseen(words.clean(text)) for text in hostile.TEXTS] == [[]] * len(hostile.TEXTS)
    assert words.first_line("\n  \u202e prima \nseconda") == "prima"
    assert len(words.first_line("x" * 500)) == 90


def test_numbers() -> None:
    assert words.thousands(1204, IT) == "1.204"
    assert words.thousands(1204, EN) == "1,204"
    assert words.octets(212_300, EN) == "212.3 kB"
    assert [words.octets(n, IT) for n in (0, 999, 1000, 212_300, 5_000_000_000)] == [
        "0 B",
        "999 B",
        "1 kB",
        "212,3 kB",
        "5 GB",
    ]
    assert words.digest("9c41e07b83d252fa" * 4).short == "9c41 e07b 83d2 52fa"
    assert words.both(["a", "b", "c"], IT) == "a, b e c"
    assert words.both(["a", "b"], EN) == "a and b"
    assert words.both([], EN) == ""
