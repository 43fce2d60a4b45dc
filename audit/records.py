"""Every kind of record: one frozen class each, one closed union, names, codes and labels.

The bodies hold pseudonyms, codes, counts and digests; names and texts are openings whose commitment is
the leaf's `sealed` (FORMAT.md §3). Labels on screens and the table in FORMAT.md come from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, get_args

from audit.administrator_records import AdministratorAppointed, AdministratorEnded, NoticeChanged
from audit.declared_records import DeclaredRecord
from audit.duty_records import DutyRecord
from audit.forms import (
    Activity,
    Code,
    Day,
    Digest,
    Form,
    Id,
    Instant,
    Key,
    Line,
    Listed,
    Period,
    Reported,
    Zone,
)
from audit.incident_records import IncidentRecord
from audit.live_records import LiveRecord
from audit.mail_record import MailReceived
from audit.paper_records import PaperRecord
from audit.plug_records import PlugRecord
from audit.post_records import (
    LetterOverdue,
    LetterReceipted,
    LetterSent,
    MailBound,
    MailReported,
    MailRulesChanged,
    MailSenderChanged,
)
from audit.program_records import ProgramRecord
from audit.protection_records import ProtectionRecord
from audit.record import Record
from audit.report_records import ReportRecord
from audit.resale_records import ResaleRecord
from audit.school_records import SchoolRecord
from audit.session_list import LISTED
from audit.signin_records import SigninRecord
from audit.statement import CHANNEL_KINDS
from audit.work_records import WorkRecord

# `other`: somebody asked for what no session knows.
CHANNEL = Form("channel", frozenset((*CHANNEL_KINDS, "other")).__contains__)
Channel = Annotated[str, CHANNEL]


# --------------------------------------------------------------------------- people and the estate


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


# ------------------------------------------------------------------------- request, answer, grant


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


# ------------------------------------------------------------------------------------ the session


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


@dataclass(frozen=True, slots=True, repr=False)
class ChannelOpened(Record):
    """`port` and `number` of a forward: which of the policy's, and its TCP port. `control` of a desktop: whether
    its mouse and keyboard may be used; false for whoever only watches."""

    KIND, CODE, IT, EN = "channel.opened", "R240", "Canale aperto", "Channel opened"
    RETAIN = "access"
    EVIDENCE = ("note",)
    channel: Id
    kind: Channel
    via: Code  # ssh | browser | agent
    terminal: Line
    received: Instant
    port: Line | None = None
    number: int | None = None
    control: bool | None = None


@dataclass(frozen=True, slots=True, repr=False)
class ChannelRefused(Record):
    """`received` where the agent refused it; the broker refuses some at its own door."""

    KIND, CODE, IT, EN = "channel.refused", "R241", "Canale rifiutato", "Channel refused"
    RETAIN = "access"
    EVIDENCE = ("note",)
    kind: Channel
    reason: Code
    terminal: Line
    received: Instant | None = None


@dataclass(frozen=True, slots=True, repr=False)
class ChannelClosed(Record):
    """Byte counts and salted digests of what crossed, counted by the agent; `agrees` says whether
    the broker counted the same, and is absent where it could not count to the end (it restarted).
    exit_status is absent where a signal or a stop ended it."""

    KIND, CODE, IT, EN = "channel.closed", "R242", "Canale chiuso", "Channel closed"
    RETAIN = "access"
    EVIDENCE = ("note",)
    channel: Id
    kind: Channel
    in_bytes: int
    out_bytes: int
    out_digest: Digest
    agrees: bool | None
    exit_status: int | None
    received: Instant


@dataclass(frozen=True, slots=True, repr=False)
class CommandExecuted(Record):
    """An exec request's command line: its text is sealed, the commitment is the agent's too."""

    KIND, CODE, IT, EN = "command.executed", "R243", "Comando eseguito", "Command executed"
    EVIDENCE, SEALED = ("note",), "must"
    channel: Id
    command: Digest  # commitment, equal to `sealed` (FORMAT.md §3)
    received: Instant


@dataclass(frozen=True, slots=True, repr=False)
class FileTransferred(Record):
    """A file that went through a channel, or was refused. Its path and SHA-256 are sealed; the commitment is
    the agent's too. Counted where it crossed: `bytes` from `offset` of the file on. `agrees` says whether the
    broker counted the same, and is absent where it could not."""

    KIND, CODE, IT, EN = "file.transferred", "R244", "File trasferito", "File transferred"
    EVIDENCE, SEALED = ("note",), "must"
    channel: Id
    number: int  # from 1, of this channel
    direction: Code  # to_host | from_host
    result: Code  # whole | partial | refused | made (a folder) | renamed
    offset: int
    bytes: int
    file: Digest  # commitment, equal to `sealed` (FORMAT.md §3)
    reason: Code | None  # why it was refused
    agrees: bool | None
    received: Instant


@dataclass(frozen=True, slots=True, repr=False)
class ClipboardCopied(Record):
    """Text that crossed with a desktop, whose channel may have that. The text itself is kept nowhere:
    `text` is SHA-256 (hex) of the session's salt and its UTF-8 bytes, as `out_digest` is of the stream."""

    KIND, CODE, IT, EN = "clipboard.copied", "R245", "Appunti passati", "Clipboard passed on"
    EVIDENCE = ("note",)
    channel: Id
    direction: Code  # to_host | from_host
    bytes: int
    text: Digest
    received: Instant


