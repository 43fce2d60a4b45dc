"""What the pages of the month, the machines, the people and the owner need; parts are in `views`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from web.views import Act, Ceremony, Digest, Fact, FolderText, Mark, Notice, Option, QueueRow, Slip, State
from web.views_session import Other

# --------------------------------------------------------------------------------------- titolare


@dataclass(frozen=True, slots=True)
class Todo:
    """What he has to do: `acts` empty and `kind` ok means nothing."""

    kind: Literal["ok", "wait", "stop"]
    title: str
    text: str
    acts: tuple[Act, ...] = ()


@dataclass(frozen=True, slots=True)
class Inbox:
    """An approver's own requests: what waits for him first, then what runs, then what was."""

    title: str
    waiting: tuple[QueueRow, ...]
    live: tuple[Other, ...]
    past: tuple[QueueRow, ...]
    todos: tuple[Todo, ...] = ()
    older: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    number: str
    line: str
    mark: Mark | None = None
    href: str = ""


@dataclass(frozen=True, slots=True)
class Deviation:
    """One exception of the month, in a sentence."""

    time: str
    strong: str
    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class ReportRow:
    month: str
    verdict: State
    pdf: str
    bundle: str
    sessions: str = ""
    hours: str = ""
    json: str = ""
    sealed: str = ""
    twin: str = ""
    csv: str = ""
    preserved: str = ""  # the package for a conservatore
    page: str = ""
    english: str = ""  # a reading copy, made when it is asked for


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    line: str
    right: str
    acts: tuple[Act, ...] = ()


@dataclass(frozen=True, slots=True)
class Titolare:
    vendor: str
    month: str
    todos: tuple[Todo, ...]
    figures: tuple[Figure, ...]
    live: tuple[Other, ...]
    exceptions: tuple[Deviation, ...]
    reports: tuple[ReportRow, ...]
    people: tuple[Person, ...]
    rules: tuple[Fact, ...]
    hosts: tuple[Person, ...]
    verifier: str  # SHA-256 of verifica.html
    head: Digest
    head_when: str
    head_line: str
    confirmed: str
    erased: tuple[Person, ...]
    erased_next: str
    change_rules: bool = True
    cadences: tuple[Option, ...] = ()  # how often reports come, the one in force chosen
    hours: str = ""  # page of hours and charges
    school: bool = False
    log: str = ""  # tenant and year of the one in use, whose head the browser keeps
    others: tuple[Act, ...] = ()  # the months before


# ---------------------------------------------------------------------------- hosts, people, owner


@dataclass(frozen=True, slots=True)
class HostRow:
    label: str
    href: str
    tenant: str
    state: State
    confirmed: State
    seen: str


@dataclass(frozen=True, slots=True)
class Hosts:
    rows: tuple[HostRow, ...]
    confirmed: str
    create: Act | None
    tenants: tuple[Option, ...]
    slip: Slip | None = None


@dataclass(frozen=True, slots=True)
class Enrol:
    """One host's way in: `step` rules (its local account) → sign (by the titolare) → carry → done. The root is
    never shown here: it is read on the signing origin and typed at the host (decisions §15)."""

    label: str
    tenant: str
    step: Literal["rules", "sign", "carry", "done"]
    account: str
    administrator: bool
    sign: Act | None
    file: str
    command: str
    connected: Notice | None
    confirmed: State
    facts: tuple[Fact, ...]
    name_account: Act | None = None
    rules: Act | None = None
    once: str = ""
    bare: Notice | None = None  # it has no agent: what that means


@dataclass(frozen=True, slots=True)
class AgentRow:
    """A program to download; `sha256` in full, to be compared by eye or by command."""

    name: str
    href: str
    system: str
    version: str
    size: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Agents:
    """`checks`: the commands that compute a digest, one for each kind of system."""

    rows: tuple[AgentRow, ...]
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ToolLine:
    adapters: tuple[Option, ...]
    lasting: tuple[Option, ...]
    id: str = ""
    start: str = ""
    watch: str = ""
    grace: str = "5"


@dataclass(frozen=True, slots=True)
class AccountLine:
    host: str
    label: str
    name: str = ""
    administrator: bool = False


