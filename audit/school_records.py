"""Records of a customer that is a school (R580–R589): the study of its system, the delegation for its archives, the
clean-up at the end of a school year (FORMAT.md §3). Members of the union in `records`."""

from __future__ import annotations

from dataclasses import dataclass

from audit.forms import Code, Day, Digest, Id, Instant, Line
from audit.record import Record


@dataclass(frozen=True, slots=True, repr=False)
class CustomerTyped(Record):
    """What the customer is, from here on. `clean_up` (``08-31``) is the day of each year by which a school's archives
    are cleaned; of another customer there is none."""

    KIND, CODE, IT, EN = "customer.typed", "R580", "Tipo di cliente", "Type of customer"
    RETAIN = "authorisation"
    type: Code  # school | other
    clean_up: Line | None = None


@dataclass(frozen=True, slots=True, repr=False)
class StudyAnswered(Record):
    """A row of *Studio di fattibilità* is settled; of several answers to one row the last counts. The answer is sealed.

    `file` is the SHA-256 of a paper that goes with it, of so many `octets`; the row `document` has one.
    """

    KIND, CODE, IT, EN = "study.answered", "R581", "Studio di fattibilità: voce", "Feasibility study: row"
    RETAIN, SEALED = "authorisation", "must"
    row: Code
    file: Digest | None = None
    octets: int | None = None


@dataclass(frozen=True, slots=True, repr=False)
class SchoolInService(Record):
    """Every row of the study is settled: its system is *in esercizio*."""

    KIND, CODE, IT, EN = "school.in_service", "R582", "Scuola in esercizio", "School in service"
    RETAIN = "authorisation"


@dataclass(frozen=True, slots=True, repr=False)
class ArchivesDelegated(Record):
    """A titolare lets people of the vendor handle archives and database, up to `until`."""

    KIND, CODE = "archives.delegated", "R583"
    IT, EN = "Delega per archivi e database", "Delegation for archives and database"
    RETAIN = "authorisation"
    EVIDENCE = ("statement", "assertion")
    statement: Digest
    delegation: Id
    until: Instant
    demo_software: bool


@dataclass(frozen=True, slots=True, repr=False)
class ArchivesDelegationEnded(Record):
    """By a titolare, before its day."""

    KIND, CODE = "archives.delegation_ended", "R584"
    IT, EN = "Delega per archivi e database revocata", "Delegation for archives and database ended"
    RETAIN = "authorisation"
    statement: Digest


@dataclass(frozen=True, slots=True, repr=False)
class CleanUpDue(Record):
    """The clean-up of the school year that ends with `due` is to be done by then."""

    KIND, CODE, IT, EN = "clean_up.due", "R585", "Pulizia archivi in scadenza", "Archive clean-up due"
    RETAIN = "report"
    clean_up: Id
    due: Day


@dataclass(frozen=True, slots=True, repr=False)
class CleanUpInstructed(Record):
    """A titolare signed what is erased: the archives as his statement names them. The last one counts, up to the
    first count after the work."""

    KIND, CODE = "clean_up.instructed", "R586"
    IT, EN = "Pulizia archivi: istruzione del titolare", "Archive clean-up: the titolare’s instruction"
    RETAIN = "report"
    EVIDENCE = ("statement", "assertion")
    clean_up: Id
    statement: Digest
    archives: tuple[Line, ...]
    demo_software: bool


@dataclass(frozen=True, slots=True, repr=False)
class CleanUpCounted(Record):
    """How many rows an archive has; `archive` is its place in the instruction, from 1. The last count of a phase
    counts, before the work up to the one after it."""

    KIND, CODE, IT, EN = "clean_up.counted", "R587", "Pulizia archivi: conteggio", "Archive clean-up: count"
    RETAIN = "report"
    clean_up: Id
    archive: int
    phase: Code  # before | after
    rows: int


@dataclass(frozen=True, slots=True, repr=False)
class CleanUpClosed(Record):
    """Every archive was counted before and after; `refs` names the minute (`document.issued`)."""

    KIND, CODE, IT, EN = "clean_up.closed", "R588", "Pulizia archivi conclusa", "Archive clean-up closed"
    RETAIN = "report"
    clean_up: Id


@dataclass(frozen=True, slots=True, repr=False)
class CleanUpDeclined(Record):
    """A titolare wants none that year; why is sealed. Nothing was erased."""

    KIND, CODE = "clean_up.declined", "R589"
    IT, EN = "Pulizia archivi non voluta dal titolare", "Archive clean-up declined by the titolare"
    RETAIN, SEALED = "report", "must"
    clean_up: Id


SchoolRecord = (
    CustomerTyped | StudyAnswered | SchoolInService | ArchivesDelegated | ArchivesDelegationEnded
    | CleanUpDue | CleanUpInstructed | CleanUpCounted | CleanUpClosed | CleanUpDeclined
)  # fmt: skip
