"""Records of people of a tenant: who is admitted, by which keys, and how they come in."""

from __future__ import annotations

from dataclasses import dataclass

from audit.forms import (
    Code,
    Digest,
    Id,
    Instant,
    Line,
    Zone,
)
from audit.record import Record


@dataclass(frozen=True, slots=True, repr=False)
class TenantOpened(Record):
    """`zone` is the tenant's: days and months of this log are local to it."""

    KIND, CODE, IT, EN = "tenant.opened", "R010", "Registro aperto", "Log opened"
    vendor: Id
    demo: bool
    zone: Zone


@dataclass(frozen=True, slots=True, repr=False)
class PersonAdmitted(Record):
    """`sealed` commits the pseudonym to name, function and e-mail, so it cannot be re-pointed."""

    KIND, CODE, IT, EN = "person.admitted", "R011", "Persona ammessa", "Person admitted"
    SEALED = "must"
    person: Id
    role: Code
    organisation: Id


@dataclass(frozen=True, slots=True, repr=False)
class CredentialAdded(Record):
    KIND, CODE, IT, EN = "credential.added", "R012", "Credenziale aggiunta", "Credential added"
    person: Id
    kind: Code  # login_passkey | signing_passkey | ssh_key | password | log_token | identity | calendar
    fingerprint: Digest  # SHA-256 hex of the credential id or key; of nothing secret
    demo_software: bool


@dataclass(frozen=True, slots=True, repr=False)
class CredentialRemoved(Record):
    KIND, CODE, IT, EN = "credential.removed", "R013", "Credenziale tolta", "Credential removed"
    person: Id
    kind: Code
    fingerprint: Digest


@dataclass(frozen=True, slots=True, repr=False)
class PersonInvited(Record):
    """A one-time link was given out, in the place of an earlier one: its holder can become that person."""

    KIND, CODE, IT, EN = "person.invited", "R014", "Invito dato", "Invitation given"
    person: Id
    not_after: Instant


@dataclass(frozen=True, slots=True, repr=False)
class PersonLeft(Record):
    """He comes in no more: his logins, links and keys count no longer. His name goes with its last term."""

    KIND, CODE, IT, EN = "person.left", "R015", "Persona uscita", "Person left"
    RETAIN = "access"
    person: Id


@dataclass(frozen=True, slots=True, repr=False)
class LoginSucceeded(Record):
    KIND, CODE, IT, EN = "login.succeeded", "R020", "Accesso al portale", "Signed in"
    RETAIN = "access"
    person: Id
    method: Code  # passkey | password_totp | command_line | oidc | spid | cie
    terminal: Line  # source address
    demo_software: bool


@dataclass(frozen=True, slots=True, repr=False)
class LoginFailed(Record):
    KIND, CODE, IT, EN = "login.failed", "R021", "Accesso al portale fallito", "Sign-in failed"
    RETAIN = "access"
    person: Id | None
    method: Code
    reason: Code
    terminal: Line


@dataclass(frozen=True, slots=True, repr=False)
class LoginEnded(Record):
    KIND, CODE, IT, EN = "login.ended", "R022", "Uscita dal portale", "Signed out"
    RETAIN = "access"
    person: Id
    terminal: Line


@dataclass(frozen=True, slots=True, repr=False)
class AccessDenied(Record):
    """Somebody asked for what is not his to have; `reason` is a refusal code."""

    KIND, CODE, IT, EN = "access.denied", "R023", "Accesso negato", "Access denied"
    RETAIN = "access"
    person: Id | None
    # request | approval | activation | session | ssh | ssh_key | signing_key | watch | report | records
    # | host | enrolment | link | tenant | person | approvers | policy | password | log | provider
    what: Code
    reason: Code
    terminal: Line


@dataclass(frozen=True, slots=True, repr=False)
class RecordRead(Record):
    KIND, CODE, IT, EN = "record.read", "R024", "Lettura del registro", "Log read"
    RETAIN = "access"
    person: Id
    what: Code  # report | bundle | recording | extract (of a session, for somebody whom it concerns)
    # | preservation | request | session | contest | log | mail | accesses | incident_evidence | recording_clear (a screen, not blurred)
    terminal: Line
    recording: Id | None = None
    reason: Code | None = None  # why a recording is looked at: incident | dispute | control | access_request
    playback: Id | None = None  # the leave it rests on, or the request that an extract answers
    subject: Id | None = None  # the request, session or contest whose records are looked at
