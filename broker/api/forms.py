"""What comes in from browsers: bodies with every field bounded. Nothing goes out by these."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from audit.approvers import ApproverRole
from audit.canonical import unb64
from audit.errors import Malformed
from audit.external_witness import ExternalWitness
from audit.folders import MAX_FOLDERS, FolderLine
from audit.forms import FOLDER
from audit.named_ports import NamedPort
from audit.passkey import Assertion
from audit.policy import PRESETS, Preset, Tool
from audit.record import RetainClass
from audit.recording_rules import (
    MAX_LEFT_OUT,
    Ground,
    GroundKind,
    RecordedSessions,
    RecordingRules,
    read_left_out,
)
from audit.statement_parts import Account, ChannelKind
from audit.terms import LONGEST
from broker.cases.change_approvers import Appointment
from broker.cases.signing import NewKey
from broker.domain.appointing import PolicyDraft
from broker.domain.instants import AFTER, FIRST
from broker.domain.people import Role
from broker.domain.provider import Kind, Provider
from broker.domain.refusal import Refused, Why
from broker.domain.warranting import WarrantDraft, in_order

_LINE = r"^[^\x00-\x1f\x7f]+$"  # one line that shows what it is
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=_LINE)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64, pattern=_LINE)]
Email = Annotated[str, StringConstraints(min_length=3, max_length=254, pattern=_LINE)]
Secret = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z]-[0-9a-f]{6,16}$")]
B64 = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]*$", max_length=16_384)]
Zone = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_+-]+(/[A-Za-z_+-]+){0,2}$", max_length=64)]
Instant = Annotated[AwareDatetime, Field(ge=FIRST, lt=AFTER)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=1024, pattern=_LINE)]


class Form(BaseModel):
    """Unknown fields are refused: a slip in a script is told, not swallowed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SetupForm(Form):
    secret: Secret
    name: Name
    email: Email
    house: Name


class PasskeyAnswer(Form):
    """`answer` is the browser's RegistrationResponseJSON or AuthenticationResponseJSON, as it is."""

    state: Secret
    answer: dict[str, Any]
    demo_software: bool = False


class PasswordLogin(Form):
    email: Email
    password: Annotated[str, StringConstraints(min_length=1, max_length=256)]
    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]


class PasswordProof(Form):
    password: Annotated[str, StringConstraints(min_length=1, max_length=256)]
    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]


class CodeLogin(Form):
    code: Secret


class NewPassword(Form):
    state: Secret
    password: Annotated[str, StringConstraints(min_length=1, max_length=256)]
    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]


class ProviderForm(Form):
    """`acr`: of a provider of one's own, the level that counts as a fresh proof."""

    kind: Kind
    name: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    issuer: Annotated[str, StringConstraints(min_length=1, max_length=256)]
    client: Annotated[str, StringConstraints(min_length=1, max_length=256)]
    acr: Annotated[str, StringConstraints(max_length=256)] = ""
    secret: Annotated[str, StringConstraints(max_length=512)] | None = None

    def provider(self, id: str) -> Provider:
        return Provider(id, "", self.kind, self.name, self.issuer, self.client, self.acr)


class SshKeyForm(Form):
    key: Annotated[str, StringConstraints(min_length=1, max_length=4096)]


class PersonForm(Form):
    tenant: Id
    role: Role
    name: Name
    function: Name
    email: Email


class TenantForm(Form):
    """`details`: what the reports print, by name."""

    name: Name
    zone: Zone | None = None
    details: dict[
        Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,32}$")],
        Annotated[str, StringConstraints(max_length=2000)],
    ] = Field(default_factory=dict, max_length=40)


class HostForm(Form):
    tenant: Id
    label: Label
    place: Name


class RevokeForm(Form):
    reason: Literal["retired", "lost", "compromised", "reinstalled"]


class EnrolForm(Form):
    """From an agent: its first signed note and the one-time code."""

    note: Annotated[str, StringConstraints(min_length=1, max_length=65_536)]
    code: Secret


# ----------------------------------------------------------------------------------------- signing


class AppointmentForm(Form):
    person: Id
    until: Instant
    delegated: bool = False

    def read(self) -> Appointment:
        until: datetime = self.until
        return Appointment(self.person, until, self.delegated)


class ToolForm(Form):
    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{1,32}$")]
    start: tuple[Word, ...] = Field(default=(), max_length=32)
    watch: tuple[Word, ...] = Field(default=(), max_length=32)
    stop_grace_s: int = Field(ge=0, le=60)
    adapter: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")] | None = None
    resident: bool = False

    def read(self) -> Tool:
        if not (self.start or self.adapter):
            raise Refused(Why.BAD_INPUT, field="start")
        return Tool(self.id, self.start, self.watch, self.stop_grace_s, self.adapter, self.resident)


