"""Instants and lengths in words, as the people concerned read them: Italian time, 24 hours."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

ROME = ZoneInfo("Europe/Rome")
_DAYS = ("lun", "mar", "mer", "gio", "ven", "sab", "dom")
MONTHS = (
    "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno",
    "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre",
)  # fmt: skip


def local(at: datetime) -> datetime:
    return at.astimezone(ROME)


def clock_time(at: datetime) -> str:
    """``11:49``"""
    return f"{local(at):%H:%M}"


def zone_of(at: datetime) -> str:
    """CET or CEST, as it is at that instant."""
    return local(at).tzname() or ""


def day_of(at: datetime, now: datetime) -> str:
    """``oggi``, ``domani``, ``ieri``, ``gio 22/10`` or, in another year, ``22/10/2025``."""
    day, today = local(at).date(), local(now).date()
    near = {0: "oggi", 1: "domani", -1: "ieri"}.get((day - today).days)
    if near is not None:
        return near
    if day.year != today.year:
        return f"{day:%d/%m/%Y}"
    return f"{_DAYS[day.weekday()]} {day:%d/%m}"


def date_of(at: datetime) -> str:
    """``12/11/2026``"""
    return f"{local(at):%d/%m/%Y}"


def moment(at: datetime, now: datetime, *, zone: bool = False) -> str:
    """``oggi alle 11:49``, with CET or CEST where somebody decides."""
    return f"{day_of(at, now)} alle {clock_time(at)}" + (f" {zone_of(at)}" if zone else "")


def short(at: datetime, now: datetime) -> str:
    """For lists: the time if it is today, else the day before it."""
    day = day_of(at, now)
    return clock_time(at) if day == "oggi" else f"{day} {clock_time(at)}"


def span(begin: datetime, end: datetime, now: datetime) -> str:
    """``oggi, 10:30–14:30 CET``; with both days where it goes over midnight, both zones where they differ."""
    zones = (zone_of(begin), zone_of(end))
    first = f" {zones[0]}" if zones[0] != zones[1] else ""
    if local(begin).date() == local(end).date():
        return f"{day_of(begin, now)}, {clock_time(begin)}{first}–{clock_time(end)} {zones[1]}"
    return (
        f"{day_of(begin, now)} {clock_time(begin)}{first} – {day_of(end, now)} {clock_time(end)} {zones[1]}"
    )


def length(seconds: float) -> str:
    """``2 h 08 min``, ``25 min``, ``40 s``"""
    whole = max(0, int(seconds))
    hours, minutes = divmod(whole // 60, 60)
    if hours:
        return f"{hours} h {minutes:02d} min" if minutes else f"{hours} h"
    return f"{minutes} min" if minutes else f"{whole} s"


def figure(seconds: float) -> str:
    """What the countdown shows: ``58:12`` or ``1:02:30``."""
    whole = max(0, int(seconds))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def ago(at: datetime, now: datetime) -> str:
    """``4 s fa``, ``3 min fa``; older than a day: the date."""
    passed = now - at
    if passed < timedelta(days=1):
        return f"{length(passed.total_seconds())} fa"
    return moment(at, now)


def month_name(period: str) -> str:
    """``2026-11`` → ``novembre 2026``"""
    year, _, month = period.partition("-")
    return f"{MONTHS[int(month) - 1]} {year}"


class WrongHour(ValueError):
    """A wall-clock time that doesn't exist, exists twice, or is no time at all. The message is for the form."""


def typed(text: str, choice: str = "") -> datetime:
    """A ``datetime-local`` field as an instant, in Italian time.

    An hour that exists twice needs `choice` CEST or CET; one that was skipped is refused.
    """
    try:
        wall = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise WrongHour("Scriva giorno e ora.") from wrong
    if wall.tzinfo is not None or not 1970 < wall.year < 9999:
        raise WrongHour("Scriva giorno e ora.")
    first, second = (wall.replace(tzinfo=ROME, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first
    if first.astimezone(ZoneInfo("UTC")).astimezone(ROME).replace(tzinfo=None) != wall:
        raise WrongHour("Quest’ora non esiste: quella notte l’orologio va avanti di un’ora.")
    if choice not in ("CEST", "CET"):
        raise WrongHour("Quest’ora c’è due volte. Scelga ora legale (CEST) o solare (CET).")
    return first if first.tzname() == choice else second


def field_value(at: datetime) -> str:
    """For a ``datetime-local`` field."""
    return f"{local(at):%Y-%m-%dT%H:%M}"
