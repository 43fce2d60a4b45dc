"""The lawful order of an incident's records: every move of the table, and what each illegal one is called."""

from __future__ import annotations

import pytest

from audit import incident_records as i
from audit import instant
from audit import protection_records as p
from audit import resale_records as s
from audit.incident_order import INCIDENT_MOVES
from audit.leaf import Leaf
from audit.person_records import TenantOpened
from audit.post_records import MailReported
from audit.record import Actor, Role
from audit.records import AnyRecord
from audit.resale_order import TOPICS
from audit.story import Story
from audit.work_records import TrainingGiven
from tests.audit.test_story import ASK, NOW
from tests.audit.verdicts import judge
from tests.audit.world import TENANT, World

I = "I-1"  # noqa: E741 - the number that a request of `test_story` names
WHEN = "2026-11-03T09:00:00.000Z"
CALL = i.ContactLogged(I)
RESOLD = s.CustomerResold("g-1", "Alberghi", "t-beta", "Beta")
OPEN = i.IncidentOpened(I, "portal", WHEN, 2, product="g-1")
ROUTE = s.IncidentRouted(I, "g-1", "t-beta")
PASS = s.IncidentPassed(I, "g-1", "t-beta", "passed")
RATE = i.SeveritySet(I, "B")
WORSE = i.SeveritySet(I, "A", "B", "worsened")
READY = i.IncidentWorkable(I, "authorised")
UNREADY = i.IncidentUnworkable(I)
TAKE = i.IncidentTaken(I, 0)
BACK = i.IncidentReleased(I)
ANSWER = i.IncidentAnswered(I, "call")
CLOSE = i.IncidentClosed(I, "solved")
MAILED = MailReported(I)
WAIT = p.IncidentWaitingBegan(I, "customer")
GO_ON = p.IncidentWaitingEnded(I)
OF_KIND: dict[str, AnyRecord] = {
    one.KIND: one
    for one in (CALL, OPEN, RATE, READY, UNREADY, TAKE, BACK, ANSWER, CLOSE, MAILED, WAIT, GO_ON, ROUTE, PASS)
}
REACH: dict[str, tuple[AnyRecord, ...]] = {
    "new": (),
    "contact": (CALL,),
    "open": (OPEN,),
    "routed": (OPEN, ROUTE),
    "workable": (OPEN, READY),
    "taken": (OPEN, READY, TAKE),
    "closed": (OPEN, CLOSE),
}
TECHNICIAN = Actor("p", "technician")


class Desk:
    """Whoever tells here is a technician, unless said."""

    def __init__(self) -> None:
        self.story = Story()
        self.n = 0

    def tell(self, record: AnyRecord, actor: Actor = TECHNICIAN) -> list[str]:
        leaf = Leaf(TENANT, self.n, NOW, actor, record)
        self.n += 1
        return [f.code for f in self.story.feed(leaf)]


def told(*records: AnyRecord) -> Desk:
    desk = Desk()
    for record in (TenantOpened("v", demo=False, zone="Europe/Rome"), RESOLD, *records):
        assert desk.tell(record) == []
    return desk


@pytest.mark.parametrize("state", REACH)
@pytest.mark.parametrize("kind", INCIDENT_MOVES)
def test_every_record_in_every_state(state: str, kind: str) -> None:
    expected = [] if state in INCIDENT_MOVES[kind][0] else ["unknown_incident" if state == "new" else "order"]
    before = (WAIT,) if kind == GO_ON.KIND and not expected else ()
    assert told(*REACH[state], *before).tell(OF_KIND[kind]) == expected


def test_an_incident_waits_once_and_goes_on_from_a_wait() -> None:
    desk = told(OPEN, WAIT)
    assert desk.tell(WAIT) == ["order"]
    assert desk.tell(GO_ON) == []
    assert desk.tell(GO_ON) == ["order"]


@pytest.mark.parametrize(
    "records",
    [
        (CALL, OPEN, RATE, WORSE, READY, TAKE, BACK, TAKE, ANSWER, CLOSE),
        (OPEN, READY, UNREADY, READY, TAKE, CLOSE),
        (OPEN, RATE, ANSWER, READY, TAKE, CLOSE),
        (CALL, CLOSE),
        (OPEN, ROUTE, PASS, READY, TAKE, CLOSE),
        (OPEN, ROUTE, CLOSE),
        (OPEN, ASK),
        (ASK,),
    ],
)
def test_lawful_incidents(records: tuple[AnyRecord, ...]) -> None:
    told(*records)


def test_s30_nothing_is_asked_for_on_a_mere_phone_call() -> None:
    """S-30: from a contact no authorisation comes."""
    assert told(CALL).tell(ASK) == ["order"]
    assert told(OPEN, CLOSE).tell(ASK) == ["order"]