@dataclass(frozen=True, slots=True)
class TermLine:
    """How many months something is kept."""

    name: str
    label: str
    months: str
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class GroundLine:
    """A paper on which recording stands; `name` is that of its fields."""

    name: str
    label: str
    kinds: tuple[Option, ...]
    reference_label: str
    reference: str
    day_label: str
    day: str


@dataclass(frozen=True, slots=True)
class RecordingLines:
    """What is recorded, and on which papers; `label` is of the choice of `sessions`. `left_out`: words of windows
    that are not, a line each."""

    title: str
    label: str
    hint: str
    sessions: tuple[Option, ...]
    grounds: tuple[GroundLine, ...]
    left_out_label: str
    left_out_hint: str
    left_out: str


@dataclass(frozen=True, slots=True)
class RulesForm:
    """The customer's rules, all of them, as the titolare is about to sign them."""

    number: str
    channels: tuple[Option, ...]
    tools: tuple[ToolLine, ...]
    accounts: tuple[AccountLine, ...]
    supervision: tuple[Option, ...]
    desk: tuple[Option, ...]
    offline: tuple[Option, ...]
    longest: tuple[Option, ...]
    window: tuple[Option, ...]
    approvals: str
    titolari: str
    ads: str
    witnesses: str
    external: str
    terms: tuple[TermLine, ...]
    recipient: str
    recipient_label: str
    recipient_hint: str
    recording: RecordingLines
    folders: tuple[FolderText, ...]
    sign: Act
    ports: str = ""
    environment: str = ""
    bare_hosts: str = ""
    presets: tuple[Option, ...] = ()
    proposed: str = ""


@dataclass(frozen=True, slots=True)
class ApproverLine:
    person: str
    name: str
    role: str
    keys: str
    chosen: bool
    until: str
    blocked: str = ""
    delegated: bool | None = None  # None: not to be chosen


@dataclass(frozen=True, slots=True)
class WarrantForm:
    """A new delegation or mandate (`own`: it may cover requests of those people's own)."""

    title: str
    people: tuple[Option, ...]
    hosts: tuple[Option, ...]
    channels: tuple[Option, ...]
    activities: tuple[Option, ...]
    until: str
    own: bool
    sign: Act


@dataclass(frozen=True, slots=True)
class Warrants:
    """What the titolare gave to others to authorise, newest first; `list` leads to who may need one."""

    given: tuple[Person, ...]
    forms: tuple[WarrantForm, ...]
    list: Act | None


@dataclass(frozen=True, slots=True)
class ApproverList:
    """Who shall be able to authorise from now on: the whole list is signed, whoever is not in it is out."""

    rows: tuple[ApproverLine, ...]
    sign: Act
    make_paper: Act | None = None
    paper_key: str = ""  # the public half of a new key on paper, to be named by this list
    paper: str = ""  # which key on paper the list names, in words
    by_paper: bool = False  # it may be signed with the one in force


@dataclass(frozen=True, slots=True)
class PeopleRow:
    name: str
    role: str
    tenant: str
    state: State
    passkeys: str
    acts: tuple[Act, ...] = ()


@dataclass(frozen=True, slots=True)
class Mine:
    """What the person himself logs in and signs with."""

    facts: tuple[Fact, ...]
    another: Ceremony
    signing: Act | None = None
    ssh_keys: tuple[tuple[str, Act], ...] = ()
    add_ssh: Act | None = None
    password: Act | None = None


@dataclass(frozen=True, slots=True)
class PasswordForm:
    """`secret` and `address` are of the one-time codes; shown once."""

    post: str
    state: str
    secret: str
    address: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class LogAddress:
    """Where a monitor reads the published log, and the token it shows; once."""

    address: str
    token: str


@dataclass(frozen=True, slots=True)
class People:
    rows: tuple[PeopleRow, ...]
    invite: Act
    roles: tuple[Option, ...]
    tenants: tuple[Option, ...]
    link: str = ""
    link_until: str = ""
    slip: Slip | None = None
    new_tenant: Act | None = None
    mine: Mine | None = None
    may_invite: bool = True
    sign_list: Act | None = None
    lacks: Notice | None = None


@dataclass(frozen=True, slots=True)
class SessionRow:
    href: str
    code: str
    tenant: str
    host: str
    technician: str
    state: State
    until: str
    watcher: str


@dataclass(frozen=True, slots=True)
class Sessions:
    rows: tuple[SessionRow, ...]
    older: str = ""
