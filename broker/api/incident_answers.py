"""What operations on incidents, the queue and contracts answer."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired, TypeAlias

from pydantic import Field
from typing_extensions import TypedDict

from broker.api.answers import Covers, Day, Instant, Minutes, Page
from broker.domain.incident import Awaited, Category, How, JumpReason, Origin, Outcome

IncidentId: TypeAlias = Annotated[
    str, Field(description="Of that customer alone: another one may have the same.", examples=["I-2026-0412"])
]
State: TypeAlias = Literal["contact", "open", "routed", "workable", "taken", "closed"]


class CallLogged(TypedDict):
    """A call, as it was kept."""

    tenant: str
    incident: IncidentId
    authorisable: Annotated[
        bool, Field(description="False: nothing can be asked for until titolare or ADS report it in writing.")
    ]
    covered: Covers
    next: Page


class IncidentReported(TypedDict):
    tenant: str
    incident: IncidentId
    covered: Covers
    reseller: Annotated[str | None, Field(description="The reseller to whom it goes first.")]


class FirstAnswer(TypedDict):
    how: How
    at: Instant


class Incident(TypedDict):
    """Texts are null once they were erased. What is about its report (from `origin` on) is absent of a call."""

    tenant: str
    incident: IncidentId
    customer: Annotated[str, Field(description="The customer's name.")]
    state: State
    category: Category
    logged: Annotated[Instant, Field(description="When the vendor first knew of it, UTC.")]
    place: Annotated[int | None, Field(description="Its place in the queue, from 1.")]
    text: str | None
    caller: Annotated[str | None, Field(description="Who is to be rung.")]
    callback: Annotated[str | None, Field(description="Under which number.")]
    jumps: Annotated[
        Instant | None, Field(description="When it goes to the head of the queue by itself, UTC.")
    ]
    lacks: Annotated[
        list[str] | None, Field(description="What its request still lacks, by codes of refusals.")
    ]
    request: Annotated[str | None, Field(description="Its request for access.")]
    session: str | None
    workable: NotRequired[
        Annotated[Instant, Field(description="Since when nothing keeps a technician from it, UTC.")]
    ]
    reseller: NotRequired[Annotated[str, Field(description="The reseller to whom it went first.")]]
    taken_by: NotRequired[Annotated[str, Field(description="The technician.", examples=["p-1a2b3c4d"])]]
    outcome: NotRequired[Outcome]
    closed: NotRequired[Instant]
    origin: NotRequired[Origin]
    reported: NotRequired[Annotated[Instant, Field(description="Times of answer run from then, UTC.")]]
    proposed: NotRequired[
        Annotated[str | None, Field(description="The severity that the customer thinks it has.")]
    ]
    product: NotRequired[Annotated[str | None, Field(description="The program, by its id, or `other`.")]]
    outside_contract: NotRequired[bool]
    severity: NotRequired[str | None]
    due: NotRequired[
        Annotated[Instant | None, Field(description="By when a person answers, UTC; null: no promise.")]
    ]
    answered: NotRequired[FirstAnswer | None]
    awaited: NotRequired[Awaited | None]
    waits_since: NotRequired[Instant | None]
    waited_seconds: NotRequired[
        Annotated[int, Field(description="Before the wait that runs; no time of answer stops.")]
    ]
    requests: NotRequired[Annotated[list[str], Field(description="All its requests, of one incident alone.")]]


class Pick(TypedDict):
    """What *Prendi il prossimo* gives."""

    tenant: str
    incident: IncidentId
    jumps: Annotated[JumpReason | None, Field(description="Why it goes before others.")]


class Queue(TypedDict):
    next: Pick | None
    incidents: Annotated[
        list[Incident], Field(description="All that are not closed, in the order of the queue.")
    ]


class ContractAnswer(TypedDict):
    """As it was agreed; what is absent was not."""

    number: int
    plan: NotRequired[
        Annotated[str, Field(description="By its code; absent: no time of answer is promised.")]
    ]
    first: Day
    last: Day
    prepaid: Annotated[bool, Field(description="To be paid in advance.")]
    paid: NotRequired[Day]
    patron: NotRequired[Annotated[str, Field(description="`MM-DD`, or `easter+N`.")]]
    closures: list[Day]
    half_shifts: Annotated[bool, Field(description="Deadlines are ends of whole half shifts.")]
    products: NotRequired[Annotated[list[str], Field(description="Those it covers; absent: every one.")]]
    included: NotRequired[
        Annotated[Minutes, Field(description="Minutes in each of its years; absent: without end.")]
    ]
    step: NotRequired[Annotated[Minutes, Field(description="Minutes charged are rounded up to.")]]
    least: NotRequired[Annotated[Minutes, Field(description="Minutes charged of an entry at least.")]]
    guaranteed: Annotated[bool, Field(description="Whether its times of answer are promised now.")]


class ContractsAnswer(TypedDict):
    now: Annotated[int | None, Field(description="The number of the one that counts today.")]
    contracts: list[ContractAnswer]
