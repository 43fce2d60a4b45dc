"""What operations on webhooks answer, and what a webhook sends."""

from __future__ import annotations

from typing import Annotated, Any, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from broker.api.answers import Instant


class DeliveryAnswer(TypedDict):
    """One try."""

    at: Instant
    n: Annotated[int | None, Field(description="The record's number; null of a test.")]
    type: Annotated[str, Field(examples=["session.started"])]
    status: Annotated[int, Field(description="Of HTTP; 0: no answer came.")]
    said: Annotated[
        str,
        Field(description="`taken`, `refused`, `redirected`, `unreachable`, `too_slow` or `inside`."),
    ]


class WebhookAnswer(TypedDict):
    """From `address` on it is there of one's own side's webhooks alone."""

    webhook: Annotated[str, Field(examples=["w-1a2b3c4d5e6f7a8b"])]
    own: bool
    person: Annotated[str, Field(description="Who opened it.")]
    host: Annotated[str, Field(description="Where it leads, without the rest of the address.")]
    state: str
    opened: Instant
    kinds: Annotated[list[str], Field(description="Kinds of records; none: all that may be read.")]
    address: NotRequired[str]
    next: NotRequired[Annotated[int, Field(description="The number of the record it looks at next.")]]
    waiting: NotRequired[Annotated[int, Field(description="How many records it has still to look at.")]]
    troubled: NotRequired[Annotated[Instant | None, Field(description="Since when nothing is taken, UTC.")]]
    deliveries: NotRequired[
        Annotated[list[DeliveryAnswer], Field(description="Its last tries, newest first.")]
    ]


class EventData(TypedDict):
    record: Annotated[
        dict[str, Any],
        Field(
            description="The record's public part: written as RFC 8785 says, a leaf of the log (FORMAT.md §3)."
        ),
    ]
    code: Annotated[str, Field(description="The record's kind by its code.", examples=["R004"])]
    it: Annotated[str, Field(description="What it is called, in Italian.")]
    en: str
    size: Annotated[int, Field(description="How many records `checkpoint` is of.")]
    checkpoint: Annotated[str, Field(description="The signed head of the log (C2SP tlog-checkpoint).")]
    path: Annotated[list[str], Field(description="Proves the leaf under the head (RFC 6962); in base64.")]


class Event(TypedDict):
    """A CloudEvent, as a webhook sends it."""

    specversion: str
    id: Annotated[str, Field(description="The same however often it comes.", examples=["t-1a2b3c4d.412"])]
    source: Annotated[str, Field(description="The log.")]
    type: Annotated[str, Field(examples=["it.verbale.session.started"])]
    time: Instant
    datacontenttype: str
    sequence: Annotated[str, Field(description="The record's number.", examples=["412"])]
    sequencetype: str
    data: EventData
    subject: NotRequired[Annotated[str, Field(description="The session, request or host it is about.")]]
    before: NotRequired[
        Annotated[
            str, Field(description="The number of the event before this one: what lies between is not sent.")
        ]
    ]


class Events(TypedDict):
    """What it sent, or would have."""

    events: list[Event]
    next: Annotated[int, Field(description="Ask with this as `after` for those behind.")]
    more: Annotated[bool, Field(description="There are some already.")]
