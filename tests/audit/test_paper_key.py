"""The key on paper: what it may sign, and how both verifiers judge the sets it signed."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from audit import instant, paper_key
from audit.approvers import Approvers
from audit.canonical import b64
from audit.errors import BadSignature
from audit.estate_records import ApproversAnnounced, ApproversChanged, ApproversObjected
from audit.keys import SigningKey
from audit.paper_key import Objection
from audit.pins import Pins, advance, after_paper, announced, catch_up, check_chain
from audit.record import Actor
from audit.signed import EnrolmentFile, SignedStatement
from tests.audit import people
from tests.audit.verdicts import alone, changed, judge, moved, only, sound
from tests.audit.world import ADS, TENANT, TITOLARE, Twist, World, seed

PAPER = SigningKey(seed("paper"))
OTHER = SigningKey(seed("another paper"))
HELD = replace(people.APPROVERS, paper_key=PAPER.public.text)
LOST = people.TITOLARE  # the phone is gone; this is the new one:
NEW = people.VENDOR
NEXT = replace(
    HELD,
    number=2,
    previous=HELD.digest.hex(),
    approvers=(people.approver("p-1", "titolare", NEW), HELD.approvers[1]),
)
PINS = Pins(people.ENROLMENT, HELD, people.POLICY)
AT = people.NOW + timedelta(hours=1)


def by_paper(made: Approvers = NEXT, key: SigningKey = PAPER, by: Any = NEW) -> SignedStatement:
    return replace(people.signed(made, by), paper=key.sign(paper_key.message(made.encode())))


def test_a_host_takes_it_once_it_has_waited_and_not_before() -> None:
    signed = by_paper()
    assert SignedStatement.parse(signed.encode()) == signed
    assert announced(PINS, [signed]) == signed
    assert announced(PINS, [replace(signed, paper=None)]) is None
    assert catch_up(PINS, [signed], [], AT) == PINS
    with pytest.raises(BadSignature):
        advance(PINS, signed, AT)
    assert after_paper(PINS, signed, AT).approvers == NEXT


def test_rules_that_only_the_waiting_set_could_have_signed_wait_with_it() -> None:
    """A host that was off meanwhile gets both at once, and has to hear of the set."""
    rules = replace(people.POLICY, number=PINS.policy.number + 1, previous=PINS.policy.digest.hex())
    signed = people.signed(rules, NEW)
    assert catch_up(PINS, [by_paper()], [signed], AT) == PINS
    with pytest.raises(BadSignature):
        catch_up(PINS, [], [signed], AT)
    taken = after_paper(PINS, by_paper(), AT)
    assert catch_up(taken, [], [signed], AT).policy == rules


BENT: dict[str, tuple[SignedStatement, Pins]] = {
    "another paper": (by_paper(key=OTHER), PINS),
    "a set that names none": (by_paper(), replace(PINS, approvers=people.APPROVERS)),
    "no signature of the paper": (replace(by_paper(), paper=None), PINS),
    "a passkey it does not name": (by_paper(by=LOST), PINS),
    "not the next one": (by_paper(replace(NEXT, number=3)), PINS),
    "of another customer": (by_paper(replace(NEXT, tenant="t-0")), PINS),
    "another signing page": (by_paper(replace(NEXT, signing=people.LOGIN)), PINS),
    "longer than a year": (
        by_paper(replace(NEXT, approvers=(replace(NEXT.approvers[0], valid_until=AT + timedelta(days=400)),))), PINS,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BENT)
def test_what_it_may_not(case: str) -> None:
    signed, pins = BENT[case]
    with pytest.raises((BadSignature, ValueError)):
        after_paper(pins, signed, AT)


def test_a_key_that_is_none() -> None:
    with pytest.raises(BadSignature):
        paper_key.check(NEXT.encode(), b"short", HELD)
    with pytest.raises(BadSignature):
        paper_key.check(NEXT.encode(), by_paper().paper or b"", people.APPROVERS)


def test_a_file_of_later_enrolments_holds_it() -> None:
    """The titolare in force today vouches for the whole chain."""
    root = replace(people.ENROLMENT, approvers=NEXT.digest.hex())
    chain = (people.signed(HELD), by_paper())
    file = EnrolmentFile(people.signed(root, NEW), chain, (people.signed(people.POLICY),))
    assert check_chain(EnrolmentFile.parse(file.encode()), people.NOW).approvers == NEXT
    bent = replace(file, approvers=(chain[0], by_paper(key=OTHER)))
    with pytest.raises(BadSignature):
        check_chain(bent, people.NOW)


# ------------------------------------------------------------------------------------ in the log


def lost(twist: Twist | None = None) -> tuple[World, Approvers, SignedStatement]:
    """The set names a paper key; then the titolare has a new passkey, and signs with both."""
    w = World(twist or Twist())
    w.twist.approvers = lambda found: replace(found, paper_key=PAPER.public.text)
    w.onboard()
    w.until(3, 9)
    return w, *renewed(w)


def renewed(w: World) -> tuple[Approvers, SignedStatement]:
    """The next set, with the titolare's new passkey in it, signed by that one."""
    held = w.approvers
    line = replace(held.approvers[0], credential=b64(w.stranger.credential), public_key=w.stranger.public_key)
    new = replace(
        held, number=held.number + 1, previous=held.digest.hex(), approvers=(line, held.approvers[1])
    )
    return new, SignedStatement(new.encode(), w.stranger.assertion(new.digest))


