"""Both verifiers draw the yearly verification's sample again, and hold the broker to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from audit import instant
from audit.duty_records import (
    AccountsReviewed,
    CustomerLeft,
    DocumentIssued,
    LeavingBegun,
    LeavingConfirmed,
    RightAnswered,
    RightAsked,
    RightExtended,
    VerificationClosed,
    VerificationJudged,
    VerificationOpened,
)
from audit.leaf import Leaf
from audit.person_records import LoginFailed
from audit.record import Actor
from audit.yearly_sample import Accesses, Item, digest
from tests.audit.declared_months import SESSION, Declared, declared
from tests.audit.verdicts import alone, judge, sound
from tests.audit.world import OWNER, TITOLARE, Twist, World, busy_month

HIS, OWNERS = Actor(TITOLARE, "titolare"), Actor(OWNER, "owner")
FIRST, UNTIL = "2026-01-01", "2026-12-31"


def opened(w: World) -> tuple[VerificationOpened, list[Item]]:
    """As an honest broker opens one now."""
    w.append(LoginFailed(None, "passkey", "bad_credentials", "10.0.0.9"))
    seen = Accesses()
    for data in w.leaves:
        leaf = Leaf.parse(data)
        if leaf.record.KIND in Accesses.KINDS:
            seen.feed(leaf)
    root = w.tree.root().hex()
    sample = seen.drawn(FIRST, UNTIL, root)
    record = VerificationOpened("y-1", FIRST, UNTIL, len(w.leaves), root, len(sample), digest(sample))
    return record, sample


def verified(w: World, *, but: int = 0) -> World:
    record, sample = opened(w)
    w.append(record, actor=HIS)
    for one in sample[but:]:
        w.append(VerificationJudged("y-1", one.name, "regular"), actor=HIS, opening={"note": ""})
    minute = w.append(DocumentIssued("minute", 1, "y-1"), actor=HIS, opening={"title": "Verbale"})
    w.append(VerificationClosed("y-1", "compliant"), actor=HIS, refs=(minute,))
    return w


def test_l06_a_verification_is_sound_and_its_sample_is_not_empty() -> None:
    """L-06: both verifiers draw it again, the second one in JavaScript."""
    w = busy_month()
    _, sample = opened(w)
    assert {one.stratum for one in sample} >= {"denied"}
    assert any(one.name.startswith("s-") for one in sample)
    sound(judge(verified(busy_month())))


@pytest.mark.parametrize("bent", [{"drawn": 1}, {"sample": "ab" * 32}, {"until": "2026-11-04"}, {"size": 3}])
def test_l06_a_sample_that_somebody_chose_is_found(bent: dict[str, object]) -> None:
    w = busy_month()
    record, _ = opened(w)
    w.append(replace(record, **bent), actor=HIS)  # type: ignore[arg-type]
    alone(judge(w), "INCOMPLETE", "sample_differs")


def test_l06_a_lot_that_is_not_the_logs_root_is_found() -> None:
    w = busy_month()
    record, sample = opened(w)
    w.append(replace(record, root="00" * 32), actor=HIS)
    verdict = judge(w)
    assert "sample_lot" in {one.code for one in verdict.findings}
    assert len(sample) == record.drawn


def test_l06_nothing_is_closed_before_all_of_it_was_judged() -> None:
    alone(judge(verified(busy_month(), but=1)), "INCOMPLETE", "sample_open")


def test_l06_what_was_not_drawn_is_not_judged() -> None:
    w = busy_month()
    w.append(opened(w)[0], actor=HIS)
    w.append(VerificationJudged("y-1", "n=0", "regular"), actor=HIS, opening={"note": ""})
    alone(judge(w), "INCOMPLETE", "sample_stranger")


def test_l06_a_closed_one_takes_no_more_words() -> None:
    w = verified(busy_month())
    w.append(VerificationJudged("y-1", "n=0", "regular"), actor=HIS, opening={"note": ""})
    verdict = judge(w)
    assert "order" in {one.code for one in verdict.findings}


def test_l27_a_request_is_answered_once_and_put_off_once() -> None:
    w = busy_month()
    asked = {"person": "Ugo", "subject": "", "words": ""}
    w.append(RightAsked("d-1", "access", "2026-01-31", "2026-02-28"), actor=HIS, opening=asked)
    w.append(RightExtended("d-1", "2026-04-30"), actor=HIS, opening={"reason": "Molte."})
    w.append(RightAnswered("d-1", "granted"), actor=HIS, opening={"text": "Ecco."})
    sound(judge(w))
    w.append(RightExtended("d-1", "2026-04-30"), actor=HIS, opening={"reason": "Ancora."})
    alone(judge(w), "INCOMPLETE", "order")


def test_l35_two_people_are_needed_to_let_a_customer_go() -> None:
    """L-35: who began it does not confirm it; nobody is gone who was not confirmed."""
    w = busy_month()
    w.append(LeavingBegun("u-1"), actor=OWNERS)
    w.append(LeavingConfirmed("u-1", "2026-12-31"), actor=HIS)
    w.append(AccountsReviewed((TITOLARE,)), actor=HIS)
    sound(judge(w))
    again = busy_month()
    again.append(LeavingBegun("u-1"), actor=OWNERS)
    again.append(LeavingConfirmed("u-1", "2026-12-31"), actor=OWNERS)
    alone(judge(again), "INCOMPLETE", "leaving_alone")
    vendors = busy_month()
    vendors.append(LeavingBegun("u-1"), actor=OWNERS)
    vendors.append(LeavingConfirmed("u-1", "2026-12-31"), actor=Actor("p-00000022", "owner"))
    alone(judge(vendors), "INCOMPLETE", "leaving_alone")
    early = busy_month()
    early.append(LeavingBegun("u-1"), actor=OWNERS)
    early.append(CustomerLeft("u-1"))
    alone(judge(early), "INCOMPLETE", "order")


@pytest.mark.parametrize("ended", [True, False])
def test_l06_a_declared_session_is_drawn_as_nobody_watched_it(*, ended: bool) -> None:
    """L-06, S-43: both verifiers draw it, and one whose end nobody declared as such."""
    w = Declared(Twist())
    asked = w.begun()
    w.let(asked, w.approve_declared(asked))
    began = instant.whole_ms(w.now)
    w.declare(asked, "began")
    w.wait(hours=2)
    if ended:
        w = declared()
    else:
        w.presume(began + timedelta(seconds=asked.longest_s))
    _, sample = opened(w)
    assert Item("unwatched" if ended else "presumed", SESSION) in sample
    sound(judge(verified(w)))
