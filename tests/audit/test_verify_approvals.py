"""Requests, approvals and grants: the log repeats what was signed, and what was signed was lawful then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from audit.canonical import b64
from audit.leaf import Leaf
from audit.record import Actor
from audit.request_records import ApprovalRefused, RequestLapsed, RequestSolved, RequestWithdrawn
from audit.statement_parts import Account, Channel, LoginCredential
from tests.audit.recorded import RULES
from tests.audit.verdicts import alone, changed, judge, moved, only, sound, without
from tests.audit.world import ADS, LOGIN, TECHNICIAN, TITOLARE, Twist, World
from web.demo.authenticator import SoftwareAuthenticator


def asked(twist: Twist) -> World:
    """One request, nothing more."""
    w = World(twist)
    w.onboard()
    w.until(3, 10)
    w.ask(1)
    return w


def granted(twist: Twist, **more: Any) -> World:
    w = World(twist)
    w.onboard()
    w.until(3, 10)
    request, _ = w.ask(1)
    w.approve(request, **more)
    return w


def codes(w: World) -> set[str]:
    return {f.code for f in judge(w).findings}


def test_a_granted_request_is_sound() -> None:
    sound(judge(granted(Twist())))
    sound(judge(granted(Twist(approver="titolare"))))


# ------------------------------------------------------------------------------------------- request


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"request": "r-99999999"}, "request"),
        ({"statement": "00" * 32}, "statement"),
        ({"incident": "I-2026-9999"}, "incident"),
        ({"channels": ("terminal",)}, "channels"),
        ({"activities": ("RST",)}, "activities"),
        ({"not_before": "2026-11-03T00:00:00.000Z"}, "not_before"),
        ({"not_after": "2026-11-30T00:00:00.000Z"}, "not_after"),
        ({"longest_s": 60}, "longest_s"),
    ],
)
def test_the_record_of_a_request_repeats_it(fields: dict[str, Any], what: str) -> None:
    alone(
        judge(asked(Twist(body=changed("request.opened", **fields)))),
        "UNAPPROVED",
        "statement_differs",
        what=what,
    )


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"actor": Actor("p-99999999", "technician")}, "technician"),
        ({"actor": Actor(TECHNICIAN, "owner")}, "technician"),
    ],
)
def test_the_leaf_of_a_request_repeats_it(fields: dict[str, Any], what: str) -> None:
    alone(
        judge(asked(Twist(leaf=moved("request.opened", **fields)))),
        "UNAPPROVED",
        "statement_differs",
        what=what,
    )


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"recording": True}, "recording"),
        ({"policy": "00" * 32}, "policy"),
        ({"longest_s": 7201}, "longest_s"),
        ({"channels": (Channel("desktop"),)}, "channels"),
        ({"channels": (Channel("tool", "x"),)}, "channels, tool"),
        ({"account": Account("root", administrator=True)}, "account"),
    ],
)
def test_a_request_outside_the_policy(change: dict[str, Any], what: str) -> None:
    verdict = judge(asked(Twist(request=lambda r: replace(r, **change))))
    only(verdict, "UNAPPROVED", "policy_breach")
    assert {f.code for f in verdict.findings} == {"policy_breach"}
    assert [f.en.split(": ")[1] for f in verdict.findings] == what.split(", ")


def test_a_screen_in_a_session_that_has_to_be_recorded() -> None:
    """Judged by both verifiers: its request says so."""

    def rules(*, recording: bool) -> Twist:
        screen = (Channel("desktop", control=True),)
        return Twist(
            policy=lambda p: replace(p, channels=("desktop",), recording=RULES),
            request=lambda r: replace(r, channels=screen, recording=recording),
        )

    alone(judge(asked(rules(recording=False))), "UNAPPROVED", "policy_breach", what="recording")
    assert not judge(asked(rules(recording=True))).findings


def test_a_request_whose_window_is_too_wide() -> None:
    wide = Twist(request=lambda r: replace(r, not_after=r.not_before + timedelta(hours=9)))
    alone(judge(asked(wide)), "UNAPPROVED", "policy_breach", what="window_s")


def test_a_request_before_any_policy() -> None:
    """The titolare's rules never came: nothing can be lawful under them."""
    w = World(Twist(leaf=without("policy.changed")))
    w.onboard()
    w.ask(1)
    found = judge(w, trust=None)
    assert {f.code for f in found.findings} >= {"chain"}


