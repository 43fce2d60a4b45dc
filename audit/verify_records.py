"""Step 7: each record is of the one spelling, in its place, and its times are possible."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from audit import instant
from audit.errors import Malformed
from audit.findings import Judgement
from audit.incident_records import IncidentOpened
from audit.leaf import Leaf
from audit.log_records import HostSilent, LogGap, LogHeartbeat
from audit.month_charges import MOST_TYPED
from audit.session_records import SessionPresumedEnded, StopOrdered
from audit.verify_years import Years
from audit.work_records import WorkTyped

BACKWARDS = timedelta(seconds=60)  # clocks of two brokers, one after the other, under one log
AHEAD = timedelta(minutes=5)  # an agent's clock before its host is told to mend it
LATE = timedelta(minutes=10)  # later than any reconnection: the host was cut off, and said so


def appended(leaf: Leaf) -> datetime:
    """When the broker wrote it: `received` for an agent's fact, whose own time is the agent's."""
    received = getattr(leaf.record, "received", None)
    return leaf.time if received is None else instant.parse(received)


def _heartbeat(record: LogHeartbeat, time: datetime) -> bool:
    return abs(date.fromisoformat(record.day) - time.date()) <= timedelta(days=2)


def _gap(record: LogGap, time: datetime) -> bool:
    return record.first <= record.last <= (time + timedelta(days=2)).date().isoformat()


def _silent(record: HostSilent, time: datetime) -> bool:
    return record.since <= record.until and instant.parse(record.until) <= time + BACKWARDS


def _presumed(record: SessionPresumedEnded, time: datetime) -> bool:
    return instant.parse(record.last_seen) <= time + BACKWARDS


def _ordered(record: StopOrdered, time: datetime) -> bool:
    return record.given is None or instant.parse(record.given) <= time + BACKWARDS


def _reported(record: IncidentOpened, time: datetime) -> bool:
    return instant.parse(record.reported) <= time + BACKWARDS


def _typed(record: WorkTyped, time: datetime) -> bool:
    if not 0 < record.minutes <= MOST_TYPED:
        return False
    ended = instant.parse(record.began) + timedelta(minutes=record.minutes)
    return (
        time - timedelta(days=1, hours=1) <= ended <= time + BACKWARDS
    )  # the longest local day has 25 hours


# What a body says of times must be possible when it was written.
_POSSIBLE: dict[str, Callable[[Any, datetime], bool]] = {
    LogHeartbeat.KIND: _heartbeat,
    LogGap.KIND: _gap,
    HostSilent.KIND: _silent,
    SessionPresumedEnded.KIND: _presumed,
    StopOrdered.KIND: _ordered,
    IncidentOpened.KIND: _reported,
    WorkTyped.KIND: _typed,
}


class Records:
    """Reads entries one by one; `read` gives the leaf, or None for one that cannot be used."""

    def __init__(self, tenant: str, judge: Judgement) -> None:
        self._tenant = tenant
        self._judge = judge
        self._last: datetime | None = None
        self.years = Years()
        self.late_notes = 0

    @property
    def last(self) -> datetime | None:
        """The latest instant at which the broker wrote so far."""
        return self._last

    def read(self, n: int, entry: bytes) -> Leaf | None:
        try:
            leaf = Leaf.parse(entry)
        except Malformed as wrong:
            self._judge.find("MALFORMED", "record_form", f"n={n}", why=wrong)
            return None
        return self._placed(n, leaf)

    def reread(self, n: int, entry: bytes) -> Leaf | None:
        """The same for an entry whose form was judged already, and is good."""
        return self._placed(n, Leaf.reread(entry))

    def fits(self, earliest: datetime, latest: datetime) -> bool:
        """Whether records in order among themselves, written between these, are here in order and of this year too."""
        return latest < self.years.until and (self._last is None or earliest >= self._last - BACKWARDS)

    def passed(self, latest: datetime) -> None:
        """Such records, some of which nobody has to hear, were written up to then."""
        self._last = latest if self._last is None else max(self._last, latest)

    def _placed(self, n: int, leaf: Leaf) -> Leaf | None:
        if leaf.n != n:
            self._judge.find("MALFORMED", "record_place", f"n={n}", n=leaf.n)
            return None
        if leaf.tenant != self._tenant:
            self._judge.find("MALFORMED", "record_tenant", f"n={n}")
        if leaf.refs and max(leaf.refs) >= n:
            self._judge.find("MALFORMED", "record_refs", f"n={n}")
        if (leaf.session is None) != (leaf.session_n is None) or (leaf.host_n is not None and not leaf.host):
            self._judge.find("MALFORMED", "record_link", f"n={n}")
        self._time(leaf, n)
        return leaf

    def _time(self, leaf: Leaf, n: int) -> None:
        possible = _POSSIBLE.get(leaf.record.KIND)
        if possible is not None and not possible(leaf.record, leaf.time):
            self._judge.find("MALFORMED", "record_said", f"n={n}")
        written = leaf.time if leaf.host_n is None else appended(leaf)
        if self._last is None or written > self._last:
            self._last = written
        elif written < self._last - BACKWARDS:
            seconds = int(BACKWARDS.total_seconds())
            self._judge.find("MALFORMED", "record_time", f"n={n}", seconds=seconds)
        if self._last >= self.years.until:
            self.years.reach(leaf, self._last)
        if written is leaf.time:
            return
        if leaf.time > written + AHEAD:
            self._judge.note("clock", host=leaf.host, seconds=int(AHEAD.total_seconds()))
        if written > leaf.time + LATE:
            self.late_notes += 1
