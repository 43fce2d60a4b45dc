"""What operations answer: forms that several of them share. What a name cannot tell stands in its description."""

from __future__ import annotations

from typing import Annotated, Any, NotRequired, TypeAlias

from pydantic import Field
from typing_extensions import TypedDict

from broker.domain.cadence import Cadence

_AT = {"format": "date-time"}
Instant: TypeAlias = Annotated[
    str,
    Field(
        description="In UTC, to the millisecond.",
        examples=["2026-11-26T09:30:00.000Z"],
        json_schema_extra=_AT,
    ),
]
Day: TypeAlias = Annotated[
    str, Field(description="A day, in the customer's zone.", json_schema_extra={"format": "date"})
]
Month: TypeAlias = Annotated[
    str,
    Field(
        description="A month, in the customer's zone.", examples=["2026-11"], pattern=r"^[0-9]{4}-[0-9]{2}$"
    ),
]
Minutes: TypeAlias = Annotated[int, Field(description="Whole minutes.")]
Cents: TypeAlias = Annotated[int, Field(description="Cents of a euro, without VAT.")]
Rate: TypeAlias = Annotated[int, Field(description="Cents of a euro an hour, without VAT.")]
Percent: TypeAlias = Annotated[int, Field(description="Per cent.")]
Covers: TypeAlias = Annotated[
    int, Field(description="How many pieces of the text looked like a password, and are kept as █ only.")
]
Sent: TypeAlias = Annotated[bool, Field(description="Whether the order left for the host.")]
Page: TypeAlias = Annotated[
    str, Field(description="The page on which it goes on, below the broker's address.")
]
Sha256: TypeAlias = Annotated[str, Field(description="SHA-256, in hex.")]
Options: TypeAlias = Annotated[
    dict[str, Any], Field(description="For the browser's passkey call, as WebAuthn has them.")
]


class Next(TypedDict):
    """Done."""

    next: Page


class NextCovered(TypedDict):
    """Done, with what was written."""

    next: Page
    covered: Covers


class NextSent(TypedDict):
    """Done here; a session that runs is ended by an order to its host."""

    next: Page
    sent: Annotated[bool | None, Field(description="Whether the order left for the host; null: nothing ran.")]


class NextOrdered(TypedDict):
    next: Page
    sent: Annotated[bool, Field(description="False: the host is out of reach, and ends it by its own clock.")]


class Ordered(TypedDict):
    """The host was told."""

    sent: Sent


class Covered(TypedDict):
    """Kept."""

    covered: Covers


class ToSign(TypedDict):
    """Nothing is signed by it."""

    url: Annotated[str, Field(description="The signing page; a person opens it, reads and signs.")]


class PasskeyOptions(TypedDict):
    """What a technician's passkey is to sign."""

    options: Options


class PasskeyQuestion(TypedDict):
    """What a technician's passkey is to sign."""

    state: Annotated[str, Field(description="Comes back with the answer.")]
    options: Options


class Signed(TypedDict):
    """Kept, and recorded."""

    next: Page
    host: NotRequired[Annotated[str, Field(description="The host whose enrolment was signed.")]]
    code: NotRequired[Annotated[str, Field(description="The code its agent is given; shown this once.")]]


class Asked(TypedDict):
    """A request for access, as it was recorded."""

    request: Annotated[str, Field(examples=["r-1a2b3c4d"])]
    next: Page
    digest: Annotated[str, Field(description="SHA-256 of the statement that is to be approved, in hex.")]
    record: Annotated[int, Field(description="Its number in the customer's log.")]
    covered: Covers


class AskedMore(TypedDict):
    """A request for more time, as it was recorded."""

    request: Annotated[str, Field(examples=["r-1a2b3c4d"])]
    digest: Annotated[str, Field(description="SHA-256 of the statement that is to be approved, in hex.")]
    covered: Covers


class Flagged(TypedDict):
    flag: Annotated[int, Field(description="The flag's number: its record's in the customer's log.")]


class ToolStarted(TypedDict):
    channel: Annotated[
        str, Field(description="The channel it runs in; that it runs, the agent tells in a moment.")
    ]


class ToolStopped(TypedDict):
    asked: Annotated[bool, Field(description="Whether one ran that was asked to stop.")]


class Lead(TypedDict):
    """All of it but the days is a stranger's own words."""

    lead: str
    came: Instant
    name: str
    email: str
    company: str
    phone: str
    plan: Annotated[str, Field(description="The plan asked about, by its code; may be empty.")]
    text: str
    answered: Instant | None


class ContestOpened(TypedDict):
    contest: Annotated[str, Field(examples=["c-1a2b3c4d"])]


class CadenceAnswer(TypedDict):
    cadence: Annotated[Cadence, Field(description="How often reports are made.")]


class HoldPlaced(TypedDict):
    hold: str


class PasskeyAdded(TypedDict):
    credential: Annotated[str, Field(description="The passkey's own id, in base64url.")]


class BreachOpened(TypedDict):
    breach: str


class ProviderKept(TypedDict):
    provider: str


class Appointed(TypedDict):
    appointment: str


class Enrolled(TypedDict):
    acked: Annotated[int, Field(description="The number of the last note of the agent that is recorded.")]


class SetupOpen(TypedDict):
    open: Annotated[
        bool, Field(description="The first run is still to come: afterwards this address is none.")
    ]


class Cleared(TypedDict):
    clear: Annotated[bool, Field(description="Recorded, with its reason.")]


class AccessEntry(TypedDict):
    """One access; what is empty is absent."""

    seq: Annotated[int, Field(description="The record's number in the log.")]
    chain: Annotated[str, Field(description="Whose log it is.", examples=["t-1a2b3c4d"])]
    time: Annotated[Instant, Field(description="When it happened, UTC.")]
    local: Annotated[str, Field(description="The same as clocks at the customer's showed it.")]
    zone: Annotated[str, Field(description="What the zone was called then.", examples=["CET"])]
    received: Annotated[Instant, Field(description="When the broker wrote it down, UTC.")]
    event: str
    outcome: Annotated[str, Field(description="`ok`, `denied`, `failed` or `info`.")]
    reason: NotRequired[str]
    person: NotRequired[Annotated[str, Field(description="His pseudonym.", examples=["p-1a2b3c4d"])]]
    name: NotRequired[str]
    role: NotRequired[str]
    administrator: Annotated[bool, Field(description="He was appointed one at that instant.")]
    auth: NotRequired[Annotated[str, Field(description="How he showed who he is.")]]
    host: NotRequired[Annotated[str, Field(description="`portal`: the broker's own doors.")]]
    host_name: NotRequired[str]
    account: NotRequired[Annotated[str, Field(description="The local account, on the host.")]]
    privileged: NotRequired[Annotated[bool, Field(description="That account administers the host.")]]
    terminal: NotRequired[str]
    tool: NotRequired[str]
    what: NotRequired[str]
    session: NotRequired[str]
    request: NotRequired[str]
    grant: NotRequired[str]
    incident: NotRequired[str]
    last_seen: NotRequired[str]
    leaf: Annotated[str, Field(description="The record's leaf hash, in hex.")]
    text: Annotated[str, Field(description="A sentence, in Italian, of a template.")]


class AccessPage(TypedDict):
    """Newest first, each as in `accessi.jsonl` (FORMAT.md §17)."""

    entries: list[AccessEntry]
    before: Annotated[int | None, Field(description="Ask with it for the next page; null: that was all.")]
