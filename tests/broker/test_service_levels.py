"""Section 6 and the exceptions of the contract: answers in time and late, the queue, what began out of hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from audit import instant
from audit.incident_records import (
    IncidentAnswered,
    IncidentClosed,
    IncidentOpened,
    IncidentTaken,
    IncidentWorkable,
    QueueJumped,
    SeveritySet,
)
from audit.leaf import Leaf
from audit.log_records import LogHeartbeat
from audit.month_report import merge, ties
from audit.protection_records import IncidentWaitingBegan, IncidentWaitingEnded
from audit.record import BROKER, Actor
from audit.records import AnyRecord
from broker.domain.contract import Contract
from broker.domain.plans import PLANS, Severity
from broker.domain.service_levels import begun_outside, levels
from tests.broker.month_sample import sample

ZONE = "Europe/Rome"
FIRST, UNTIL = datetime(2026, 10, 31, 23, tzinfo=UTC), datetime(2026, 11, 30, 23, tzinfo=UTC)
TECH = Actor("p-00000011", "technician")


def contract(plan: str | None, **changes: Any) -> Contract:
    said: dict[str, Any] = {
        "number": 1, "plan": None if plan is None else PLANS[plan], "first": date(2026, 1, 1), "last": date(2026, 12, 31),
        "prepaid": True, "paid": date(2026, 1, 2), "patron": None, "closures": frozenset(), "half_shifts": False,
    }  # fmt: skip
    return Contract(**(said | changes))


def rome(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour - 1, minute, tzinfo=UTC)


class Desk:
    """Leaves of a service desk, each with its time."""

    def __init__(self, plan: str | None = "basic") -> None:
        self.contract = contract(plan)
        self.leaves: list[bytes] = []

    def tell(self, record: AnyRecord, at: datetime, actor: Actor = BROKER) -> None:
        sealed = "cd" * 32 if record.SEALED == "must" else None
        self.leaves.append(Leaf("t-1", len(self.leaves), at, actor, record, sealed=sealed).encode())

    def report(self, name: str, at: datetime, severity: str, *, was: str | None = None) -> None:
        self.tell(IncidentOpened(name, "portal", instant.to_text(at), 2), at)
        if was is not None:
            self.rate(name, at, was)
        self.rate(name, at, severity, previous=was)

    def rate(self, name: str, at: datetime, severity: str, previous: str | None = None) -> None:
        due = self.contract.due(Severity(severity), at, ZONE)
        plan = None if self.contract.plan is None else self.contract.plan.id
        reason = None if previous is None else "worsened"
        spelled = None if due is None else instant.to_text(due)
        self.tell(SeveritySet(name, severity, previous, reason, plan, spelled), at, TECH)

    def levels(self, sessions: list[Any] | None = None, **more: Any) -> dict[str, Any]:
        found = levels(self.leaves, FIRST, UNTIL, ZONE, [self.contract], sessions or [], **more)
        assert isinstance(found, dict)
        return found


def test_u06_answers_are_counted_in_service_time_and_late_ones_in_minutes() -> None:
    """A Basic B reported on Friday at 16:00 is due on Monday at 16:00: eight hours of service."""
    desk = Desk()
    desk.report("I-1", rome(6, 16), "B")
    desk.tell(IncidentAnswered("I-1", "call"), rome(9, 16), TECH)
    desk.report("I-2", rome(10, 9), "A")
    desk.tell(IncidentAnswered("I-2", "call"), rome(10, 13, 0) + timedelta(seconds=1), TECH)
    desk.report("I-3", rome(30, 17), "C")
    sla = desk.levels()["sla"]
    one, two, three = sla["tickets"]
    assert (one["state"], one["due"], one["used_minutes"], one["limit_minutes"]) == (
        "in_time", "2026-11-09T15:00:00.000Z", 480, 480,
    )  # fmt: skip
    assert (two["state"], two["late_minutes"], two["limit_minutes"]) == ("late", 1, 240)
    assert (three["state"], three["used_minutes"], "answered" in three) == ("pending", 60, False)
    assert [(r["severity"], r["received"], r["in_time"], r["late"], r["pending"]) for r in sla["summary"]] == [
        ("A", 1, 0, 1, 0), ("B", 1, 1, 0, 0), ("C", 1, 0, 0, 1),
    ]  # fmt: skip
    assert [r["limits"] for r in sla["summary"]] == [[240], [480], [960]]


def test_s20_a_changed_severity_shows_both_and_counts_from_the_beginning() -> None:
    desk = Desk()
    desk.report("I-1", rome(10, 9), "A", was="B")
    [ticket] = desk.levels()["sla"]["tickets"]
    assert (ticket["severity_was"], ticket["severity"], ticket["severity_why"]) == (["B"], "A", "worsened")
    assert ticket["due"] == "2026-11-10T12:00:00.000Z"
    assert ticket["state"] == "late"  # nobody answered before the month ended


def test_one_of_the_month_before_is_told_until_it_was_answered() -> None:
    desk = Desk()
    before = datetime(2026, 10, 30, 16, tzinfo=UTC)
    desk.report("I-1", before, "C")
    desk.report("I-2", before, "C")
    desk.tell(IncidentAnswered("I-2", "session"), before + timedelta(minutes=5), TECH)
    desk.report("I-3", before, "C")
    desk.tell(IncidentClosed("I-3", "withdrawn"), rome(2, 10), TECH)
    assert [t["incident"] for t in desk.levels()["sla"]["tickets"]] == ["I-1", "I-3"]


def test_what_came_after_the_periods_end_is_the_next_ones() -> None:
    desk = Desk()
    desk.report("I-1", UNTIL, "A")
    desk.tell(LogHeartbeat("2026-11-30"), UNTIL)
    assert desk.levels()["sla"]["tickets"] == []


def test_the_queue_tells_its_longest_wait_and_who_passed_ahead() -> None:
    desk = Desk()
    desk.report("I-1", rome(10, 9), "B")
    desk.tell(IncidentWorkable("I-1", "authorised"), rome(10, 9, 30))
    desk.tell(QueueJumped(("I-1",), "work_stopped"), rome(10, 9, 40))
    desk.tell(QueueJumped((), "expertise", "I-1"), rome(10, 9, 50))
    desk.tell(IncidentTaken("I-1", 0), rome(10, 10, 15), TECH)
    found = desk.levels()
    assert found["sla"]["queue"] == {"longest_wait_minutes": 45, "jumps": 1}
    assert [(e["kind"], "I-1" in e["what"]) for e in found["noted"]] == [("queue_jump", True)]


@pytest.mark.parametrize(
    ("plan", "at", "outside"),
    [
        ("basic", rome(10, 9), False),
        ("basic", rome(10, 13, 30), False),  # the midday gap
        ("basic", rome(10, 17, 59), False),
        ("basic", rome(10, 18), True),
        ("basic", rome(10, 8, 59), True),
        ("basic", rome(8, 10), True),  # Sunday
        ("professional", rome(8, 10), False),
        ("professional", rome(8, 20), True),
        ("enterprise", rome(8, 3), False),
        (None, rome(10, 10), False),
        (None, rome(8, 10), True),  # without a plan the office's hours count
    ],
)
def test_out_of_hours_is_what_began_outside_the_plans_hours(
    plan: str | None, at: datetime, *, outside: bool
) -> None:
    assert begun_outside(at, [contract(plan)], ZONE) is outside


def test_half_a_day_is_shown_on_the_first_day_served() -> None:
    example = Desk().levels()["sla"]["example"]
    assert example["received"] == "2026-11-02T15:30:00.000Z"
    assert [(p["from"], p["to"], p["minutes"]) for p in example["parts"]] == [
        ("2026-11-02T15:30:00.000Z", "2026-11-02T17:00:00.000Z", 90),
        ("2026-11-03T08:00:00.000Z", "2026-11-03T10:30:00.000Z", 150),
    ]
    assert "example" not in Desk("enterprise").levels()["sla"]
    closed = frozenset(date(2026, 11, 1) + timedelta(days=n) for n in range(60))
    shut = levels([], FIRST, UNTIL, ZONE, [contract("basic", closures=closed)], [])
    assert isinstance(shut, dict)
    assert "example" not in shut["sla"]


def test_without_a_plan_nothing_is_promised_and_nothing_is_printed_of_it() -> None:
    desk = Desk(None)
    assert desk.levels() == {
        "contract": {
            "plan": "none", "days": 5, "windows": ["09:00–13:00", "14:00–18:00"], "half_day_minutes": 240,
            "number": "1", "valid_from": "2026-01-01", "valid_to": "2026-12-31",
        },
        "noted": [],
    }  # fmt: skip
    desk.report("I-1", rome(10, 9), "B")
    assert desk.levels()["sla"]["tickets"] == []
    assert levels([], FIRST, UNTIL, ZONE, [], [])["contract"]["plan"] == "none"


def test_s19_a_plan_that_was_not_paid_is_said_not_to_be_guaranteed() -> None:
    found = levels([], FIRST, UNTIL, ZONE, [contract("basic", paid=None)], [])
    assert found["contract"]["unpaid"] is True


def test_of_one_intervention_nothing_else_is_told() -> None:
    desk = Desk()
    desk.report("I-1", rome(10, 9), "B")
    session = {"n": 1, "start": instant.to_text(rome(8, 10)), "host": "h-1", "incident": {"id": "I-1"}}
    found = desk.levels([session], alone=True)
    assert "sla" not in found
    assert [(e["kind"], e["session"]) for e in found["noted"]] == [("out_of_hours", 1)]


# ----------------------------------------------------------------------------- within the report


def report() -> dict[str, Any]:
    month = sample(1)
    desk = Desk()
    desk.report("I-2026-0001", rome(1, 9), "B")
    desk.tell(IncidentAnswered("I-2026-0001", "call"), rome(2, 9), TECH)
    desk.tell(QueueJumped(("I-2026-0001",), "expertise"), rome(2, 9))
    evidence = {k: month[k] for k in ("exceptions", "totals", "people", "hosts", "log", "sessions", "access")}
    month["totals"] |= {"tickets": 0, "tickets_late": 0}
    named = {"people": month["people"], "hosts": month["hosts"]}
    return merge(evidence, named | desk.levels(month["sessions"]))


def test_what_hangs_on_the_contract_is_numbered_after_the_logs_own_exceptions_and_ties() -> None:
    found = report()
    assert [(e["id"], e["kind"]) for e in found["exceptions"]] == [
        ("E1", "out_of_hours"),
        ("E2", "queue_jump"),
    ]
    assert found["sla"]["tickets"][0]["session"] == 1
    assert {k: found["totals"][k] for k in ("exceptions", "tickets", "tickets_late")} == {
        "exceptions": 2, "tickets": 1, "tickets_late": 0,
    }  # fmt: skip
    assert ties(found) == []


@pytest.mark.parametrize(
    ("bend", "what"),
    [
        (lambda r: r["totals"].update(tickets=2), "richieste"),
        (lambda r: r["totals"].update(tickets_late=1), "richieste in ritardo"),
        (lambda r: r["sla"]["summary"][1].update(in_time=0), "richieste di gravità B, in_time"),
        (lambda r: r["sla"]["summary"][1].update(received=0), "richieste di gravità B"),
        (lambda r: r["sla"]["queue"].update(jumps=0), "salti di coda"),
        (lambda r: r["exceptions"][0].update(session=9), "fuori orario"),
        (lambda r: r["totals"].update(exceptions=1), "eccezioni"),
    ],
)
def test_u06_what_does_not_tie_is_found(bend: Any, what: str) -> None:
    found = report()
    bend(found)
    assert what in ties(found)


def test_minutes_waited_in_the_period_are_told_by_incident_and_for_whom() -> None:
    """Each wait cut at the period's bounds; of an incident that never waited nothing."""
    desk = Desk()
    desk.report("I-1", FIRST - timedelta(hours=1), "B")
    desk.tell(IncidentWaitingBegan("I-1", "customer"), FIRST - timedelta(minutes=30), TECH)
    desk.tell(IncidentWaitingEnded("I-1"), FIRST + timedelta(minutes=10), TECH)
    desk.report("I-2", rome(10, 9), "B")
    desk.tell(IncidentWaitingBegan("I-1", "customer"), rome(10, 10), TECH)
    desk.tell(IncidentWaitingEnded("I-1"), rome(10, 10, 5), TECH)
    desk.tell(IncidentWaitingBegan("I-1", "authorisation"), UNTIL - timedelta(minutes=7), TECH)
    assert desk.levels()["sla"]["waited"] == [
        {"incident": "I-1", "awaited": "customer", "minutes": 15},
        {"incident": "I-1", "awaited": "authorisation", "minutes": 7},
    ]
    assert "waited" not in Desk().levels()["sla"]
