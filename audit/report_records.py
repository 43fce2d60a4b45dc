"""Records about reports beside the month's own: cadence, other periods, delivery, and what the customer contests."""

from __future__ import annotations

from dataclasses import dataclass

from audit.forms import Code, Day, Id, Instant, Line, Reported
from audit.record import Record


@dataclass(frozen=True, slots=True, repr=False)
class CadenceAgreed(Record):
    """How often the customer is reported to, from the local day `since` on. Months are closed all the same."""

    KIND, CODE, IT, EN = (
        "report.cadence_agreed",
        "R480",
        "Cadenza dei rapporti concordata",
        "Report cadence agreed",
    )
    RETAIN = "report"
    cadence: Code  # monthly | weekly | quarterly | intervention
    since: Day


@dataclass(frozen=True, slots=True, repr=False)
class PeriodTold(Record):
    """A report of a week, a quarter or one intervention is made of the log up to here (FORMAT.md §11)."""

    KIND, CODE, IT, EN = "period.told", "R481", "Periodo riferito", "Period told"
    RETAIN = "report"
    period: Reported
    first: Instant
    until: Instant


@dataclass(frozen=True, slots=True, repr=False)
class ReportDelivered(Record):
    """A server took the letter with the report for `person`: that is what is known of its way."""

    KIND, CODE, IT, EN = "report.delivered", "R482", "Rapporto consegnato", "Report delivered"
    RETAIN = "report"
    number: Id
    person: Id
    channel: Code  # mail | pec
    attached: bool  # the PDF itself; else where to fetch it


@dataclass(frozen=True, slots=True, repr=False)
class ContestOpened(Record):
    """*Contesto questa voce*: of a request's session, or of a row of a report; why is sealed.

    `request` is whose texts it is about; without it the row names no session.
    """

    KIND, CODE, IT, EN = "contest.opened", "R483", "Voce contestata", "Item contested"
    RETAIN = "authorisation"
    SEALED = "must"
    contest: Id
    request: Id | None
    report: Id | None
    row: Line | None  # as the report numbers it: 12 of its sessions, E3 of its exceptions


@dataclass(frozen=True, slots=True, repr=False)
class ContestAnswered(Record):
    """The next word in the thread, the vendor's or the customer's; sealed."""

    KIND, CODE, IT, EN = "contest.answered", "R484", "Risposta a una contestazione", "Contest answered"
    RETAIN = "authorisation"
    SEALED = "must"
    contest: Id
    request: Id | None


@dataclass(frozen=True, slots=True, repr=False)
class ContestClosed(Record):
    """By the customer alone. outcome: explained | corrected | withdrawn."""

    KIND, CODE, IT, EN = "contest.closed", "R485", "Contestazione chiusa", "Contest closed"
    RETAIN = "authorisation"
    contest: Id
    outcome: Code


ReportRecord = CadenceAgreed | PeriodTold | ReportDelivered | ContestOpened | ContestAnswered | ContestClosed
