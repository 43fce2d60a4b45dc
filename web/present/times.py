"""Instants and lengths in words, as the people concerned read them: Italian time, 24 hours."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from audit.periods import family, session_of
from web.present.reader import Pair, Reader

ROME = ZoneInfo("Europe/Rome")
_DAYS: tuple[Pair, ...] = (
    ("lun", "Mon"), ("mar", "Tue"), ("mer", "Wed"), ("gio", "Thu"), ("ven", "Fri"), ("sab", "Sat"), ("dom", "Sun"),
)  # fmt: skip
_WHOLE_DAYS: tuple[Pair, ...] = (
    ("lunedì", "Monday"), ("martedì", "Tuesday"), ("mercoledì", "Wednesday"), ("giovedì", "Thursday"),
    ("venerdì", "Friday"), ("sabato", "Saturday"), ("domenica", "Sunday"),
)  # fmt: skip
MONTHS: tuple[Pair, ...] = (
    ("gennaio", "January"), ("febbraio", "February"), ("marzo", "March"), ("aprile", "April"),
    ("maggio", "May"), ("giugno", "June"), ("luglio", "July"), ("agosto", "August"),
    ("settembre", "September"), ("ottobre", "October"), ("novembre", "November"), ("dicembre", "December"),
)  # fmt: skip
_TYPED = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4}),? ([0-9]{1,2})[:.]([0-9]{2})", re.ASCII)
_NEAR: dict[int, Pair] = {0: ("oggi", "today"), 1: ("domani", "tomorrow"), -1: ("ieri", "yesterday")}


def local(at: datetime) -> datetime:
    return at.astimezone(ROME)


def clock_time(at: datetime) -> str:
    """``11:49``"""
    return f"{local(at):%H:%M}"


def zone_of(at: datetime) -> str:
    """CET or CEST, as it is at that instant."""
    return local(at).tzname() or ""


def day_of(at: datetime, reader: Reader) -> str:
    """``oggi``, ``domani``, ``ieri``, ``gio 22/10`` or, in another year, ``22/10/2025``."""
    day, today = local(at).date(), local(reader.now).date()
    near = _NEAR.get((day - today).days)
    if near is not None:
        return reader.say(*near)
    if day.year != today.year:
        return date_of(at, reader)
    return f"{reader.say(*_DAYS[day.weekday()])} {reader.say(f'{day:%d/%m}', f'{day.day} {_short_month(day.month)}')}"


def same_day(one: datetime, other: datetime) -> bool:
    """Whether both fall on one day in Italy."""
    return local(one).date() == local(other).date()


def date_of(at: datetime, reader: Reader) -> str:
    """``12/11/2026``; in English ``12 Nov 2026``, which no country reads the other way round."""
    day = local(at)
    return reader.say(f"{day:%d/%m/%Y}", f"{day.day} {_short_month(day.month)} {day.year}")


def _short_month(number: int) -> str:
    return MONTHS[number - 1][1][:3]


def moment(at: datetime, reader: Reader, *, zone: bool = False) -> str:
    """``oggi alle 11:49``, with CET or CEST where somebody decides."""
    when = reader.say("alle", "at")
    return f"{day_of(at, reader)} {when} {clock_time(at)}" + (f" {zone_of(at)}" if zone else "")


def in_full(at: datetime, reader: Reader) -> str:
    """``lunedì 23 marzo 2026 alle 11:30 CET``: for what is read away from the day on which it was written."""
    day, (it, en) = local(at), MONTHS[local(at).month - 1]
    weekday = reader.say(*_WHOLE_DAYS[day.weekday()])
    date = reader.say(f"{weekday} {day.day} {it} {day.year}", f"{weekday} {day.day} {en} {day.year}")
    return f"{date} {reader.say('alle', 'at')} {clock_time(at)} {zone_of(at)}"


def until(at: datetime, reader: Reader, *, zone: bool = False) -> str:
    """``fino alle 14:30``; on another day than today ``fino a gio 22/10 alle 14:30``."""
    if same_day(at, reader.now):
        time = clock_time(at) + (f" {zone_of(at)}" if zone else "")
        return reader.say(f"fino alle {time}", f"until {time}")
    return f"{reader.say('fino a', 'until')} {moment(at, reader, zone=zone)}"


def short(at: datetime, reader: Reader) -> str:
    """For lists: the time if it is today, else the day before it."""
    if same_day(at, reader.now):
        return clock_time(at)
    return f"{day_of(at, reader)} {clock_time(at)}"


def span(begin: datetime, end: datetime, reader: Reader) -> str:
    """``oggi, 10:30–14:30 CET``; with both days where it goes over midnight, both zones where they differ."""
    zones = (zone_of(begin), zone_of(end))
    first = f" {zones[0]}" if zones[0] != zones[1] else ""
    if same_day(begin, end):
        return f"{day_of(begin, reader)}, {clock_time(begin)}{first}–{clock_time(end)} {zones[1]}"
    return (
        f"{day_of(begin, reader)} {clock_time(begin)}{first} – "
        f"{day_of(end, reader)} {clock_time(end)} {zones[1]}"
    )


def length(seconds: float) -> str:
    """``2 h 08 min``, ``25 min``, ``40 s``"""
    whole = max(0, int(seconds))
    hours, minutes = divmod(whole // 60, 60)
    if hours:
        return f"{hours} h {minutes:02d} min" if minutes else f"{hours} h"
    return f"{minutes} min" if minutes else f"{whole} s"


def worked(seconds: float) -> str:
    """A sum of hours: ``9 h 40 min``, and ``0 h`` of none."""
    return length(seconds) if seconds else "0 h"


def figure(seconds: float) -> str:
    """What the countdown shows: ``58:12`` or ``1:02:30``."""
    whole = max(0, int(seconds))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def ago(at: datetime, reader: Reader) -> str:
    """``4 s fa``, ``3 min fa``; older than a day: the date."""
    passed = reader.now - at
    if passed < timedelta(days=1):
        said = length(passed.total_seconds())
        return reader.say(f"{said} fa", f"{said} ago")
    return moment(at, reader)


def month_name(period: str, reader: Reader) -> str:
    """``2026-11`` → ``novembre 2026``"""
    year, _, month = period.partition("-")
    return f"{reader.say(*MONTHS[int(month) - 1])} {year}"


def period_name(period: str, reader: Reader) -> str:
    """Of a month as `month_name`; ``2026-W48`` → ``settimana 48, 2026``, ``2026-Q4`` → ``4º trimestre 2026``."""
    session, (year, number) = session_of(period), (period[:4], period[6:])
    match family(period):
        case "month":
            return month_name(period, reader)
        case "week":
            return reader.say(f"settimana {int(number)}, {year}", f"week {int(number)}, {year}")
        case "quarter":
            return reader.say(f"{number}º trimestre {year}", f"quarter {number}, {year}")
        case "intervention":
            return reader.say(f"intervento {session}", f"session {session}")


class WrongHour(ValueError):
    """A wall-clock time that doesn't exist, exists twice, or is no time at all, with a sentence for the form."""

    def __init__(self, said: Pair, *, twice: bool = False) -> None:
        super().__init__(said[1])
        self.said = said
        self.twice = twice


