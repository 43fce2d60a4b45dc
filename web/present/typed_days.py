"""Days as people here type them (C-27): ``01/02/2026`` is the first of February, and so is what a date field sends."""

from __future__ import annotations

import re
from datetime import date

from audit.errors import Malformed
from broker.domain.public_holidays import FixedPatron, MovablePatron, parse_patron
from broker.domain.refusal import Refused, Why
from web.present.reader import Reader

_TYPED = re.compile(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})", re.ASCII)
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_OF_YEAR = re.compile(r"([0-9]{1,2})[/.]([0-9]{1,2})", re.ASCII)
_EASTER = re.compile(r"(?:pasqua|easter) ?([+-]) ?([0-9]{1,3})", re.ASCII)


def read_day(text: str, field: str) -> date:
    """Day before month, whatever language the page speaks; or as a date field sends it. Else `bad_input`."""
    found = text.strip()
    try:
        if typed := _TYPED.fullmatch(found):
            return date(int(typed[3]), int(typed[2]), int(typed[1]))
        if _ISO.fullmatch(found):
            return date.fromisoformat(found)
    except ValueError as wrong:
        raise Refused(Why.BAD_INPUT, field=field) from wrong
    raise Refused(Why.BAD_INPUT, field=field)


def read_days(text: str, field: str) -> frozenset[date]:
    """Several, with commas, blanks or semicolons between them."""
    return frozenset(read_day(one, field) for one in re.split(r"[\s,;]+", text) if one)


def iso_day(text: str) -> str:
    """As evidence spells it; what is no day goes on as it is, for the case to judge."""
    try:
        return read_day(text, "day").isoformat()
    except Refused:
        return text


def of_year(text: str) -> str:
    """``31/08`` as records keep it; what is none goes on as it is, for the case to judge."""
    typed = _OF_YEAR.fullmatch(text.strip())
    return text if typed is None else f"{int(typed[2]):02d}-{int(typed[1]):02d}"


def read_patron(text: str) -> str:
    """``03/11`` and ``Pasqua+50`` as a contract keeps them; what is neither goes on as it is, for the case to judge."""
    found = text.strip().lower()
    if _OF_YEAR.fullmatch(found):
        return of_year(found)
    if typed := _EASTER.fullmatch(found):
        return f"easter{typed[1]}{int(typed[2])}"
    return found


def patron_words(text: str, reader: Reader) -> str:
    """``03/11``, ``Pasqua+50``"""
    try:
        patron = parse_patron(text)
    except Malformed:
        return text
    match patron:
        case FixedPatron(month=month, day=day):
            return f"{day:02d}/{month:02d}"
        case MovablePatron(after_easter=days):
            return f"{reader.say('Pasqua', 'Easter')}{days:+d}"
