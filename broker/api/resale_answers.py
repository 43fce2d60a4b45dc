"""What operations on resellers and schools answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from audit.resale import ResaleRate, ResoldLine
from broker.api.answers import Covers, Month, Sha256
from broker.domain.school import State as CleanUpState


class ResellerProgram(TypedDict):
    product: str
    first: Annotated[date | None, Field(description="The day on which he activated it.")]
    free_until: Annotated[date | None, Field(description="The last day on which help costs nothing.")]
    year: Annotated[int, Field(description="1 in the free year, 2 after it, 0 before he has the program.")]
    taught: Annotated[
        dict[str, str], Field(description="Topics, each with its line of the training register.")
    ]
    lacks: Annotated[list[str], Field(description="Topics that were not taught yet.")]
    autonomous: bool


class ResellerCustomer(TypedDict):
    tenant: str
    product: str


class ResellerAnswer(TypedDict):
    """`programs` and `rates` null: no reseller yet."""

    tenant: str
    name: str
    period: Month
    programs: list[ResellerProgram] | None
    rates: Annotated[list[ResaleRate] | None, Field(description="Cents of a euro an hour.")]
    lines: Annotated[
        list[ResoldLine], Field(description="Hours of that month, in minutes; `rate` in cents an hour.")
    ]
    customers: list[ResellerCustomer]


class ServedIncident(TypedDict):
    tenant: str
    customer: Annotated[str, Field(description="The customer's name.")]
    incident: str
    state: str
    text: str | None


class ServedReported(TypedDict):
    tenant: str
    incident: str
    covered: Covers


class StudyRow(TypedDict):
    answer: str | None
    at: datetime
    file: Annotated[str | None, Field(description="SHA-256 of the paper beside it, in hex.")]
    octets: Annotated[int | None, Field(description="Its size in bytes.")]


# A word of the language, so no class can be written of it.
_From = TypedDict("_From", {"from": datetime})


class Delegation(_From):
    delegation: str
    statement: Sha256
    persons: list[str]
    until: datetime
    ended: Annotated[bool, Field(description="Ended by a titolare before its day.")]


class CountedArchive(TypedDict):
    """Rows, as they were counted."""

    name: str
    before: NotRequired[int]
    after: NotRequired[int]


class CleanUpAnswer(TypedDict):
    id: str
    due: date
    state: CleanUpState
    archives: list[CountedArchive]
    instructed: datetime | None
    statement: Annotated[str | None, Field(description="SHA-256 of the instruction, in hex.")]
    ended: datetime | None
    minute: Annotated[int | None, Field(description="The number of its record in the log.")]


class SchoolAnswer(TypedDict):
    """A feasibility study, and what stands on it."""

    type: Literal["school", "other"]
    clean_up: Annotated[str | None, Field(description="The day of the year on which it is due, `MM-DD`.")]
    rows: Annotated[dict[str, StudyRow], Field(description="What the study has, by the row's code.")]
    open_rows: Annotated[list[str], Field(description="Rows without an answer, by their codes.")]
    in_service: datetime | None
    delegations: list[Delegation]
    clean_ups: list[CleanUpAnswer]


class MinuteKept(TypedDict):
    minute: Annotated[int, Field(description="The number of its record in the log.")]
