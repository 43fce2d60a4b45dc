"""A person's calendar (RFC 5545): windows that concern him and days on which something is due. Pure.

It is read by calendar programs elsewhere, so it says no more than which machine or customer, and when: no names of
people, no words that somebody wrote.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import icalendar

Status = Literal["TENTATIVE", "CONFIRMED", "CANCELLED"]
Pair = tuple[str, str]
REFRESHED = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """`uid` is the same in every answer. Of instants, `ends` is when it is over; of a day, both are that day.
    `revision` grows as it changes. `zone` is the customer's. `words` are Italian and English."""

    uid: str
    begins: datetime | date
    ends: datetime | date
    zone: str
    words: Pair
    status: Status = "CONFIRMED"
    revision: int = 0
    link: str = ""


def render(
    entries: Sequence[Entry], name: Pair, registry: str, at: datetime, *, english: bool = False
) -> bytes:
    """Times are the customer's local ones, with their VTIMEZONE: whoever opens it elsewhere sees the right hour."""
    made = icalendar.Calendar()
    made.add("prodid", "-//Verbale//IT")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name[english])
    made.add("refresh-interval", REFRESHED, parameters={"VALUE": "DURATION"})
    for one in entries:
        made.add_component(_event(one, registry, at, english=english))
    made.add_missing_timezones()
    found: bytes = made.to_ical()
    return found


def _written(at: datetime, zone: ZoneInfo) -> datetime:
    """Of an hour that comes twice in a night a local time means the first (RFC 5545 §3.3.5): the second is in UTC."""
    local = at.astimezone(zone)
    return at.astimezone(UTC) if local.fold else local


def _event(one: Entry, registry: str, at: datetime, *, english: bool) -> icalendar.Event:
    found = icalendar.Event()
    found.add("uid", f"{one.uid}@{registry}")
    found.add("dtstamp", at)
    found.add("summary", one.words[english])
    found.add("status", one.status)
    found.add("sequence", one.revision)
    found.add("class", "PRIVATE")
    if isinstance(one.begins, datetime) and isinstance(one.ends, datetime):
        zone = ZoneInfo(one.zone)
        found.add("dtstart", _written(one.begins, zone))
        found.add("dtend", _written(one.ends, zone))
    else:
        found.add("dtstart", one.begins)
        found.add("dtend", one.ends + timedelta(days=1))  # the day after the last one (RFC 5545 §3.6.1)
        found.add("transp", "TRANSPARENT")
    if one.link:
        found.add("url", one.link)
    return found