Variable = Annotated[str, StringConstraints(max_length=64, pattern=r"^[A-Z][A-Z0-9_]*$")]


class PortForm(Form):
    """A port of the customer's rules, word for word; whether they name it, the cases judge."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,32}$")]
    host: Annotated[str, StringConstraints(pattern=r"^[a-z0-9.:-]{1,253}$")]
    port: int = Field(ge=1, le=65535)

    def read(self) -> NamedPort:
        return NamedPort(self.id, self.host, self.port)


class AccountForm(Form):
    host: Id
    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]{0,31}\$?$")]
    administrator: bool


class WitnessForm(Form):
    url: Annotated[str, StringConstraints(max_length=256)]
    vkey: Annotated[str, StringConstraints(max_length=512)]

    def read(self) -> ExternalWitness:
        try:
            return ExternalWitness(self.url, self.vkey)
        except Malformed as wrong:
            raise Refused(Why.BAD_INPUT, field="external") from wrong


class RoleForm(Form):
    role: ApproverRole
    count: int = Field(ge=1, le=8)


class GroundForm(Form):
    kind: GroundKind
    reference: Annotated[str, StringConstraints(max_length=120, strip_whitespace=True, min_length=1)]
    day: date

    def read(self) -> Ground:
        if not self.reference.isprintable():
            raise Refused(Why.BAD_INPUT, field="reference")
        return Ground(self.kind, self.reference, self.day.isoformat())


class RecordingForm(Form):
    """Both papers, or nothing is recorded (L-41)."""

    sessions: RecordedSessions
    client: GroundForm
    vendor: GroundForm
    left_out: tuple[Annotated[str, StringConstraints(min_length=3, max_length=48)], ...] = Field(
        default=(), max_length=MAX_LEFT_OUT
    )

    def read(self) -> RecordingRules:
        words = sorted(set(self.left_out))
        try:
            left_out = read_left_out(words or None)
        except Malformed as wrong:
            raise Refused(Why.BAD_INPUT, field="left_out") from wrong
        return RecordingRules(self.sessions, self.client.read(), self.vendor.read(), left_out)


class FolderForm(Form):
    folder: str = Field(max_length=200)
    direction: Literal["from_host", "to_host", "both"]

    def read(self) -> FolderLine:
        if not FOLDER.fits(self.folder):
            raise Refused(Why.BAD_INPUT, field="folder")
        return FolderLine(self.folder, self.direction)


class PolicyForm(Form):
    channels: tuple[ChannelKind, ...] = Field(max_length=6)
    tools: tuple[ToolForm, ...] = Field(default=(), max_length=16)
    accounts: tuple[AccountForm, ...] = Field(default=(), max_length=1000)
    supervision: Literal["required", "waivable"] = "required"
    desk: Literal["inform", "consent"] = "inform"
    offline: Literal["end", "continue"] = "end"
    longest_s: int = 3600
    window_s: int = 28_800
    approvals: int = Field(default=1, ge=1, le=8)
    witnesses: int = Field(default=0, ge=0, le=1000)
    external: tuple[WitnessForm, ...] = Field(default=(), max_length=16)
    retention: dict[RetainClass, Annotated[int, Field(ge=1, le=LONGEST)]] = Field(default_factory=dict)
    recipient: Annotated[str, StringConstraints(max_length=128)] | None = None
    roles: tuple[RoleForm, ...] = Field(default=(), max_length=2)
    recording: RecordingForm | None = None
    folders: tuple[FolderForm, ...] = Field(default=(), max_length=MAX_FOLDERS)
    ports: tuple[PortForm, ...] = Field(default=(), max_length=16)
    environment: tuple[Variable, ...] = Field(default=(), max_length=32)
    presets: tuple[Preset, ...] = Field(default=(), max_length=2)

    def read(self) -> PolicyDraft:
        return PolicyDraft(
            channels=tuple(dict.fromkeys(self.channels)),
            tools=tuple(one.read() for one in self.tools),
            accounts=tuple((a.host, Account(a.name, a.administrator)) for a in self.accounts),
            supervision=self.supervision,
            desk=self.desk,
            offline=self.offline,
            longest_s=self.longest_s,
            window_s=self.window_s,
            approvals=self.approvals,
            witnesses=self.witnesses,
            external=tuple(one.read() for one in self.external),
            retention=tuple(sorted(self.retention.items())),
            recipient=self.recipient,
            roles=tuple((one.role, one.count) for one in self.roles),
            recording=None if self.recording is None else self.recording.read(),
            folders=tuple(sorted((one.read() for one in self.folders), key=lambda line: line.folder)),
            ports=tuple(one.read() for one in self.ports),
            environment=tuple(sorted(set(self.environment))),
            presets=tuple(one for one in PRESETS if one in self.presets),
        )


class WarrantForm(Form):
    """A delegation or a mandate; `hosts` and `activities` empty: all of them."""

    kind: Literal["delegation", "mandate"]
    persons: tuple[Id, ...] = Field(min_length=1, max_length=16)
    hosts: tuple[Id, ...] = Field(default=(), max_length=200)
    channels: tuple[ChannelKind, ...] = Field(min_length=1, max_length=6)
    activities: tuple[Annotated[str, StringConstraints(max_length=16)], ...] = Field(
        default=(), max_length=16
    )
    administrator: bool = False
    until: Instant
    own_requests: bool = False

    def read(self) -> WarrantDraft:
        return WarrantDraft(
            self.kind,
            self.persons,
            self.hosts,
            in_order(self.channels),
            self.activities,
            self.administrator,
            self.until,
            self.own_requests,
        )


class ArchivesForm(Form):
    """A delegation for a school's archives, to technicians of the vendor."""

    persons: tuple[Id, ...] = Field(min_length=1, max_length=16)
    until: Instant


