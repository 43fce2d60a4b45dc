"""Section 8 of a report: what was recorded, kept and erased, who read it, and what people asked for (art. 15)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from audit.canonical import Value
from audit.erasure_records import ErasureExecuted
from audit.leaf import Leaf
from audit.log_records import LogHeartbeat
from audit.person_records import PersonAdmitted, RecordRead
from audit.record import BROKER, Actor
from audit.recording_records import PlaybackAsked, PlaybackEnded, RecordingOpened
from broker.domain.data_protection import protection

START, END = datetime(2026, 10, 31, 23, tzinfo=UTC), datetime(2026, 11, 30, 23, tzinfo=UTC)
TITOLARE, AUDITOR = Actor("p-00000001", "titolare"), Actor("p-0000000a", "auditor")


@dataclass
class Log:
    leaves: list[bytes] = field(default_factory=list)

    def tell(self, day: int, record: Any, by: Actor = BROKER, **more: Any) -> int:
        """On that day of November, or of October for one below 1."""
        at = datetime(2026, 11, 1, 12, tzinfo=UTC) + timedelta(days=day - 1)
        n = len(self.leaves)
        self.leaves.append(Leaf("t-1a2b3c4d", n, at, by, record, **more).encode())
        return n

    def read(self, day: int, by: Actor, reason: str, what: str = "recording") -> None:
        self.tell(day, RecordRead(by.id, what, "::1", "c-00000001", reason), by)

    def month(self) -> dict[str, Value]:
        return protection(self.leaves, START, END, "Europe/Rome", None)


def test_a_month_without_anything() -> None:
    log = Log()
    log.tell(1, LogHeartbeat("2026-11-01"))
    found = log.month()
    assert found["recordings"] == {"enabled": False, "made": 0, "deleted": 0, "kept": 0, "readings": []}
    assert found["requests"] == []
    assert found["retention"][0] == {
        "name": "Nomi negli accessi", "keep": "12 mesi", "minimum": "6 mesi", "deleted": 0,
    }  # fmt: skip
    assert [line["minimum"] for line in found["retention"]][-1] == "1 mese"
    assert "breaches" not in found


def test_recordings_are_counted_and_their_readings_too() -> None:
    log = Log()
    old = log.tell(-20, RecordingOpened("c-00000001", "exec"))
    log.tell(-3, RecordingOpened("c-00000002", "exec"))
    log.tell(3, RecordingOpened("c-00000003", "terminal"))
    log.read(-2, TITOLARE, "control")
    for day in (4, 5):
        log.read(day, TITOLARE, "dispute")
    log.read(6, AUDITOR, "control")
    log.read(7, TITOLARE, "access_request", "extract")
    log.tell(8, RecordRead(TITOLARE.id, "report", "::1"), TITOLARE)
    name = log.tell(9, PersonAdmitted("p-00000009", "ads", "t-1a2b3c4d"), sealed="ab" * 32)
    log.tell(10, ErasureExecuted("term"), refs=(old, name))
    log.tell(40, RecordingOpened("c-00000004", "exec"))  # of the month after
    found = log.month()
    assert found["recordings"] == {
        "enabled": True,
        "made": 1,
        "deleted": 1,
        "kept": 2,
        "readings": [
            {"role": "auditor", "reason": "control", "count": 1},
            {"role": "titolare", "reason": "access_request", "count": 1},
            {"role": "titolare", "reason": "dispute", "count": 2},
        ],
    }
    assert {line["name"]: line["deleted"] for line in found["retention"]} == {
        "Nomi negli accessi": 1, "Testi delle richieste": 0, "Rapporti": 0, "Note finali e comandi": 0,
        "Registrazioni delle sessioni": 1,
    }  # fmt: skip


def test_requests_of_people() -> None:
    log = Log()
    for number, day in (("v-1", -20), ("v-2", -1), ("v-3", 29)):
        received = f"2026-{'11' if day > 0 else '10'}-{day if day > 0 else 31 + day:02d}"
        log.tell(day, PlaybackAsked(number, "s-1", "access_request", received), TITOLARE)
    log.tell(-5, PlaybackEnded("v-1"), TITOLARE)
    log.tell(4, PlaybackEnded("v-2"), TITOLARE)
    log.tell(5, PlaybackAsked("v-4", "s-1", "incident"), Actor("p-0000000b", "owner"))
    log.tell(6, PlaybackEnded("v-4"), TITOLARE)
    assert log.month()["requests"] == [
        {"id": "v-2", "kind": "access", "received": "2026-10-30", "due": "2026-11-30", "state": "answered",
         "answered": "2026-11-04"},
        {"id": "v-3", "kind": "access", "received": "2026-11-29", "due": "2026-12-29", "state": "open"},
    ]  # fmt: skip
