"""Records of a session: its start, pauses and end, and who watches, stops or interrupts it."""

from __future__ import annotations

from dataclasses import dataclass

from audit.forms import (
    Activity,
    Code,
    Digest,
    Id,
    Instant,
    Line,
)
from audit.record import Record


@dataclass(frozen=True, slots=True, repr=False)
class SessionOpened(Record):
    """The broker's order; the technician's activation is evidence. The agent may still refuse."""

    KIND, CODE, IT, EN = "session.opened", "R200", "Sessione aperta", "Session opened"
    RETAIN = "access"
    EVIDENCE = ("assertion",)
    request: Id
    grant: Digest
    terminal: Line
    demo_software: bool  # of the passkey that activated it


@dataclass(frozen=True, slots=True, repr=False)
class SessionStarted(Record):
    """From the agent's start note (evidence). `confirmed` repeats whether its pins are."""

    KIND, CODE, IT, EN = "session.started", "R210", "Inizio intervento", "Session started"
    RETAIN = "access"
    EVIDENCE = ("note",)
    grant: Digest
    account: Line
    ends: Instant
    desk: Code  # told | nobody | consented
    received: Instant


@dataclass(frozen=True, slots=True, repr=False)
class SessionRefused(Record):
    """The agent's signed no. `reason` is a refusal code."""

    KIND, CODE, IT, EN = "session.refused", "R211", "Avvio rifiutato dall’agente", "Refused by the agent"
    RETAIN = "access"
    EVIDENCE = ("note",)
    grant: Digest
    reason: Code
    received: Instant


@dataclass(frozen=True, slots=True, repr=False)
class SessionPaused(Record):
    """The agent holds input and output. `reason`: supervision_lost, or paused_by_watcher, which `by` ordered."""

    KIND, CODE, IT, EN = "session.paused", "R212", "In pausa", "Paused"
    RETAIN = "access"
    EVIDENCE = ("note",)
    reason: Code
    received: Instant
    by: Id | None = None


@dataclass(frozen=True, slots=True, repr=False)
class SessionResumed(Record):
    """The watcher's page answers, and nobody wants it held: `statement` is the digest of the check-in that
    endorses the page. `by`: who ordered the end of a pause he or another had ordered."""

    KIND, CODE, IT, EN = "session.resumed", "R213", "Ripresa", "Resumed"
    RETAIN = "access"
    EVIDENCE = ("note",)
    seconds: int
    statement: Digest
    received: Instant
    by: Id | None = None


@dataclass(frozen=True, slots=True, repr=False)
class SessionEnded(Record):
    """`reason`: closed_by_technician, stopped_by_ads, stopped_by_desk, expired, revoked,
    broker_gone, agent_restarted, agent_stopping, clock_moved, host_revoked, recording_lost,
    revoked_at_host. `left`:
    processes that may live on, `some` or `unknown`; absent where the agent saw every one of them dead. `order`: digest of
    the signed stop that it obeyed."""

    KIND, CODE, IT, EN = "session.ended", "R220", "Fine intervento", "Session ended"
    RETAIN = "access"
    EVIDENCE = ("note",)
    reason: Code
    seconds: int
    channels: int
    received: Instant
    left: Code | None = None
    order: Digest | None = None


@dataclass(frozen=True, slots=True, repr=False)
class SessionPresumedEnded(Record):
    """The agent is silent: last sign of life, never an invented stop time."""

    KIND, CODE, IT, EN = "session.presumed_ended", "R221", "Fine presunta", "Presumed end"
    RETAIN = "access"
    last_seen: Instant


@dataclass(frozen=True, slots=True, repr=False)
class SessionClosed(Record):
    """The technician's outcome at close; his note is sealed. outcome: solved|remedy|open|cancelled. `activities`
    are the codes of what was done."""

    KIND, CODE, IT, EN = "session.closed", "R222", "Esito scritto", "Outcome written"
    SEALED = "must"
    outcome: Code
    activities: tuple[Activity, ...] | None = None


@dataclass(frozen=True, slots=True, repr=False)
class StopOrdered(Record):
    """Somebody pressed stop; the end itself is the agent's note. With `statement`, the digest of a `stop`
    statement, he signed it, and statement and assertion are the leaf's evidence. `given`: when, where the
    log could take the order down only later."""

    KIND, CODE, IT, EN = "session.stop_ordered", "R223", "Fine ordinata", "Stop ordered"
    RETAIN = "access"
    EVIDENCE = ("statement", "assertion")
    by: Id
    reason: Code
    terminal: Line
    statement: Digest | None = None
    given: Instant | None = None


@dataclass(frozen=True, slots=True, repr=False)
class StopExplained(Record):
    """Why somebody stopped the session, said afterwards and only if he likes: `by` him with *Termina*, else,
    with the agent's note, from the desk. `text` commits to the sentence."""

    KIND, CODE, IT, EN = "session.stop_explained", "R224", "Motivo della fine", "Stop explained"
    EVIDENCE, SEALED = ("note",), "must"
    text: Digest  # commitment, equal to `sealed`
    by: Id | None = None
    received: Instant | None = None


@dataclass(frozen=True, slots=True, repr=False)
class DeskReported(Record):
    """Whoever sits at the machine says that something is odd, of a session or of none; he is not named.
    `text` commits to his sentence, if he wrote one."""

    KIND, CODE, IT, EN = "desk.reported", "R225", "Segnalazione dalla macchina", "Reported from the host"
    RETAIN = "access"
    EVIDENCE, SEALED = ("note",), "may"
    received: Instant
    text: Digest | None = None  # commitment, equal to `sealed`


@dataclass(frozen=True, slots=True, repr=False)
class WatchJoined(Record):
    KIND, CODE, IT, EN = "watch.joined", "R230", "Supervisione: entrata", "Watcher joined"
    RETAIN = "access"
    watcher: Id
    terminal: Line


@dataclass(frozen=True, slots=True, repr=False)
class WatchLeft(Record):
    KIND, CODE, IT, EN = "watch.left", "R231", "Supervisione: uscita", "Watcher left"
    RETAIN = "access"
    watcher: Id
