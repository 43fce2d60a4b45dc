"""Whose own list of sessions a month's report has: received up to the month's end, or missing."""

from __future__ import annotations

from datetime import datetime

from audit import instant
from audit.canonical import Value
from audit.leaf import Leaf
from audit.records import SessionsListed
from audit.session_list import Coverage, Line


class MonthLists:
    """Of the month between the two instants. Feed every leaf up to its `period.closed`, in order."""

    def __init__(self, first: datetime, until: datetime) -> None:
        self._first, self._until = first, until
        self._coverage = Coverage()
        self._begun: dict[str, set[str]] = {}  # host -> sessions it lists that began in the month

    def feed(self, leaf: Leaf) -> None:
        self._coverage.feed(leaf)
        if isinstance(leaf.record, SessionsListed):
            begun = self._begun.setdefault(leaf.host or "", set())
            begun |= {line.session for line in map(Line.of, leaf.record.sessions) if self._began(line)}

    def _began(self, line: Line) -> bool:
        return line.since is not None and self._first <= instant.parse(line.since) < self._until

    def hosts(self) -> set[str]:
        return set(self._coverage.in_use(self._first, self._until))

    def value(self) -> list[Value]:
        """One line a host, sorted; `sessions` counts those that it lists as begun in the month."""
        return [self._line(host) for host in sorted(self.hosts())]

    def _line(self, host: str) -> Value:
        told = self._coverage.told(host, self._until)
        if told is None:
            return {"host": host, "state": "missing"}
        sessions = len(self._begun.get(host, ()))
        return {"host": host, "state": "received", "time": instant.to_text(told), "sessions": sessions}
