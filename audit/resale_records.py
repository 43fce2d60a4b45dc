"""Records of resellers: their rates, programs and training in their own log; in a customer's, whose he is (FORMAT.md §3).

A reseller is a customer with a log of his own. What he agreed with the vendor, and what he pays, stands in that
one alone; a customer's log says from whom he has a program and who treats his incident. Members of the union in
`records`.
"""

from __future__ import annotations

from dataclasses import dataclass

from audit.forms import Code, Day, Id, Line, Reference
from audit.record import Record


@dataclass(frozen=True, slots=True, repr=False)
class ResaleRateSet(Record):
    """A line of the resale contract's table: from `first` on until another begins, of one program or of all. Rates
    are cents an hour."""

    KIND, CODE, IT, EN = "resale.rate_set", "R572", "Tariffa di rivendita", "Resale rate"
    RETAIN = "authorisation"
    version: Reference
    first: Day
    assistance: int
    training: int
    product: Id | None = None


@dataclass(frozen=True, slots=True, repr=False)
class ResaleActivated(Record):
    """The program was activated for the first time on the local day `first`: its free year begins."""

    KIND, CODE, IT, EN = "resale.activated", "R573", "Programma attivato dal rivenditore", "Program activated"
    RETAIN = "authorisation"
    product: Id
    name: Line
    first: Day


@dataclass(frozen=True, slots=True, repr=False)
class ResaleTrained(Record):
    """A topic of the plan, by a line of the training register. `topic`: installation | configuration | full_use."""

    KIND, CODE, IT, EN = "resale.trained", "R574", "Argomento del piano svolto", "Topic of the plan taught"
    RETAIN = "authorisation"
    product: Id
    topic: Code
    training: Id


@dataclass(frozen=True, slots=True, repr=False)
class ResaleAutonomous(Record):
    """All three topics were taught: he serves his customers of that program alone."""

    KIND, CODE, IT, EN = "resale.autonomous", "R575", "Rivenditore autonomo", "Reseller autonomous"
    RETAIN = "authorisation"
    product: Id


@dataclass(frozen=True, slots=True, repr=False)
class ResaleChargeAccepted(Record):
    """After the free year he asked for help, having tried (the opening says what), and knew that it is charged.
    `incident` is his own, or ``<tenant>.<incident>`` of a customer's."""

    KIND, CODE = "resale.charge_accepted", "R576"
    IT, EN = "Addebito accettato dal rivenditore", "Charge accepted by the reseller"
    RETAIN, SEALED = "authorisation", "must"
    product: Id
    incident: Id


@dataclass(frozen=True, slots=True, repr=False)
class CustomerResold(Record):
    """This customer has the program from that reseller, a tenant; without one, from the vendor again."""

    KIND, CODE = "customer.resold", "R577"
    IT, EN = "Programma fornito da un rivenditore", "Program supplied by a reseller"
    RETAIN = "authorisation"
    product: Id
    name: Line  # of the product
    reseller: Id | None = None
    firm: Line | None = None


@dataclass(frozen=True, slots=True, repr=False)
class IncidentRouted(Record):
    """After his free year the reseller treats it first: nobody of the vendor works on it."""

    KIND, CODE, IT, EN = "incident.routed", "R578", "Incidente affidato al rivenditore", "Incident routed"
    incident: Id
    product: Id
    reseller: Id


@dataclass(frozen=True, slots=True, repr=False)
class IncidentPassed(Record):
    """To the vendor. `how`: passed (by the reseller, to whom it had been routed) | reported (he reported it himself) |
    taken_over (by the vendor, with a `reason`: no_answer | urgent | asked | relation_over). The first two are on the
    reseller's account; the opening has what he tried."""

    KIND, CODE, IT, EN = "incident.passed", "R579", "Incidente passato al fornitore", "Incident passed on"
    SEALED = "may"
    incident: Id
    product: Id
    reseller: Id
    how: Code
    reason: Code | None = None


ResaleRecord = (
    ResaleRateSet | ResaleActivated | ResaleTrained | ResaleAutonomous | ResaleChargeAccepted
    | CustomerResold | IncidentRouted | IncidentPassed
)  # fmt: skip
