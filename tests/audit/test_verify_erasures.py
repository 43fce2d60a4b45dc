"""Erasure: what the law and the titolare allow is a note, everything else is a text withheld."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from audit import periods, statement
from audit.checkpoint import open_checkpoint
from audit.duty_records import CustomerLeft, LeavingBegun, LeavingConfirmed
from audit.erasure import Erasure
from audit.erasure_records import ErasureDecided, ErasureExecuted, HoldLifted, HoldPlaced
from audit.incident_records import IncidentOpened
from audit.instant import to_text
from audit.leaf import Leaf
from audit.log_records import LogGap
from audit.person_records import LoginFailed, PersonLeft, RecordRead, TenantOpened
from audit.record import Actor
from audit.retention import ends
from audit.session_records import SessionClosed, SessionOpened
from audit.trust_file import SeenHeads
from tests.audit.verdicts import alone, changed, judge, only, said, sound
from tests.audit.world import (
    ADS,
    HOST,
    OWNER,
    TECHNICIAN,
    TENANT,
    TITOLARE,
    ZONE,
    Twist,
    World,
    busy_month,
)

REQUEST, REPORT = "r-00000001", "VB-0001-2026-11"


def month(twist: Twist | None = None, *, closed: bool = False) -> World:
    return busy_month(twist, closed=closed)


def texts_of(w: World, request: str) -> list[int]:
    """The records that keep a text of that request: its own, its session's note and commands."""
    leaves = [leaf_of(w, n) for n in range(len(w.leaves))]
    session = next(
        (leaf.session for leaf in leaves if getattr(leaf.record, "request", "") == request and leaf.session),
        None,
    )
    return [
        leaf.n
        for leaf in leaves
        if leaf.sealed and (getattr(leaf.record, "request", "") == request or (session and leaf.session == session))
    ]  # fmt: skip


def leaf_of(w: World, n: int) -> Leaf:
    return Leaf.parse(w.leaves[n])


def later(w: World, at: datetime) -> None:
    """Go there at once; the log says that it stood still meanwhile."""
    first = w.now.date() + timedelta(days=1)
    w.now = at
    w.append(LogGap(first.isoformat(), (at.date() - timedelta(days=1)).isoformat()))


def end_of(w: World, n: int, months: int) -> datetime:
    return ends(leaf_of(w, n).time, months, ZONE)


# ---------------------------------------------------------------------------------- by term


def test_at_its_term_a_text_may_go_and_the_tree_is_the_same() -> None:
    w = month()
    n = w.sealed("session.closed")[0]
    before, head = judge(w), w.head
    sound(before)
    later(w, end_of(w, n, 24))
    w.erase(n)
    after = judge(w)
    sound(after)
    assert said(after, "erased")[0].startswith("Texts lawfully erased: 1,")
    assert after.counts["erased"] == 1
    w.heads[open_checkpoint(head, w.first_vkey).size] = head
    sound(judge(w))


def test_a_minute_before_its_term_it_is_withheld() -> None:
    w = month()
    n = w.sealed("session.closed")[0]
    free = end_of(w, n, 24)
    later(w, free - timedelta(minutes=1))
    w.erase(n)
    alone(judge(w), "WITHHELD", "erased_early", until=to_text(free))


def test_a_text_that_is_gone_without_a_record_is_withheld() -> None:
    w = month()
    n = w.sealed("session.closed")[0]
    later(w, end_of(w, n, 24))
    del w.openings[n]
    alone(judge(w), "WITHHELD", "opening_missing")


def test_the_customers_rules_say_how_long() -> None:
    """Shorter within the bounds, or longer: those in force when it was erased."""
    for months, code in ((12, None), (18, "erased_early")):
        w = month()
        n = w.sealed("request.opened")[1]
        w.change_policy(retention=(("authorisation", months),))
        later(w, end_of(w, n, 12))
        w.erase(n)
        found = judge(w)
        if code is None:
            sound(found)
        else:
            alone(found, "WITHHELD", code)


SHORT = (("access", 6), ("authorisation", 12), ("log", 1))


