"""*Violazione dei dati*: what the vendor knows of a breach, whom it touches, when the titolare is told (art. 33, 34 GDPR). Pure.

The 72 hours are the customer's own, towards the authority: elapsed on the line of UTC, so that the change of clocks
gives and takes nothing. The vendor's term is shorter, and its own policy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from audit import instant
from audit.canonical import Value
from audit.protection_order import AUTHORITY_TERM
from audit.protection_records import BreachOpened
from broker.domain.instants import chosen
from broker.domain.refusal import Refused, Why
from broker.domain.texts import cover, written

State = Literal["open", "told", "closed"]
Outcome = Literal["contained", "no_breach"]
OUTCOMES: tuple[Outcome, ...] = ("contained", "no_breach")
USUAL_HOURS = 24
MOST_HOURS = 72  # later than that the titolare could not keep his own term
MAX_TEXT = 2000
MAX_SESSIONS = 500  # a record is no list of everything: whoever gets more chooses a shorter time
FIELDS = ("nature", "subjects", "consequences", "measures", "contact", "people")
"""Of art. 33(3): what happened, whose data and how many, what may follow, what was done, whom to ask; and of art. 34
what the people concerned are to be told."""
_NEEDED = frozenset({"nature", "measures", "contact"})


@dataclass(frozen=True, slots=True)
class Chosen:
    """The sessions that may be touched: of a stretch of time, of one host, of one technician."""

    first: datetime
    until: datetime
    host: str | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True)
class BreachDraft:
    """As the owner typed it."""

    aware: datetime
    chosen: Chosen
    high_risk: bool
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Breach:
    """As the log says. `written` are the records whose openings hold its texts, the last one counts."""

    id: str
    aware: datetime
    due: datetime
    tell_by: datetime
    high_risk: bool
    chosen: Chosen
    sessions: tuple[str, ...]
    written: tuple[int, ...]
    told: tuple[datetime, ...] = ()
    closed: datetime | None = None
    outcome: str | None = None

    @property
    def state(self) -> State:
        return "closed" if self.closed is not None else "told" if self.told else "open"

    @classmethod
    def of(cls, told: BreachOpened, n: int) -> Breach:
        return cls(
            told.breach,
            instant.parse(told.aware),
            instant.parse(told.due),
            instant.parse(told.tell_by),
            told.high_risk,
            Chosen(instant.parse(told.first), instant.parse(told.until), told.host, told.person),
            told.sessions,
            (n,),
        )

    def told_at(self, at: datetime, n: int, *, high_risk: bool) -> Breach:
        return replace(self, told=(*self.told, at), written=(*self.written, n), high_risk=high_risk)

    def ended(self, at: datetime, outcome: str) -> Breach:
        return replace(self, closed=at, outcome=outcome)

    def late(self, now: datetime) -> bool:
        """Whether the titolare was told later than the vendor's policy has it, or is still to be told then."""
        return (self.told[0] if self.told else now) > self.tell_by


def due(aware: datetime) -> datetime:
    """When the customer's own 72 hours towards the authority are over."""
    return aware.astimezone(UTC) + AUTHORITY_TERM  # on a local clock, days are added and no hours


def record(draft: BreachDraft, new: str, sessions: Sequence[str], hours: int, now: datetime) -> BreachOpened:
    """`Refused` for what nobody can have become aware of yet, or too many sessions."""
    aware, where = chosen(draft.aware, "aware").astimezone(UTC), draft.chosen
    if aware > now:
        raise Refused(Why.BAD_INPUT, field="aware")
    if len(sessions) > MAX_SESSIONS:
        raise Refused(Why.TOO_LARGE, field="sessions", limit=str(MAX_SESSIONS))
    return BreachOpened(
        new,
        instant.to_text(aware),
        instant.to_text(due(aware)),
        instant.to_text(aware + timedelta(hours=hours)),
        draft.high_risk,
        instant.to_text(where.first),
        instant.to_text(where.until),
        tuple(sorted(sessions)),
        where.host,
        where.person,
    )


def stretch(first: datetime, until: datetime) -> tuple[datetime, datetime]:
    """Bounds of a search; `Refused` for one that runs backwards."""
    begin, end = chosen(first, "first"), chosen(until, "until")
    if begin >= end:
        raise Refused(Why.BAD_INPUT, field="until")
    return begin, end


def texts(typed: Mapping[str, str], *, high_risk: bool) -> tuple[dict[str, Value], int]:
    """What is sealed, and how many pieces of it were covered as passwords. A high risk asks for the words of art. 34."""
    needed = _NEEDED | ({"people"} if high_risk else set())
    found: dict[str, Value] = {}
    covered = 0
    for name in FIELDS:
        said, count = cover(written(typed.get(name, ""), name, MAX_TEXT, needed=name in needed))
        covered += count
        if said:
            found[name] = said
    return found, covered


def may_tell(breach: Breach) -> None:
    if breach.closed is not None:
        raise Refused(Why.WRONG_STATE)


def may_close(breach: Breach, outcome: str) -> Outcome:
    """What the titolare was not told of is not closed."""
    if breach.state != "told":
        raise Refused(Why.WRONG_STATE)
    found = next((one for one in OUTCOMES if one == outcome), None)
    if found is None:
        raise Refused(Why.BAD_INPUT, field="outcome")
    return found


def term(hours: int) -> int:
    if not 1 <= hours <= MOST_HOURS:
        raise Refused(Why.BAD_INPUT, field="hours")
    return hours
