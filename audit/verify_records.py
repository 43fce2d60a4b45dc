"""Step 7: each record is of the one spelling, in its place, and its times are possible."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from audit import instant
from audit.errors import Malformed
from audit.findings import Judgement
from audit.records import AnyRecord, Leaf
from audit.statement import CHANNEL_KINDS

BACKWARDS = timedelta(seconds=60)  # clocks of two brokers, one after the other, under one log
AHEAD = timedelta(minutes=5)  # an agent's clock before its host is told to mend it
LATE = timedelta(minutes=10)  # later than any reconnection: the host was cut off, and said so

_INSTANTS = ("received", "not_before", "not_after", "ends", "last_seen", "since")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PERIOD = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")


def appended(leaf: Leaf) -> datetime:
    """When the broker wrote it: `received` for an agent's fact, whose own time is the agent's."""
    received = getattr(leaf.record, "received", None)
    return leaf.time if received is None else instant.parse(received)


def check_body(record: AnyRecord, time: datetime) -> None:
    """Texts inside bodies that later steps read as times, days, months and channels."""
    kind = getattr(record, "kind", None) if record.KIND.startswith("channel.") else None
    if kind is not None and kind not in (*CHANNEL_KINDS, "other"):
        raise Malformed("a channel of a kind nobody knows")
    for name in _INSTANTS:
        found = getattr(record, name, None)
        if found is not None:
            instant.parse(found)
    if record.KIND == "host.silent":
        instant.parse(getattr(record, "until"))  # noqa: B009  elsewhere `until` is a day
    period = getattr(record, "period", None)
    if period is not None and not _PERIOD.fullmatch(period):
        raise Malformed("a period is not YYYY-MM")
    if record.KIND == "log.heartbeat":
        day = _day(getattr(record, "day"))  # noqa: B009
        if abs(day - time.date()) > timedelta(days=2):
            raise Malformed("a heartbeat of another day than its own")
    if record.KIND == "log.gap":
        _day(getattr(record, "first"))  # noqa: B009
        _day(getattr(record, "last"))  # noqa: B009


def _day(text: str) -> date:
    if not _DAY.fullmatch(text):
        raise Malformed("a day is not YYYY-MM-DD")
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise Malformed("a day that no calendar has") from wrong


class Records:
    """Reads entries one by one; `read` gives the leaf, or None for one that cannot be used."""

    def __init__(self, tenant: str, judge: Judgement) -> None:
        self._tenant = tenant
        self._judge = judge
        self._last: datetime | None = None
        self.late_notes = 0

    def read(self, n: int, entry: bytes) -> Leaf | None:
        where = f"n={n}"
        try:
            leaf = Leaf.parse(entry)
            check_body(leaf.record, leaf.time)
        except Malformed as wrong:
            self._judge.find("MALFORMED", "record_form", where, why=wrong)
            return None
        if leaf.n != n:
            self._judge.find("MALFORMED", "record_place", where, n=leaf.n)
            return None
        if leaf.tenant != self._tenant:
            self._judge.find("MALFORMED", "record_tenant", where)
        if any(not 0 <= ref < n for ref in leaf.refs):
            self._judge.find("MALFORMED", "record_refs", where)
        if (leaf.session is None) != (leaf.session_n is None) or (leaf.host_n is not None and not leaf.host):
            self._judge.find("MALFORMED", "record_link", where)
        self._time(leaf, where)
        return leaf

    def _time(self, leaf: Leaf, where: str) -> None:
        written = appended(leaf)
        if self._last is not None and written < self._last - BACKWARDS:
            self._judge.find("MALFORMED", "record_time", where, seconds=int(BACKWARDS.total_seconds()))
        self._last = written if self._last is None else max(self._last, written)
        if leaf.time > written + AHEAD:
            self._judge.note("clock", host=leaf.host, seconds=int(AHEAD.total_seconds()))
        if written > leaf.time + LATE:
            self.late_notes += 1