def tell(w: World, record: Any, signed: SignedStatement, key: SigningKey = PAPER) -> None:
    w.append(
        record, actor=Actor(TITOLARE, "titolare"),
        proof=(
            ("statement", signed.statement), ("assertion", signed.assertion.encode()),
            ("paper", key.sign(paper_key.message(signed.statement))),
        ),
    )  # fmt: skip


def announce(w: World, new: Approvers, signed: SignedStatement, **more: Any) -> None:
    tell(w, ApproversAnnounced(new.number, new.digest.hex(), demo_software=True), signed, **more)


def take(w: World, new: Approvers, signed: SignedStatement, **more: Any) -> None:
    ids = (w.stranger.credential, w.ads.credential)
    credentials = tuple(hashlib.sha256(one).hexdigest() for one in ids)
    record = ApproversChanged(new.number, new.digest.hex(), credentials, demo_software=True)
    tell(w, record, signed, **more)
    w.approvers, w.titolare = new, w.stranger


def object_(w: World, new: Approvers, **changes: Any) -> None:
    said = Objection(TENANT, new.digest.hex(), ADS, instant.whole_ms(w.now), demo_software=True)
    said = replace(said, **changes)
    w.append(
        ApproversObjected(said.digest.hex(), new.digest.hex(), demo_software=True),
        actor=Actor(ADS, "ads"), proof=w.signed(said, w.ads),
    )  # fmt: skip


def test_announced_waited_and_in_force() -> None:
    w, new, signed = lost()
    announce(w, new, signed)
    w.until(6, 9)
    take(w, new, signed)
    w.twist.approver = "titolare"
    request, _ = w.ask(1)
    session = w.open(request, w.approve(request, "waived"))
    assert session
    sound(judge(w))


def test_too_early() -> None:
    w, new, signed = lost()
    announce(w, new, signed)
    w.until(6, 8)
    take(w, new, signed)
    alone(judge(w), "UNAPPROVED", "paper_key", why="less than 72 hours")


def test_never_announced() -> None:
    w, new, signed = lost()
    take(w, new, signed)
    alone(judge(w), "UNAPPROVED", "paper_key", why="not announced")


def test_objected_to() -> None:
    w, new, signed = lost()
    announce(w, new, signed)
    object_(w, new)
    sound(judge(w))
    w.until(6, 9)
    take(w, new, signed)
    alone(judge(w), "UNAPPROVED", "paper_key", why="objected to")


