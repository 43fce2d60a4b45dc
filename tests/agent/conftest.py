"""Limits of the agent that real processes run into on a busy machine, moved out of the way."""

from __future__ import annotations

import pytest

from tests.agent.session_kit import PATIENCE_S

LIMITS = (
    "agent.channels.external.CUT_GRACE_S",
    "agent.channels.external.KILL_LIMIT_S",
    "agent.conductor.KILL_LIMIT_S",
    "agent.desk_call.ANSWER_LIMIT_S",
    "agent.desk_socket.ORDER_LIMIT_S",
    "agent.perform.CUT_GRACE_S",
    "agent.sessions.INTERRUPT_LIMIT_S",
    "agent.warden.START_LIMIT_S",
)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of what happens in the end. What a limit does is shown by setting it short."""
    for limit in LIMITS:
        monkeypatch.setattr(limit, PATIENCE_S)