def test_s49_nobody_asks_for_anything_while_it_is_the_resellers() -> None:
    assert told(OPEN, ROUTE).tell(ASK) == ["order"]
    assert told(OPEN, ROUTE, PASS).tell(ASK) == []


def test_s49_only_an_incident_on_his_own_program_is_routed() -> None:
    for bent in (s.IncidentRouted(I, "g-2", "t-beta"), s.IncidentRouted(I, "g-1", "t-gamma")):
        assert told(OPEN).tell(bent) == ["order"]
    assert told(OPEN).tell(s.IncidentPassed(I, "g-2", "t-beta", "reported")) == ["order"]
    assert told(OPEN, s.CustomerResold("g-1", "Alberghi")).tell(ROUTE) == ["order"]


def test_s47_nobody_is_autonomous_before_three_topics_of_that_program() -> None:
    """S-47: each a line of the training register that is of the program."""
    lines = [TrainingGiven(f"f-{n}", "2026-11-03", 2, "g-1") for n in range(3)]
    plan = [s.ResaleTrained("g-1", topic, f"f-{n}") for n, topic in enumerate(TOPICS)]
    assert told(*lines, *plan).tell(s.ResaleAutonomous("g-1")) == []
    assert told(*lines, *plan).tell(s.ResaleAutonomous("g-2")) == ["order"]
    assert told(*lines, *plan[:2]).tell(s.ResaleAutonomous("g-1")) == ["order"]
    assert told(*lines).tell(s.ResaleTrained("g-2", "installation", "f-0")) == ["order"]
    assert told(*lines).tell(s.ResaleTrained("g-1", "something", "f-0")) == ["order"]
    assert told(*lines).tell(s.ResaleTrained("g-1", "installation", "f-9")) == ["order"]


def test_s20_severity_is_a_technicians_and_its_change_has_a_reason() -> None:
    """S-20."""
    others: tuple[Role, ...] = ("titolare", "ads", "owner", "broker")
    for role in others:
        assert told(OPEN).tell(RATE, actor=Actor("p", role)) == ["severity_role"]
    assert told(OPEN, RATE).tell(i.SeveritySet(I, "A", "B")) == ["order"]
    assert told(OPEN, RATE).tell(i.SeveritySet(I, "A", None, "worsened")) == ["order"]
    assert told(OPEN, RATE).tell(RATE) == ["order"]
    assert told(OPEN).tell(i.SeveritySet(I, "A", None, "worsened")) == ["order"]
    assert told(OPEN, RATE, WORSE).tell(i.SeveritySet(I, "C", "A", "eased")) == []


def test_there_is_one_first_answer() -> None:
    assert told(OPEN, ANSWER).tell(ANSWER) == ["order"]


def test_contracts_are_numbered() -> None:
    def contract(number: int) -> i.ContractAgreed:
        return i.ContractAgreed(number, "basic", "2026-01-01", "2026-12-31", True, None, None, (), False)

    assert told(contract(1), contract(2)).tell(contract(4)) == ["number_gap"]


def test_both_verifiers_know_it() -> None:
    w = World()
    w.onboard()
    text = {"incident_text": "La stampa si ferma."}
    now = instant.to_text(w.now)
    w.append(RESOLD, actor=TECHNICIAN)
    w.append(i.IncidentOpened(I, "portal", now, 2, product="g-1"), actor=TECHNICIAN, opening=text)
    for record in (
        ROUTE,
        PASS,
        RATE,
        WORSE,
        READY,
        TAKE,
        ANSWER,
        CLOSE,
        i.QueueJumped(("I-2",), "expertise", I),
    ):
        w.append(record, actor=TECHNICIAN)
    assert {f.cls for f in judge(w).findings} <= {"WITHHELD"}
    for record in (
        ANSWER,
        i.IncidentTaken("I-2", 0),
        i.SeveritySet("I-3", "A"),
        ROUTE,
        s.ResaleAutonomous("g-1"),
    ):
        w.append(record, actor=TECHNICIAN)
    w.append(i.ContactLogged("I-4"), actor=TECHNICIAN, opening=text)
    w.append(i.IncidentOpened("I-4", "portal", "2026-12-31T09:00:00.000Z", 2), actor=TECHNICIAN, opening=text)
    w.append(i.SeveritySet("I-4", "A"), actor=Actor("p", "titolare"))
    for record in (
        i.SeveritySet("I-4", "A"),
        i.IncidentAnswered("I-4", "call"),
        i.IncidentAnswered("I-4", "call"),
    ):
        w.append(record, actor=TECHNICIAN)
    found = sorted(f.code for f in judge(w).findings if f.cls != "WITHHELD")
    assert found == [*["order"] * 5, "record_said", "severity_role", *["unknown_incident"] * 2]
