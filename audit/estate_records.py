"""Records of who may say yes for a customer, of his rules, and of the hosts that keep them."""

from __future__ import annotations

from dataclasses import dataclass

from audit.forms import (
    Code,
    Digest,
    Id,
    Instant,
    Key,
)
from audit.record import Record


@dataclass(frozen=True, slots=True, repr=False)
class ApproversChanged(Record):
    """`statement` is the digest of an `approvers` statement, kept with its assertion as evidence."""

    KIND, CODE, IT, EN = "approvers.changed", "R030", "Elenco di chi autorizza cambiato", "Approvers changed"
    RETAIN = "authorisation"
    EVIDENCE = ("statement", "assertion", "paper")
    number: int
    statement: Digest
    credentials: tuple[Digest, ...]
    demo_software: bool  # of the key that signed it


@dataclass(frozen=True, slots=True, repr=False)
class PolicyChanged(Record):
    KIND, CODE, IT, EN = "policy.changed", "R031", "Regole cambiate", "Policy changed"
    RETAIN = "authorisation"
    EVIDENCE = ("statement", "assertion")
    number: int
    statement: Digest
    demo_software: bool


@dataclass(frozen=True, slots=True, repr=False)
class DelegationGiven(Record):
    """`statement` is the digest of a `delegation`, which names whom, what and until when."""

    KIND, CODE, IT, EN = "delegation.given", "R032", "Delega all’ADS firmata", "Delegation signed"
    RETAIN = "authorisation"
    EVIDENCE = ("statement", "assertion")
    statement: Digest
    warrant: Id
    until: Instant
    demo_software: bool


@dataclass(frozen=True, slots=True, repr=False)
class MandateGiven(Record):
    """`statement` is the digest of a `mandate`, which names whom, what and until when."""

    KIND, CODE, IT, EN = "mandate.given", "R033", "Mandato al fornitore firmato", "Mandate signed"
    RETAIN = "authorisation"
    EVIDENCE = ("statement", "assertion")
    statement: Digest
    warrant: Id
    until: Instant
    demo_software: bool


@dataclass(frozen=True, slots=True, repr=False)
class WarrantEnded(Record):
    """A titolare ended a delegation or mandate before its day; `statement` is its digest."""

    KIND, CODE, IT, EN = "warrant.ended", "R034", "Delega o mandato finito prima", "Warrant ended early"
    RETAIN = "authorisation"
    statement: Digest


@dataclass(frozen=True, slots=True, repr=False)
class ApproversAnnounced(Record):
    """The key on paper signed the next set: it counts after `audit.paper_key.WAIT`, if nobody objects."""

    KIND, CODE = "approvers.announced", "R035"
    IT, EN = "Elenco nuovo con la chiave su carta, in attesa", "New list by the key on paper, waiting"
    RETAIN = "authorisation"
    EVIDENCE = ("statement", "assertion", "paper")
    number: int
    statement: Digest
    demo_software: bool


@dataclass(frozen=True, slots=True, repr=False)
class ApproversObjected(Record):
    """Somebody of the set in force keeps it; `announced` is the digest of the set that never counts."""

    KIND, CODE, IT, EN = "approvers.objected", "R036", "Opposizione all’elenco nuovo", "New list objected to"
    RETAIN = "authorisation"
    EVIDENCE = ("statement", "assertion")
    statement: Digest
    announced: Digest
    demo_software: bool


@dataclass(frozen=True, slots=True, repr=False)
class HostPrepared(Record):
    """The titolare signed an enrolment; `statement` is its digest, whose head is the root."""

    KIND, CODE, IT, EN = "host.prepared", "R040", "Iscrizione della macchina firmata", "Enrolment signed"
    RETAIN = "authorisation"
    EVIDENCE = ("statement", "assertion")
    host: Id
    statement: Digest
    demo_software: bool


@dataclass(frozen=True, slots=True, repr=False)
class HostEnrolled(Record):
    """`confirmed`: a person of the customer typed the root at the host."""

    KIND, CODE, IT, EN = "host.enrolled", "R041", "Postazione iscritta", "Host enrolled"
    RETAIN = "authorisation"
    EVIDENCE = ("note",)
    host: Id
    agent_key: Key
    witness_key: Key
    recorder_key: Key
    statement: Digest
    confirmed: bool
    received: Instant


@dataclass(frozen=True, slots=True, repr=False)
class HostRevoked(Record):
    """`received` where the host itself said so, at its own machine."""

    KIND, CODE, IT, EN = "host.revoked", "R042", "Postazione tolta", "Host revoked"
    RETAIN = "authorisation"
    EVIDENCE = ("note",)
    host: Id
    reason: Code
    received: Instant | None = None


@dataclass(frozen=True, slots=True, repr=False)
class HostBarred(Record):
    """Somebody with administrator rights revoked a key or a grant at the host: there it counts no more.

    `digest` is SHA-256 (hex) of the credential id, or the grant's digest."""

    KIND, CODE, IT, EN = "host.barred", "R043", "Revoca fatta sulla macchina", "Revoked at the host"
    RETAIN = "authorisation"
    EVIDENCE = ("note",)
    what: Code  # credential | grant
    digest: Digest
    received: Instant
