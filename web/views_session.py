"""What the pages of a session need: the technician's and the watchers'. Parts are in `views`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from web.views import Act, Ceremony, Closing, Digest, Fact, FeedItem, Notice, Option, Receipt, Slip, State
from web.views_playback import Playbacks


@dataclass(frozen=True, slots=True)
class Left:
    """Time left: `ends` (RFC 3339) for the script, the rest for the eye."""

    ends: str
    figure: str
    line: str


@dataclass(frozen=True, slots=True)
class Tab:
    kind: str
    label: str
    icon: str
    allowed: bool
    current: bool = False
    panel: str = ""  # of the page's own, that a press shows


@dataclass(frozen=True, slots=True)
class ScreenView:
    """The host's screen, and what was approved of it."""

    socket: str
    control: bool = False
    clipboard: bool = False


@dataclass(frozen=True, slots=True)
class ToolView:
    name: str
    state: State
    act: Act | None


@dataclass(frozen=True, slots=True)
class FilesView:
    """Files in the technician's page. `refusals`: the host's sentence → the reader's, as JSON."""

    socket: str
    places: tuple[str, ...]
    refusals: str


@dataclass(frozen=True, slots=True)
class PortLine:
    """A granted port, and the two commands that open it on the technician's computer."""

    label: str
    connect: str
    ssh: str


@dataclass(frozen=True, slots=True)
class Said:
    """A message; `mine` is the reader's own."""

    by: str
    time: str
    text: str
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Chat:
    """Technician and watchers write to each other; `post` is empty where the reader only reads."""

    title: str
    lines: tuple[Said, ...]
    post: str
    ask: str
    hint: str


@dataclass(frozen=True, slots=True)
class OpenFlag:
    """A moment that the reader flagged and has not explained."""

    id: str
    ask: str
    post: str
    withdraw: Act


@dataclass(frozen=True, slots=True)
class Propose:
    """More time, proposed by whoever would sign for it."""

    title: str
    text: str
    post: str
    options: tuple[Option, ...]
    label: str
    back: Act
    told: str = ""


@dataclass(frozen=True, slots=True)
class Here:
    """*Sono qui*: `due` (RFC 3339) and the words for the script, `line` for the eye."""

    act: Act
    due: str
    within: str
    late: str
    line: str


@dataclass(frozen=True, slots=True)
class Session:
    """The technician's page. `state` is ready (not yet started), open or ended; `over` says how it is over."""

    code: str
    request_code: str
    request_href: str
    host: str
    tenant: str
    state: Literal["ready", "open", "ended"]
    facts: tuple[tuple[str, State, str], ...]
    left: Left
    tabs: tuple[Tab, ...]
    ssh: str
    host_key: str
    ends: tuple[str, ...]
    outside: str
    activation: Ceremony | None = None
    socket: str = ""
    screen: ScreenView | None = None
    closing: Closing | None = None
    tools: tuple[ToolView, ...] = ()
    notice: Notice | None = None
    receipt: Receipt | None = None
    over: str = ""
    back: str = "/"
    recordings: Act | None = None
    files: FilesView | None = None
    ports: tuple[PortLine, ...] = ()
    extend: Act | None = None
    proposal: Act | None = None
    pause: Act | None = None
    chat: Chat | None = None
    slip: Slip | None = None


@dataclass(frozen=True, slots=True)
class Presence:
    """Who watches. `take` offers to begin, or to take over; `again` to go on with this browser, where it holds no
    key; `hand_on` to ask the others to take over."""

    watching: bool
    text: str
    since: str = ""
    take: Act | None = None
    again: Act | None = None
    hand_on: Act | None = None
    here: Here | None = None


@dataclass(frozen=True, slots=True)
class Other:
    href: str
    state: State
    host: str
    technician: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Live:
    """The ADS's and titolare's view. `socket` gives the masked output. `stop_post` is the address of *Termina*
    as a page (GET) and as the order (POST): it needs no script. `page_key` and `check_in` name the page that is to
    answer the host, where this reader's is it."""

    state: Literal["live", "ended", "waiting"]
    word: State
    title: str
    technician: str
    host: str
    recorded: bool
    left: Left
    presence: Presence
    facts: tuple[Fact, ...]
    digest: Digest
    log: State
    log_line: str
    feed: tuple[FeedItem, ...]
    tabs: tuple[Tab, ...]
    others: tuple[Other, ...]
    masked: int
    stop_post: str
    hold: Act | None = None
    sign_stop: Act | None = None
    revoke: Act | None = None
    socket: str = ""
    screen: ScreenView | None = None
    page_key: str = ""
    check_in: str = ""
    notice: Notice | None = None
    recordings: Act | None = None
    contest: Act | None = None
    explain: Act | None = None
    slip: Slip | None = None
    back: str = "/"
    flag: Act | None = None
    flags: tuple[OpenFlag, ...] = ()
    extend: Act | None = None
    propose: Propose | None = None
    chat: Chat | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One of several sessions. `why` it stands where it stands, in words; `sockets` of its terminals and its screen,
    empty where the page shows neither."""

    code: str
    href: str
    host: str
    technician: str
    state: State
    left: Left
    why: tuple[str, ...]
    weight: int
    socket: str = ""
    screen: str = ""
    page_key: str = ""
    check_in: str = ""
    stop: Act | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """All that run, the riskiest first. `ids` says which: a page of others is another page."""

    title: str
    lead: str
    cells: tuple[Cell, ...]
    ids: str
    none: str
    back: Act


@dataclass(frozen=True, slots=True)
class RecordingLine:
    """`address` gives it as JSON to whoever says why; empty where there is nothing to play."""

    id: str
    kind: str
    length: str
    state: str
    address: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A fact, and where it is: `seconds` into `recording`, both empty where none shows it."""

    id: str
    fact: FeedItem
    recording: str = ""
    seconds: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Recordings:
    """A session's recordings and their player, in words."""

    code: str
    title: str
    hint: str
    none: str
    lines: tuple[RecordingLine, ...]
    reason_label: str
    reasons: tuple[Option, ...]
    play: str
    pause: str
    resume: str
    place: str
    speed: str
    search: str
    following: str
    nothing: str
    damaged: str
    loading: str
    screen: str
    playbacks: Playbacks
    back: Act
    moments: tuple[Moment, ...] = ()
    found: str = ""
    searching: str = ""
    facts: str = ""
    choose: str = ""  # before a recording was opened
    blurred: str = ""  # why a screen is shown so, beside what takes the blur away
    clear: str = ""
