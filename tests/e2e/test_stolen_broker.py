"""Whoever holds the broker and all its keys still opens nothing that nobody at the customer signed."""

from __future__ import annotations

import pytest

from tests.e2e.kit import BOTH, Demo, of_session, ssh
from web.demo import machine


@pytest.fixture
async def stolen(demo: Demo):
    await machine.change_broker(demo.running, demo.ports, demo.processes, module="web.demo.thief")
    yield demo
    demo.processes.end("broker")
    await demo.start_broker()
    await demo.linked()


async def test_a_forged_approval_is_refused_by_a_signed_note(stolen: Demo) -> None:
    demo = stolen
    request = await demo.ask(*BOTH)
    session = await demo.approve(request)
    await demo.activate(request, session, phases=("refused",))
    refused = await demo.record("session.refused", session=session)
    assert refused.record.reason == "signature_invalid"
    assert refused.actor.role == "agent"
    assert "note" in {e.kind for e in refused.evidence}, "the agent's own signature stands behind it"
    assert not demo.records("session.started", session=session)
    assert not of_session(session)
    assert (await ssh(demo, session, "true")).status == 255


async def test_the_true_broker_serves_again_and_its_log_is_one(demo: Demo) -> None:
    """The theft stands in the log as the agent's refusals; nothing else is broken by it."""
    opened = await demo.open(*BOTH)
    assert (await opened.ssh("echo di nuovo")).out == b"di nuovo\n"
    await opened.close()