@pytest.mark.parametrize("kind", ["request.opened", "grant.issued"])
def test_without_the_evidence_nothing_is_believed(kind: str) -> None:
    w = granted(Twist(leaf=moved(kind, evidence=())))
    assert "evidence_missing" in codes(w)


def test_evidence_that_cannot_be_read() -> None:
    w = asked(Twist())
    n = next(i for i, d in enumerate(w.leaves) if b'"type":"request.opened"' in d)
    leaf = Leaf.parse(w.leaves[n])
    wrong = World()
    wrong.onboard()
    wrong.until(3, 10)
    wrong.append(
        leaf.record,
        actor=leaf.actor,
        host=leaf.host,
        proof=(("statement", b"{}"),),
        opening={"host_label": "RECEPTION-01"},
    )
    alone(judge(wrong), "UNAPPROVED", "evidence_unread")


# ------------------------------------------------------------------------------------------ approval


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"statement": "00" * 32}, "statement"),
        ({"approver": TITOLARE}, "approver"),
        ({"credential": "00" * 32}, "credential"),
        ({"supervision": "named"}, "supervision"),
        ({"watcher": TITOLARE}, "watcher"),
        ({"demo_software": False}, "demo_software"),
    ],
)
def test_the_record_of_an_approval_repeats_it(fields: dict[str, Any], what: str) -> None:
    verdict = judge(granted(Twist(body=changed("approval.given", **fields))))
    only(verdict, "UNAPPROVED", "statement_differs")
    assert verdict.findings[0].en.endswith(what)


def test_somebody_else_stands_as_the_one_who_signed() -> None:
    twist = Twist(leaf=moved("approval.given", actor=Actor(TITOLARE, "titolare")))
    alone(judge(granted(twist)), "UNAPPROVED", "statement_differs", what="actor")


def _other_request(a: Any) -> Any:
    return replace(a, request="00" * 32)


def _other_person(a: Any) -> Any:
    return replace(a, approver=TITOLARE)


def _other_tenant(a: Any) -> Any:
    return replace(a, tenant="t-99999999")


def _his_watch(a: Any) -> Any:
    return replace(a, supervision="named", watcher=TECHNICIAN)


def _no_demo(a: Any) -> Any:
    return replace(a, demo_software=False)


def _long_ago(a: Any) -> Any:
    return replace(a, given=a.given - timedelta(days=3))


@pytest.mark.parametrize(
    ("approval", "code"),
    [
        (_other_request, "grant_differs"),
        (_other_person, "not_approver"),
        (_other_tenant, "grant_differs"),
        (_his_watch, "own_request"),
        (_no_demo, "grant_differs"),
        (_long_ago, "approver_expired"),
    ],
)
def test_an_approval_that_does_not_count(approval: Callable[[Any], Any], code: str) -> None:
    """And the grant has too few, as a consequence."""
    verdict = judge(granted(Twist(approval=approval)))
    only(verdict, "UNAPPROVED", code)
    assert "too_few" in {f.code for f in verdict.findings}


def test_a_key_of_the_technicians_appointed_as_an_approvers() -> None:
    his = SoftwareAuthenticator(b"ads", LOGIN)  # the same key as the ADS signs with, where one logs in
    login = LoginCredential(b64(his.credential), his.public_key, demo_software=True)
    twist = Twist(request=lambda r: replace(r, technician=replace(r.technician, login_credentials=(login,))))
    only(judge(granted(twist)), "UNAPPROVED", "own_request")


