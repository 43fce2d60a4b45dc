"""The frame of a report: the days it is of, which offsets from UTC were in force around them, its spellings."""

from __future__ import annotations

import functools
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from audit import instant
from audit.canonical import Value
from audit.periods import family
from audit.statement_parts import Activity


def period_value(period: str, zone: str, start: datetime, end: datetime) -> Value:
    """`period` of a report, from the first instant to the first after it; what is no month says what it is of."""
    here = ZoneInfo(zone)
    last = max(start, end - timedelta(milliseconds=1)).astimezone(here).date()
    named = {} if family(period) == "month" else {"of": period}
    return named | {
        "from": start.astimezone(here).date().isoformat(),
        "to": last.isoformat(),
        "zone": zone,
        "spans": _spans(here, start - timedelta(days=40), end + timedelta(days=40)),
    }


def _spans(here: ZoneInfo, first: datetime, last: datetime) -> list[Value]:
    """Offsets in force around the month, so that a reader needs no zone rules of his own."""
    return [
        {"from": instant.to_text(at), "offset_min": minutes, "name": name}
        for at, minutes, name in _offsets(here, first, last)
    ]


@functools.lru_cache(maxsize=32)  # hour by hour: longer than all else of a month without work
def _offsets(here: ZoneInfo, first: datetime, last: datetime) -> tuple[tuple[datetime, int, str], ...]:
    found: list[tuple[datetime, int, str]] = []
    at = first
    while at < last:
        local = at.astimezone(here)
        offset = int((local.utcoffset() or timedelta(0)).total_seconds()) // 60, local.tzname() or ""
        if not found or found[-1][1:] != offset:
            found.append((at, *offset))
        at += timedelta(hours=1)
    return tuple(found)


def activity_text(activity: Activity) -> str:
    """How `request.opened` spells an activity: ``GEST``, and ``GEST/FOR`` for training (FORMAT.md §3)."""
    return activity.code if activity.type == "ASS" else f"{activity.code}/{activity.type}"


def activity_value(code: str) -> Value:
    """What `activity_text` wrote."""
    name, _, kind = code.partition("/")
    return {"code": name, "type": kind or "ASS"}
