"""Kinds of records of work and what it costs: tariffs, work outside a session, training (FORMAT.md §3).

Members of the union in `records`. What was done in words, and who was trained, are openings.
"""

from __future__ import annotations

from dataclasses import dataclass

from audit.forms import Activity, Code, Day, Id, Instant, Line, Reference
from audit.record import Record


@dataclass(frozen=True, slots=True, repr=False)
class TariffSet(Record):
    """In the vendor's own log a version of his tariff; in a customer's what counts for it (`own`: agreed with it
    alone). In force from `first` until another begins, one's own up to `last`. Rates are cents an hour, `vat`
    percent."""

    KIND, CODE, IT, EN = "tariff.set", "R530", "Tariffario", "Tariff"
    RETAIN = "authorisation"
    version: Reference
    first: Day
    assistance: int
    training: int
    vat: int
    own: bool
    last: Day | None = None


@dataclass(frozen=True, slots=True, repr=False)
class WorkTyped(Record):
    """Work outside a session, typed by the actor on the local day on which it ended. `asker`: titolare | ads |
    staff; `means`: mail | phone | visit | other."""

    KIND, CODE, IT, EN = "work.typed", "R531", "Lavoro senza collegamento", "Work outside a session"
    SEALED = "must"
    work: Id
    began: Instant
    minutes: int
    asker: Code
    means: Code
    activities: tuple[Activity, ...]
    product: Id | None = None
    incident: Id | None = None


@dataclass(frozen=True, slots=True, repr=False)
class WorkWithdrawn(Record):
    """Typed by mistake: it does not count. Within the local month in which it was typed."""

    KIND, CODE, IT, EN = "work.withdrawn", "R532", "Lavoro ritirato", "Work withdrawn"
    work: Id


@dataclass(frozen=True, slots=True, repr=False)
class TrainingGiven(Record):
    """A line of the training register: who taught is the actor. The opening holds `topic` and `people`, as many
    as `participants`. In a session it is the session's record, else `work` names the work typed with it."""

    KIND, CODE, IT, EN = "training.given", "R533", "Formazione svolta", "Training given"
    RETAIN = "authorisation"
    SEALED = "must"
    training: Id
    day: Day
    participants: int
    product: Id | None = None
    work: Id | None = None


@dataclass(frozen=True, slots=True, repr=False)
class OfficeAppsSet(Record):
    """In the vendor's own log: the applications that OFFICE stands for."""

    KIND, CODE, IT, EN = "office_apps.set", "R534", "Elenco degli applicativi Office", "Office applications"
    apps: tuple[Line, ...]


WorkRecord = TariffSet | WorkTyped | WorkWithdrawn | TrainingGiven | OfficeAppsSet
