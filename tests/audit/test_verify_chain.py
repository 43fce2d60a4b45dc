"""The customer's own statements: who signed them, in which order, and what no host would take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from audit import statement
from audit.estate_records import HostRevoked, PolicyChanged
from audit.keys import SigningKey
from audit.leaf import Leaf
from audit.note import VerifierKey
from audit.person_records import CredentialAdded, LoginSucceeded
from audit.record import Actor
from tests.audit.verdicts import alone, changed, judge, moved, only, sound, without
from tests.audit.world import ADS, HOST, LOGIN, ORIGIN, OWNER, SIGNING, TENANT, TITOLARE, Twist, World, seed


def onboarded(twist: Twist | None = None) -> World:
    w = World(twist or Twist())
    w.onboard()
    return w


def lines(found: Any, **changes: Any) -> Any:
    return replace(found, approvers=tuple(replace(a, **changes) for a in found.approvers))


def test_the_customers_statements_in_their_order_are_sound() -> None:
    w = onboarded()
    w.change_policy(longest_s=3600)
    w.change_approvers(*w.approvers.approvers[:1])
    w.enrol("h-00000002", SigningKey(seed("second")), "CASSA-01")
    sound(judge(w))


# ------------------------------------------------------------------------------- what no host takes


def test_appointments_end_within_a_year() -> None:
    twist = Twist(
        approvers=lambda a: lines(a, valid_until=a.approvers[0].valid_from + timedelta(days=70 * 365))
    )
    verdict = judge(onboarded(twist))
    only(verdict, "UNAPPROVED", "set_unfit")
    assert "twelve months" in verdict.findings[0].en


def test_an_appointment_of_no_length() -> None:
    twist = Twist(
        approvers=lambda a: replace(a, approvers=(a.approvers[0], replace(a.approvers[1], valid_until=a.approvers[1].valid_from)))
    )  # fmt: skip
    alone(judge(onboarded(twist)), "UNAPPROVED", "set_unfit")


def test_a_demos_keys_where_the_log_is_no_demo() -> None:
    verdict = judge(onboarded(Twist(demo=False)))
    assert {(f.cls, f.code) for f in verdict.findings} == {("UNAPPROVED", "set_unfit")}


def test_a_host_of_a_demo_in_a_log_that_is_none_and_the_other_way() -> None:
    for twist in (
        Twist(demo=False, approvers=lambda a: lines(a, demo_software=False), enrolment=lambda e: replace(e, demo=True)),
        Twist(enrolment=lambda e: replace(e, demo=False)),
    ):  # fmt: skip
        alone(judge(onboarded(twist)), "UNAPPROVED", "statement_differs", what="demo")


@pytest.mark.parametrize("demo", [False, True])
def test_a_demos_key_is_added_in_demos_only(demo: bool) -> None:  # noqa: FBT001 - a table's column
    w = onboarded(Twist(demo=demo, approvers=lambda a: lines(a, demo_software=False)))
    key = CredentialAdded(ADS, "signing_passkey", "00" * 32, demo_software=True)
    for record in (key, LoginSucceeded(ADS, "passkey", "192.0.2.7", demo_software=True)):
        w.append(record, actor=Actor(ADS, "ads"))
    found = [f.code for f in judge(w).findings]
    assert found == ([] if demo else ["demo_key", "demo_key"])


def test_people_do_not_sign_where_they_log_in() -> None:
    for site in (replace(LOGIN, origin=SIGNING.origin), replace(LOGIN, rp_id=SIGNING.rp_id)):
        w = onboarded(Twist(enrolment=lambda e, site=site: replace(e, login=site)))
        assert ("UNAPPROVED", "not_apart") in {(f.cls, f.code) for f in judge(w).findings}


# ------------------------------------------------------------------------------------ who signed it


@pytest.mark.parametrize("kind", ["approvers.changed", "policy.changed", "host.prepared"])
def test_whoever_signed_is_the_one_it_names(kind: str) -> None:
    for actor in (Actor(OWNER, "owner"), Actor(TITOLARE, "ads"), Actor(ADS, "titolare")):
        alone(
            judge(onboarded(Twist(leaf=moved(kind, actor=actor)))),
            "UNAPPROVED",
            "statement_differs",
            what="actor",
        )


def test_only_a_titolare_changes_the_rules() -> None:
    w = onboarded()
    w.titolare = w.ads
    w.change_policy(longest_s=60)
    alone(judge(w), "UNAPPROVED", "not_approver")


def test_a_titolare_whose_appointment_is_over_changes_nothing() -> None:
    w = onboarded(
        Twist(approvers=lambda a: lines(a, valid_until=a.approvers[0].valid_from + timedelta(days=2)))
    )
    w.until(4, 9)
    w.change_policy(longest_s=60)
    alone(judge(w), "UNAPPROVED", "approver_expired")


@pytest.mark.parametrize("kind", ["approvers.changed", "policy.changed", "host.prepared"])
@pytest.mark.parametrize("lacks", ["statement", "assertion"])
def test_a_change_without_its_evidence(kind: str, lacks: str) -> None:
    def cut(leaf: Leaf) -> Leaf:
        if kind != leaf.record.KIND:
            return leaf
        return leaf._replace(evidence=tuple(e for e in leaf.evidence if e.kind != lacks))

    found = judge(onboarded(Twist(leaf=cut)), trust=None).findings
    assert ("UNAPPROVED", "evidence_missing") in {(f.cls, f.code) for f in found}


def test_a_statement_that_cannot_be_read() -> None:
    w = onboarded()
    digest = statement.digest("policy", b"{}")
    w.append(
        PolicyChanged(2, digest.hex(), demo_software=True), actor=Actor(TITOLARE, "titolare"),
        proof=(("statement", b"{}"), ("assertion", w.titolare.assertion(digest).encode())),
    )  # fmt: skip
    alone(judge(w), "UNAPPROVED", "evidence_unread")


# ------------------------------------------------------------------------------------------ chains


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (lambda w: w.set_approvers(replace(w.approvers, number=2, previous="00" * 32)), {"chain"}),
        (lambda w: w.set_policy(replace(w.policy, number=2, previous="00" * 32)), {"chain"}),
        (lambda w: w.set_policy(replace(w.policy, number=3, previous=w.policy.digest.hex())), {"chain", "number_gap"}),
        (lambda w: w.set_approvers(replace(w.approvers, number=2, previous=w.approvers.digest.hex(), tenant="t-9")),
         {"statement_differs"}),
        (lambda w: w.set_policy(replace(w.policy, number=2, previous=w.policy.digest.hex(), tenant="t-9")),
         {"statement_differs"}),
    ],
)  # fmt: skip
def test_each_is_the_successor_of_the_one_before(change: Callable[[World], None], codes: set[str]) -> None:
    w = onboarded()
    change(w)
    assert {f.code for f in judge(w).findings} == codes


@pytest.mark.parametrize(
    ("twist", "code"),
    [
        (Twist(body=changed("approvers.changed", number=2)), "statement_differs"),
        (Twist(body=changed("approvers.changed", credentials=())), "statement_differs"),
        (Twist(body=changed("approvers.changed", statement="00" * 32)), "statement_differs"),
        (Twist(body=changed("policy.changed", number=2)), "statement_differs"),
    ],
)
def test_the_record_of_a_change_repeats_it(twist: Twist, code: str) -> None:
    found = judge(onboarded(twist), trust=None).findings
    assert ("UNAPPROVED", code) in {(f.cls, f.code) for f in found}


def test_rules_before_anybody_was_appointed() -> None:
    found = judge(onboarded(Twist(leaf=without("approvers.changed"))), trust=None).findings
    assert {(f.cls, f.code) for f in found} == {("UNAPPROVED", "chain")}
    assert [f.en for f in found] == ["broken chain: approvers", "broken chain: approvers, policy"]


# ------------------------------------------------------------------------------------------- hosts


def test_an_enrolment_is_of_the_host_it_names() -> None:
    for twist in (
        Twist(leaf=moved("host.prepared", host="h-99999999")),
        Twist(enrolment=lambda e: replace(e, tenant="t-99999999")),
    ):
        alone(judge(onboarded(twist)), "UNAPPROVED", "statement_differs", what="host")


def test_an_enrolment_under_rules_of_yesterday() -> None:
    w = onboarded(Twist(enrolment=lambda e: replace(e, policy="00" * 32)))
    alone(judge(w), "UNAPPROVED", "chain", what="enrolment")


def test_a_host_enrolled_with_another_log() -> None:
    other = VerifierKey.log(ORIGIN, SigningKey(seed("another log")).public).text
    for change in ({"log_vkey": other}, {"log_origin": f"altrove.example/{TENANT}/2026"}):
        w = onboarded(Twist(enrolment=lambda e, change=change: replace(e, **change)))
        for trust in (None, w.trust()):
            found = {(f.cls, f.code) for f in judge(w, trust=trust).findings}
            assert ("UNTRUSTED", "log_differs") in found


def test_an_enrolment_is_used_in_its_time() -> None:
    late = Twist(
        enrolment=lambda e: replace(
            e, issued=e.issued - timedelta(days=9), expires=e.expires - timedelta(days=9)
        )
    )
    alone(judge(onboarded(late)), "UNAPPROVED", "outside_window")


def test_a_host_is_enrolled_with_what_was_signed_for_it() -> None:
    verdict = judge(onboarded(Twist(body=changed("host.enrolled", statement="00" * 32))))
    assert {(f.cls, f.code) for f in verdict.findings} == {
        ("INCOMPLETE", "unknown_host"), ("UNAPPROVED", "statement_differs"), ("DISPUTED", "note_differs"),
    }  # fmt: skip


def test_a_host_nobody_prepared_is_step_eights() -> None:
    w = onboarded()
    w.tell_enrolled("h-99999999", SigningKey(seed("nobody's")))
    assert ("INCOMPLETE", "unknown_host") in {(f.cls, f.code) for f in judge(w).findings}


def test_a_host_is_taken_out_of_use_by_its_name() -> None:
    w = onboarded()
    w.append(HostRevoked(HOST, "lost"), actor=Actor(TITOLARE, "titolare"), host="h-99999999")
    alone(judge(w), "UNAPPROVED", "statement_differs", what="host")
