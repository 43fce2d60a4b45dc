"""What the page of a signed report needs; parts are in `views`."""

from __future__ import annotations

from dataclasses import dataclass

from web.views import Act, State
from web.views_estate import Figure, ReportRow


@dataclass(frozen=True, slots=True)
class Sentence:
    """What a report says in Italian. `italian`: it is shown so on an English page, because no English is known of it."""

    text: str
    italian: bool = False


@dataclass(frozen=True, slots=True)
class DeviationRow:
    """An exception in the report's words. `facts`: the page of the session it is about."""

    id: str
    time: str
    what: Sentence
    why: Sentence
    facts: str = ""
    contest: Act | None = None


@dataclass(frozen=True, slots=True)
class SessionRow:
    n: int
    when: str
    href: str
    who: str
    host: str
    incident: str
    lasted: str
    by: str
    watched: State
    contest: Act | None = None


@dataclass(frozen=True, slots=True)
class Month:
    """`log`: tenant and year of the log that it was drawn from, at `size` and `root` (base64); empty where the reader
    cannot read that log."""

    title: str
    vendor: str
    number: str
    signed: State
    figures: tuple[Figure, ...]
    deviations: tuple[DeviationRow, ...]
    sessions: tuple[SessionRow, ...]
    files: ReportRow
    others: tuple[Act, ...]
    size: int
    root: str
    log: str = ""
