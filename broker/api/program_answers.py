"""What operations on versions of programs and their defects answer."""

from __future__ import annotations

from typing import Annotated, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from broker.api.answers import Covers, Day, Instant
from broker.domain.programs import Component, Decision, DefectKind, How, Reason


class InstalledAnswer(TypedDict):
    """At which version a customer's program is."""

    product: str
    name: str
    version: str
    since: Instant


class AcceptanceWindow(TypedDict):
    until: Annotated[Instant, Field(description="Its last instant, UTC.")]
    state: Annotated[str, Field(description="`testing`, `passed`, `expired` or `decided`.")]
    decision: Decision | None


class ReleasePublished(TypedDict):
    release: Annotated[str, Field(examples=["v-1a2b3c4d"])]
    product: str
    name: Annotated[str, Field(description="The program's.")]
    version: str
    half_yearly: bool
    components: list[Component]
    dated: Day
    os: NotRequired[Annotated[str, Field(description="The system it follows.")]]
    customer: NotRequired[Annotated[str, Field(description="For whom alone it was made.")]]
    peremptory: NotRequired[
        Annotated[bool, Field(description="No day may be added to the days of the test.")]
    ]
    reason: NotRequired[Annotated[Reason, Field(description="Of a third half-yearly one in a year.")]]


class ReleaseAnswer(ReleasePublished):
    how: Annotated[How | None, Field(description="How the customer received it.")]
    received: Instant | None
    window: NotRequired[AcceptanceWindow]


class SaidOfDefect(TypedDict):
    at: Instant
    text: Annotated[
        str | None, Field(description="Null once it was erased, and where others' words are not shown.")
    ]


class DefectLink(TypedDict):
    incident: str
    session: str | None


class DefectAnswer(TypedDict):
    defect: Annotated[str, Field(examples=["C-12"])]
    kind: DefectKind
    product: str
    name: Annotated[str, Field(description="The program's.")]
    state: Annotated[str, Field(description="`open`, `remedied`, `solved` or `told`.")]
    opened: SaidOfDefect | None
    links: Annotated[list[DefectLink], Field(description="Incidents and sessions in which it was met.")]
    remedy: SaidOfDefect | None
    solution: SaidOfDefect | None
    release: Annotated[str | None, Field(description="The version that solves it.")]


class ProgramsAnswer(TypedDict):
    installed: list[InstalledAnswer]
    pending: Annotated[list[str], Field(description="Versions that are out and not received, by their ids.")]
    releases: list[ReleaseAnswer]
    defects: list[DefectAnswer]


class CustomerPrograms(ProgramsAnswer):
    tenant: str


class HousePrograms(ProgramsAnswer):
    customers: list[CustomerPrograms]


class MalfunctionTold(TypedDict):
    incident: str
    lacks: Annotated[list[str], Field(description="Parts of the report that are missing, by their codes.")]
    ahead: Annotated[bool, Field(description="It goes ahead of the queue, because nothing lacks.")]
    covered: Covers


class DefectOpened(TypedDict):
    defect: Annotated[str, Field(examples=["C-12"])]
