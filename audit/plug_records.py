"""Records about facts that go on to another system: who sends what where, and since when no more."""

from __future__ import annotations

from dataclasses import dataclass

from audit.forms import Code, Digest, Id, Line
from audit.record import Record


@dataclass(frozen=True, slots=True, repr=False)
class WebhookOpened(Record):
    """From here on facts of this log go to `host`. `address` is the SHA-256 of the whole address, `kinds` are the
    kinds of records that go; none named: all that whoever opened it may read."""

    KIND, CODE, IT, EN = "webhook.opened", "R610", "Notifiche a un altro sistema aperte", "Webhook opened"
    RETAIN = "access"
    webhook: Id
    host: Line
    address: Digest
    kinds: tuple[Id, ...]


@dataclass(frozen=True, slots=True, repr=False)
class WebhookChanged(Record):
    """change: paused | resumed | secret_renewed | failing."""

    KIND, CODE, IT, EN = "webhook.changed", "R611", "Notifiche a un altro sistema cambiate", "Webhook changed"
    RETAIN = "access"
    webhook: Id
    change: Code


@dataclass(frozen=True, slots=True, repr=False)
class WebhookClosed(Record):
    """reason: asked | person_left."""

    KIND, CODE, IT, EN = "webhook.closed", "R612", "Notifiche a un altro sistema chiuse", "Webhook closed"
    RETAIN = "access"
    webhook: Id
    reason: Code


PlugRecord = WebhookOpened | WebhookChanged | WebhookClosed
