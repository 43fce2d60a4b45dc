"""Facts of a log, to another system. Made by tools/make_client.py of the API's description: change that, and make it again."""

from __future__ import annotations

import builtins
from typing import Any, NotRequired, TypedDict

from web.client.call import Calls


class DeliveryAnswer(TypedDict):
    """One try."""

    # In UTC, to the millisecond.
    at: str
    # The record's number; null of a test.
    n: int | None
    type: str
    # Of HTTP; 0: no answer came.
    status: int
    # `taken`, `refused`, `redirected`, `unreachable`, `too_slow` or `inside`.
    said: str


class WebhookAnswer(TypedDict):
    """From `address` on it is there of one's own side's webhooks alone."""

    webhook: str
    own: bool
    # Who opened it.
    person: str
    # Where it leads, without the rest of the address.
    host: str
    state: str
    # In UTC, to the millisecond.
    opened: str
    # Kinds of records; none: all that may be read.
    kinds: list[str]
    address: NotRequired[str]
    # The number of the record it looks at next.
    next: NotRequired[int]
    # How many records it has still to look at.
    waiting: NotRequired[int]
    # Since when nothing is taken, UTC.
    troubled: NotRequired[str | None]
    # Its last tries, newest first.
    deliveries: NotRequired[list[DeliveryAnswer]]


class WebhookSecret(TypedDict):
    """`secret` signs every delivery and is shown this once; with it, too, one asks for what was
    missed."""

    webhook: str
    secret: str


class EventData(TypedDict):
    # The record's public part: written as RFC 8785 says, a leaf of the log (FORMAT.md §3).
    record: dict[str, Any]
    # The record's kind by its code.
    code: str
    # What it is called, in Italian.
    it: str
    en: str
    # How many records `checkpoint` is of.
    size: int
    # The signed head of the log (C2SP tlog-checkpoint).
    checkpoint: str
    # Proves the leaf under the head (RFC 6962); in base64.
    path: list[str]


class Event(TypedDict):
    """A CloudEvent, as a webhook sends it."""

    specversion: str
    # The same however often it comes.
    id: str
    # The log.
    source: str
    type: str
    # In UTC, to the millisecond.
    time: str
    datacontenttype: str
    # The record's number.
    sequence: str
    sequencetype: str
    data: EventData
    # The session, request or host it is about.
    subject: NotRequired[str]
    # The number of the event before this one: what lies between is not sent.
    before: NotRequired[str]


class Events(TypedDict):
    """What it sent, or would have."""

    events: list[Event]
    # Ask with this as `after` for those behind.
    next: int
    # There are some already.
    more: bool


class Webhooks:
    """Facts of a log, to another system."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def list(self, *, tenant: str) -> builtins.list[WebhookAnswer]:
        """Where facts of a customer's log go, and the last tries."""
        found: builtins.list[WebhookAnswer] = self._calls.json(
            "GET", "/api/tenants/{tenant}/webhooks", at={"tenant": tenant}
        )
        return found

    def open(self, *, tenant: str, address: str, kinds: builtins.list[str] | None = None) -> WebhookSecret:
        """Send facts to an https address; prints the secret, once."""
        found: WebhookSecret = self._calls.json(
            "POST",
            "/api/tenants/{tenant}/webhooks",
            at={"tenant": tenant},
            body={"address": address, "kinds": kinds},
        )
        return found

    def close(self, *, tenant: str, webhook: str) -> None:
        """Send no more."""
        self._calls.json(
            "DELETE", "/api/tenants/{tenant}/webhooks/{webhook}", at={"tenant": tenant, "webhook": webhook}
        )

    def pause(self, *, tenant: str, webhook: str) -> None:
        """Hold them back."""
        self._calls.json(
            "POST",
            "/api/tenants/{tenant}/webhooks/{webhook}/pause",
            at={"tenant": tenant, "webhook": webhook},
        )

    def resume(self, *, tenant: str, webhook: str) -> None:
        """Go on from where it stopped."""
        self._calls.json(
            "POST",
            "/api/tenants/{tenant}/webhooks/{webhook}/resume",
            at={"tenant": tenant, "webhook": webhook},
        )

    def secret(self, *, tenant: str, webhook: str) -> WebhookSecret:
        """A new secret; the one before counts for a day more."""
        found: WebhookSecret = self._calls.json(
            "POST",
            "/api/tenants/{tenant}/webhooks/{webhook}/secret",
            at={"tenant": tenant, "webhook": webhook},
        )
        return found

    def test(self, *, tenant: str, webhook: str) -> DeliveryAnswer:
        """Send an event that stands for no fact."""
        found: DeliveryAnswer = self._calls.json(
            "POST", "/api/tenants/{tenant}/webhooks/{webhook}/test", at={"tenant": tenant, "webhook": webhook}
        )
        return found

    def events(
        self, *, tenant: str, webhook: str, after: int | None = None, limit: int | None = None
    ) -> Events:
        """The facts that it sends, from a number on."""
        found: Events = self._calls.json(
            "GET",
            "/api/tenants/{tenant}/webhooks/{webhook}/events",
            at={"tenant": tenant, "webhook": webhook},
            query={"after": after, "limit": limit},
        )
        return found
