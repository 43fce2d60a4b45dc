"""Records of a request, the answers to it, and the grant that follows a yes."""

from __future__ import annotations

from dataclasses import dataclass

from audit.channel_records import Channel
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
class RequestOpened(Record):
    """`statement` is the request's digest; the texts are the opening `sealed` commits to. `declared`: it is a
    `declared_request`, of a host without an agent."""

    KIND, CODE, IT, EN = "request.opened", "R110", "Richiesta aperta", "Request opened"
    RETAIN = "authorisation"
    EVIDENCE, SEALED = ("statement",), "must"
    request: Id
    statement: Digest
    incident: Id
    channels: tuple[Channel, ...]
    activities: tuple[Activity, ...]
    not_before: Instant
    not_after: Instant
    longest_s: int
    declared: bool | None = None


@dataclass(frozen=True, slots=True, repr=False)
class RequestWithdrawn(Record):
    KIND, CODE, IT, EN = "request.withdrawn", "R111", "Richiesta ritirata", "Request withdrawn"
    RETAIN = "authorisation"
    SEALED = "may"
    request: Id


@dataclass(frozen=True, slots=True, repr=False)
class RequestLapsed(Record):
    KIND, CODE, IT, EN = "request.lapsed", "R112", "Richiesta scaduta", "Request lapsed"
    RETAIN = "authorisation"
    request: Id


@dataclass(frozen=True, slots=True, repr=False)
class ApprovalGiven(Record):
    """`statement` is the approval's digest; statement and assertion are the leaf's evidence."""

    KIND, CODE, IT, EN = "approval.given", "R120", "Autorizzazione data", "Approval given"
    RETAIN = "authorisation"
    EVIDENCE = ("statement", "assertion")
    request: Id
    statement: Digest
    approver: Id
    credential: Digest  # SHA-256 hex of the credential id
    supervision: Code
    watcher: Id | None
    demo_software: bool
    warrant: Digest | None = None  # of the delegation or mandate he signed under


@dataclass(frozen=True, slots=True, repr=False)
class ApprovalRefused(Record):
    KIND, CODE, IT, EN = "approval.refused", "R121", "Autorizzazione rifiutata", "Approval refused"
    RETAIN = "authorisation"
    request: Id


@dataclass(frozen=True, slots=True, repr=False)
class ApprovalRefusalExplained(Record):
    """The reason, given after the refusal; its text is sealed."""

    KIND, CODE, IT, EN = "approval.refusal_explained", "R122", "Motivo del rifiuto", "Refusal explained"
    RETAIN = "authorisation"
    SEALED = "must"
    request: Id


@dataclass(frozen=True, slots=True, repr=False)
class ApprovalWithdrawn(Record):
    KIND, CODE, IT, EN = "approval.withdrawn", "R123", "Autorizzazione revocata", "Approval withdrawn"
    RETAIN = "authorisation"
    request: Id


@dataclass(frozen=True, slots=True, repr=False)
class RequestSolved(Record):
    """The customer's own ADS solved it (S-33): no session, nothing to pay."""

    KIND, CODE, IT, EN = "request.solved_by_customer", "R124", "Risolta dal cliente", "Solved by customer"
    RETAIN = "authorisation"
    request: Id


@dataclass(frozen=True, slots=True, repr=False)
class GrantIssued(Record):
    KIND, CODE, IT, EN = "grant.issued", "R130", "Permesso emesso", "Grant issued"
    RETAIN = "authorisation"
    EVIDENCE = ("grant",)
    request: Id
    grant: Digest
    not_before: Instant
    not_after: Instant


@dataclass(frozen=True, slots=True, repr=False)
class GrantRevoked(Record):
    KIND, CODE, IT, EN = "grant.revoked", "R131", "Permesso revocato", "Grant revoked"
    RETAIN = "authorisation"
    grant: Digest
    reason: Code


@dataclass(frozen=True, slots=True, repr=False)
class GrantExpired(Record):
    KIND, CODE, IT, EN = "grant.expired", "R132", "Permesso scaduto senza uso", "Grant expired unused"
    RETAIN = "authorisation"
    grant: Digest


@dataclass(frozen=True, slots=True, repr=False)
class SupervisionTaken(Record):
    """`statement` is the digest of a `supervision` statement. Again for each page the watcher watches with."""

    KIND, CODE, IT, EN = "supervision.taken", "R140", "Supervisione presa in carico", "Supervision taken"
    RETAIN = "access"
    EVIDENCE = ("statement", "assertion")
    request: Id
    watcher: Id
    statement: Digest
    credential: Digest  # SHA-256 hex of the credential id
    terminal: Line
    demo_software: bool