def last_of(w: World, retain: str, person: str) -> datetime:
    """The last record of that class that he made or that names him."""
    leaves = [leaf_of(w, n) for n in range(len(w.leaves))]
    named = ("person", "watcher", "by", "approver")
    return max(
        leaf.time
        for leaf in leaves
        if retain == leaf.record.RETAIN
        and person in (leaf.actor.id, *(getattr(leaf.record, name, "") for name in named))
    )


def admission(w: World, person: str) -> int:
    return next(n for n in w.sealed("person.admitted") if leaf_of(w, n).record.person == person)


def test_a_name_outlives_the_last_access_under_it() -> None:
    """L-11: for as long as an access must be attributable, nobody's name goes, whatever else has ended."""
    w = month()
    w.change_policy(retention=SHORT)
    later(w, ends(last_of(w, "authorisation", TECHNICIAN), 12, ZONE))
    w.append(PersonLeft(TECHNICIAN), actor=Actor(OWNER, "owner"))
    last = last_of(w, "access", TECHNICIAN)
    later(w, ends(last, 6, ZONE) - timedelta(hours=1))
    w.erase(admission(w, TECHNICIAN))
    alone(judge(w), "WITHHELD", "erased_early", until=to_text(ends(last, 6, ZONE)))


@pytest.mark.parametrize("person", [TECHNICIAN, ADS])
def test_a_name_outlives_the_last_authorisation_under_it(person: str) -> None:
    """Who asked and who approved stays known for as long as that they did."""
    w = month()
    w.change_policy(retention=SHORT)
    last = last_of(w, "authorisation", person)
    later(w, ends(last, 12, ZONE) - timedelta(hours=1))
    w.erase(admission(w, person))
    alone(judge(w), "WITHHELD", "erased_early", until=to_text(ends(last, 12, ZONE)))


def test_a_name_may_go_when_its_last_access_is_old() -> None:
    w = month()
    n = admission(w, ADS)
    w.change_policy(retention=SHORT)
    w.append(RecordRead(ADS, "report", "192.168.10.12"), actor=Actor(TITOLARE, "titolare"))
    w.append(
        LoginFailed(None, "passkey", "not_recognised", "192.168.10.12"),
        actor=Actor("nobody", "nobody"),
    )
    later(w, ends(w.now, 12, ZONE))
    w.erase(n)
    sound(judge(w))


def test_a_name_nobody_entered_under_goes_at_its_own_term() -> None:
    w = month()
    n = next(n for n in w.sealed("person.admitted") if leaf_of(w, n).record.person == OWNER)
    later(w, end_of(w, n, 24))
    w.erase(n)
    sound(judge(w))


# ------------------------------------------------------------------------------ by decision


def test_the_titolare_decides_before_the_term() -> None:
    """L-28: two months old, the content goes; who came in and when stays."""
    w = month()
    w.erase(*texts_of(w, REQUEST), decision=w.decide(REQUEST))
    verdict = judge(w)
    sound(verdict)
    assert verdict.counts["erased"] == 3


def test_the_reports_that_print_it_go_with_it() -> None:
    w = month(closed=True)
    issued = w.sealed("report.issued")
    w.reports.clear()
    w.erase(*texts_of(w, REQUEST), *issued, decision=w.decide(REQUEST, reports=(REPORT,)))
    verdict = judge(w)
    sound(verdict)
    assert said(verdict, "erased_report")


def test_a_report_goes_at_its_term_and_not_before() -> None:
    for minutes, code in ((0, None), (-1, "erased_early")):
        w = month(closed=True)
        n = w.sealed("report.issued")[0]
        w.change_policy(retention=(("report", 12),))
        later(w, end_of(w, n, 12) + timedelta(minutes=minutes))
        w.reports.clear()
        w.erase(n)
        if code is None:
            sound(judge(w))
        else:
            assert {(f.cls, f.code) for f in judge(w).findings} == {
                ("WITHHELD", code),
                ("REPORT", "report_missing"),
            }


def test_nothing_goes_that_he_did_not_name() -> None:
    w = month()
    other = w.sealed("request.opened")[1]
    w.erase(other, decision=w.decide(REQUEST))
    alone(judge(w), "WITHHELD", "erased_undecided")