@dataclass(frozen=True, slots=True, repr=False)
class ToolStarted(Record):
    """`program` commits to the path of the executable and its publisher, which may name people."""

    KIND, CODE, IT, EN = "tool.started", "R250", "Programma con licenza avviato", "Licensed tool started"
    RETAIN = "access"
    EVIDENCE, SEALED = ("note",), "may"
    tool: Line
    binary: Digest  # SHA-256 hex of the executable
    content: Code  # always "not_seen"
    received: Instant
    program: Digest | None = None  # commitment, equal to `sealed`


@dataclass(frozen=True, slots=True, repr=False)
class ToolStopped(Record):
    """`log`: what was read of its own log: read | skipped (not every line) | missing, absent where none is
    known. `still`: processes of its names that live on, whoever started them; absent for none."""

    KIND, CODE, IT, EN = "tool.stopped", "R251", "Programma con licenza fermato", "Licensed tool stopped"
    RETAIN = "access"
    EVIDENCE = ("note",)
    tool: Line
    processes: int
    forced: bool
    content: Code
    received: Instant
    log: Code | None = None
    still: int | None = None


@dataclass(frozen=True, slots=True, repr=False)
class ToolTold(Record):
    """The tool's own word, from its log, on a connection through it: `event` is began | ended | whole.

    Times are texts as that log spells them. `peer` commits to whoever it says connected.
    """

    KIND, CODE, IT, EN = "tool.told", "R252", "Detto dal programma con licenza", "Told by the licensed tool"
    RETAIN = "access"
    EVIDENCE, SEALED = ("note",), "may"
    tool: Line
    event: Code
    received: Instant
    began: Line | None = None
    ended: Line | None = None
    peer: Digest | None = None  # commitment, equal to `sealed`


@dataclass(frozen=True, slots=True, repr=False)
class ToolSeen(Record):
    """A licensed tool ran, or by its own log took a connection, with no session that allowed it.

    Of no session. `what`: running | connected; `why`: no_grant, or left (a session's own tool that did
    not end). `program` commits to path and publisher or, of a connection, to what the log says.
    """

    KIND, CODE = "tool.seen_outside_grant", "R253"
    IT, EN = "Programma con licenza fuori autorizzazione", "Licensed tool outside any authorisation"
    RETAIN = "access"
    EVIDENCE, SEALED = ("note",), "may"
    tool: Line
    what: Code
    why: Code
    received: Instant
    binary: Digest | None = None  # where the executable could be read
    program: Digest | None = None  # commitment, equal to `sealed`


# -------------------------------------------------------------------------------------- recordings


@dataclass(frozen=True, slots=True, repr=False)
class RecordingOpened(Record):
    """Before the channel of that id: its masked output is kept from here on, in a log of its own."""

    KIND, CODE, IT, EN = "recording.opened", "R260", "Registrazione di sessione iniziata", "Recording opened"
    RETAIN = "recording"
    recording: Id  # the channel's own id
    kind: Channel


