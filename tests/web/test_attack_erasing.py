"""Erasures that nobody was entitled to, judged by both verifiers."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from audit.erasure_records import HoldPlaced
from audit.record import Actor
from audit.verify import verify
from tests.audit import second_verifier
from tests.audit.world import TITOLARE, World, busy_month
from tests.web.attack_desk import desk_over
from web.demo.attack import erasing
from web.demo.attack.forgeries import Desk, signed

FOUND = {
    "too early": (erasing.too_early, "WITHHELD"),
    "on hold": (erasing.on_hold, "WITHHELD"),
    "undecided": (erasing.undecided, "UNAPPROVED"),
    "lifted by the vendor": (erasing.lifted_by_vendor, "WITHHELD"),
}


@cache
def world() -> World:
    """A month, and a hold on the first request of it."""
    made = busy_month(closed=False)
    record = HoldPlaced("o-00000001", "r-00000001", "contest", "2027-02-01")
    made.append(record, actor=Actor(TITOLARE, "titolare"))
    return made


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return desk_over(world(), tmp_path, 0)


@pytest.mark.parametrize("name", FOUND)
def test_an_erasure_without_right_is_found(desk: Desk, name: str) -> None:
    forge, wanted = FOUND[name]
    data = signed(forge)(desk).pack()
    verdict = verify(data, trust=world().trust()).verdict
    second_verifier.agrees(verdict, data, world().trust())
    assert wanted in {found.cls for found in verdict.findings}, verdict.findings


def test_who_lifted_a_hold_the_broker_alone_writes(desk: Desk) -> None:
    before = verify(desk.true.pack(), trust=world().trust()).verdict
    verdict = verify(signed(erasing.lifted_in_his_name)(desk).pack(), trust=world().trust()).verdict
    assert verdict.findings == before.findings
