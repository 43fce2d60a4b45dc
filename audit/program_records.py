"""Records of the vendor's programs: versions, what is wrong in them, the testing of a customisation (FORMAT.md §3).

A defect or version may touch several customers. The vendor's log has all of it; a customer's own has the same
kinds, of what touches him and of nobody else. What a defect is, and its remedy and solution in words, are
openings. Members of the union in `records`.
"""

from __future__ import annotations

from dataclasses import dataclass

from audit.forms import Code, Day, Digest, Id, Instant, Line, Reference
from audit.record import Record


@dataclass(frozen=True, slots=True, repr=False)
class ReleasePublished(Record):
    """A version is there since the local day `dated`. `customer`: made for that one alone, who has to test it.

    `components` are ``program``, ``database`` or both; `os` is the system it follows, as its maker calls it.
    `peremptory`: its contract lets no day be added to the fifteen. `reason` of a third half-yearly one in a year:
    law | security | defects | system.
    """

    KIND, CODE, IT, EN = "release.published", "R545", "Versione rilasciata", "Version released"
    RETAIN = "authorisation"
    release: Id
    product: Id
    name: Line  # of the product
    version: Line
    half_yearly: bool
    components: tuple[Code, ...]
    dated: Day
    os: Line | None = None
    customer: Id | None = None
    peremptory: bool | None = None
    reason: Code | None = None


@dataclass(frozen=True, slots=True, repr=False)
class VersionInstalled(Record):
    """At this customer's that program is at this version now."""

    KIND, CODE, IT, EN = "version.installed", "R546", "Versione installata", "Version installed"
    RETAIN = "authorisation"
    product: Id
    name: Line
    version: Line


@dataclass(frozen=True, slots=True, repr=False)
class ReleaseReceived(Record):
    """The customer has it, since `received`. `how`: portal (he fetched it himself) | pec (the receipt of its
    delivery) | note (one he signed). That the vendor put it somewhere is no receipt."""

    KIND, CODE, IT, EN = "release.received", "R547", "Versione ricevuta", "Version received"
    RETAIN = "authorisation"
    release: Id
    how: Code
    received: Instant
    reference: Reference | None = None
    file: Digest | None = None


@dataclass(frozen=True, slots=True, repr=False)
class AcceptanceOpened(Record):
    """Fifteen calendar days to test it, the last of which ends at `until`; `peremptory`: no day was added."""

    KIND, CODE, IT, EN = (
        "acceptance.opened",
        "R548",
        "Finestra di collaudo aperta",
        "Acceptance window opened",
    )
    RETAIN = "authorisation"
    release: Id
    received: Instant
    until: Instant
    peremptory: bool


@dataclass(frozen=True, slots=True, repr=False)
class AcceptancePassed(Record):
    """The customer tested it, and it is as it should be."""

    KIND, CODE, IT, EN = "acceptance.passed", "R549", "Collaudo superato", "Acceptance passed"
    RETAIN = "authorisation"
    release: Id


@dataclass(frozen=True, slots=True, repr=False)
class AcceptanceExpired(Record):
    """The days are over and nobody said so. Nothing follows by itself: the vendor's owner decides."""

    KIND, CODE, IT, EN = "acceptance.expired", "R550", "Collaudo scaduto", "Acceptance expired"
    RETAIN = "authorisation"
    release: Id


@dataclass(frozen=True, slots=True, repr=False)
class AcceptanceDecided(Record):
    """By the vendor's owner, after it had expired. `decision`: accepted | more_time | not_bought | agreed."""

    KIND, CODE, IT, EN = (
        "acceptance.decided",
        "R551",
        "Deciso sul collaudo scaduto",
        "Expired acceptance decided",
    )
    RETAIN = "authorisation"
    release: Id
    decision: Code


@dataclass(frozen=True, slots=True, repr=False)
class MalfunctionReported(Record):
    """*Rapporto di malfunzionamento* on a customisation that is being tested. `lacks` are parts left empty
    (steps | expected | actual | sample | build); with none it goes ahead of the queue. The opening has them."""

    KIND, CODE = "malfunction.reported", "R552"
    IT, EN = "Rapporto di malfunzionamento", "Malfunction report"
    RETAIN, SEALED = "authorisation", "must"
    incident: Id
    release: Id
    lacks: tuple[Code, ...]
    build: Line | None = None


@dataclass(frozen=True, slots=True, repr=False)
class DefectOpened(Record):
    """`kind`: malfunction | anomaly | incoherent_export | not_persisted."""

    KIND, CODE, IT, EN = "defect.opened", "R553", "Criticità aperta", "Defect opened"
    RETAIN, SEALED = "authorisation", "must"
    defect: Id
    kind: Code
    product: Id
    name: Line


@dataclass(frozen=True, slots=True, repr=False)
class DefectLinked(Record):
    """It was met in that incident, or session. In the vendor's log the incident is ``<tenant>.<incident>``."""

    KIND, CODE, IT, EN = "defect.linked", "R554", "Criticità collegata", "Defect linked"
    defect: Id
    incident: Id
    session: Id | None = None


@dataclass(frozen=True, slots=True, repr=False)
class DefectRemedied(Record):
    """The temporary remedy was indicated; the last one counts."""

    KIND, CODE, IT, EN = "defect.remedied", "R555", "Rimedio temporaneo indicato", "Temporary remedy given"
    RETAIN, SEALED = "authorisation", "must"
    defect: Id


@dataclass(frozen=True, slots=True, repr=False)
class DefectSolved(Record):
    """By that release, which is out."""

    KIND, CODE, IT, EN = "defect.solved", "R556", "Criticità risolta", "Defect solved"
    RETAIN, SEALED = "authorisation", "must"
    defect: Id
    release: Id


@dataclass(frozen=True, slots=True, repr=False)
class DefectTold(Record):
    """A server took the letter about the solution for `person`, of this customer."""

    KIND, CODE, IT, EN = "defect.told", "R557", "Soluzione comunicata", "Solution told"
    defect: Id
    person: Id


ProgramRecord = (
    ReleasePublished | VersionInstalled | ReleaseReceived
    | AcceptanceOpened | AcceptancePassed | AcceptanceExpired | AcceptanceDecided | MalfunctionReported
    | DefectOpened | DefectLinked | DefectRemedied | DefectSolved | DefectTold
)  # fmt: skip
