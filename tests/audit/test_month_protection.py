"""What a log says of data protection in a period: counted again by whoever has the log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from audit import protection_records as p
from audit.erasure_records import ErasureExecuted
from audit.estate_records import PolicyChanged
from audit.leaf import Leaf
from audit.month_protection import SETTINGS, MonthProtection
from audit.paper_records import SubprocessorAnnounced, SubprocessorAnswered
from audit.record import Actor
from audit.recording_records import PlaybackAsked, PlaybackEnded, RecordingOpened
from audit.report_records import CadenceAgreed

FIRST, END = datetime(2026, 10, 31, 23, tzinfo=UTC), datetime(2026, 11, 30, 23, tzinfo=UTC)
TITOLARE = Actor("p-00000001", "titolare")
BREACH = p.BreachOpened(
    "v-1", "2026-11-02T09:00:00.000Z", "2026-11-05T09:00:00.000Z", "2026-11-03T09:00:00.000Z", high_risk=False,
    first="2026-11-01T09:00:00.000Z", until="2026-11-02T09:00:00.000Z", sessions=("s-1", "s-2"),
)  # fmt: skip


class Log:
    def __init__(self) -> None:
        self.n = 0
        self.month = MonthProtection(FIRST)

    def tell(self, day: int, record: Any, **more: Any) -> int:
        """At noon of that day of November, or of October for one below 1."""
        at = datetime(2026, 11, 1, 12, tzinfo=UTC) + timedelta(days=day - 1)
        self.month.feed(Leaf("t-1a2b3c4d", self.n, at, TITOLARE, record, **more))
        self.n += 1
        return self.n - 1


def test_l24_every_change_of_settings_is_told_with_who_and_when() -> None:
    """L-24: of the month alone, by its record."""
    log = Log()
    log.tell(-2, CadenceAgreed("weekly", "2026-10-29"))
    n = log.tell(3, CadenceAgreed("monthly", "2026-11-03"))
    log.tell(40, PolicyChanged(2, "0" * 64, demo_software=False))
    assert log.month.value(END)["settings"] == [
        {
            "leaf": n, "time": "2026-11-03T12:00:00.000Z", "kind": "report.cadence_agreed", "by": TITOLARE.id,
            "role": "titolare",
        }
    ]  # fmt: skip
    [late] = log.month.following(END).value(END + timedelta(days=31))["settings"]
    assert late["kind"] == "policy.changed"
    assert {"policy.changed", "mail.rules_changed", "tool.relay_noted", "contract.agreed"} <= set(SETTINGS)


def test_l37_a_breach_stays_until_the_month_in_which_it_is_closed() -> None:
    log = Log()
    log.tell(2, BREACH)
    log.tell(2, p.BreachTold("v-1", high_risk=True))
    log.tell(35, p.BreachClosed("v-1", "contained"))
    [told] = log.month.value(END)["breaches"]
    assert (told["sessions"], told["high_risk"], told["told"]) == (2, True, "2026-11-02T12:00:00.000Z")
    assert "closed" not in told
    december = log.month.following(END)
    [told] = december.value(END + timedelta(days=31))["breaches"]
    assert told["outcome"] == "contained"
    assert december.following(END + timedelta(days=31)).value(END + timedelta(days=62))["breaches"] == []


def test_u08_recordings_requests_companies_and_corrections_are_counted() -> None:
    log = Log()
    made = [log.tell(day, RecordingOpened(f"c-{day}", "exec")) for day in (-1, 2, 3)]
    log.tell(4, ErasureExecuted("term"), refs=(made[0], made[1]))
    log.tell(5, PlaybackAsked("v-1", "s-1", "access_request", "2026-11-04"))
    log.tell(6, PlaybackAsked("v-2", "s-1", "access_request", "2026-11-04"))
    log.tell(7, PlaybackEnded("v-1"))
    log.tell(8, SubprocessorAnnounced("c-1", "specific", "2026-12-08"), sealed="ab" * 32)
    log.tell(9, SubprocessorAnswered("c-1", "agreed"))
    log.tell(9, p.RecordRectified(1), sealed="ab" * 32)
    log.tell(9, p.InstructionQuestioned("r-1"), sealed="ab" * 32)
    found = log.month.value(END)
    assert found["recordings"] == {"made": 2, "deleted": 2}
    assert found["requests"] == {"open": 1, "answered": 1}
    assert [(one["id"], one["change"]) for one in found["subprocessors"]] == [
        ("c-1", "announced"),
        ("c-1", "agreed"),
    ]
    assert (found["rectified"], found["questioned"]) == (1, 1)
