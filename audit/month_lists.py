"""Whose own list of sessions a month's report has: received up to the month's end, or missing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from audit import instant
from audit.canonical import Value
from audit.leaf import Leaf
from audit.list_coverage import Coverage
from audit.log_records import SessionsListed
from audit.session_list import Line


@dataclass(slots=True)
class MonthLists:
    """Of the month that begins at `first`. Feed every leaf up to its `period.closed`, in order."""

    first: datetime
    _coverage: Coverage = field(default_factory=Coverage)
    # host -> sessions it lists that began in the month or later, with that instant
    _begun: dict[str, set[tuple[str, datetime]]] = field(default_factory=dict)

    def feed(self, leaf: Leaf) -> None:
        self._coverage.feed(leaf)
        if isinstance(leaf.record, SessionsListed):
            begun = self._begun.setdefault(leaf.host or "", set())
            for line in map(Line.of, leaf.record.sessions):
                since = None if line.since is None else instant.parse(line.since)
                if since is not None and since >= self.first:
                    begun.add((line.session, since))

    def following(self, first: datetime) -> MonthLists:
        """Of the month after this one."""
        begun = {host: {one for one in all_ if one[1] >= first} for host, all_ in self._begun.items()}
        return MonthLists(first, self._coverage, begun)

    def hosts(self, until: datetime) -> set[str]:
        """In use before the month's end, the first instant of the next."""
        return set(self._coverage.in_use(self.first, until))

    def value(self, until: datetime) -> list[Value]:
        """One line a host, sorted; `sessions` counts those that it lists as begun in the month."""
        return [self._line(host, until) for host in sorted(self.hosts(until))]

    def _line(self, host: str, until: datetime) -> Value:
        told = self._coverage.told(host, until)
        if told is None:
            return {"host": host, "state": "missing"}
        sessions = len({session for session, since in self._begun.get(host, ()) if since < until})
        return {"host": host, "state": "received", "time": instant.to_text(told), "sessions": sessions}
