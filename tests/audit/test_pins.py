"""The chain of trust at a host: what an enrolment must prove, and how pins may move on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from audit.approvers import Approvers
from audit.canonical import b64
from audit.enrolment import Enrolment
from audit.errors import BadSignature, Malformed
from audit.note import VerifierKey
from audit.pins import Pins, advance, catch_up, check_chain, check_recovery, holds, in_force
from audit.policy import Policy
from audit.recovery import HeadLine, Recovery
from audit.signed import SignedStatement
from tests.audit import people
from tests.audit.people import (
    ADS,
    APPROVAL,
    APPROVERS,
    ENROLMENT,
    GRANT_KEY,
    LOG_KEY,
    LOG_VKEY,
    NOW,
    POLICY,
    SIGNING,
    STRANGER,
    TITOLARE,
    approver,
    enrolment_file,
    signed,
)
from web.demo.authenticator import SoftwareAuthenticator

SECOND = SoftwareAuthenticator(b"second titolare", SIGNING)
NEXT_SET = replace(
    APPROVERS,
    number=2,
    previous=APPROVERS.digest.hex(),
    approvers=(approver("p-3", "titolare", SECOND), approver("p-2", "ads", ADS)),
)
NEXT_POLICY = replace(POLICY, number=2, previous=POLICY.digest.hex(), longest_s=1800)
PINS = Pins(ENROLMENT, APPROVERS, POLICY)


def over(approvers: Approvers = APPROVERS, policy: Policy = POLICY, **changes: Any) -> Enrolment:
    return replace(ENROLMENT, approvers=approvers.digest.hex(), policy=policy.digest.hex(), **changes)


def test_an_enrolment_gives_its_pins() -> None:
    pins = check_chain(enrolment_file(), NOW)
    assert pins == PINS
    assert pins.signing == SIGNING
    assert pins.log_vkey == LOG_VKEY
    assert pins.grant_key == GRANT_KEY.public
    found = pins.approver(b64(ADS.credential), NOW)
    assert found is not None
    assert found.person == "p-2"
    assert pins.approver(b64(ADS.credential), NOW + timedelta(days=301)) is None
    assert pins.approver(b64(STRANGER.credential), NOW) is None


def test_a_chain_of_two_sets_and_two_policies() -> None:
    file = enrolment_file(
        enrolment=signed(over(NEXT_SET, NEXT_POLICY), SECOND),
        approvers=(signed(APPROVERS), signed(NEXT_SET)),
        policies=(signed(POLICY), signed(NEXT_POLICY, SECOND)),
    )
    pins = check_chain(file, NOW)
    assert (pins.approvers, pins.policy) == (NEXT_SET, NEXT_POLICY)


SELF_MADE = replace(APPROVERS, approvers=(approver("p-1", "titolare", TITOLARE),))
DEMO_SET = replace(APPROVERS, approvers=(approver("p-1", "titolare", TITOLARE, demo_software=True),))
LONG_SET = replace(
    APPROVERS,
    approvers=(approver("p-1", "titolare", TITOLARE, valid_until=NOW + timedelta(days=400)),),
)
ENDED_SET = replace(
    APPROVERS, approvers=(approver("p-1", "titolare", TITOLARE, valid_until=NOW - timedelta(hours=1)),)
)
OTHER_TENANT = replace(APPROVERS, tenant="t-ffffffff")


@pytest.mark.parametrize(
    "changes",
    [
        {"enrolment": signed(ENROLMENT, ADS)},
        {"enrolment": signed(ENROLMENT, STRANGER)},
        {"enrolment": SignedStatement(ENROLMENT.encode(), signed(POLICY).assertion)},
        {"enrolment": signed(over(SELF_MADE))},
        {"enrolment": signed(replace(ENROLMENT, policy="00" * 32))},
        {"approvers": (signed(APPROVERS, STRANGER),)},
        {"approvers": (signed(APPROVERS, ADS),)},
        {"policies": (signed(POLICY, ADS),)},
        {"policies": (signed(POLICY, STRANGER),)},
        {"approvers": (signed(OTHER_TENANT),), "enrolment": signed(over(OTHER_TENANT))},
        {"approvers": (signed(DEMO_SET),), "enrolment": signed(over(DEMO_SET))},
        {"approvers": (signed(ENDED_SET),), "enrolment": signed(over(ENDED_SET))},
        {"approvers": (signed(LONG_SET),), "enrolment": signed(over(LONG_SET))},
        {"approvers": (signed(APPROVERS), signed(NEXT_SET, SECOND))},
        {"approvers": (signed(APPROVERS), signed(NEXT_SET))},
    ],
)
def test_signatures_that_do_not_count(changes: dict[str, Any]) -> None:
    with pytest.raises(BadSignature):
        check_chain(enrolment_file(**changes), NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"approvers": (signed(NEXT_SET),)},
        {"approvers": (signed(APPROVERS), signed(APPROVERS))},
        {"policies": (signed(NEXT_POLICY),)},
        {"policies": (signed(POLICY), signed(replace(NEXT_POLICY, previous="00" * 32)))},
        {"approvers": ()},
        {"policies": ()},
        {"approvers": (), "policies": ()},
        {"enrolment": signed(over(log_vkey=VerifierKey.log("other", LOG_KEY.public).text))},
        {"enrolment": signed(over(log_vkey="x"))},
        {"enrolment": signed(over(grant_key="x"))},
        {"enrolment": signed(POLICY)},
    ],
)
def test_chains_that_do_not_hang_together(changes: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        check_chain(enrolment_file(**changes), NOW)


def test_demo_keys_count_at_demo_hosts() -> None:
    file = enrolment_file(approvers=(signed(DEMO_SET),), enrolment=signed(over(DEMO_SET, demo=True)))
    assert check_chain(file, NOW).approvers == DEMO_SET


@pytest.mark.parametrize(
    ("at", "valid"),
    [
        (NOW - timedelta(minutes=5), True),
        (NOW - timedelta(minutes=6), False),
        (NOW + timedelta(hours=24), False),
        (NOW + timedelta(hours=23), True),
    ],
)
def test_an_enrolment_has_its_time(at: datetime, valid: bool) -> None:  # noqa: FBT001 - a table's column
    if valid:
        assert check_chain(enrolment_file(), at) == PINS
    else:
        with pytest.raises(BadSignature):
            check_chain(enrolment_file(), at)


def test_pins_move_to_the_successor_only() -> None:
    assert advance(PINS, signed(NEXT_SET), NOW) == replace(PINS, approvers=NEXT_SET)
    assert advance(PINS, signed(NEXT_POLICY), NOW) == replace(PINS, policy=NEXT_POLICY)
    for statement in (APPROVERS, POLICY, replace(NEXT_SET, number=3), replace(NEXT_SET, previous="00" * 32)):
        with pytest.raises(Malformed):
            advance(PINS, signed(statement), NOW)
    with pytest.raises(Malformed):
        advance(PINS, signed(APPROVAL), NOW)


def test_pins_move_on_a_titolare_word_in_force_only() -> None:
    for by in (ADS, STRANGER, SECOND):
        with pytest.raises(BadSignature):
            advance(PINS, signed(NEXT_SET, by), NOW)
    with pytest.raises(BadSignature):
        advance(PINS, signed(NEXT_POLICY), NOW + timedelta(days=301))
    with pytest.raises(BadSignature):
        advance(PINS, signed(replace(NEXT_POLICY, tenant="t-ffffffff")), NOW)
    demo = replace(NEXT_SET, approvers=(approver("p-1", "titolare", TITOLARE, demo_software=True),))
    with pytest.raises(BadSignature):
        advance(PINS, signed(demo), NOW)


def test_catching_up_takes_a_leavers_policy_before_his_leaving() -> None:
    last = replace(NEXT_POLICY, number=3, previous=NEXT_POLICY.digest.hex(), longest_s=900)
    pins = catch_up(
        PINS,
        [signed(APPROVERS), signed(NEXT_SET)],
        [signed(POLICY), signed(NEXT_POLICY), signed(last, SECOND)],
        NOW,
    )
    assert pins == Pins(ENROLMENT, NEXT_SET, last)
    assert catch_up(pins, [signed(NEXT_SET)], [signed(last)], NOW) == pins


def test_catching_up_refuses_what_nobody_may_sign() -> None:
    with pytest.raises(BadSignature):
        catch_up(PINS, [], [signed(NEXT_POLICY, STRANGER)], NOW)
    with pytest.raises(BadSignature):
        catch_up(PINS, [signed(NEXT_SET)], [signed(NEXT_POLICY, STRANGER)], NOW)


def test_an_appointment_begins_and_ends() -> None:
    one = APPROVERS.approvers[0]
    assert in_force(one, one.valid_from - timedelta(minutes=5))
    assert not in_force(one, one.valid_from - timedelta(minutes=6))
    assert not in_force(one, one.valid_until)


def test_people_do_not_sign_where_they_log_in() -> None:
    enrolment = signed(over(login=replace(people.LOGIN, origin=people.SIGNING.origin)))
    with pytest.raises(BadSignature, match="where people log in"):
        check_chain(enrolment_file(enrolment=enrolment), NOW)


def recovery(**other: Any) -> Recovery:
    log = LOG_VKEY.text
    lines = HeadLine(3, "ab" * 32), HeadLine(5, "cd" * 32)
    return replace(Recovery(ENROLMENT.tenant, log, *lines, f"{log}x", NOW), **other)


def test_a_loss_is_acknowledged_by_a_titolare_in_force() -> None:
    assert check_recovery(PINS, signed(recovery(), TITOLARE), NOW) == recovery()
    for wrong in (
        signed(recovery(tenant="t-other"), TITOLARE), signed(recovery(), ADS), signed(recovery(), STRANGER),
    ):  # fmt: skip
        with pytest.raises(BadSignature):
            check_recovery(PINS, wrong, NOW)
    with pytest.raises(BadSignature):
        check_recovery(PINS, signed(recovery(), TITOLARE), NOW + timedelta(days=4000))
    with pytest.raises(Malformed):
        check_recovery(PINS, signed(recovery(cosigned=HeadLine(3, "cd" * 32)), TITOLARE), NOW)


def test_which_links_lie_behind_the_pins() -> None:
    later = replace(people.POLICY, number=2, previous=people.POLICY.digest.hex())
    next_set = replace(people.APPROVERS, number=2, previous=people.APPROVERS.digest.hex())
    held = Pins(people.ENROLMENT, people.APPROVERS, people.POLICY)
    assert holds(held, people.signed(people.POLICY))
    assert holds(held, people.signed(people.APPROVERS))
    assert not holds(held, people.signed(later))
    assert not holds(held, people.signed(next_set))
    assert not holds(held, people.signed(people.ERASURE))