def test_objections_that_are_none() -> None:
    w, new, _ = lost()
    object_(w, new)
    alone(judge(w), "UNAPPROVED", "paper_key", why="no such set")
    w, new, signed = lost()
    announce(w, new, signed)
    object_(w, new, by=TITOLARE)
    alone(judge(w), "UNAPPROVED", "statement_differs")
    w, new, signed = lost()
    announce(w, new, signed)
    w.ads, ads = w.stranger, w.ads
    object_(w, new)
    w.ads = ads
    alone(judge(w), "UNAPPROVED", "not_approver")


@pytest.mark.parametrize("kind", ["approvers.announced", "approvers.changed"])
def test_by_another_paper(kind: str) -> None:
    w, new, signed = lost()
    announce(w, new, signed, key=OTHER if kind == "approvers.announced" else PAPER)
    w.until(6, 9)
    take(w, new, signed, key=OTHER if kind == "approvers.changed" else PAPER)
    only(judge(w), "UNAPPROVED", "paper_key")


def test_what_is_announced_is_the_next_set() -> None:
    w, new, signed = lost()
    wrong = replace(new, number=3)
    signed = SignedStatement(wrong.encode(), w.stranger.assertion(wrong.digest))
    announce(w, wrong, signed)
    alone(judge(w), "UNAPPROVED", "paper_key", why="successor")
    w, new, signed = lost(Twist(body=changed("approvers.announced", number=7)))
    announce(w, new, signed)
    only(judge(w), "UNAPPROVED", "paper_key")


def test_before_any_set_or_with_evidence_missing() -> None:
    w, new, signed = lost(Twist(leaf=moved("approvers.announced", evidence=())))
    announce(w, new, signed)
    only(judge(w), "UNAPPROVED", "evidence_missing")
    w, new, _ = lost(Twist(leaf=moved("approvers.objected", evidence=())))
    object_(w, new)
    only(judge(w), "UNAPPROVED", "evidence_missing")
    w, new, signed = lost()
    w.append(
        ApproversAnnounced(new.number, new.digest.hex(), demo_software=True),
        actor=Actor(TITOLARE, "titolare"),
        proof=(("statement", signed.statement), ("assertion", signed.assertion.encode())),
    )
    only(judge(w), "UNAPPROVED", "evidence_missing")


def test_announced_before_any_set() -> None:
    w = World()
    set_approvers = w.set_approvers

    def first(new: Approvers) -> None:
        announce(w, new, SignedStatement(new.encode(), w.titolare.assertion(new.digest)))
        set_approvers(new)

    w.set_approvers = first  # type: ignore[method-assign]
    w.onboard()
    alone(judge(w), "UNAPPROVED", "chain")


def test_signed_by_a_passkey_the_new_set_does_not_name() -> None:
    w, new, _ = lost()
    announce(w, new, SignedStatement(new.encode(), w.titolare.assertion(new.digest)))
    alone(judge(w), "UNAPPROVED", "not_approver")


def test_nobody_of_the_vendor_objects() -> None:
    w, new, signed = lost()
    held = w.approvers
    of_vendor = replace(held.approvers[1], role="vendor_ads")
    w.change_approvers(held.approvers[0], of_vendor)
    new = replace(new, number=3, previous=w.approvers.digest.hex(), approvers=(new.approvers[0], of_vendor))
    signed = SignedStatement(new.encode(), w.stranger.assertion(new.digest))
    announce(w, new, signed)
    said = Objection(TENANT, new.digest.hex(), ADS, instant.whole_ms(w.now), demo_software=True)
    w.append(
        ApproversObjected(said.digest.hex(), new.digest.hex(), demo_software=True),
        actor=Actor(ADS, "technician"), proof=w.signed(said, w.ads),
    )  # fmt: skip
    alone(judge(w), "UNAPPROVED", "paper_key", why="nobody of the vendor")
