"""Kinds of records of the service desk: what was agreed, what was reported, when somebody answered (FORMAT.md §3).

Members of the union in `records`. What somebody said, and who rang, are openings; the body holds codes and times.
"""

from __future__ import annotations

from dataclasses import dataclass

from audit.forms import Code, Day, Id, Instant, Line, Severity
from audit.record import Record


@dataclass(frozen=True, slots=True, repr=False)
class ContractAgreed(Record):
    """Numbered from 1. On a day counts the last one agreed whose days it is among; without one, no plan.

    No `plan`: no time of answer is promised. `patron` is ``MM-DD`` or ``easter+N``; `closures` are days on
    which windows stay closed. `half_shifts`: deadlines are ends of whole half shifts.
    """

    KIND, CODE, IT, EN = "contract.agreed", "R400", "Contratto concordato", "Contract agreed"
    RETAIN = "authorisation"
    number: int
    plan: Code | None
    first: Day
    last: Day
    prepaid: bool  # to be paid in advance
    paid: Day | None
    patron: Line | None
    closures: tuple[Day, ...]
    half_shifts: bool
    products: tuple[Id, ...] | None = None  # those it covers; absent: every one of the vendor's
    included: int | None = None  # minutes of work in each of its years; absent: without end
    step: int | None = None  # of rounding, in minutes; absent: to the minute
    least: int | None = None  # minutes that are charged of an entry at least


@dataclass(frozen=True, slots=True, repr=False)
class ContactLogged(Record):
    """Case 1: somebody without the right to authorise rang. Nothing may be asked for, and no clock runs, until
    a titolare or ADS reports it in writing (`incident.opened` of the same incident)."""

    KIND, CODE, IT, EN = "contact.logged", "R401", "Telefonata registrata", "Call logged"
    RETAIN = "authorisation"
    SEALED = "must"
    incident: Id


@dataclass(frozen=True, slots=True, repr=False)
class IncidentOpened(Record):
    """The valid report. `reported` is when it reached the vendor: the clock of the first answer runs from then.

    `origin`: phone | portal | mail | pec | technician | reseller. `category` is the customer's, 1 or 2, at that time.
    `proposed` is what the customer thinks of its severity, `product` one of the vendor's, or ``other``.
    """

    KIND, CODE, IT, EN = "incident.opened", "R402", "Incidente aperto", "Incident opened"
    RETAIN = "authorisation"
    SEALED = "must"
    incident: Id
    origin: Code
    reported: Instant
    category: int
    proposed: Severity | None = None
    product: Id | None = None


@dataclass(frozen=True, slots=True, repr=False)
class SeveritySet(Record):
    """By a technician. `plan` and `due` are what counts from here on, by the contract, always from `reported`;
    absent where no time of answer is promised. `reason`: worsened | eased | misjudged; the first has none."""

    KIND, CODE, IT, EN = "incident.severity_set", "R403", "Gravità attribuita", "Severity set"
    incident: Id
    severity: Severity
    previous: Severity | None = None
    reason: Code | None = None
    plan: Code | None = None
    due: Instant | None = None


@dataclass(frozen=True, slots=True, repr=False)
class IncidentWorkable(Record):
    """Its place in the queue is the time of this record. `reason`: authorised | reported (category 1)."""

    KIND, CODE, IT, EN = "incident.workable", "R404", "Incidente lavorabile", "Incident workable"
    incident: Id
    reason: Code


@dataclass(frozen=True, slots=True, repr=False)
class IncidentUnworkable(Record):
    """Out of the queue again: its authorisation ended before anybody took it."""

    KIND, CODE = "incident.unworkable", "R405"
    IT, EN = "Incidente non più lavorabile", "Incident no longer workable"
    incident: Id


@dataclass(frozen=True, slots=True, repr=False)
class IncidentTaken(Record):
    """By the actor, a technician. `ahead`: how many incidents of all customers stood before it in the queue."""

    KIND, CODE, IT, EN = "incident.taken", "R406", "Incidente preso in carico", "Incident taken"
    incident: Id
    ahead: int


@dataclass(frozen=True, slots=True, repr=False)
class IncidentReleased(Record):
    """Back in the queue, at the place it had."""

    KIND, CODE, IT, EN = "incident.released", "R407", "Incidente rimesso in coda", "Incident put back"
    incident: Id


@dataclass(frozen=True, slots=True, repr=False)
class IncidentAnswered(Record):
    """The first answer by a person, which stops the clock. `how`: call | message | session."""

    KIND, CODE, IT, EN = "incident.answered", "R408", "Prima risposta", "First answer"
    incident: Id
    how: Code


@dataclass(frozen=True, slots=True, repr=False)
class QueueJumped(Record):
    """`taken` was handed out before `passed`, which had waited for longer.

    In a customer's log both name his own incidents alone: of another customer's, `taken` is absent or `passed`
    empty. In the vendor's own log all are named, as ``<tenant>.<incident>``. `reason`: deadline_near and
    acceptance_customisation (by the queue itself) | work_stopped | appointment | same_customer | expertise.
    """

    KIND, CODE, IT, EN = "queue.jumped", "R409", "Salto della coda", "Queue jumped"
    passed: tuple[Id, ...]
    reason: Code
    taken: Id | None = None


@dataclass(frozen=True, slots=True, repr=False)
class IncidentClosed(Record):
    """`outcome`: solved | not_solved | solved_by_customer | solved_by_reseller | duplicate | withdrawn."""

    KIND, CODE, IT, EN = "incident.closed", "R410", "Incidente chiuso", "Incident closed"
    SEALED = "may"
    incident: Id
    outcome: Code


@dataclass(frozen=True, slots=True, repr=False)
class ProductListed(Record):
    """In the vendor's own log: a program he made and gives support on."""

    KIND, CODE, IT, EN = "product.listed", "R411", "Prodotto in catalogo", "Product listed"
    product: Id
    name: Line


@dataclass(frozen=True, slots=True, repr=False)
class ProductDropped(Record):
    """Nothing new is reported on it; what was keeps its name."""

    KIND, CODE, IT, EN = "product.dropped", "R412", "Prodotto tolto dal catalogo", "Product dropped"
    product: Id


IncidentRecord = (
    ContractAgreed | ContactLogged | IncidentOpened | SeveritySet | IncidentWorkable | IncidentUnworkable
    | IncidentTaken | IncidentReleased | IncidentAnswered | QueueJumped | IncidentClosed
    | ProductListed | ProductDropped
)  # fmt: skip