@pytest.mark.parametrize("kind", ["person.admitted", "report.issued"])
def test_his_order_reaches_no_name_and_no_report_he_did_not_name(kind: str) -> None:
    """No path to purge an access before its time, not even his signature."""
    w = month(closed=True)
    n = w.sealed(kind)[0]
    decision = w.decide(REQUEST)
    if kind == "report.issued":
        w.append(ErasureExecuted("decision", decision), refs=(n,))
    else:
        w.erase(n, decision=decision)
    alone(judge(w), "WITHHELD", "erased_undecided")


def test_an_order_that_was_never_signed() -> None:
    w = month()
    w.erase(*texts_of(w, REQUEST), decision=3)
    only(judge(w), "WITHHELD", "erased_undecided")


@pytest.mark.parametrize("whose", ["ads", "stranger"])
def test_only_a_titolare_decides(whose: str) -> None:
    w = month()
    w.erase(*texts_of(w, REQUEST), decision=w.decide(REQUEST, by=getattr(w, whose)))
    found = {(f.cls, f.code) for f in judge(w).findings}
    assert found == {("UNAPPROVED", "not_approver"), ("WITHHELD", "erased_undecided")}


def _decided(w: World, **changes: Any) -> None:
    """An order with something bent, and nothing erased by it."""
    order = replace(Erasure(TENANT, (REQUEST,), (), "asked_by_person", w.now), **changes)
    w.append(
        ErasureDecided(order.digest.hex(), demo_software=True),
        actor=Actor(TITOLARE, "titolare"), proof=w.signed(order, w.titolare),
    )  # fmt: skip


def test_an_order_of_another_customer_or_of_long_ago() -> None:
    w = month()
    _decided(w, tenant="t-99999999")
    alone(judge(w), "UNAPPROVED", "statement_differs")
    w = month()
    _decided(w, decided=w.now - timedelta(days=2))
    alone(judge(w), "UNAPPROVED", "late_approval")


def test_an_order_whose_evidence_does_not_hold() -> None:
    w = month(Twist(body=changed("erasure.decided", statement="00" * 32)))
    _decided(w)
    alone(judge(w), "UNAPPROVED", "statement_differs")
    w = month()
    _decided(w)
    files = w.entries()
    del files[f"evidence/{leaf_of(w, len(w.leaves) - 1).evidence[0].sha256}"]
    alone(judge(w, files), "UNAPPROVED", "evidence_missing")


def test_an_order_that_cannot_be_read() -> None:
    w = month()
    data = b'{"type":"erasure","v":1}'
    w.append(
        ErasureDecided(statement.digest("erasure", data).hex(), demo_software=True),
        actor=Actor(TITOLARE, "titolare"),
        proof=(("statement", data), ("assertion", w.titolare.assertion(bytes(32)).encode())),
    )
    alone(judge(w), "UNAPPROVED", "evidence_unread")


def test_an_order_signed_for_something_else() -> None:
    w = month(Twist(challenge=lambda kind, c: bytes(32) if kind == "erasure" else c))
    _decided(w)
    alone(judge(w), "UNAPPROVED", "assertion")


def test_an_order_before_anybody_may_sign() -> None:
    w = World()
    w.append(TenantOpened("t-00000000", demo=True, zone=ZONE))
    _decided(w)
    w.until(1, 8, 30)
    w._pins()
    assert ("UNAPPROVED", "chain") in {(f.cls, f.code) for f in judge(w).findings}


# ------------------------------------------------------------------------------------- holds


