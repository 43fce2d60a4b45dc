"""Records of sessions that a technician declares, on hosts without an agent. Part of the closed union in `records`.

Nothing of them is attested: `declared.began` and `declared.ended` are his signed word, and there is no grant.
"""

from __future__ import annotations

from dataclasses import dataclass

from audit.forms import Digest, Id, Instant, Line
from audit.record import Record


@dataclass(frozen=True, slots=True, repr=False)
class DeclaredAllowed(Record):
    """Enough people signed: it may be begun, once, in its window. `approvals` are digests of their statements."""

    KIND, CODE = "declared.allowed", "R500"
    IT, EN = "Intervento senza agente autorizzato", "Session without an agent allowed"
    RETAIN = "authorisation"
    request: Id
    approvals: tuple[Digest, ...]
    not_before: Instant
    not_after: Instant


@dataclass(frozen=True, slots=True, repr=False)
class DeclaredBegan(Record):
    """`statement` is the digest of his `declaration`; `ends` the last instant of what was allowed, `tool` the
    licensed tool that was."""

    KIND, CODE = "declared.began", "R501"
    IT, EN = "Inizio dichiarato dal tecnico, non attestato", "Start declared by the technician, not attested"
    RETAIN = "access"
    EVIDENCE = ("statement", "assertion")
    request: Id
    statement: Digest
    ends: Instant
    tool: Line
    terminal: Line
    demo_software: bool  # of the passkey that signed it


@dataclass(frozen=True, slots=True, repr=False)
class DeclaredEnded(Record):
    """*Ho finito*: `statement` is the digest of his `declaration`."""

    KIND, CODE = "declared.ended", "R502"
    IT, EN = "Fine dichiarata dal tecnico, non attestata", "End declared by the technician, not attested"
    RETAIN = "access"
    EVIDENCE = ("statement", "assertion")
    statement: Digest
    terminal: Line
    demo_software: bool


@dataclass(frozen=True, slots=True, repr=False)
class DeclaredPresumedEnded(Record):
    """He declared no end: what was allowed is over since `until`. When he really ended nobody knows."""

    KIND, CODE = "declared.presumed_ended", "R503"
    IT, EN = "Fine non dichiarata: presunta", "No end declared: presumed"
    RETAIN = "access"
    until: Instant


DeclaredRecord = DeclaredAllowed | DeclaredBegan | DeclaredEnded | DeclaredPresumedEnded
