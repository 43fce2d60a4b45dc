"""In what an agent of one session differs from the service: what `daemon.serve` asks of either."""

from __future__ import annotations

from agent.report import Reports
from agent.sessions import MAX_SESSIONS, Sessions

FAREWELL_S = 5.0  # how long a stopping agent waits for the broker to acknowledge its last notes


class Manner:
    """The service: runs until it is told to stop, and stays enrolled."""

    room = MAX_SESSIONS  # sessions at a time
    why_closed = "agent_stopping"  # how the note of a session that it ends calls it
    leaves: str | None = None  # with what reason the host goes out of use when it stops

    def listens(self, report: Reports) -> Reports:
        """What every note goes through."""
        return report

    def begins(self, sessions: Sessions) -> None:
        """The agent is about to dial, inside its loop."""

    def farewell_s(self, *, is_up: bool) -> float:
        """How long to wait until the last notes are acknowledged."""
        return FAREWELL_S if is_up else 0.0