def hold(w: World, request: str | None, role: str = "titolare") -> None:
    w.append(
        HoldPlaced("hold-1", request, "claim", "2027-05-01"),
        actor=Actor(TITOLARE if role == "titolare" else OWNER, role),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("request_id", [REQUEST, None])
def test_a_hold_stays_term_and_decision(request_id: str | None) -> None:
    w = month()
    hold(w, request_id)
    w.erase(*texts_of(w, REQUEST), decision=w.decide(REQUEST))
    alone(judge(w), "WITHHELD", "erased_held")


def test_a_hold_on_one_request_leaves_the_others() -> None:
    w = month()
    hold(w, "r-00000003")
    w.erase(*texts_of(w, REQUEST), decision=w.decide(REQUEST))
    sound(judge(w))


def test_once_lifted_it_stays_nothing() -> None:
    w = month()
    hold(w, None)
    w.append(HoldLifted("hold-1"), actor=Actor(TITOLARE, "titolare"))
    w.erase(*texts_of(w, REQUEST), decision=w.decide(REQUEST))
    sound(judge(w))


@pytest.mark.parametrize(("placed", "lifted", "fine"), [
    ("titolare", "owner", False), ("owner", "owner", True), ("owner", "titolare", True), ("", "titolare", False),
])  # fmt: skip
def test_the_vendor_does_not_lift_what_the_titolare_placed(placed: str, lifted: str, *, fine: bool) -> None:
    w = month()
    if placed:
        hold(w, None, placed)
    w.append(HoldLifted("hold-1"), actor=Actor(OWNER, lifted))  # type: ignore[arg-type]
    if fine:
        sound(judge(w))
    else:
        alone(judge(w), "WITHHELD", "hold_lifted")


# ------------------------------------------------------------------------------- odds and ends


def test_what_keeps_no_text_cannot_be_erased() -> None:
    w = month()
    w.erase(w.sealed("session.opened")[0], decision=w.decide(REQUEST))
    alone(judge(w), "WITHHELD", "erased_unknown")


def test_a_text_said_to_be_erased_and_still_there_is_told() -> None:
    w = month()
    w.append(ErasureExecuted("decision", w.decide(REQUEST)), refs=tuple(texts_of(w, REQUEST)))
    verdict = judge(w)
    sound(verdict)
    assert said(verdict, "erased_kept") == ["Texts that the log says are erased and that are still here: 3."]
    assert not said(verdict, "erased")


def test_a_machine_without_time_zones_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    w = month()
    n = w.sealed("session.closed")[0]
    later(w, end_of(w, n, 24))
    w.erase(n)

    def none(_name: str) -> None:
        raise periods.NoZones

    monkeypatch.setattr("audit.retention.zone_of", none)
    verdict = judge(w, seen=SeenHeads())  # a browser has its zones
    assert verdict.steps[10].state == "unknown"
    assert verdict.sound


def test_in_a_zone_nobody_knows_no_term_is_judged() -> None:
    w = month(Twist(body=changed("tenant.opened", zone="Europa/Roma")))
    w.erase(w.sealed("session.closed")[0])
    only(judge(w), "INCOMPLETE", "zone")


def test_a_session_opened_nowhere_has_no_request() -> None:
    """A closing note of a session that no request opened, and an opening that names no session: what no
    order names is not erased by one."""
    w = month()
    w.append(
        SessionOpened(REQUEST, "00" * 32, "10.8.0.31", demo_software=True),
        actor=Actor(TECHNICIAN, "technician"), host=HOST,
    )  # fmt: skip
    n = w.append(
        SessionClosed("solved"), actor=Actor(TECHNICIAN, "technician"), session="s-ffffffffff", host=HOST,
        opening={"note": "x"},
    )  # fmt: skip
    w.erase(n, decision=w.decide(REQUEST))
    assert ("WITHHELD", "erased_undecided") in {(f.cls, f.code) for f in judge(w).findings}


def test_an_incidents_text_goes_under_its_number() -> None:
    for number, code in (("I-2026-0077", None), ("I-2026-0078", "erased_undecided")):
        w = month()
        opened = IncidentOpened("I-2026-0077", "portal", to_text(w.now), 2)
        n = w.append(opened, actor=Actor(ADS, "ads"), opening={"incident_text": "Non stampa."})
        w.erase(n, decision=w.decide(number))
        verdict = judge(w)
        if code is None:
            sound(verdict)
        else:
            alone(verdict, "WITHHELD", code)


@pytest.mark.parametrize(("last", "code"), [("2026-12-31", None), ("2999-01-01", "erased_early")])
def test_l35_once_a_customer_has_left_the_shortest_terms_count(last: str, code: str | None) -> None:
    """L-35: not before the day he was told has passed, and never below what the law keeps."""
    w = month()
    n = w.sealed("request.opened")[1]
    w.append(LeavingBegun("u-1"), actor=Actor(OWNER, "owner"))
    w.append(LeavingConfirmed("u-1", last), actor=Actor(TITOLARE, "titolare"))
    later(w, end_of(w, n, 12))
    w.append(CustomerLeft("u-1"))
    w.erase(n)
    found = judge(w)
    if code is None:
        sound(found)
    else:
        alone(found, "WITHHELD", code)
