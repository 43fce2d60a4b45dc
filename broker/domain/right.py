"""What people concerned ask for under art. 15 ff. GDPR: by when it is answered, and what must be refused. Pure."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from broker.domain.document import day
from broker.domain.refusal import Refused, Why

Asked = Literal["access", "erasure", "rectification", "restriction", "objection"]
Outcome = Literal["granted", "in_part", "refused"]
ASKED: tuple[Asked, ...] = ("access", "erasure", "rectification", "restriction", "objection")
OUTCOMES: tuple[Outcome, ...] = ("granted", "in_part", "refused")


@dataclass(frozen=True, slots=True)
class Right:
    """A request in the registry. `n` is its record; `answered` when it was."""

    id: str
    n: int
    asked: Asked
    received: date
    due: date
    extended: bool = False
    outcome: Outcome | None = None
    answered: datetime | None = None

    def late(self, today: date) -> bool:
        return self.answered is None and today > self.due


def months_later(received: date, count: int) -> date:
    """The same day so many months later, or that month's last: of 31 January the 28 February (art. 12(3))."""
    year, month = divmod(received.year * 12 + received.month - 1 + count, 12)
    return date(year, month + 1, min(received.day, monthrange(year, month + 1)[1]))


def due(received: date) -> date:
    """A month."""
    return months_later(received, 1)


def extended(received: date) -> date:
    """Two months more, from the day of receipt: 31 January gives 30 April, not 28."""
    return months_later(received, 3)


def check_received(text: str, today: date) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError as no:
        raise Refused(Why.BAD_INPUT, field="received") from no
    if not months_later(today, -12) <= found <= today:
        raise Refused(Why.BAD_INPUT, field="received")
    return found


def may_extend(found: Right, today: date) -> None:
    """Once, and while the month lasts: the reason has to reach whoever asked within it."""
    if found.answered is not None or found.extended or today > found.due:
        raise Refused(Why.WRONG_STATE)


def refusal(access_until: date, accesses: int, erased: int) -> str:
    """The answer to who asks for erasure while accesses must be kept: the duty is named, what went is too."""
    content = (
        f"I testi e le registrazioni che la riguardano ({erased}) sono stati cancellati: le chiavi che li aprivano "
        "non esistono più."
        if erased
        else "Dei contenuti che la riguardano non è rimasto nulla da cancellare."
    )
    return (
        f"{content} Le registrazioni degli accessi ({accesses}) invece si conservano almeno sei mesi: è un obbligo del "
        "titolare (provvedimento del Garante 27 novembre 2008, punto 4.5 lettera f), e la cancellazione non si applica "
        f"a ciò che un obbligo di legge impone di conservare (art. 17, par. 3, lett. b, GDPR). Il suo nome in esse "
        f"resta leggibile almeno fino al {day(access_until)}. Può proporre reclamo al Garante o ricorso al giudice."
    )
