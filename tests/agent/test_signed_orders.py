"""What the customer's people sign for a session: each break by its refusal."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from agent.refusal import No
from agent.signed_orders import read_check_in, read_stop
from agent.wire.refusals import REFUSALS
from audit.errors import Malformed
from audit.signed import SignedStatement
from audit.signed_stop import SignedStop
from tests.agent.orders import AT, PINS, Story
from tests.audit import people

GRANT = Story().grant()
CHECK_IN = Story().check_in(GRANT)
STOP = SignedStop(
    GRANT.tenant, GRANT.session, GRANT.request, GRANT.digest.hex(), GRANT.host, "p-2", people.NOW
)


def test_they_are_taken_from_whom_they_may_come() -> None:
    assert read_check_in(PINS, people.signed(CHECK_IN), GRANT, AT) == CHECK_IN
    assert read_stop(PINS, people.signed(STOP, people.ADS), GRANT, AT) == STOP
    by_titolare = replace(STOP, by="p-1")
    assert read_stop(PINS, people.signed(by_titolare), GRANT, AT) == by_titolare


@pytest.mark.parametrize(
    ("signed", "code"),
    [
        (people.signed(STOP, people.STRANGER), "not_recognised"),
        (people.signed(STOP, people.TITOLARE), "not_recognised"),
        (people.signed(replace(STOP, session="s-9"), people.ADS), "stop_differs"),
        (
            SignedStatement(STOP.encode(), people.signed(replace(STOP, given=AT), people.ADS).assertion),
            "signature_invalid",
        ),
    ],
)
def test_a_stop_that_does_not_count(signed: SignedStatement, code: str) -> None:
    with pytest.raises(No) as said:
        read_stop(PINS, signed, GRANT, AT)
    assert said.value.code == code
    assert code in REFUSALS


def test_who_takes_over_is_known_here_and_only_while_the_session_runs() -> None:
    other = replace(CHECK_IN, watcher="p-2" if CHECK_IN.watcher == "p-1" else "p-1")
    signed = people.signed(other, people.ADS if other.watcher == "p-2" else people.TITOLARE)
    assert read_check_in(PINS, signed, GRANT, AT, runs=True) == other
    with pytest.raises(No) as said:
        read_check_in(PINS, signed, GRANT, AT)
    assert said.value.code == "supervision_missing"


@pytest.mark.parametrize("read", [read_check_in, read_stop])
def test_another_statement_is_neither(read: Any) -> None:
    with pytest.raises(Malformed):
        read(PINS, people.signed(people.APPROVAL), GRANT, AT)