@pytest.mark.parametrize("hours", [-25, 1])
def test_an_approval_recorded_long_after_it_was_given_or_before(hours: float) -> None:
    at = timedelta(hours=hours)
    long_set = lambda found: replace(  # noqa: E731 - an appointment that covers both
        found,
        approvers=tuple(replace(a, valid_from=a.valid_from - timedelta(days=30)) for a in found.approvers),
    )
    twist = Twist(approvers=long_set, approval=lambda a: replace(a, given=a.given + at))
    alone(judge(granted(twist)), "UNAPPROVED", "late_approval")


def test_an_approval_of_a_request_nobody_made() -> None:
    w = granted(Twist(leaf=without("request.opened")))
    found = judge(w)
    assert {f.cls for f in found.findings} >= {"INCOMPLETE"}
    assert "unknown_request" in {f.code for f in found.findings}


def test_a_request_that_is_over_takes_no_approval() -> None:
    for record in (
        ApprovalRefused("r-00000001"), RequestWithdrawn("r-00000001"),
        RequestLapsed("r-00000001"), RequestSolved("r-00000001"),
    ):  # fmt: skip
        w = World()
        w.onboard()
        w.until(3, 10)
        request, _ = w.ask(1)
        w.append(record, actor=Actor(ADS, "ads"))
        sound(judge(w))
        w.approve(request)
        assert {f.cls for f in judge(w).findings} == {"INCOMPLETE"}


# ----------------------------------------------------------------------------------------- check-in


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"statement": "00" * 32}, "statement"),
        ({"request": "r-99999999"}, "request"),
        ({"watcher": TITOLARE}, "watcher"),
        ({"credential": "00" * 32}, "credential"),
        ({"demo_software": False}, "demo_software"),
    ],
)
def test_the_record_of_a_check_in_repeats_it(fields: dict[str, Any], what: str) -> None:
    verdict = judge(granted(Twist(body=changed("supervision.taken", **fields))))
    found = {(f.cls, f.code) for f in verdict.findings} - {("INCOMPLETE", "unknown_request")}
    assert found == {("UNAPPROVED", "statement_differs")}
    assert any(f.en.endswith(what) for f in verdict.findings)


@pytest.mark.parametrize(
    ("fields", "what"),
    [({"actor": Actor(TITOLARE, "titolare")}, "actor"), ({"host": "h-99999999"}, "host")],
)
def test_supervision_is_taken_by_the_watcher_himself_and_of_this_host(
    fields: dict[str, Any], what: str
) -> None:
    twist = Twist(leaf=moved("supervision.taken", **fields))
    alone(judge(granted(twist)), "UNAPPROVED", "statement_differs", what=what)


def _other_grant(c: Any) -> Any:
    return replace(c, grant="00" * 32)


def _too_long(c: Any) -> Any:
    return replace(c, not_after=c.not_after + timedelta(hours=1))


@pytest.mark.parametrize(("check_in", "what"), [(_other_grant, "grant"), (_too_long, "time")])
def test_a_check_in_that_does_not_count(check_in: Callable[[Any], Any], what: str) -> None:
    alone(judge(granted(Twist(check_in=check_in))), "UNAPPROVED", "check_in", what=what)


def test_a_check_in_by_another_passkey() -> None:
    other = Twist(challenge=lambda kind, challenge: bytes(32) if kind == "supervision" else challenge)
    alone(judge(granted(other)), "UNAPPROVED", "assertion")
    w = World(Twist())
    w.onboard()
    w.until(3, 10)
    w.ads, ads = w.ads, w.ads
    request, _ = w.ask(1)
    grant = w.approve(request)
    w.ads = w.stranger
    w.watch(request, grant)
    w.ads = ads
    alone(judge(w), "UNAPPROVED", "not_approver")


def test_a_check_in_without_its_evidence() -> None:
    twist = Twist(leaf=moved("supervision.taken", evidence=()))
    alone(judge(granted(twist)), "UNAPPROVED", "evidence_missing")


