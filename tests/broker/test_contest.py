"""A contest's states, who closes it, and what of it a report prints."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from broker.domain.contest import About, Contest, Turn, in_report, line, may_close, may_speak, review, row_of
from broker.domain.people import Role, Who
from broker.domain.refusal import Refused, Why

AT = datetime(2026, 11, 3, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
BY_ADS = Contest("c-1a2b3c4d", About("r-1", "VB-1", "2"), (Turn(7, "p-ads", "ads", AT),))
ANSWERED = BY_ADS.answered(Turn(8, "p-tech", "technician", AT + HOUR))


def who(role: Role, person: str = "p-x") -> Who:
    return Who(person, "t-1", role, "N", "10.0.0.1", "passkey")


def test_the_titolare_closes_any_an_ads_his_own_and_says_how() -> None:
    assert may_close(ANSWERED, who("titolare"), "explained") == "explained"
    assert may_close(BY_ADS, who("ads", "p-ads"), "withdrawn") == "withdrawn"
    for by, outcome, why in (
        (who("ads"), "explained", Why.NOT_ALLOWED),
        (who("owner"), "explained", Why.NOT_ALLOWED),
        (who("titolare"), "forgotten", Why.BAD_INPUT),
    ):
        with pytest.raises(Refused) as no:
            may_close(ANSWERED, by, outcome)
        assert no.value.why == why


def test_it_is_open_until_the_vendor_had_the_last_word_and_closed_by_the_customer() -> None:
    assert (BY_ADS.state, ANSWERED.state) == ("open", "answered")
    assert ANSWERED.answered(Turn(9, "p-ads", "ads", AT + 2 * HOUR)).state == "open"
    closed = ANSWERED.ended("explained", AT + 2 * HOUR)
    assert closed.state == "closed"
    assert closed.hold == "o-1a2b3c4d"
    with pytest.raises(Refused) as no:
        may_speak(closed)
    assert no.value.why == Why.WRONG_STATE


@pytest.mark.parametrize("text", ["12", "E3", " e3 ", ""])
def test_rows_are_numbered_as_reports_do(text: str) -> None:
    assert row_of(text) == (text.strip().upper() or None)


@pytest.mark.parametrize("text", ["0", "E0", "X1", "1 2", "E", "-1", "1234567"])
def test_other_rows_are_refused(text: str) -> None:
    with pytest.raises(Refused):
        row_of(text)


def test_its_hold_is_reviewed_within_six_months() -> None:
    assert date(2026, 11, 3) < review(date(2026, 11, 3)) <= date(2027, 5, 3)


def test_a_report_tells_of_it_as_it_stood_at_the_periods_end() -> None:
    closed = ANSWERED.ended("corrected", AT + timedelta(days=30))
    sessions = [{"n": 4, "authorisation": {"id": "r-1"}}, {"n": 5}]
    november, december = AT.replace(day=1), AT.replace(month=12, day=1)
    assert in_report([closed], november, AT) == []
    assert in_report([closed], december + timedelta(days=20), december + timedelta(days=30)) == []
    assert in_report([closed], november, december) == [closed]
    told = {
        "id": "c-1a2b3c4d",
        "opened": "2026-11-03T09:00:00.000Z",
        "request": "r-1",
        "report": "VB-1",
        "row": "2",
    }
    assert line(closed, sessions, AT + timedelta(minutes=1)) == told | {
        "answers": 0,
        "state": "open",
        "session": 4,
    }
    assert line(closed, [], AT + 2 * HOUR) == told | {"answers": 1, "state": "answered"}
    assert line(closed, [], AT + timedelta(days=31)) == told | {
        "answers": 1,
        "state": "closed",
        "outcome": "corrected",
    }
