"""Records of what the law asks of customer and vendor beside the sessions (R560–R574): the yearly verification of
administrators, documents made of the facts, requests of people concerned, the end of a contract, reviews of access."""

from __future__ import annotations

from dataclasses import dataclass

from audit.forms import Code, Day, Digest, Id, Line
from audit.record import Record


@dataclass(frozen=True, slots=True, repr=False)
class VerificationOpened(Record):
    """The yearly verification of the administrators' work, of the local days `first` to `until`.

    `size` and `root` are of the log just before this record: the lot by which `audit.yearly_sample` draws is made of
    them. `drawn` counts the sample, `sample` is its digest.
    """

    KIND, CODE = "verification.opened", "R560"
    IT, EN = "Verifica annuale aperta", "Yearly verification opened"
    RETAIN = "report"
    verification: Id
    first: Day
    until: Day
    size: int
    root: Digest
    drawn: int
    sample: Digest


@dataclass(frozen=True, slots=True, repr=False)
class VerificationJudged(Record):
    """What whoever verifies says of one sampled item; of several words on one the last counts. The note is sealed."""

    KIND, CODE = "verification.judged", "R561"
    IT, EN = "Voce del campione giudicata", "Sampled item judged"
    RETAIN, SEALED = "report", "must"
    verification: Id
    item: Line
    outcome: Code  # regular | remark | irregular


@dataclass(frozen=True, slots=True, repr=False)
class VerificationClosed(Record):
    """Every item was judged; `refs` names the minute (`document.issued`)."""

    KIND, CODE = "verification.closed", "R562"
    IT, EN = "Verifica annuale conclusa", "Yearly verification closed"
    RETAIN = "report"
    verification: Id
    conclusion: Code  # compliant | not_compliant


@dataclass(frozen=True, slots=True, repr=False)
class DocumentIssued(Record):
    """A document made of the facts of this moment; its text is the opening, so nobody can say it was another.

    document: minute | dpa_annex | processing_register | measures | suppliers_people | closing_certificate. Of one
    kind and `about` (absent: the customer) versions count from 1.
    """

    KIND, CODE, IT, EN = "document.issued", "R563", "Documento emesso", "Document issued"
    RETAIN, SEALED = "report", "must"
    document: Code
    version: int
    about: Id | None = None


@dataclass(frozen=True, slots=True, repr=False)
class RightAsked(Record):
    """Somebody asked for what art. 15 ff. give him; who and in which words is sealed. `due` is the last day to answer."""

    KIND, CODE, IT, EN = "right.asked", "R564", "Richiesta di un interessato", "Data subject’s request"
    RETAIN, SEALED = "authorisation", "must"
    right: Id
    asked: Code  # access | erasure | rectification | restriction | objection
    received: Day
    due: Day


@dataclass(frozen=True, slots=True, repr=False)
class RightExtended(Record):
    """Two months more, once; the reason is sealed (art. 12(3))."""

    KIND, CODE, IT, EN = "right.extended", "R565", "Termine prorogato", "Term extended"
    RETAIN, SEALED = "authorisation", "must"
    right: Id
    due: Day


@dataclass(frozen=True, slots=True, repr=False)
class RightAnswered(Record):
    """What he was told is sealed."""

    KIND, CODE, IT, EN = "right.answered", "R566", "Risposta all’interessato", "Data subject answered"
    RETAIN, SEALED = "authorisation", "must"
    right: Id
    outcome: Code  # granted | in_part | refused


@dataclass(frozen=True, slots=True, repr=False)
class LeavingBegun(Record):
    """The contract ends: somebody asks for return and erasure of what is kept. A second person confirms it."""

    KIND, CODE, IT, EN = "leaving.begun", "R567", "Uscita del cliente avviata", "Off-boarding begun"
    RETAIN = "authorisation"
    leaving: Id


@dataclass(frozen=True, slots=True, repr=False)
class LeavingConfirmed(Record):
    """By another person than who began it. After the local day `last` the terms are the shortest ones."""

    KIND, CODE, IT, EN = (
        "leaving.confirmed",
        "R568",
        "Uscita del cliente confermata",
        "Off-boarding confirmed",
    )
    RETAIN = "authorisation"
    leaving: Id
    last: Day


@dataclass(frozen=True, slots=True, repr=False)
class LeavingStopped(Record):
    KIND, CODE, IT, EN = "leaving.stopped", "R569", "Uscita del cliente fermata", "Off-boarding stopped"
    RETAIN = "authorisation"
    leaving: Id


@dataclass(frozen=True, slots=True, repr=False)
class CustomerLeft(Record):
    """From here on every text is kept for the shortest term of its class, whatever the customer's rules said."""

    KIND, CODE, IT, EN = "customer.left", "R570", "Cliente uscito", "Customer left"
    RETAIN = "authorisation"
    leaving: Id


@dataclass(frozen=True, slots=True, repr=False)
class AccountsReviewed(Record):
    """Everybody who can come in was looked at, one by one: `kept` are those who still need it."""

    KIND, CODE, IT, EN = "accounts.reviewed", "R571", "Utenze riesaminate", "Accounts reviewed"
    RETAIN = "authorisation"
    kept: tuple[Id, ...]


DutyRecord = (
    VerificationOpened | VerificationJudged | VerificationClosed | DocumentIssued
    | RightAsked | RightExtended | RightAnswered
    | LeavingBegun | LeavingConfirmed | LeavingStopped | CustomerLeft | AccountsReviewed
)  # fmt: skip
