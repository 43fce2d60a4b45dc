"""Instants as evidence spells them: RFC 3339, UTC, exactly three decimals, ``Z``; 1970 to 2999.

The bound keeps every sum and zone change inside what a calendar can hold, whoever chose the instant.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from audit.errors import Malformed

_FORM = re.compile(
    r"(?:19[7-9]|2[0-9]{2})[0-9]-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}\.[0-9]{3}Z"
)


def to_text(at: datetime) -> str:
    """Spell an aware instant, truncated to the millisecond: ``2026-11-22T10:00:00.000Z``."""
    if at.tzinfo is None:
        raise Malformed("an instant without a time zone cannot be recorded")
    utc = at if at.tzinfo is UTC else at.astimezone(UTC)
    if not 1970 <= utc.year <= 2999:
        raise Malformed("an instant before 1970 or after 2999 cannot be recorded")
    return utc.isoformat(timespec="milliseconds")[:-6] + "Z"


def parse(text: str) -> datetime:
    """Read the one spelling `to_text` writes; anything else is `Malformed`."""
    if not _FORM.fullmatch(text):
        raise Malformed("a time is not RFC 3339 UTC with milliseconds")
    try:
        return datetime.fromisoformat(text)
    except ValueError as wrong:
        raise Malformed("a time names no real instant") from wrong


def whole_ms(at: datetime) -> datetime:
    """The instant as evidence keeps it: what `parse(to_text(at))` would return."""
    return at.astimezone(UTC).replace(microsecond=at.microsecond // 1000 * 1000)
