"""Months read along with the log are the ones that a reading for each alone gives."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest

from audit import bundle, instant
from audit.canonical import Value
from audit.leaf import Leaf
from audit.log_records import PeriodClosed, PeriodSnapshot
from audit.month import evidence_part
from audit.periods import Periods, month_bounds
from audit.person_records import TenantOpened
from audit.verify_month import Months
from tests.audit.test_verify_resume import of, two_months
from tests.audit.world import ORIGIN, ZONE, busy_month


def periods(zone: str = ZONE) -> Periods:
    return Periods(zone=zone, due="2026-11")


def read(months: Months, leaves: list[Leaf]) -> Months:
    for leaf in leaves:
        months.feed(leaf)
    return months


def leaves() -> list[Leaf]:
    return [Leaf.parse(data) for data in two_months().leaves]


def alone(n: int, period: str) -> dict[str, Value]:
    w = two_months()
    found = evidence_part(
        leaves()[: n + 1], w.openings.get, period, ZONE, month_bounds(period, ZONE)[1], origin=ORIGIN
    )
    return found | {"log": found["log"] | {"origin": "", "root": base64.b64encode(b"").decode()}}


def test_each_month_as_if_read_alone() -> None:
    months = Months(bundle.unpack(of(two_months())), periods())
    months.follow(periods())
    read(months, leaves())
    closed = {leaf.n: leaf.record.period for leaf in leaves() if isinstance(leaf.record, PeriodClosed)}
    assert list(closed.values()) == ["2026-11", "2026-12"]
    assert months.gathered == {n: alone(n, period) for n, period in closed.items()}
    assert months.month is not None
    assert months.month.period == "2027-01"


def test_nothing_is_gathered_where_all_is_judged_from_the_first_record() -> None:
    months = read(Months(bundle.unpack(of(two_months())), periods()), leaves())
    assert not months.gathered
    assert months.month is not None


@pytest.mark.parametrize("zone", ["", ZONE])
def test_without_a_zone_or_out_of_turn_there_is_no_month(zone: str) -> None:
    told = leaves()
    assert isinstance(told[0].record, TenantOpened)
    months = Months(bundle.unpack(of(two_months())), periods(zone))
    if zone:
        months.feed(told[0])
        assert months.month is not None
    last = next(leaf for leaf in reversed(told) if isinstance(leaf.record, PeriodClosed))
    read(months, [last, last])
    assert months.month is None


def test_a_month_told_of_before_its_end() -> None:
    w = busy_month(closed=False)
    first, _ = month_bounds("2026-11", ZONE)
    until = datetime(2026, 11, 29, 22, tzinfo=UTC)
    w.now = max(w.now, until)
    w.close("2026-11", told=PeriodSnapshot("2026-11", instant.to_text(first), instant.to_text(until)))
    told = [Leaf.parse(data) for data in w.leaves]
    months = Months(bundle.unpack(of(w)), periods())
    months.follow(periods())
    read(months, told)
    (n,) = months.gathered
    found = evidence_part(told[: n + 1], w.openings.get, "2026-11", ZONE, until, origin=ORIGIN)
    assert months.gathered[n]["partial"] is True
    assert months.gathered[n]["sessions"] == found["sessions"]
    assert months.gathered[n]["access"] == found["access"]
    assert months.month is not None
    assert months.month.period == "2026-11"
