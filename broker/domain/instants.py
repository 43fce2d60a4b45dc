"""Instants people choose: of this century, so that whatever is reckoned with them stays in the calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from audit import instant
from broker.domain.refusal import Refused, Why

FIRST = datetime(2000, 1, 1, tzinfo=UTC)
AFTER = datetime(2100, 1, 1, tzinfo=UTC)


def chosen(at: datetime, field: str) -> datetime:
    """As evidence keeps it; `bad_input` for one that nobody means."""
    if not FIRST <= at < AFTER:
        raise Refused(Why.BAD_INPUT, field=field)
    return instant.whole_ms(at)


def day_of(at: datetime, zone: str) -> date:
    """The local day."""
    return at.astimezone(ZoneInfo(zone)).date()