_NO_HOUR: Pair = ("Scriva giorno e ora.", "Write day and hour.")
_SKIPPED: Pair = (
    "Quest’ora non esiste: quella notte l’orologio va avanti di un’ora.",
    "This hour does not exist: that night the clock goes forward by an hour.",
)
_TWICE: Pair = (
    "Quest’ora c’è due volte. Scelga ora legale (CEST) o solare (CET).",
    "This hour happens twice. Choose summer (CEST) or winter (CET) time.",
)


def typed(text: str, choice: str = "") -> datetime:
    """A ``datetime-local`` field as an instant, in Italian time.

    An hour that exists twice needs `choice` CEST or CET; one that was skipped is refused.
    """
    try:
        wall = _wall(text.strip())
    except ValueError as wrong:
        raise WrongHour(_NO_HOUR) from wrong
    if wall.tzinfo is not None or not 1970 < wall.year < 9999:
        raise WrongHour(_NO_HOUR)
    first, second = (wall.replace(tzinfo=ROME, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first
    if first.astimezone(ZoneInfo("UTC")).astimezone(ROME).replace(tzinfo=None) != wall:
        raise WrongHour(_SKIPPED)
    if choice not in ("CEST", "CET"):
        raise WrongHour(_TWICE, twice=True)
    return first if first.tzname() == choice else second


def _wall(text: str) -> datetime:
    """As such a field sends it, or as people here type it: ``01/02/2026 09:30`` (C-27)."""
    typed = _TYPED.fullmatch(text)
    if typed is None:
        return datetime.fromisoformat(text)
    day, month, year, hour, minute = map(int, typed.groups())
    return datetime(year, month, day, hour, minute)  # noqa: DTZ001 - whose zone it is, the caller finds


def field_value(at: datetime) -> str:
    """For a ``datetime-local`` field."""
    return f"{local(at):%Y-%m-%dT%H:%M}"
