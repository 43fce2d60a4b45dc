"""When the person behind a log-in last did something: what the lock of 15 minutes' rest is judged by (L-75).

In memory only, since a page's every click would be a write: what the database keeps is when he last proved who he
is. A broker that starts anew knows of no act since then, which locks sooner and never later.
"""

from __future__ import annotations

from datetime import datetime

MAX_KNOWN = 10_000  # logins; beyond, the oldest count from their proof, which only shortens


class Acts:
    """By a login's digest."""

    def __init__(self) -> None:
        self._last: dict[str, datetime] = {}
        self._watched: dict[str, frozenset[str]] = {}

    def note(self, login: str, at: datetime) -> None:
        if login not in self._last and len(self._last) >= MAX_KNOWN:
            gone = next(iter(self._last))
            self.forget(gone)
        self._last[login] = at

    def last(self, login: str, proved: datetime) -> datetime:
        return max(self._last.get(login, proved), proved)

    def watches(self, login: str, session: str) -> None:
        """He began to watch this session while he was awake."""
        self._watched[login] = self._watched.get(login, frozenset()) | {session}

    def watched(self, login: str, session: str) -> bool:
        return session in self._watched.get(login, frozenset())

    def forget(self, login: str) -> None:
        self._last.pop(login, None)
        self._watched.pop(login, None)
