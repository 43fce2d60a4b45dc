"""Reports of a week, a quarter and an intervention: made of the log, read once for all, judged by both verifiers."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest

from audit import instant
from audit.errors import Malformed
from audit.leaf import Leaf
from audit.log_records import PeriodFigures, ReportIssued
from audit.month import evidence_part
from audit.periods import bounds, intervention
from audit.report_records import PeriodTold
from audit.session_records import SessionEnded, SessionStarted
from audit.verify_told import told
from tests.audit.verdicts import alone, judge, sound
from tests.audit.world import ORIGIN, ZONE, Twist, World, busy_month


def weekly(period: str, **bent: str) -> PeriodTold:
    first, until = map(instant.to_text, bounds(period, ZONE))
    return PeriodTold(period, **({"first": first, "until": until} | bent))


def done(w: World, number: int = 0) -> PeriodTold:
    """Of the session that began then."""
    leaves = [Leaf.parse(data) for data in w.leaves]
    [one] = [leaf for leaf in leaves if isinstance(leaf.record, SessionStarted)][number : number + 1]
    [end] = [
        leaf.time for leaf in leaves if leaf.session == one.session and isinstance(leaf.record, SessionEnded)
    ]
    assert one.session is not None
    return PeriodTold(intervention(one.session), instant.to_text(one.time), instant.to_text(end))


def told_world(twist: Twist | None = None) -> tuple[World, dict[str, dict[str, Any]]]:
    """November, its first two weeks, its quarter's end, and both interventions, each with its report."""
    w = busy_month(twist)
    reports = {
        one.period: w.close(one.period, one) for one in (weekly("2026-W45"), weekly("2026-W46"), done(w))
    }
    w.now = datetime(2027, 1, 1, 5, tzinfo=UTC)
    for one in (done(w, 1), weekly("2026-Q4")):
        reports[one.period] = w.close(one.period, one)
    return w, reports


def test_s27_a_week_a_quarter_and_an_intervention_are_told_and_hold_before_both_verifiers() -> None:
    w, reports = told_world()
    week, other, *_ = reports.values()
    assert [s["start"][:10] for s in week["sessions"]] == ["2026-11-03"]
    assert [s["start"][:10] for s in other["sessions"]] == ["2026-11-10"]
    assert week["period"] | {"spans": []} == {
        "of": "2026-W45", "from": "2026-11-02", "to": "2026-11-08", "zone": ZONE, "spans": [],
    }  # fmt: skip
    assert not week.keys() & {"lists", "partial"}
    assert len(reports["2026-Q4"]["sessions"]) == 2
    verdict = judge(w)
    sound(verdict)
    assert verdict.counts["reports"] == 6


def test_an_intervention_is_its_session_alone() -> None:
    _, reports = told_world()
    one, other = [r for period, r in reports.items() if period.startswith("INT-")]
    assert [(s["n"], s["id"]) for s in one["sessions"]] == [(1, one["period"]["of"].removeprefix("INT-"))]
    assert one["totals"]["sessions"] == 1
    assert one["totals"]["exceptions"] == 0
    assert {e["session"] for e in one["access"]["events"]} == {1}
    assert one["log"]["first"] == one["sessions"][0]["leaf"]
    assert [e["kind"] for e in other["exceptions"]] == ["no_supervision"]


def test_read_once_they_are_what_a_reading_for_each_alone_gives() -> None:
    """Also where some between them are not asked for."""
    w, _ = told_world()
    leaves = [Leaf.parse(data) for data in w.leaves]
    every = {leaf.n: leaf.record for leaf in leaves if isinstance(leaf.record, PeriodTold)}
    for chosen in (list(every), list(every)[1:4], list(every)[3:]):
        wanted = {n: every[n].period for n in chosen}
        found = list(told(lambda n: leaves[: n + 1], w.openings.get, ZONE, wanted))
        for n, evidence in zip(chosen, found, strict=True):
            until = instant.parse(every[n].until)
            apart = evidence_part(
                leaves[: n + 1], w.openings.get, wanted[n], ZONE, until, origin=ORIGIN, root_of=lambda _: b""
            )
            assert evidence == apart | {"log": apart["log"] | {"origin": ""}}
    assert list(told(lambda n: leaves[:n], w.openings.get, ZONE, {})) == []


def test_what_ended_after_its_week_was_told_stands_in_the_next() -> None:
    w = World(Twist())
    w.onboard()
    w.until(8, 23)
    request, _ = w.ask(1)
    grant = w.approve(request)
    session = w.open(request, grant)
    w.start(session, grant)
    w.now = datetime(2026, 11, 9, 5, tzinfo=UTC)
    assert w.close("2026-W45", weekly("2026-W45"))["sessions"] == []
    w.end(session, "closed_by_technician")
    w.now = datetime(2026, 11, 16, 5, tzinfo=UTC)
    assert [s["id"] for s in w.close("2026-W46", weekly("2026-W46"))["sessions"]] == [session]


def wrong_week(report: dict[str, Any]) -> dict[str, Any]:
    return report if "of" not in report["period"] else report | {"sessions": []}


def test_a_week_that_says_something_else_than_the_log_is_found() -> None:
    w = busy_month(Twist(report=wrong_week))
    w.close("2026-W45", weekly("2026-W45"))
    alone(judge(w), "REPORT", "report_evidence", what="sessions")


def test_an_intervention_that_never_was_is_found() -> None:
    w, pdf, data = busy_month(), b"%PDF", b"{}"
    at, period, number = instant.to_text(w.now), "INT-s-9999999999", "VB-0001-INT"
    with pytest.raises(Malformed, match="did not start and end"):
        evidence_part(map(Leaf.parse, w.leaves), {}.get, period, ZONE, w.now, origin=ORIGIN)
    w.append(PeriodTold(period, at, at))
    w.append(PeriodFigures(period), opening={"report": {"number": number}})
    w.reports |= {f"{number}.json": data, f"{number}.pdf": pdf}
    digests = (hashlib.sha256(one).hexdigest() for one in (pdf, data))
    w.append(ReportIssued(period, number, *digests, partial=False))
    alone(judge(w), "REPORT", "report_period")


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (weekly("2026-W49"), "period_early"),
        (PeriodTold("2026-10", "2026-09-30T22:00:00.000Z", "2026-10-31T23:00:00.000Z"), "period_bounds"),
        (weekly("2026-W45", first="2026-11-01T00:00:00.000Z"), "period_bounds"),
        (weekly("2026-Q3", until="2026-09-30T22:00:01.000Z"), "period_bounds"),
        (weekly("2025-W53"), "period_bounds"),
        (PeriodTold("INT-s-1", "2026-11-03T10:00:00.001Z", "2026-11-03T10:00:00.000Z"), "period_bounds"),
    ],
)
def test_periods_are_told_after_their_end_and_within_their_bounds(record: PeriodTold, code: str) -> None:
    w = busy_month()
    w.append(record)
    alone(judge(w), "INCOMPLETE", code)


@pytest.mark.parametrize("again", ["2026-W46", "2026-W45", "2026-Q3"])
def test_each_once_and_none_before_an_earlier_one(again: str) -> None:
    w = busy_month()
    w.append(weekly("2026-Q3"))
    w.append(weekly("2026-W46"))
    w.append(weekly(again))
    alone(judge(w), "INCOMPLETE", "period_order", found=again)


def test_an_intervention_is_told_once() -> None:
    w = busy_month()
    w.append(done(w))
    w.append(done(w))
    alone(judge(w), "INCOMPLETE", "period_order")
