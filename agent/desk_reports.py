"""*Segnala*, and why somebody pressed *Interrompi*: what is written at the machine becomes notes of this host."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from agent.desk_socket import Reply
from agent.desk_words import both
from agent.notice import plain
from agent.report import Reports
from audit.canonical import Value
from audit.commitment import SALT_BYTES, Opening

REPORTED, EXPLAINED = "desk.reported", "session.stop_explained"
MAX_TEXT = 300
MOST, WITHIN = 12, timedelta(hours=1)  # a note stays in the log for good: nobody fills it from the desk
MAX_INTERRUPTED = 32  # ends of which it may still be said why


class DeskReports:
    """`known`: whether this agent knows such a session, ended ones among them."""

    def __init__(
        self,
        report: Reports,
        now: Callable[[], datetime],
        live: Callable[[], list[str]],
        known: Callable[[str], bool],
    ) -> None:
        self._report = report
        self._now = now
        self._live = live
        self._known = known
        self._lately: deque[datetime] = deque()
        self._interrupted: deque[str] = deque(maxlen=MAX_INTERRUPTED)

    def take(self, session: str | None, text: str) -> Reply:
        """Kept before it is answered, with or without a network. Without a session it is of the one under way,
        else of the machine alone; the text may be empty."""
        if session is not None and not self._known(session):
            return Reply.no("unknown_session", session=plain(session, 40))
        now = self._now()
        while self._lately and not now - WITHIN < self._lately[0] <= now:
            self._lately.popleft()
        if len(self._lately) >= MOST:
            return Reply.no("too_many_reports")
        live = self._live()
        if not self._kept(REPORTED, live[0] if session is None and len(live) == 1 else session, text):
            return Reply.no("not_kept")
        self._lately.append(now)
        return Reply.of(both("reported"))

    def interrupted(self, sessions: list[str]) -> None:
        """These end by order from here."""
        self._interrupted.extend(sessions)

    def explain(self, session: str, text: str) -> Reply:
        """Why somebody interrupted it, once, after it has ended."""
        if session not in self._interrupted or session in self._live():
            return Reply.no("not_interrupted")
        if not plain(text, MAX_TEXT):
            return Reply.of(both("nothing_said"))
        if not self._kept(EXPLAINED, session, text):
            return Reply.no("not_kept")
        self._interrupted.remove(session)
        return Reply.of(both("explained"))

    def _kept(self, kind: str, session: str | None, text: str) -> bool:
        written, body, opening = plain(text, MAX_TEXT), dict[str, Value](), None
        if written:
            opening = Opening(secrets.token_bytes(SALT_BYTES), {"text": written})
            body["text"] = opening.commitment
        try:
            self._report(kind, session, body, opening)
        except OSError:
            return False  # a full disk; who asked is told
        return True
