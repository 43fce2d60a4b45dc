"""What each template needs, and nothing else: the seam between the broker's cases and the pages.

Plain frozen values with words already chosen, in the person's language (`present.reader`). A template
decides where a thing stands and how it looks, never what is true; so the same view renders a page and its
fragments.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from web.views_clarify import Thread

Mark = Literal["ok", "wait", "stop", "off"]
"""Circle = in order, triangle = missing, square = no, ring = off or over. Always with a word."""
Severity = Literal["fatto", "nota", "attenzione", "grave"]
Lang = Literal["it", "en"]
Nav = Literal["", "queue", "sessions", "hosts", "people", "owner", "titolare", "incidents", "post", "calls", "log", "programs"]  # fmt: skip

# ------------------------------------------------------------------------------ parts of every page


@dataclass(frozen=True, slots=True)
class Who:
    """The person logged in, as the header names him; `role` is the code that chooses his menu."""

    name: str
    role: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Shell:
    """What the layout needs. `live` is the address of the page's server-sent events.

    `mails`: this broker sends any. `now` is the server's time (RFC 3339, UTC): clocks count from it, never from the browser's own. `keys`:
    single letters act. `covered`: in what was just sent, something that looked like a password was covered.
    """

    now: str
    updated: str
    path: str
    lang: Lang = "it"
    theme: Literal["", "light", "dark"] = ""
    who: Who | None = None
    vendor: str = ""
    nav: Nav = ""
    live: str = ""
    keys: bool = True
    covered: bool = False
    mails: bool = True


@dataclass(frozen=True, slots=True)
class State:
    mark: Mark
    word: str


@dataclass(frozen=True, slots=True)
class Badge:
    """`severity`: the letter of one, which alone is shown where the word finds no room."""

    word: str
    kind: Literal["", "ok", "wait", "stop", "sign"] = ""
    severity: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """Something to press: a link (`href`), or a form posted to `post`. `blocked`: why not now, and who can mend it.

    With `sign` the answer to the post is ``{"go": URL}``, the address on the signing site; with `page_key`, which is
    what to say where it cannot be made, the page adds a key of its own. `key` presses the button of a form that acts at once
    and stays on its page, unless it `leads` to another; where the page itself shows nothing of it, it is `said`.
    A link's `dialog` opens instead."""

    label: str
    href: str = ""
    post: str = ""
    kind: Literal["", "act", "sign", "stop", "stop-line"] = ""
    icon: str = ""
    blocked: str = ""
    sign: bool = False
    page_key: str = ""
    key: str = ""
    leads: bool = False
    said: str = ""
    dialog: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    ask: str
    answer: str
    small: str = ""
    strong: bool = False
    mono: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """One of the six under "Posso intervenire?"."""

    name: str
    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class FeedItem:
    time: str
    severity: Severity
    text: str
    strong: str = ""
    small: str = ""
    code: str = ""
    href: str = ""  # its moment in a recording


@dataclass(frozen=True, slots=True)
class Digest:
    """`short`: 16 hex in groups of four; `full`: all 64, for print and copy."""

    short: str
    full: str


@dataclass(frozen=True, slots=True)
class Receipt:
    title: str
    code: str
    text: str
    digest: Digest | None = None
    note: str = ""
    mark: Literal["", "ok", "stop"] = "ok"


@dataclass(frozen=True, slots=True)
class Notice:
    """What is so, then who can mend it."""

    kind: Literal["", "ok", "wait", "stop", "sign"]
    strong: str
    text: str = ""
    icon: str = "info"


@dataclass(frozen=True, slots=True)
class Slip:
    """A form that could not be taken as it was sent: which one, why, and what was typed into it. Without a `sentence`
    nothing was wrong, and the form is filled in with what is kept."""

    form: str
    sentence: str
    typed: tuple[tuple[str, str], ...] = ()

    def value(self, field: str) -> str:
        return dict(self.typed).get(field, "")


# -------------------------------------------------------------------------- coming in: four doors


@dataclass(frozen=True, slots=True)
class Ceremony:
    """A passkey ceremony: options come from `begin`, the answer goes to `finish`, then `go`."""

    begin: str
    finish: str


@dataclass(frozen=True, slots=True)
class FirstRun:
    """A plain form: the passkey is made on the page it leads to. `steps` are the names of all that follow each other, of
    which this is the first."""

    post: str
    steps: tuple[str, ...]
    name: str = ""
    email: str = ""
    house: str = ""
    code: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Invitation:
    """`step`: first the login passkey, then for approvers the signing passkey."""

    name: str
    role: str
    tenant: str
    invited_by: str
    until: str
    step: Literal["login", "sign"]
    can: tuple[str, ...]
    cannot: tuple[str, ...]
    approver: bool
    ceremony: Ceremony
    sign: Act | None = None
    onward: Act | None = None


@dataclass(frozen=True, slots=True)
class SignReturn:
    """Where the signing site sends people back to: the script posts the fragment to `post`."""

    post: str


# ------------------------------------------------------------------------------------- technician


@dataclass(frozen=True, slots=True)
class Clock:
    figure: str
    line: str
    state: Literal["", "near", "late", "paused", "none"] = ""