@dataclass(frozen=True, slots=True, repr=False)
class RecordingCheckpoint(Record):
    """Where the recording's own log stood."""

    KIND, CODE, IT, EN = "recording.checkpoint", "R261", "Testa della registrazione", "Recording's head"
    recording: Id
    segments: int
    root: Digest


@dataclass(frozen=True, slots=True, repr=False)
class RecordingClosed(Record):
    """`outcome`: complete | cut (the channel broke off) | aborted (the broker began again since)."""

    KIND, CODE, IT, EN = "recording.closed", "R262", "Registrazione di sessione finita", "Recording closed"
    recording: Id
    segments: int
    root: Digest
    out_bytes: int  # masked
    masked: int  # secrets covered
    outcome: Code


@dataclass(frozen=True, slots=True, repr=False)
class PlaybackAsked(Record):
    """Somebody of the vendor asks to play a session's recordings (`incident`), or the titolare notes that a
    person whom the session concerns asked for what is kept of it (`access_request`, art. 15)."""

    KIND, CODE, IT, EN = (
        "playback.asked",
        "R263",
        "Visione di una registrazione chiesta",
        "Playback asked for",
    )
    RETAIN = "authorisation"
    playback: Id
    session: Id
    reason: Code  # incident | access_request
    received: Day | None = None  # when that person asked


@dataclass(frozen=True, slots=True, repr=False)
class PlaybackAllowed(Record):
    """`person` may play the recordings of `session` until then: the titolare's leave for an ADS, or a second
    person of the vendor's for the one who asked."""

    KIND, CODE, IT, EN = (
        "playback.allowed",
        "R264",
        "Visione di una registrazione permessa",
        "Playback allowed",
    )
    RETAIN = "authorisation"
    playback: Id
    session: Id
    person: Id
    reason: Code
    until: Instant


@dataclass(frozen=True, slots=True, repr=False)
class PlaybackEnded(Record):
    """Turned down, withdrawn before its end, or the request of the person concerned was answered."""

    KIND, CODE, IT, EN = "playback.ended", "R265", "Visione di una registrazione finita", "Playback ended"
    RETAIN = "authorisation"
    playback: Id


# ------------------------------------------------------------------------------- the log's own life


@dataclass(frozen=True, slots=True, repr=False)
class HostHeartbeat(Record):
    KIND, CODE, IT, EN = "host.heartbeat", "R300", "Segnale di vita della macchina", "Host heartbeat"
    EVIDENCE = ("note",)
    witnessed: int  # size of the last head this agent cosigned
    sessions: int  # sessions served since the last heartbeat
    received: Instant


@dataclass(frozen=True, slots=True, repr=False)
class HostSilent(Record):
    KIND, CODE, IT, EN = "host.silent", "R301", "Postazione silenziosa", "Host silent"
    since: Instant
    until: Instant


@dataclass(frozen=True, slots=True, repr=False)
class LogHeartbeat(Record):
    KIND, CODE, IT, EN = "log.heartbeat", "R302", "Segnale di vita del registro", "Log heartbeat"
    day: Day  # YYYY-MM-DD in the tenant's zone


@dataclass(frozen=True, slots=True, repr=False)
class LogGap(Record):
    KIND, CODE, IT, EN = "log.gap", "R303", "Registro fermo", "Log gap"
    first: Day
    last: Day


@dataclass(frozen=True, slots=True, repr=False)
class ClockStatus(Record):
    """The host's clock is off the broker's by at least so much (ahead: more than 0), over a second; 0: right again."""

    KIND, CODE, IT, EN = "clock.status", "R304", "Stato dell’orologio", "Clock status"
    host_offset_ms: int


@dataclass(frozen=True, slots=True, repr=False)
class HeadStamped(Record):
    """A timestamp authority outside stamped this log's head; the token is ``heads/<size>.tsr``."""

    KIND, CODE, IT, EN = "head.stamped", "R305", "Marca temporale sulla testa", "Head timestamped"
    size: int
    token: Digest


@dataclass(frozen=True, slots=True, repr=False)
class HeadSent(Record):
    """A mail server took the letter with this head for the titolare, who keeps it."""

    KIND, CODE, IT, EN = "head.sent", "R306", "Testa inviata al titolare", "Head sent"
    size: int
    person: Id


