"""Records about the protection of personal data: breaches, corrections, instructions held unlawful (R520–R528).

Members of the union in `records`. Texts are openings; the body holds instants, codes and pseudonyms.
"""

from __future__ import annotations

from dataclasses import dataclass

from audit.forms import Code, Id, Instant, Line
from audit.record import Record


@dataclass(frozen=True, slots=True, repr=False)
class BreachOpened(Record):
    """*Violazione dei dati* (art. 33 GDPR), in the log of each customer it touches; the opening holds what is known.

    `due` is 72 elapsed hours after `aware`, the customer's own term towards the authority; `tell_by` when the titolare
    has to be told, by the vendor's policy. `sessions` are those that `first`, `until`, `host` and `person` chose
    when it was written.
    """

    KIND, CODE, IT, EN = "breach.opened", "R520", "Violazione dei dati aperta", "Data breach opened"
    RETAIN, SEALED = "authorisation", "must"
    breach: Id
    aware: Instant
    due: Instant
    tell_by: Instant
    high_risk: bool  # art. 34: the people concerned are to be told too
    first: Instant
    until: Instant
    sessions: tuple[Id, ...]
    host: Id | None = None
    person: Id | None = None


@dataclass(frozen=True, slots=True, repr=False)
class BreachTold(Record):
    """The titolare is told, by letter and on his page; again with whatever became known (art. 33(4)). The opening holds
    all of it as it then stands."""

    KIND, CODE, IT, EN = (
        "breach.told",
        "R521",
        "Violazione comunicata al titolare",
        "Titolare told of a breach",
    )
    RETAIN, SEALED = "authorisation", "must"
    breach: Id
    high_risk: bool


@dataclass(frozen=True, slots=True, repr=False)
class BreachClosed(Record):
    """`outcome`: contained | no_breach (what looked like one was none)."""

    KIND, CODE, IT, EN = "breach.closed", "R522", "Violazione chiusa", "Breach closed"
    RETAIN = "authorisation"
    breach: Id
    outcome: Code


@dataclass(frozen=True, slots=True, repr=False)
class BreachTermSet(Record):
    """In the vendor's log: within how many hours of becoming aware it tells a titolare."""

    KIND, CODE, IT, EN = (
        "breach.term_set",
        "R523",
        "Termine di avviso delle violazioni",
        "Term of breach notices set",
    )
    RETAIN = "authorisation"
    hours: int


@dataclass(frozen=True, slots=True, repr=False)
class ToolRelayNoted(Record):
    """Where the relay of a licensed program of the customer's rules sits (art. 44); the last one counts."""

    KIND, CODE, IT, EN = "tool.relay_noted", "R524", "Relay di un programma annotato", "Relay of a tool noted"
    RETAIN = "authorisation"
    tool: Line
    relay: Line


@dataclass(frozen=True, slots=True, repr=False)
class RecordRectified(Record):
    """*Rettifica* (art. 16): what the earlier record `corrects` says is put right in the opening; it stays as it is."""

    KIND, CODE, IT, EN = "record.rectified", "R525", "Rettifica", "Rectification"
    RETAIN, SEALED = "authorisation", "must"
    corrects: int
    request: Id | None = None


@dataclass(frozen=True, slots=True, repr=False)
class IncidentWaitingBegan(Record):
    """The incident waits for somebody else. `reason`: customer | authorisation. No time of answer stops for it."""

    KIND, CODE, IT, EN = "incident.waiting_began", "R526", "Attesa iniziata", "Waiting began"
    incident: Id
    reason: Code


@dataclass(frozen=True, slots=True, repr=False)
class IncidentWaitingEnded(Record):
    KIND, CODE, IT, EN = "incident.waiting_ended", "R527", "Attesa finita", "Waiting ended"
    incident: Id


@dataclass(frozen=True, slots=True, repr=False)
class InstructionQuestioned(Record):
    """*Segnalazione al titolare* (art. 28(3)): the vendor holds an instruction unlawful, and says why in the opening."""

    KIND, CODE = "instruction.questioned", "R528"
    IT, EN = "Istruzione segnalata al titolare", "Instruction questioned"
    RETAIN, SEALED = "authorisation", "must"
    request: Id | None = None


ProtectionRecord = (
    BreachOpened | BreachTold | BreachClosed | BreachTermSet | ToolRelayNoted | RecordRectified
    | IncidentWaitingBegan | IncidentWaitingEnded | InstructionQuestioned
)  # fmt: skip
