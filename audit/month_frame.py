"""The frame of a report: the days it is of, which offsets from UTC were in force around them, its spellings."""

from __future__ import annotations

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
    found: list[Value] = []
    at = first
    while at < last:
        local = at.astimezone(here)
        offset = local.utcoffset() or timedelta(0)
        name = local.tzname() or ""
        if not found or (found[-1]["offset_min"], found[-1]["name"]) != (
            int(offset.total_seconds()) // 60,
            name,
        ):
            found.append(
                {"from": instant.to_text(at), "offset_min": int(offset.total_seconds()) // 60, "name": name}
            )
        at += timedelta(hours=1)
    return found


def activity_text(activity: Activity) -> str:
    """How `request.opened` spells an activity: ``GEST``, and ``GEST/FOR`` for training (FORMAT.md §3)."""
    return activity.code if activity.type == "ASS" else f"{activity.code}/{activity.type}"


def activity_value(code: str) -> Value:
    """What `activity_text` wrote."""
    name, _, kind = code.partition("/")
    return {"code": name, "type": kind or "ASS"}