class CleanUpForm(Form):
    """An instruction: which archives of a school are cleaned."""

    clean_up: Annotated[str, StringConstraints(max_length=64)]
    archives: tuple[Annotated[str, StringConstraints(min_length=1, max_length=120)], ...] = Field(
        min_length=1, max_length=40
    )


class SigningForm(Form):
    """What to sign, and what that purpose needs."""

    purpose: Literal[
        "first-signing-key",
        "approvers",
        "policy",
        "enrolment",
        "approval",
        "erasure",
        "recovery",
        "warrant",
        "archives",
        "clean_up",
    ]
    demo_software: bool | None = None
    appointments: tuple[AppointmentForm, ...] = Field(default=(), max_length=64)
    paper_key: Annotated[str, StringConstraints(max_length=64)] | None = None
    by_paper: bool = False
    policy: PolicyForm | None = None
    warrant: WarrantForm | None = None
    archives: ArchivesForm | None = None
    clean_up: CleanUpForm | None = None
    host: Id | None = None
    request: Id | None = None
    supervision: Literal["self", "named", "waived"] | None = None
    watcher: Id | None = None
    reason: Literal["asked_by_person", "no_longer_needed"] | None = None


class ReadingForm(Form):
    reason: Literal["incident", "dispute", "control", "access_request"]


class HoldForm(Form):
    """`tenant` is needed of the house; without `request` nothing of the customer is erased."""

    tenant: Id | None = None
    request: Id | None = None
    reason: Literal["contest", "claim", "authority"]
    review: date


class AssertionForm(Form):
    credential: B64
    client_data: B64
    authenticator_data: B64
    signature: B64

    def read(self) -> Assertion:
        try:
            return Assertion.from_value(self.model_dump())
        except Malformed as wrong:
            raise Refused(Why.ENVELOPE_INVALID) from wrong


class SigningAnswerForm(Form):
    """What the signing page put into the fragment of `/firma/ritorno`, as it is."""

    state: Secret
    cancelled: bool = False
    assertion: AssertionForm | None = None
    paper: B64 | None = None
    credential: B64 | None = None
    public_key: B64 | None = None
    client_data: B64 | None = None
    attestation_object: B64 | None = None

    def read_paper(self) -> bytes | None:
        try:
            return None if self.paper is None else unb64(self.paper)
        except Malformed as wrong:
            raise Refused(Why.ENVELOPE_INVALID) from wrong

    def read(self) -> Assertion | NewKey | None:
        if self.cancelled:
            return None
        if self.assertion is not None:
            return self.assertion.read()
        match self.credential, self.public_key, self.client_data, self.attestation_object:
            case str(credential), str(public_key), str(client_data), str(attestation):
                try:
                    unb64(credential)
                except Malformed as wrong:
                    raise Refused(Why.ENVELOPE_INVALID) from wrong
                return NewKey(credential, public_key, client_data, attestation)
            case _:
                raise Refused(Why.BAD_INPUT, field="assertion")
