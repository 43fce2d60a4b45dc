"""Form, place and time of single records."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from audit import instant
from audit.channel_records import ChannelRefused
from audit.findings import Judgement
from audit.leaf import Leaf
from audit.log_records import HostHeartbeat, HostSilent, LogGap, LogHeartbeat
from audit.person_records import LoginEnded
from audit.record import BROKER, Actor
from audit.records import AnyRecord
from audit.session_records import SessionPresumedEnded, StopOrdered
from audit.verify_records import AHEAD, BACKWARDS, LATE, Records
from audit.work_records import WorkTyped

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def reading() -> tuple[Records, Judgement]:
    judge = Judgement("none")
    return Records("t-1", judge), judge


def leaf(n: int, record: AnyRecord | None = None, at: datetime = NOW, **more: Any) -> bytes:
    return Leaf("t-1", n, at, BROKER, record or LoginEnded("p-1", "x"), **more).encode()


def found(record: AnyRecord) -> list[str]:
    records, judge = reading()
    records.read(0, leaf(0, record))
    return [f.code for f in judge.findings]


def text(delta: timedelta) -> str:
    return instant.to_text(NOW + delta)


def typed(began: int, minutes: int) -> WorkTyped:
    """Work that began so many minutes from now."""
    return WorkTyped("w-1", text(timedelta(minutes=began)), minutes, "staff", "mail", ("GEST",))


@pytest.mark.parametrize(
    ("record", "possible"),
    [
        (typed(-30, 30), True),
        (typed(-30, 32), False),
        (typed(-30, 0), False),
        (typed(-990, 961), False),
        (typed(-960, 960), True),
        (typed(-25 * 60 - 40, 30), False),
        (LogHeartbeat("2026-11-22"), True),
        (LogHeartbeat("2026-11-24"), True),
        (LogHeartbeat("2026-11-19"), False),
        (LogHeartbeat("2027-11-22"), False),
        (LogGap("2026-11-01", "2026-11-21"), True),
        (LogGap("2026-11-21", "2026-11-01"), False),
        (LogGap("2026-11-01", "2026-12-21"), False),
        (HostSilent(text(timedelta(hours=-5)), text(timedelta(0))), True),
        (HostSilent(text(timedelta(0)), text(timedelta(hours=-5))), False),
        (HostSilent(text(timedelta(0)), text(timedelta(hours=5))), False),
        (SessionPresumedEnded(text(timedelta(seconds=-90))), True),
        (SessionPresumedEnded(text(timedelta(seconds=60))), True),
        (SessionPresumedEnded(text(timedelta(days=180))), False),
        (StopOrdered("p-1", "stopped_by_ads", "::1"), True),
        (StopOrdered("p-1", "stopped_by_ads", "::1", given=text(timedelta(hours=-9))), True),
        (StopOrdered("p-1", "stopped_by_ads", "::1", given=text(timedelta(seconds=61))), False),
    ],
)
def test_a_record_tells_what_could_be_known_then(record: AnyRecord, *, possible: bool) -> None:
    assert found(record) == ([] if possible else ["record_said"])


def test_a_record_stands_in_its_place() -> None:
    records, judge = reading()
    assert records.read(0, leaf(0)) is not None
    assert records.read(1, leaf(0)) is None
    assert records.read(2, b"{}") is None
    assert [f.code for f in judge.findings] == ["record_place", "record_form"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"refs": (3,)}, "record_refs"),
        ({"refs": (1, 9)}, "record_refs"),
        ({"session": "s-1"}, "record_link"),
        ({"session_n": 3}, "record_link"),
        ({"refs": (0, 2), "session": "s-1", "session_n": 0, "host": "h-1"}, None),
        ({"host": "h-1"}, None),
    ],
)
def test_a_record_points_back_and_names_whole_things(more: dict[str, Any], code: str | None) -> None:
    records, judge = reading()
    assert records.read(3, leaf(3, **more)) is not None
    assert [f.code for f in judge.findings] == ([code] if code else [])


def test_a_hosts_number_without_the_host() -> None:
    records, judge = reading()
    records.read(0, told(NOW, NOW).replace(b'"host":"h-1",', b""))
    assert [f.code for f in judge.findings] == ["record_link"]


def test_a_record_of_another_customer() -> None:
    records, judge = reading()
    assert records.read(0, leaf(0).replace(b"t-1", b"t-2")) is not None
    assert [f.code for f in judge.findings] == ["record_tenant"]


def test_time_goes_back_by_a_minute_at_most() -> None:
    records, judge = reading()
    assert records.last is None
    for n, back in enumerate((timedelta(0), BACKWARDS, BACKWARDS + timedelta(milliseconds=1))):
        records.read(n, leaf(n, at=NOW - back))
    assert [(f.code, f.where) for f in judge.findings] == [("record_time", "n=2")]
    assert records.last == NOW


def told(at: datetime, received: datetime, n: int = 0) -> bytes:
    beat = HostHeartbeat(1, 0, instant.to_text(received))
    return Leaf("t-1", n, at, Actor("h-1", "agent"), beat, host="h-1", host_n=n).encode()


def test_an_agents_fact_has_two_times() -> None:
    """Its own may be late or ahead, and that is said; the log's order is that of its coming."""
    records, judge = reading()
    records.read(0, told(NOW, NOW + LATE))
    assert records.late_notes == 0
    records.read(1, told(NOW, NOW + LATE + timedelta(seconds=1), 1))
    assert records.late_notes == 1
    assert records.last == NOW + LATE + timedelta(seconds=1)
    # A refusal that was spooled while the link was cut: its own time lies far back.
    refused = ChannelRefused(
        "exec", "session_ended", "unknown", instant.to_text(NOW + LATE + timedelta(seconds=1))
    )
    spooled = Leaf("t-1", 2, NOW - LATE, Actor("h-1", "agent"), refused, host="h-1", host_n=2)
    records.read(2, spooled.encode())
    assert records.late_notes == 2
    records.read(3, told(NOW + LATE + AHEAD + timedelta(seconds=2), NOW + LATE + timedelta(seconds=1), 3))
    assert [n.code for n in judge.notes] == ["clock"]
    assert judge.findings == []