@dataclass(frozen=True, slots=True, repr=False)
class SessionsListed(Record):
    """Every session that began, ended or was refused at the host since its last list; none, for an idle month.

    It speaks of the host's notes from `first_n` up to its own; `since` is when the last list was made, or
    the enrolment.
    """

    KIND, CODE, IT, EN = (
        LISTED,
        "R307",
        "Elenco delle sessioni della macchina",
        "Host's list of sessions",
    )
    EVIDENCE = ("note",)
    first_n: int
    since: Instant
    sessions: tuple[Listed, ...]
    received: Instant


@dataclass(frozen=True, slots=True, repr=False)
class ListsMissing(Record):
    """The month is about to be closed, and these hosts have not told their sessions up to its end."""

    KIND, CODE, IT, EN = "lists.missing", "R308", "Elenchi di macchine mancanti", "Hosts' lists missing"
    period: Period
    hosts: tuple[Id, ...]


@dataclass(frozen=True, slots=True, repr=False)
class PeriodSnapshot(Record):
    """A report of a month that has not ended; the demo alone may ask for one."""

    KIND, CODE, IT, EN = "period.snapshot", "R310", "Fotografia del periodo", "Period snapshot"
    RETAIN = "report"
    period: Period  # YYYY-MM
    first: Instant
    until: Instant


@dataclass(frozen=True, slots=True, repr=False)
class PeriodClosed(Record):
    KIND, CODE, IT, EN = "period.closed", "R311", "Periodo chiuso", "Period closed"
    RETAIN = "report"
    period: Period
    first: Instant
    until: Instant


@dataclass(frozen=True, slots=True, repr=False)
class PeriodFigures(Record):
    """`sealed` commits to the commercial part of the report: names, contract, legal texts."""

    KIND, CODE, IT, EN = (
        "period.figures",
        "R312",
        "Parte commerciale del rapporto",
        "Report's commercial part",
    )
    RETAIN = "report"
    SEALED = "must"
    period: Reported


@dataclass(frozen=True, slots=True, repr=False)
class ReportIssued(Record):
    KIND, CODE, IT, EN = "report.issued", "R320", "Rapporto emesso", "Report issued"
    RETAIN = "report"
    period: Reported
    number: Id
    pdf_sha256: Digest
    json_sha256: Digest
    partial: bool


# ------------------------------------------------------------------------------- erasure and its stay


@dataclass(frozen=True, slots=True, repr=False)
class ErasureDecided(Record):
    """The titolare had texts erased before their term; `statement` is the digest of his `erasure`."""

    KIND, CODE, IT, EN = "erasure.decided", "R330", "Cancellazione decisa", "Erasure decided"
    RETAIN = "authorisation"
    EVIDENCE = ("statement", "assertion")
    statement: Digest
    demo_software: bool


@dataclass(frozen=True, slots=True, repr=False)
class ErasureExecuted(Record):
    """What `refs` name is destroyed from here on: the openings of those records, the files of those reports.

    `reason`: term | decision, and then `decision` is the index of the `erasure.decided`.
    """

    KIND, CODE, IT, EN = "erasure.executed", "R331", "Cancellazione eseguita", "Erasure executed"
    RETAIN = "authorisation"
    reason: Code
    decision: int | None = None


@dataclass(frozen=True, slots=True, repr=False)
class HoldPlaced(Record):
    """Nothing of `request` (without it: nothing at all) is erased until lifted. reason: contest | claim |
    authority. It is looked at again by `review`."""

    KIND, CODE, IT, EN = "hold.placed", "R332", "Cancellazione sospesa", "Erasure put on hold"
    RETAIN = "authorisation"
    hold: Id
    request: Id | None
    reason: Code
    review: Day


@dataclass(frozen=True, slots=True, repr=False)
class HoldLifted(Record):
    KIND, CODE, IT, EN = "hold.lifted", "R333", "Sospensione tolta", "Hold lifted"
    RETAIN = "authorisation"
    hold: Id


# ------------------------------------------------------------------------- one log after the other


