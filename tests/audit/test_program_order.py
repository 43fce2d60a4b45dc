"""The lawful order of records of versions and defects: every move, the window's bounds, both verifiers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from audit import instant
from audit import program_records as p
from audit.incident_records import QueueJumped
from audit.leaf import Leaf
from audit.person_records import TenantOpened
from audit.program_order import DEFECT_MOVES, RELEASE_MOVES
from audit.record import BROKER
from audit.records import AnyRecord
from audit.story import Story
from tests.audit.test_story import NOW
from tests.audit.verdicts import judge
from tests.audit.world import TENANT, World

R, D, I = "v-1", "d-1", "I-1"  # noqa: E741
OUT = p.ReleasePublished(R, "g-1", "Alberghi", "26.2", True, ("program", "database"), "2026-03-01")
GOT = p.ReleaseReceived(R, "portal", "2026-03-21T09:00:00.000Z")
UNTIL = "2026-04-07T21:59:59.000Z"
TESTING = p.AcceptanceOpened(R, GOT.received, UNTIL, peremptory=False)
REPORT = p.MalfunctionReported(I, R, (), "b77")
PASSED, EXPIRED = p.AcceptancePassed(R), p.AcceptanceExpired(R)
DECIDED = p.AcceptanceDecided(R, "more_time")
OPEN = p.DefectOpened(D, "incoherent_export", "g-1", "Alberghi")
LINKED = p.DefectLinked(D, I)
REMEDY, SOLVED = p.DefectRemedied(D), p.DefectSolved(D, R)
TOLD = p.DefectTold(D, "p-1")
OF_KIND: dict[str, AnyRecord] = {
    one.KIND: one
    for one in (
        OUT, GOT, TESTING, REPORT, PASSED, EXPIRED, DECIDED, OPEN, LINKED, REMEDY, SOLVED, TOLD,
    )
}  # fmt: skip
RELEASE: dict[str, tuple[AnyRecord, ...]] = {
    "new": (),
    "published": (OUT,),
    "received": (OUT, GOT),
    "testing": (OUT, GOT, TESTING),
    "passed": (OUT, GOT, TESTING, PASSED),
    "expired": (OUT, GOT, TESTING, EXPIRED),
    "decided": (OUT, GOT, TESTING, EXPIRED, DECIDED),
}
DEFECT: dict[str, tuple[AnyRecord, ...]] = {
    "new": (OUT,),
    "open": (OUT, OPEN),
    "remedied": (OUT, OPEN, REMEDY),
    "solved": (OUT, OPEN, REMEDY, SOLVED),
    "told": (OUT, OPEN, REMEDY, SOLVED, TOLD),
}


def at_of(record: AnyRecord) -> datetime:
    """Within the window, or after it where that is due."""
    until = instant.parse(UNTIL)
    return until + timedelta(days=1 if isinstance(record, p.AcceptanceExpired | p.AcceptanceDecided) else -5)


class Desk:
    def __init__(self, *records: AnyRecord) -> None:
        self.story = Story()
        self.n = 0
        for record in (TenantOpened("v", demo=False, zone="Europe/Rome"), *records):
            assert self.tell(record) == []

    def tell(self, record: AnyRecord, at: datetime | None = None) -> list[str]:
        leaf = Leaf(
            TENANT,
            self.n,
            at or (at_of(record) if record.KIND in OF_KIND else NOW),
            BROKER,
            record,
        )
        self.n += 1
        return [f.code for f in self.story.feed(leaf)]


@pytest.mark.parametrize("state", RELEASE)
@pytest.mark.parametrize("kind", RELEASE_MOVES)
def test_every_record_of_a_version_in_every_state(state: str, kind: str) -> None:
    expected = [] if state in RELEASE_MOVES[kind][0] else ["order"]
    assert Desk(*RELEASE[state]).tell(OF_KIND[kind]) == expected


@pytest.mark.parametrize("state", DEFECT)
@pytest.mark.parametrize("kind", DEFECT_MOVES)
def test_every_record_of_a_defect_in_every_state(state: str, kind: str) -> None:
    expected = [] if state in DEFECT_MOVES[kind][0] else ["order"]
    assert Desk(*DEFECT[state]).tell(OF_KIND[kind]) == expected


def test_s39_no_solution_without_a_release_that_is_out() -> None:
    assert Desk(OPEN, REMEDY).tell(SOLVED) == ["order"]


@pytest.mark.parametrize(
    ("received", "until", "peremptory", "fits"),
    [
        ("2026-03-20T09:00:00.000Z", "2026-04-04T21:59:59.000Z", False, True),
        ("2026-03-21T22:59:00.000Z", UNTIL, False, True),
        ("2026-03-21T09:00:00.000Z", UNTIL, True, False),
        ("2026-03-21T09:00:00.000Z", "2026-04-05T21:59:59.000Z", True, True),
        ("2026-12-10T08:00:00.000Z", "2026-12-28T22:59:59.000Z", False, True),
        ("2026-12-10T08:00:00.000Z", "2026-12-24T22:59:59.000Z", False, False),
        ("2026-12-10T08:00:00.000Z", "2027-01-05T22:59:59.000Z", False, False),
    ],
)
def test_s40_a_window_that_is_not_of_fifteen_days_is_found(received, until, peremptory, fits) -> None:
    found = Desk(OUT, GOT).tell(p.AcceptanceOpened(R, received, until, peremptory))
    assert found == ([] if fits else ["acceptance_window"])


def test_s41_it_expires_after_its_last_instant_and_once() -> None:
    on_the_dot = instant.parse(UNTIL)
    assert Desk(*RELEASE["testing"]).tell(EXPIRED, on_the_dot) == ["acceptance_window"]
    assert Desk(*RELEASE["testing"]).tell(PASSED, on_the_dot) == []
    assert Desk(*RELEASE["testing"]).tell(PASSED, on_the_dot + timedelta(seconds=1)) == ["acceptance_window"]
    assert Desk(*RELEASE["expired"]).tell(EXPIRED) == ["order"]


def test_s42_only_a_whole_report_goes_ahead() -> None:
    ahead = QueueJumped(("I-0",), "acceptance_customisation", I)
    assert Desk(*RELEASE["testing"], REPORT).tell(ahead) == []
    assert Desk(*RELEASE["testing"], replace(REPORT, lacks=("steps",))).tell(ahead) == ["order"]
    assert Desk(*RELEASE["testing"]).tell(ahead) == ["order"]
    assert Desk().tell(replace(ahead, taken=None)) == []
    assert Desk().tell(replace(ahead, taken="t-1.I-1")) == []


def test_both_verifiers_know_it() -> None:
    w = World()
    w.onboard()
    text = {"text": "Gli incassi non restano."}
    w.append(OUT)
    received, until = (instant.to_text(w.now + timedelta(days=n)) for n in (0, 15.5))
    w.append(replace(GOT, received=received))
    w.append(p.AcceptanceOpened(R, received, until, peremptory=True))
    w.append(REPORT, opening={"steps": "1."})
    w.append(QueueJumped(("I-0",), "acceptance_customisation", I))
    for record in (OPEN, REMEDY, SOLVED):
        w.append(record, opening=text)
    w.append(LINKED)
    w.append(TOLD)
    assert {f.cls for f in judge(w).findings} <= {"WITHHELD"}
    w.append(EXPIRED)  # too early, and it stands expired
    w.append(PASSED)
    w.append(QueueJumped(("I-0",), "acceptance_customisation", "I-2"))
    w.append(p.DefectSolved("d-2", "v-9"), opening=text)
    w.append(replace(OUT, release="v-2"))
    w.append(replace(GOT, release="v-2"))
    w.append(p.AcceptanceOpened("v-2", received, received, peremptory=False))
    found = sorted(f.code for f in judge(w).findings if f.cls != "WITHHELD")
    assert found == [*["acceptance_window"] * 2, *["order"] * 4]
