"""Sessions on hosts without an agent (S-43), as both verifiers judge them: allowed by the customer, declared by the
technician, attested by nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from audit import instant
from audit.approvers import Approver
from audit.canonical import b64
from audit.channel_records import ToolStarted
from audit.declared_records import DeclaredAllowed
from audit.enrolment import Enrolment
from audit.estate_records import HostRevoked
from audit.findings import Verdict
from audit.record import Actor
from audit.recording_rules import Ground, RecordingRules
from audit.request_records import ApprovalWithdrawn, GrantIssued
from audit.session_records import WatchJoined
from audit.warrant import Mandate
from tests.audit.declared_months import BARE, REQUEST, SESSION, TOOL, Declared, declared
from tests.audit.verdicts import alone, changed, judge, moved, only, said, sound, without
from tests.audit.world import ADS, HOST, TECHNICIAN, TENANT, TITOLARE, Twist

GROUND = Ground("no_employees", "Prot. 1", "2026-01-01")


def test_s43_is_sound_counted_apart_and_said() -> None:
    verdict = judge(declared())
    sound(verdict)
    assert (verdict.counts["sessions"], verdict.counts["declared"]) == (0, 1)
    assert said(verdict, "declared") == [
        "Sessions declared by the technician, not attested: 1. Start and end are his word; no agent saw them."
    ]


def test_s43_an_end_nobody_declared_is_presumed_where_it_was_allowed_until() -> None:
    w = Declared(Twist())
    asked = w.begun()
    w.let(asked, w.approve_declared(asked))
    began = instant.whole_ms(w.now)
    w.declare(asked, "began")
    w.wait(hours=2)
    w.presume(began + timedelta(seconds=asked.longest_s))
    verdict = judge(w)
    sound(verdict)
    assert len(said(verdict, "declared_presumed")) == 1


@pytest.mark.parametrize("minutes", [-20, 20])
def test_an_end_is_never_invented(minutes: int) -> None:
    w = Declared(Twist())
    asked = w.begun()
    w.let(asked, w.approve_declared(asked))
    began = instant.whole_ms(w.now)
    w.declare(asked, "began")
    w.wait(hours=2)
    w.presume(began + timedelta(seconds=asked.longest_s, minutes=minutes))
    alone(judge(w), "UNAPPROVED", "declared_differs", what="until")


def test_an_end_is_not_presumed_while_it_is_allowed() -> None:
    w = Declared(Twist())
    asked = w.begun()
    w.let(asked, w.approve_declared(asked))
    began = instant.whole_ms(w.now)
    w.declare(asked, "began")
    w.presume(began + timedelta(seconds=asked.longest_s))
    alone(judge(w), "UNAPPROVED", "declared_differs", what="time")


def test_an_end_after_what_was_allowed_is_found() -> None:
    alone(judge(declared(minutes=90)), "UNAPPROVED", "outside_window")


def test_a_start_outside_the_window_is_found() -> None:
    w = Declared(Twist())
    asked = w.begun()
    w.let(asked, w.approve_declared(asked))
    w.wait(hours=5)
    w.declare(asked, "began")
    only(judge(w), "UNAPPROVED", "outside_window")


def test_an_end_after_the_yes_was_taken_back_is_noted() -> None:
    w = Declared(Twist())
    asked = w.begun()
    w.let(asked, w.approve_declared(asked))
    w.declare(asked, "began")
    w.append(ApprovalWithdrawn(REQUEST), actor=Actor(ADS, "ads"), host=BARE.id)
    w.wait(minutes=10)
    w.declare(asked, "ended")
    verdict = judge(w)
    sound(verdict)
    assert len(said(verdict, "declared_late_end")) == 1


def test_nothing_begins_after_the_yes_was_taken_back() -> None:
    w = Declared(Twist())
    asked = w.begun()
    w.let(asked, w.approve_declared(asked))
    w.append(ApprovalWithdrawn(REQUEST), actor=Actor(ADS, "ads"), host=BARE.id)
    w.declare(asked, "began")
    assert {f.code for f in judge(w).findings} >= {"order"}


@pytest.mark.parametrize(
    ("bent", "code"),
    [
        (changed("request.opened", declared=None), "evidence_unread"),
        (changed("declared.allowed", approvals=()), "too_few"),
        (changed("declared.allowed", not_after="2026-11-05T10:00:00.000Z"), "declared_differs"),
        (changed("declared.began", tool="altro"), "declared_differs"),
        (changed("declared.began", ends="2026-11-05T10:00:00.000Z"), "declared_differs"),
        (changed("declared.began", demo_software=False), "declared_differs"),
        (changed("declared.ended", statement="ab" * 32), "declared_differs"),
    ],
)
def test_records_repeat_what_was_signed(bent: Callable[[str, Any], Any], code: str) -> None:
    only_step_9(judge(declared(Twist(body=bent))), code)


@pytest.mark.parametrize("kind", ["declared.began", "declared.ended", "session.closed"])
def test_only_the_technician_declares(kind: str) -> None:
    w = Declared(Twist(leaf=moved(kind, actor=Actor("broker", "broker"))))
    only_step_9(judge(declared(world=w)), "declared_differs")


@pytest.mark.parametrize("kind", ["declared.allowed", "declared.began", "declared.ended"])
def test_of_its_own_host(kind: str) -> None:
    w = Declared(Twist(leaf=moved(kind, host=HOST)))
    found = judge(declared(world=w)).findings
    assert ("UNAPPROVED", "declared_differs") in {(f.cls, f.code) for f in found}


@pytest.mark.parametrize(
    "field",
    [
        {"session": "s-0000000001"},
        {"request": "ab" * 32},
        {"host": HOST},
        {"technician": ADS},
        {"what": "ended"},
    ],
)
def test_a_declaration_is_of_this_session(field: dict[str, Any]) -> None:
    w = Declared(Twist(), say=lambda said: replace(said, **field) if said.what == "began" else said)
    only_step_9(judge(declared(world=w)), "declared_differs")


@pytest.mark.parametrize("minutes", [-20, 5])
def test_a_declaration_is_of_this_time(minutes: int) -> None:
    w = Declared(Twist(), say=lambda said: replace(said, at=said.at + timedelta(minutes=minutes)))
    alone(judge(declared(world=w)), "UNAPPROVED", "declared_differs", what="time")


def test_nobody_declares_with_another_key() -> None:
    w = Declared(Twist())
    w.by = w.ads
    only_step_9(judge(declared(world=w)), "activation")


def test_nor_with_a_signature_over_something_else() -> None:
    w = Declared(Twist(challenge=lambda kind, one: bytes(32) if kind == "declaration" else one))
    alone(judge(declared(world=w)), "UNAPPROVED", "activation")


@pytest.mark.parametrize(
    ("rules", "what"),
    [
        ({"bare_hosts": ()}, "host"),
        ({"bare_hosts": (replace(BARE, os="Windows 10"),)}, "host"),
        ({"channels": ("terminal", "exec")}, "channels"),
        ({"supervision": "required"}, "supervision"),
        ({"desk": "consent"}, "desk"),
        ({"recording": RecordingRules("administrator", GROUND, GROUND)}, "recording"),
        ({"longest_s": 60}, "longest_s"),
        ({"window_s": 7200}, "window_s"),
    ],
)
def test_s43_only_where_the_policy_allows_it(rules: dict[str, Any], what: str) -> None:
    w = Declared(Twist())
    w.begun(**rules)
    alone(judge(w), "UNAPPROVED", "policy_breach", what=what)


def test_a_policy_of_later_ends_what_was_allowed_before() -> None:
    w = Declared(Twist())
    asked = w.begun()
    w.let(asked, w.approve_declared(asked))
    w.change_policy(bare_hosts=())
    w.declare(asked, "began")
    alone(judge(w), "UNAPPROVED", "policy_breach", what="policy")


def test_who_approved_is_still_appointed_when_it_begins() -> None:
    w = Declared(Twist())
    asked = w.begun()
    w.let(asked, w.approve_declared(asked))
    w.change_approvers(w.approvers.approvers[0])
    w.declare(asked, "began")
    alone(judge(w), "UNAPPROVED", "approver_gone")


def test_s43_a_signature_is_of_exactly_this_request() -> None:
    w = Declared(Twist(approval=lambda given: replace(given, request="ab" * 32)))
    only_step_9(judge(declared(world=w)), "grant_differs")


def test_nobody_can_watch_it() -> None:
    w = Declared(Twist(approval=lambda given: replace(given, supervision="self", watcher=given.approver)))
    only_step_9(judge(declared(world=w)), "grant_differs")


def test_as_many_approve_as_the_rules_ask_for() -> None:
    w = Declared(Twist())
    asked = w.begun(approvals=2)
    w.let(asked, w.approve_declared(asked))
    only_step_9(judge(w), "too_few")


def test_a_second_signature_makes_two() -> None:
    w = Declared(Twist())
    asked = w.begun(approvals=2)
    w.let(asked, w.approve_declared(asked), w.approve_declared(asked, person=TITOLARE, key=w.titolare))
    sound(judge(w))


def test_the_vendor_approves_none_under_a_mandate() -> None:
    w = Declared(Twist())

    def with_vendor(found: Any) -> Any:
        line = found.approvers[0]
        vendor = Approver(
            TECHNICIAN, "vendor_ads", b64(w.vendor.credential), w.vendor.public_key, line.valid_from, line.valid_until,
            demo_software=True,
        )  # fmt: skip
        return replace(found, approvers=(*found.approvers, vendor))

    w.twist.approvers = with_vendor
    asked = w.begun()
    day = instant.whole_ms(w.now)
    given = w.warrant(Mandate(
        TENANT, "w-00000001", (TECHNICIAN,), None, ("tool",), None, True, day, day + timedelta(days=30),
        own_requests=True, demo_software=True,
    ))  # fmt: skip
    w.twist.approval = lambda one: replace(one, warrant=given)
    w.approve_declared(asked, person=TECHNICIAN, key=w.vendor)
    alone(judge(w), "UNAPPROVED", "undelegated", what="mandate")


def test_s43_no_grant_is_made_of_it() -> None:
    w = Declared(Twist())
    w.begun()
    record = GrantIssued(REQUEST, "ab" * 32, "2026-11-02T08:00:00.000Z", "2026-11-02T09:00:00.000Z")
    w.append(record, session=SESSION, host=BARE.id, proof=(("grant", b"{}"),))
    found = {(f.cls, f.code) for f in judge(w).findings}
    assert ("UNAPPROVED", "declared_differs") in found


def test_a_request_to_an_agent_is_not_declared() -> None:
    w = Declared(Twist())
    w.allow()
    w.onboard()
    w.until(2, 9)
    request, _ = w.ask(1)
    w.append(
        DeclaredAllowed(
            request.request, (), instant.to_text(request.not_before), instant.to_text(request.not_after)
        ),
        session=SESSION, host=HOST,
    )  # fmt: skip
    alone(judge(w), "UNAPPROVED", "declared_differs", what="request")


def test_s43_no_agent_has_a_part_in_it() -> None:
    w = Declared(Twist())
    asked = w.begun()
    w.let(asked, w.approve_declared(asked))
    w.declare(asked, "began")
    w.told(ToolStarted(TOOL.id, "ab" * 32, "not_seen", ""), session=SESSION, host=HOST)
    alone(judge(w), "DISPUTED", "other_host")


def test_nor_what_only_an_agents_session_has() -> None:
    w = Declared(Twist())
    asked = w.begun()
    w.let(asked, w.approve_declared(asked))
    w.declare(asked, "began")
    w.append(WatchJoined(ADS, "10.8.0.31"), actor=Actor(ADS, "ads"), session=SESSION, host=BARE.id)
    alone(judge(w), "INCOMPLETE", "order")


@pytest.mark.parametrize("line", [replace(BARE, id=HOST), replace(BARE, label="RECEPTION-01")])
def test_s43_a_host_with_an_agent_is_none_without(line: Any) -> None:
    """By its id, or by its name, whichever comes first: rules or enrolment."""
    late = Declared(Twist())
    late.onboard()
    late.change_policy(channels=("terminal", "exec", "tool"), tools=(TOOL,), bare_hosts=(line,))
    alone(judge(late), "UNAPPROVED", "host_has_agent")
    early = Declared(Twist())
    early.allow(bare_hosts=(line,))
    early.onboard()
    alone(judge(early), "UNAPPROVED", "host_has_agent")


def test_a_name_is_free_again_once_the_agent_is_gone() -> None:
    w = Declared(Twist())
    w.onboard()
    w.append(HostRevoked(HOST, "out_of_use"), actor=Actor(TITOLARE, "titolare"), host=HOST)
    w.change_policy(
        channels=("terminal", "exec", "tool"),
        tools=(TOOL,),
        bare_hosts=(replace(BARE, label="RECEPTION-01"),),
    )
    sound(judge(w))


def test_a_prepared_host_is_not_enrolled_under_that_name() -> None:
    def labelled(enrolment: Enrolment) -> Enrolment:
        return replace(enrolment, label=BARE.label)

    w = Declared(Twist(enrolment=labelled))
    w.allow()
    w.onboard()
    only_step_9(judge(w), "host_has_agent")


def test_what_was_left_out_shows() -> None:
    w = Declared(Twist(leaf=without("declared.allowed")))
    assert not judge(declared(world=w)).sound


def only_step_9(verdict: Verdict, code: str) -> None:
    only(verdict, "UNAPPROVED", code)
