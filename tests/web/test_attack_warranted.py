"""Orders under a forged or stretched mandate, judged by the agent's own decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.admitted import Admitted, Refusal, Seen
from agent.order import OpenOrder
from agent.policy import decide
from audit.pins import Pins
from audit.signed import SignedStatement
from audit.statement_parts import Activity
from broker.out.clock import SystemChance
from tests.agent.orders import AT, ME, REQUEST, Story
from tests.audit import people
from tests.web.test_attack_orders import Stolen
from web.demo.attack import warranted
from web.demo.attack.loot import Loot
from web.demo.attack.orders import WIDER
from web.demo.attack.warranted import Accomplice
from web.demo.authenticator import SoftwareAuthenticator

VENDOR = replace(people.approver("p-9", "ads", people.VENDOR), role="vendor_ads")
APPROVERS = replace(people.APPROVERS, approvers=(people.APPROVERS.approvers[0], VENDOR))
PINS = Pins(people.ENROLMENT, APPROVERS, people.POLICY)
WHO = Accomplice("p-9", people.VENDOR, people.TECHNICIAN)
TRUE = replace(people.MANDATE, channels=("terminal", "exec"), activities=("SERV",))


@pytest.fixture
def loot(tmp_path: Path) -> Loot:
    pen = SoftwareAuthenticator(b"thief", people.SIGNING)
    lured = SoftwareAuthenticator(b"titolare at the door", people.LOGIN)
    return Loot(people.TENANT, Stolen(tmp_path / "keys", SystemChance()), pen, lured, pen)


def judged(loot: Loot, cited: SignedStatement | None, **change: Any) -> Admitted | Refusal:
    said = Story().approval(supervision="waived", watcher=None)
    frame = Story(approvals=((said, people.TITOLARE),), frame={"supervision": None, "check_in": None}).open()
    forged = warranted.under(loot, frame, WHO, cited, **change)
    return decide(PINS, ME, OpenOrder.read(forged), Seen(), AT)


def code(found: Admitted | Refusal) -> str:
    assert isinstance(found, Refusal), found
    return found.code


def test_what_is_left_of_a_true_one_is_the_log(loot: Loot) -> None:
    """The rest of the order is in order: but for a log that proves another grant, it would open."""
    assert code(judged(loot, people.signed(TRUE))) == "log_unproven"


def test_only_the_titolare_gives_one(loot: Loot) -> None:
    true = people.signed(TRUE)
    wide = warranted.wider(true)
    assert code(judged(loot, warranted.signed(wide, loot.pen))) == "ads_delegation_missing"
    assert code(judged(loot, warranted.signed(wide, loot.lured))) == "ads_delegation_missing"
    assert code(judged(loot, warranted.signed(wide, loot.pen, true.assertion))) == "signature_invalid"
    assert code(judged(loot, warranted.reworded(true, activities=None))) == "signature_invalid"
    assert code(judged(loot, None)) == "own_request"


@pytest.mark.parametrize(
    ("said", "asked", "wanted"),
    [
        ({"channels": ("terminal",)}, {"channels": WIDER}, "ads_delegation_missing"),
        ({}, {"activities": (Activity("GEST", "ASS"),)}, "ads_delegation_missing"),
        ({"hosts": ("h-00000009",)}, {}, "ads_delegation_missing"),
        ({"not_after": REQUEST.not_after - timedelta(minutes=1)}, {}, "delegation_expired"),
        ({"own_requests": False}, {}, "own_request"),
        ({"persons": ("p-7",)}, {}, "ads_delegation_missing"),
    ],
)
def test_a_true_one_reaches_as_far_as_it_says(
    loot: Loot, said: dict[str, Any], asked: dict[str, Any], wanted: str
) -> None:
    assert code(judged(loot, people.signed(replace(TRUE, **said)), **asked)) == wanted
