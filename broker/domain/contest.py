"""*Contesto questa voce*: a thread between customer and vendor about one session, or one row of a report. Pure.

While it is open nothing it is about is erased: a hold stands with it, of the same number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal

from audit import instant
from audit.canonical import Value
from broker.domain.people import Who
from broker.domain.refusal import Refused, Why

Outcome = Literal["explained", "corrected", "withdrawn"]
State = Literal["open", "answered", "closed"]
OUTCOMES: tuple[Outcome, ...] = ("explained", "corrected", "withdrawn")
REVIEW = timedelta(days=180)
_ROW = re.compile(r"[1-9][0-9]{0,5}|E[1-9][0-9]{0,5}")  # of sessions, of exceptions; as a report prints them


@dataclass(frozen=True, slots=True)
class About:
    """At least one of `request` and `report`; `row` is of the report."""

    request: str | None
    report: str | None
    row: str | None


@dataclass(frozen=True, slots=True)
class Turn:
    """What somebody wrote, in the record `n`: the opening, or an answer."""

    n: int
    by: str
    role: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Contest:
    """`turns` begins with its opening. `outcome` and `closed` once the customer closed it."""

    id: str
    about: About
    turns: tuple[Turn, ...]
    outcome: Outcome | None = None
    closed: datetime | None = None

    @property
    def opened(self) -> datetime:
        return self.turns[0].at

    @property
    def state(self) -> State:
        """Answered while the vendor had the last word."""
        if self.closed is not None:
            return "closed"
        return "answered" if self.turns[-1].role in ("technician", "owner") else "open"

    @property
    def hold(self) -> str:
        """The hold that stands with it."""
        return f"o-{self.id.removeprefix('c-')}"

    def answered(self, turn: Turn) -> Contest:
        return replace(self, turns=(*self.turns, turn))

    def ended(self, outcome: Outcome, at: datetime) -> Contest:
        return replace(self, outcome=outcome, closed=at)


def row_of(text: str) -> str | None:
    """``12`` of the sessions, ``E3`` of the exceptions, or nothing. `Refused` for what no report numbers so."""
    row = text.strip().upper()
    if row and not _ROW.fullmatch(row):
        raise Refused(Why.BAD_INPUT, field="row")
    return row or None


def may_speak(contest: Contest) -> None:
    """Return, or raise: nothing is added to one that is closed."""
    if contest.closed is not None:
        raise Refused(Why.WRONG_STATE)


def may_close(contest: Contest, who: Who, outcome: str) -> Outcome:
    """The customer closes it, and says how; the titolare any, an ADS his own."""
    may_speak(contest)
    if who.role != "titolare" and who.person != contest.turns[0].by:
        raise Refused(Why.NOT_ALLOWED)
    found = next((one for one in OUTCOMES if one == outcome), None)
    if found is None:
        raise Refused(Why.BAD_INPUT, field="outcome")
    return found


def review(today: date) -> date:
    """By when its hold is looked at again."""
    return today + REVIEW


def in_report(contests: Sequence[Contest], first: datetime, until: datetime) -> list[Contest]:
    """Those a report tells of: opened before its end, and not closed before its beginning."""
    return [c for c in contests if c.opened < until and (c.closed is None or c.closed >= first)]


def line(contest: Contest, sessions: Sequence[Mapping[str, Any]], until: datetime) -> dict[str, Value]:
    """As the report prints it: never its words. What came after the period's end is left to the next."""
    turns = [turn for turn in contest.turns if turn.at < until]
    found: dict[str, Value] = {
        "id": contest.id,
        "opened": instant.to_text(contest.opened),
        "answers": len(turns) - 1,
    }
    ended = contest.closed is not None and contest.closed < until
    answered = turns[-1].role in ("technician", "owner")
    found["state"] = "closed" if ended else "answered" if answered else "open"
    if ended and contest.outcome is not None:
        found["outcome"] = contest.outcome
    numbers = {s["authorisation"]["id"]: s["n"] for s in sessions if "authorisation" in s}
    if contest.about.request in numbers:
        found["session"] = numbers[contest.about.request]
    named = {"request": contest.about.request, "report": contest.about.report, "row": contest.about.row}
    return found | {name: value for name, value in named.items() if value is not None}
