"""Records of what stands on file before anybody may intervene: category, papers, who does what, sub-processors.

A paper is named by kind, reference, date and, where a file was given, its SHA-256: the file itself stays
with whoever signed it. Part of the closed union in `records`.
"""

from __future__ import annotations

from dataclasses import dataclass

from audit.forms import Code, Day, Digest, Id, Instant, Reference
from audit.record import Record


@dataclass(frozen=True, slots=True, repr=False)
class CategorySet(Record):
    """The customer's macro-category from `since` up to `until` (exclusive; absent: until the next one).

    1: the vendor is its administrator by appointment of the titolare, and `paper` … `file` name that
    appointment; 2: it has its own, and nothing is named. What was never set is 2.
    """

    KIND, CODE, IT, EN = "category.set", "R420", "Macrocategoria stabilita", "Macro-category set"
    RETAIN = "authorisation"
    category: int
    since: Instant
    until: Instant | None = None
    paper: Code | None = None  # appointment | contract | resolution
    reference: Reference | None = None
    dated: Day | None = None
    file: Digest | None = None


@dataclass(frozen=True, slots=True, repr=False)
class PaperFiled(Record):
    """A paper is on file: in a customer's log its data processing agreement, in the vendor's a `person`'s
    confidentiality agreement or training. Days are local; it holds from `dated` to `until`, both included."""

    KIND, CODE, IT, EN = "paper.filed", "R421", "Documento agli atti", "Paper filed"
    RETAIN = "authorisation"
    filing: Id
    paper: Code  # dpa | confidentiality | training
    reference: Reference
    dated: Day
    until: Day | None = None
    person: Id | None = None
    file: Digest | None = None


@dataclass(frozen=True, slots=True, repr=False)
class PaperWithdrawn(Record):
    """That filing counts no longer: it was wrong, or its paper has ended before its day."""

    KIND, CODE, IT, EN = "paper.withdrawn", "R422", "Documento tolto dagli atti", "Paper withdrawn"
    RETAIN = "authorisation"
    filing: Id


@dataclass(frozen=True, slots=True, repr=False)
class MatrixSet(Record):
    """Who must do what at a customer of category 2, as its titolare laid down; the last one counts.

    Each row names people of the customer, or the vendor by its tenant's id.
    """

    KIND, CODE, IT, EN = "matrix.set", "R423", "Matrice delle responsabilità", "Responsibility matrix set"
    RETAIN = "authorisation"
    authorise: tuple[Id, ...]
    supervise: tuple[Id, ...]
    train: tuple[Id, ...]
    credentials: tuple[Id, ...]  # who keeps them


@dataclass(frozen=True, slots=True, repr=False)
class SubprocessorListed(Record):
    """In the vendor's log: a company whose people work for it. The opening holds `name` and `place`."""

    KIND, CODE, IT, EN = "subprocessor.listed", "R424", "Sub-responsabile registrato", "Sub-processor listed"
    RETAIN, SEALED = "authorisation", "must"
    subprocessor: Id


@dataclass(frozen=True, slots=True, repr=False)
class SubprocessorAnnounced(Record):
    """In the customer's log. With a `general` authorisation it counts after the day `notice`, unless the
    titolare objects; with a `specific` one once he has agreed. The opening holds `name` and `place`."""

    KIND, CODE = "subprocessor.announced", "R425"
    IT, EN = "Sub-responsabile comunicato", "Sub-processor announced"
    RETAIN, SEALED = "authorisation", "must"
    subprocessor: Id
    authorisation: Code  # general | specific
    notice: Day


@dataclass(frozen=True, slots=True, repr=False)
class SubprocessorAnswered(Record):
    """The titolare's word on one that was announced; the last one counts."""

    KIND, CODE = "subprocessor.answered", "R426"
    IT, EN = "Risposta sul sub-responsabile", "Sub-processor answered"
    RETAIN = "authorisation"
    subprocessor: Id
    answer: Code  # agreed | objected


@dataclass(frozen=True, slots=True, repr=False)
class PersonEmployed(Record):
    """In the vendor's log: for whom that person works, a sub-processor or (absent) the vendor itself."""

    KIND, CODE, IT, EN = "person.employed", "R427", "Datore di lavoro indicato", "Employer named"
    RETAIN = "authorisation"
    person: Id
    subprocessor: Id | None = None


@dataclass(frozen=True, slots=True, repr=False)
class DutiesDated(Record):
    """From this local day on what lacks of papers keeps a session from being opened; before, it is told."""

    KIND, CODE, IT, EN = "duties.dated", "R428", "Termine degli adempimenti", "Day of the duties set"
    RETAIN = "authorisation"
    block: Day


@dataclass(frozen=True, slots=True, repr=False)
class DutiesLacking(Record):
    """The session of this request was opened while these papers lacked: it was before the day `block`."""

    KIND, CODE, IT, EN = (
        "duties.lacking",
        "R429",
        "Aperta con adempimenti mancanti",
        "Opened with papers missing",
    )
    RETAIN = "authorisation"
    request: Id
    lacks: tuple[Code, ...]  # refusal codes, in the order in which they are named
    block: Day


PaperRecord = (
    CategorySet | PaperFiled | PaperWithdrawn | MatrixSet | SubprocessorListed | SubprocessorAnnounced
    | SubprocessorAnswered | PersonEmployed | DutiesDated | DutiesLacking
)  # fmt: skip