def test_a_second_page_of_the_watcher_and_supervision_that_nobody_granted() -> None:
    w = World()
    w.onboard()
    w.until(3, 10)
    request, _ = w.ask(1)
    grant = w.approve(request)
    w.watch(request, grant)
    sound(judge(w))
    w.watch(replace(request, request="r-99999999"), replace(grant, session="s-9999999999"))
    assert {f.cls for f in judge(w).findings} == {"INCOMPLETE"}


# --------------------------------------------------------------------------------------------- grant


@pytest.mark.parametrize(
    ("grant", "what"),
    [
        (lambda g: replace(g, channels=g.channels[:1]), "channels"),
        (lambda g: replace(g, request="00" * 32), "request"),
        (lambda g: replace(g, account=Account("root", administrator=True)), "account"),
        (lambda g: replace(g, technician=replace(g.technician, ssh_keys=())), "technician"),
        (lambda g: replace(g, tenant="t-99999999"), "tenant"),
        (lambda g: replace(g, approvals=("00" * 32,)), "approvals"),
        (lambda g: replace(g, supervision="waived", watcher=None), "supervision"),
        (lambda g: replace(g, supervision="named", watcher=TITOLARE), "supervision"),
    ],
)
def test_a_grant_repeats_what_was_approved(grant: Callable[[Any], Any], what: str) -> None:
    verdict = judge(granted(Twist(grant=grant)))
    only(verdict, "UNAPPROVED", "grant_differs")
    assert any(f.en.endswith(what) for f in verdict.findings)


def test_an_approver_who_would_watch_himself_as_another() -> None:
    twist = Twist(approval=lambda a: replace(a, watcher=TITOLARE))
    alone(judge(granted(twist)), "UNAPPROVED", "grant_differs", what="watcher")


def test_waived_where_the_policy_requires_a_watcher() -> None:
    twist = Twist(policy=lambda p: replace(p, supervision="required"))
    alone(judge(granted(twist, supervision="waived")), "UNAPPROVED", "grant_differs", what="supervision")


@pytest.mark.parametrize(
    ("twist", "what"),
    [
        (Twist(body=changed("grant.issued", grant="00" * 32)), "grant"),
        (Twist(body=changed("grant.issued", not_after="2026-11-30T00:00:00.000Z")), "window"),
        (Twist(leaf=moved("grant.issued", session="s-ffffffffff")), "session"),
        (Twist(leaf=moved("grant.issued", host="h-99999999")), "host"),
    ],
)
def test_the_record_of_a_grant_repeats_it(twist: Twist, what: str) -> None:
    verdict = judge(granted(twist))
    assert ("UNAPPROVED", "grant_differs") in {(f.cls, f.code) for f in verdict.findings}
    assert any(f.en.endswith(what) for f in verdict.findings)


def test_a_grant_signed_by_another_key() -> None:
    w = World()
    w.onboard()
    w.until(3, 10)
    request, _ = w.ask(1)
    w.grant_key = w.log_key
    w.approve(request)
    alone(judge(w, trust=None), "UNAPPROVED", "grant_forged")


def test_an_approval_whose_signature_is_over_something_else() -> None:
    twist = Twist(challenge=lambda kind, challenge: bytes(32) if kind == "approval" else challenge)
    only(judge(granted(twist)), "UNAPPROVED", "assertion")


def test_a_grant_for_a_host_nobody_enrolled_is_step_eights() -> None:
    verdict = judge(granted(Twist(leaf=without("host.enrolled"))), trust=None)
    only(verdict, "UNAPPROVED", "statement_differs")


def test_a_policy_that_asks_for_a_role_nobody_signed_in() -> None:
    strict = Twist(policy=lambda p: replace(p, roles=(("titolare", 1),)))
    alone(judge(granted(strict)), "UNAPPROVED", "too_few")
    sound(judge(granted(replace(strict, approver="titolare"))))
