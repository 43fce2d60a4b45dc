"""*Segnala*: whoever sits at the machine says that something is odd; it becomes a note of this host."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from agent.desk_socket import Reply
from agent.notice import plain
from agent.report import Reports
from audit.canonical import Value
from audit.commitment import SALT_BYTES, Opening

KIND = "desk.reported"
MAX_TEXT = 300
MOST, WITHIN = 12, timedelta(hours=1)  # a note stays in the log for good: nobody fills it from the desk
TAKEN = "Segnalato: resta scritto nel registro, e titolare e ADS ricevono un avviso appena c’è rete."
TOO_MANY = "Ci sono già molte segnalazioni in quest’ora: telefoni al titolare o all’ADS."
NOT_KEPT = "La segnalazione non si è potuta scrivere: telefoni al titolare o all’ADS."


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

    def take(self, session: str | None, text: str) -> Reply:
        """Kept before it is answered, with or without a network. Without a session it is of the one under way,
        else of the machine alone; the text may be empty."""
        if session is not None and not self._known(session):
            return Reply(
                f"La sessione {plain(session, 40)} non è nota qui: segnali senza indicarla.", ok=False
            )
        now = self._now()
        while self._lately and not now - WITHIN < self._lately[0] <= now:
            self._lately.popleft()
        if len(self._lately) >= MOST:
            return Reply(TOO_MANY, ok=False)
        live = self._live()
        of = live[0] if session is None and len(live) == 1 else session
        written, body, opening = plain(text, MAX_TEXT), dict[str, Value](), None
        if written:
            opening = Opening(secrets.token_bytes(SALT_BYTES), {"text": written})
            body["text"] = opening.commitment
        try:
            self._report(KIND, of, body, opening)
        except OSError:
            return Reply(NOT_KEPT, ok=False)
        self._lately.append(now)
        return Reply(TAKEN)