@dataclass(frozen=True, slots=True, repr=False)
class KeyRotated(Record):
    """The next log's vkey, said in the log before it: whoever holds a head of this one can follow it there."""

    KIND, CODE, IT, EN = "key.rotated", "R350", "Chiave del registro seguente", "Key of the next log"
    key: Line  # its name is the next log's origin
    reason: Code  # year | key


@dataclass(frozen=True, slots=True, repr=False)
class ShardOpened(Record):
    """The first record of a log that goes on with the tree of another, whose last head is evidence (`head`).

    `key` is the vkey of the log before and `root` (hex) that of its last head, of as many records as stand
    before this one. `cosigned` is the size of the last head of it that witnesses hold (0: none): more than
    it ends with means that the records between were lost, and a `log.recovered` follows.
    """

    KIND, CODE, IT, EN = "shard.opened", "R351", "Registro nuovo aperto", "Next log opened"
    EVIDENCE = ("head", "cosigned")
    key: Line
    root: Digest
    cosigned: int
    reason: Code  # year | key | lost


@dataclass(frozen=True, slots=True, repr=False)
class LogRecovered(Record):
    """The titolare signed that records are lost and that this log goes on; `statement` is his `recovery`'s digest."""

    KIND, CODE, IT, EN = "log.recovered", "R352", "Perdita riconosciuta dal titolare", "Loss acknowledged"
    RETAIN = "authorisation"
    EVIDENCE = ("statement", "assertion")
    statement: Digest
    demo_software: bool


AnyRecord = (
    TenantOpened | PersonAdmitted | CredentialAdded | CredentialRemoved | PersonInvited | PersonLeft
    | LoginSucceeded | LoginFailed | LoginEnded | AccessDenied | RecordRead
    | ApproversChanged | PolicyChanged | DelegationGiven | MandateGiven | WarrantEnded
    | ApproversAnnounced | ApproversObjected
    | HostPrepared | HostEnrolled | HostRevoked | HostBarred
    | RequestOpened | RequestWithdrawn | RequestLapsed | ApprovalGiven | ApprovalRefused
    | ApprovalRefusalExplained | ApprovalWithdrawn | RequestSolved
    | GrantIssued | GrantRevoked | GrantExpired | SupervisionTaken
    | SessionOpened | SessionStarted | SessionRefused | SessionPaused | SessionResumed
    | SessionEnded | SessionPresumedEnded
    | SessionClosed | StopOrdered | StopExplained | DeskReported | WatchJoined | WatchLeft
    | ChannelOpened | ChannelRefused | ChannelClosed | CommandExecuted | FileTransferred | ClipboardCopied
    | ToolStarted | ToolStopped | ToolTold | ToolSeen
    | RecordingOpened | RecordingCheckpoint | RecordingClosed
    | PlaybackAsked | PlaybackAllowed | PlaybackEnded
    | HostHeartbeat | HostSilent | LogHeartbeat | LogGap | ClockStatus | HeadStamped | HeadSent
    | SessionsListed | ListsMissing
    | PeriodSnapshot | PeriodClosed | PeriodFigures | ReportIssued
    | ErasureDecided | ErasureExecuted | HoldPlaced | HoldLifted
    | KeyRotated | ShardOpened | LogRecovered
    | DeclaredRecord
    | IncidentRecord
    | ReportRecord
    | PaperRecord
    | ProgramRecord
    | MailReceived
    | LetterSent | LetterReceipted | LetterOverdue | MailBound | MailRulesChanged | MailReported
    | MailSenderChanged
    | AdministratorAppointed | AdministratorEnded | NoticeChanged
    | ProtectionRecord
    | WorkRecord
    | DutyRecord
    | SchoolRecord
    | ResaleRecord
    | PlugRecord
    | LiveRecord
    | SigninRecord
)  # fmt: skip

KINDS: dict[str, type[AnyRecord]] = {kind.KIND: kind for kind in get_args(AnyRecord)}

# The field in which the host's agent itself commits to what is sealed beside the record.
COMMITTED = {
    CommandExecuted.KIND: "command", ToolStarted.KIND: "program", ToolTold.KIND: "peer", ToolSeen.KIND: "program",
    StopExplained.KIND: "text", DeskReported.KIND: "text",
}  # fmt: skip