@dataclass(frozen=True, slots=True)
class QueueRow:
    href: str
    tenant: str
    title: str
    state: State
    clock: Clock
    badges: tuple[Badge, ...] = ()
    place: str = ""
    since: str = ""
    icon: str = ""
    current: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class QueueGroup:
    title: str
    rows: tuple[QueueRow, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class May:
    """One word, one sentence, one button for the one missing thing. `missing` stands in bold in the sentence."""

    answer: Literal["yes", "wait", "no"]
    before: str
    missing: str
    after: str
    main: Act | None
    start: Act
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class DeclareStep:
    """What a technician declares by passkey on a host without an agent, or afterwards the way to its outcome."""

    begin: str = ""
    finish: str = ""
    label: str = ""
    note: str = ""
    close: Act | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    code: str
    tenant: str
    heard: str
    title: str
    text: str
    badges: tuple[Badge, ...]
    may: May
    feed: tuple[FeedItem, ...]
    roles: tuple[Fact, ...]
    acts: tuple[Act, ...]
    digest: Digest | None = None
    warning: Notice | None = None  # of a host without an agent
    step: DeclareStep | None = None
    thread: Thread | None = None


@dataclass(frozen=True, slots=True)
class Queue:
    groups: tuple[QueueGroup, ...]
    chosen: Incident | None
    new_request: Act


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    disabled: bool = False
    chosen: bool = False
    bare: bool = False  # of a host: without an agent


@dataclass(frozen=True, slots=True)
class ChannelChoice:
    kind: str
    label: str
    hint: str
    icon: str
    chosen: bool = False
    blocked: bool = False
    tools: tuple[Option, ...] = ()
    screens: tuple[Option, ...] = ()
    folders: tuple[FolderText, ...] = ()
    ports: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class FolderText:
    """Folders of one direction, one on each line of `text`."""

    name: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class RequestForm:
    """`errors` maps a field's id to its sentence; nothing typed is lost. `zones`: the choice between summer
    and winter time, for a field whose hour happens twice. `bare`: what can be asked of each host without an agent;
    `channels` is empty where there are no others. `tenants`: another customer's form; none for an `incident`, which is
    of one. `school`: which activities cannot be asked for now, and why."""

    tenant: str
    post: str
    preview: str
    title: str
    reason: str
    hosts: tuple[Option, ...]
    channels: tuple[ChannelChoice, ...]
    not_before: str
    not_after: str
    longest: tuple[Option, ...]
    window_limit: str
    activities: tuple[Option, ...]
    rule: str
    ours: str
    zone: str
    sheet: Sheet
    errors: tuple[tuple[str, str], ...] = ()
    crumbs: tuple[tuple[str, str], ...] = ()
    tenants: tuple[Option, ...] = ()
    customer: str = ""
    incident: str = ""
    zones: tuple[tuple[str, tuple[Option, ...]], ...] = ()
    bare: tuple[str, ...] = ()
    school: str = ""

    def error(self, field: str) -> str:
        return dict(self.errors).get(field, "")

    def zone_choice(self, field: str) -> tuple[Option, ...]:
        return dict(self.zones).get(field, ())


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is signed or recorded, in words. A paragraph's text may hold `*emphasis*`."""

    kind: str
    right: str
    paragraphs: tuple[str, ...]
    digest: Digest | None = None
    note: str = ""


# --------------------------------------------------------------------------------------- approver


@dataclass(frozen=True, slots=True)
class Approve:
    """`state` chooses the page; fields of the other states stay empty."""

    state: Literal["waiting", "signed", "refused", "lapsed", "withdrawn", "revoked"]
    word: State
    when: str
    title: str
    by: str
    asked: str
    facts: tuple[Fact, ...]
    can: tuple[str, ...]
    cannot: tuple[str, ...]
    sheet: Sheet
    digest: Digest
    administrator: bool = False
    watch: tuple[Option, ...] = ()
    approve: Act | None = None
    refuse: Act | None = None
    solve: Act | None = None
    explain: Act | None = None
    explained: str = ""
    slip: Slip | None = None
    revoke: Act | None = None
    next: Act | None = None
    missing: Notice | None = None
    phone: tuple[int, str] | None = None  # a QR code of this address: its side, and the path that draws it
    receipt: Receipt | None = None
    said: str = ""
    closed_as: str = ""
    erase: Act | None = None
    erase_note: str = ""
    hold: Act | None = None
    papers: tuple[Notice, ...] = ()  # what lacks of them: told, or blocking
    matrix: tuple[Fact, ...] = ()
    identity: tuple[Act, ...] = ()  # by what he may show who he is, beside his signature
    identified: tuple[str, ...] = ()  # who did
    thread: Thread | None = None


# ------------------------------------------------------------------------------ yes or no, and no


@dataclass(frozen=True, slots=True)
class Doing:
    """What was done: codes as assistance and as training, and what some of them ask for beside."""

    assistance: tuple[Option, ...]
    training: tuple[Option, ...]
    apps: tuple[Option, ...]
    target: bool = False  # whether a code is among them that asks for it
    change: bool = False
    other_data: bool = False
    typed: tuple[tuple[str, str], ...] = ()

    def value(self, field: str) -> str:
        return dict(self.typed).get(field, "")


@dataclass(frozen=True, slots=True)
class Closing:
    """The dialog that closes a session, and the plain page it becomes without script."""

    post: str
    page: str
    opened: str
    outcomes: tuple[Option, ...]
    doing: Doing
    counted: str
    note: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Confirm:
    """A dialog as a page, for browsers without script."""

    title: str
    text: str
    act: Act
    back: Act
    closing: Closing | None = None


@dataclass(frozen=True, slots=True)
class SendAgain:
    """A form that came after the log-in had run out: its fields stay here until the person is in again."""

    sentence: str
    mend: str
    post: str
    fields: tuple[tuple[str, str], ...]
    login: str


@dataclass(frozen=True, slots=True)
class CommandLine:
    """How `verbale login` gets in; `code` once it was asked for."""

    post: str
    command: str
    code: str = ""
    expires: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is wrong, who can mend it, the code in small after it."""

    sentence: str
    mend: str
    code: str
    status: int
    back: Act
