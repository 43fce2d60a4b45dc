"""What is remembered of orders to stop that nobody heard, or that no log took down."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.wire.frames import SignedStop, Stop
from audit.record import BROKER
from broker.live import owed
from broker.live.owed import Owed, Unrecorded
from tests.doubles import MORNING

PRESSED = Unrecorded("t-1", "s-1", BROKER, "stopped_by_ads", "192.0.2.1", MORNING)
SIGNED = replace(PRESSED, statement="ab" * 32, proof=(("statement", b"{}"),))


def test_an_agent_hears_once_what_was_ordered_while_it_was_away() -> None:
    found = Owed()
    for host, session in (("h-1", "s-1"), ("h-2", "s-2"), ("h-1", "s-3")):
        found.owe(host, session, Stop(session, "stopped_by_ads", "p-1"))
    assert [order.session for order in found.take("h-1")] == ["s-1", "s-3"]
    assert found.take("h-1") == []
    assert len(found.take("h-2")) == 1


def test_a_signed_order_is_not_replaced() -> None:
    found = Owed()
    signed = SignedStop("s-1", {})
    for order in (Stop("s-1", "stopped_by_ads", "p-1"), signed, Stop("s-1", "revoked", "p-1")):
        found.owe("h-1", "s-1", order)
    assert found.take("h-1") == [signed]


def test_of_what_no_log_took_down_the_first_counts_and_a_signed_one_before_all() -> None:
    found = Owed()
    later = replace(PRESSED, terminal="192.0.2.2")
    for order in (PRESSED, later):
        found.keep(order)
    assert (found.ends("s-1"), found.ends("s-2")) == (True, False)
    assert found.unrecorded("t-2") is None
    assert found.unrecorded("t-1") is PRESSED
    found.keep(SIGNED)
    found.keep(later)
    found.recorded(PRESSED)  # written down while the signed one came
    assert found.unrecorded("t-1") is SIGNED
    found.recorded(SIGNED)
    assert not found.ends("s-1")


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owed, "MAX_OWED", 2)
    found = Owed()
    for session in ("s-1", "s-2", "s-3"):
        found.owe("h-1", session, Stop(session, "stopped_by_ads", "p-1"))
        found.keep(replace(PRESSED, session=session))
    assert [order.session for order in found.take("h-1")] == ["s-2", "s-3"]
    assert [found.ends(s) for s in ("s-1", "s-2", "s-3")] == [False, True, True]
