"""Delegations and mandates as both verifiers judge them: an approval counts within one, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from audit import instant
from audit.approvers import Approver, Approvers
from audit.canonical import b64
from audit.estate_records import WarrantEnded
from audit.grant import Grant
from audit.record import Actor
from audit.request import Request
from audit.warrant import Delegation, Mandate, Warrant
from tests.audit.verdicts import alone, changed, judge, moved, only, sound
from tests.audit.world import ADS, HOST, OWNER, TECHNICIAN, TENANT, TITOLARE, Twist, World


class Told(World):
    """A month in which nobody of the customer signs for his own sake, or the vendor does."""

    given: str | None = None

    def approve(self, request: Request, supervision: Any = "waived") -> Grant:
        cited = self.given
        self.twist.approval = lambda a: replace(a, warrant=cited)
        return super().approve(request, supervision)


def delegated(found: Approvers) -> Approvers:
    titolare, ads = found.approvers
    return replace(found, approvers=(titolare, replace(ads, delegated=True)))


def of_vendor(w: World) -> Callable[[Approvers], Approvers]:
    def add(found: Approvers) -> Approvers:
        line = found.approvers[0]
        vendor = Approver(
            TECHNICIAN, "vendor_ads", b64(w.vendor.credential), w.vendor.public_key,
            line.valid_from, line.valid_until, demo_software=True,
        )  # fmt: skip
        return replace(found, approvers=(*found.approvers, vendor))

    return add


def told(kind: type[Warrant] = Delegation, *, twist: Twist | None = None, **changes: Any) -> Told:
    """On-boarded, and the titolare gave one of that kind on the 2nd; its digest is `given`."""
    mandate = kind is Mandate
    w = Told(twist or Twist())
    w.twist.approver = "vendor" if mandate else "ads"
    w.twist.approvers = of_vendor(w) if mandate else delegated
    w.onboard()
    w.until(2, 9)
    good = kind(
        TENANT, "w-00000001", (TECHNICIAN if mandate else ADS,), (HOST,), ("terminal", "exec"), ("GEST",), False,
        instant.whole_ms(w.now), instant.whole_ms(w.now) + timedelta(days=30), own_requests=mandate, demo_software=True,
    )  # fmt: skip
    w.given = w.warrant(replace(good, **changes))
    return w


def session(w: Told) -> None:
    w.until(3, 10)
    request, _ = w.ask(1)
    grant = w.approve(request)
    opened = w.open(request, grant)
    w.start(opened, grant)
    w.work(opened, "c-1", 5)
    w.end(opened, "closed_by_technician")


@pytest.mark.parametrize("kind", [Delegation, Mandate])
def test_within_it_all_is_sound(kind: type[Warrant]) -> None:
    """Under the mandate the technician signs for what he himself asked."""
    w = told(kind)
    session(w)
    sound(judge(w))


OUTSIDE: tuple[dict[str, Any], ...] = (
    {"hosts": ("h-00000002",)}, {"channels": ("terminal",)}, {"activities": ("LAN",)}, {"persons": ("p-none",)},
)  # fmt: skip


@pytest.mark.parametrize("kind", [Delegation, Mandate])
@pytest.mark.parametrize("changes", OUTSIDE, ids=lambda c: next(iter(c)))
def test_outside_its_scope(kind: type[Warrant], changes: dict[str, Any]) -> None:
    w = told(kind, **changes)
    session(w)
    verdict = judge(w)
    only(verdict, "UNAPPROVED", "undelegated")
    assert {f.code for f in verdict.findings} == {"undelegated", "too_few", "grant_differs"}


def test_outside_its_time() -> None:
    w = told()
    w.until(2, 10)
    day = instant.whole_ms(w.now)
    w.given = w.warrant(
        Delegation(TENANT, "w-2", (ADS,), None, ("terminal", "exec"), None, False, day, day + timedelta(hours=26), demo_software=True)
    )  # fmt: skip
    session(w)  # it ends before the window of the request does
    only(judge(w), "UNAPPROVED", "warrant_expired")


def test_none_is_cited_or_one_that_was_never_given() -> None:
    for cited in (None, "ab" * 32):
        w = told()
        w.given = cited
        session(w)
        only(judge(w), "UNAPPROVED", "undelegated")


def test_a_mandate_is_no_delegation_and_lets_nobody_sign_for_himself_unless_it_says_so() -> None:
    w = told()
    day = instant.whole_ms(w.now)
    w.given = w.warrant(
        Mandate(TENANT, "w-2", (ADS,), None, ("terminal", "exec"), None, False, day, day + timedelta(days=9), demo_software=True)
    )  # fmt: skip
    session(w)
    only(judge(w), "UNAPPROVED", "undelegated")
    w = told(Mandate, own_requests=False)
    session(w)
    only(judge(w), "UNAPPROVED", "own_request")


def test_nobody_of_the_vendor_watches() -> None:
    w = told(Mandate)
    w.until(3, 10)
    request, _ = w.ask(1)
    w.approve(request, "self")
    only(judge(w), "UNAPPROVED", "own_request")


def test_who_needs_none_cites_none() -> None:
    w = told()
    w.twist.approver = "titolare"
    session(w)
    only(judge(w), "UNAPPROVED", "grant_differs")


def test_ended_early() -> None:
    w = told()
    w.append(WarrantEnded(w.given or ""), actor=Actor(TITOLARE, "titolare"))
    session(w)
    only(judge(w), "UNAPPROVED", "undelegated")


def test_ended_between_approval_and_opening() -> None:
    w = told()
    w.until(3, 10)
    request, _ = w.ask(1)
    grant = w.approve(request)
    w.append(WarrantEnded(w.given or ""), actor=Actor(TITOLARE, "titolare"))
    w.open(request, grant)
    alone(judge(w), "UNAPPROVED", "undelegated")


@pytest.mark.parametrize(("digest", "actor"), [("ab" * 32, "titolare"), (None, "owner")])
def test_who_may_not_end_it_or_ends_none(digest: str | None, actor: Any) -> None:
    w = told()
    w.append(
        WarrantEnded(digest or w.given or ""),
        actor=Actor(TITOLARE if actor == "titolare" else OWNER, actor),
    )
    session(w)
    alone(judge(w), "UNAPPROVED", "statement_differs")


def test_who_gave_it_is_titolare_no_more() -> None:
    """Another titolare took his place: what he gave dies with his appointment."""
    w = told()
    titolare, ads = w.approvers.approvers
    w.until(3, 10)
    request, _ = w.ask(1)
    grant = w.approve(request)
    other = replace(
        titolare, person=OWNER, credential=b64(w.stranger.credential), public_key=w.stranger.public_key
    )
    w.change_approvers(other, ads)
    w.open(request, grant)
    alone(judge(w), "UNAPPROVED", "undelegated")


def test_who_gave_it_is_appointed_no_more() -> None:
    w = told()
    titolare, ads = w.approvers.approvers
    w.until(3, 10)
    request, _ = w.ask(1)
    grant = w.approve(request)
    end = instant.whole_ms(w.now)
    w.change_approvers(replace(titolare, valid_until=end), ads)
    w.open(request, grant)
    alone(judge(w), "UNAPPROVED", "warrant_expired")


def test_a_session_that_outlives_the_appointment_of_who_gave_it() -> None:
    w = told()
    titolare, ads = w.approvers.approvers
    w.until(3, 10)
    request, _ = w.ask(1)
    grant = w.approve(request)
    w.change_approvers(replace(titolare, valid_until=instant.whole_ms(w.now + timedelta(minutes=10))), ads)
    w.start(w.open(request, grant), grant)
    alone(judge(w), "UNAPPROVED", "grant_differs", what="ends")


def test_who_gave_it_has_a_real_key_now() -> None:
    w = told()
    titolare, ads = w.approvers.approvers
    w.until(3, 10)
    request, _ = w.ask(1)
    grant = w.approve(request)
    w.change_approvers(replace(titolare, demo_software=False), ads)
    w.open(request, grant)
    alone(judge(w), "UNAPPROVED", "grant_differs")


@pytest.mark.parametrize(
    "fields", [{"warrant": "w-2"}, {"until": "2026-12-31T00:00:00.000Z"}, {"statement": "ab" * 32}]
)
def test_the_record_repeats_the_statement(fields: dict[str, Any]) -> None:
    w = told(twist=Twist(body=changed("delegation.given", **fields)))
    alone(judge(w), "UNAPPROVED", "statement_differs")


def test_the_record_s_own_flag() -> None:
    w = told(twist=Twist(body=changed("delegation.given", demo_software=False)))
    only(judge(w), "UNAPPROVED", "statement_differs")


@pytest.mark.parametrize(
    ("twist", "code"),
    [
        (Twist(leaf=moved("delegation.given", evidence=())), "evidence_missing"),
        (Twist(challenge=lambda kind, c: bytes(32) if kind == "delegation" else c), "assertion"),
    ],
)
def test_what_was_not_signed_is_none(twist: Twist, code: str) -> None:
    w = told(twist=twist)
    session(w)
    assert code in {f.code for f in judge(w).findings}


def test_a_statement_of_another_form_or_before_any_set() -> None:
    w = told()
    odd = replace(
        Delegation(TENANT, "w-2", (ADS,), None, ("terminal",), None, False, w.now, w.now + timedelta(days=1)),
        not_after=w.now + timedelta(days=900),
    )
    w.warrant(odd)
    alone(judge(w), "UNAPPROVED", "evidence_unread")


def test_before_any_set() -> None:
    w = Told(Twist())
    set_approvers = w.set_approvers

    def first(new: Approvers) -> None:
        day = instant.whole_ms(w.now)
        w.warrant(
            Delegation(TENANT, "w-2", (ADS,), None, ("terminal",), None, False, day, day + timedelta(days=1))
        )
        set_approvers(new)

    w.set_approvers = first  # type: ignore[method-assign]
    w.onboard()
    alone(judge(w), "UNAPPROVED", "chain")


def test_signed_by_an_ads() -> None:
    w = told()
    held, w.titolare = w.titolare, w.ads
    w.warrant(
        Delegation(TENANT, "w-2", (ADS,), None, ("terminal",), None, False, w.now, w.now + timedelta(days=1))
    )
    w.titolare = held
    alone(judge(w), "UNAPPROVED", "not_approver")
