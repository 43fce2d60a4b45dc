"""The lines of a host's own list of its sessions (FORMAT.md §6).

Agent and verifier make them by the same rule from the same notes, so that both can be compared. Which hosts
have told a month: `audit.list_coverage`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

RUNNING = "running"
LISTED = "sessions.listed"
BEGUN, ENDED = "session.started", frozenset({"session.ended", "session.refused"})


class Line(NamedTuple):
    """`since` is None for a session that never began, `until` for one that runs; both are instants as
    spelled. `how` is the reason of its end or refusal, or `running`."""

    session: str
    since: str | None
    until: str | None
    how: str

    @property
    def text(self) -> str:
        return f"{self.session} {self.since or '-'} {self.until or '-'} {self.how}"

    @classmethod
    def of(cls, text: str) -> Line:
        """Read a text of the form `listed`."""
        session, since, until, how = text.split(" ")
        return cls(session, None if since == "-" else since, None if until == "-" else until, how)


@dataclass(slots=True)
class Told:
    """What the notes of one host say of its sessions since its last list: one line a session."""

    running: dict[str, str] = field(default_factory=dict)  # session -> since; also of those begun before
    lines: dict[str, Line] = field(default_factory=dict)  # in the order told

    def hear(self, kind: str, session: str, time: str, reason: str) -> None:
        """A note of this kind; the first word on a session's beginning and on its end counts."""
        line = self.lines.get(session)
        if kind == BEGUN and line is None and session not in self.running:
            self.running[session] = time
            self.lines[session] = Line(session, time, None, RUNNING)
        elif kind in ENDED and (line is None or line.until is None):
            self.lines[session] = Line(session, self.running.pop(session, None), time, reason)

    def listed(self) -> None:
        """A list was made of it; what runs on is told of when it ends."""
        self.lines.clear()
