"""The tables of what goes on to other systems: webhooks and their last deliveries, calendars."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, String, Table

from broker.store.tables import metadata


def _id(name: str) -> Column[str]:
    return Column(name, String(64), nullable=False)


def _at(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, String(24), nullable=nullable)


def _text(name: str) -> Column[str]:
    return Column(name, String, nullable=False)


def _int(name: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, Integer, nullable=nullable)


# To whom facts of a log go. `kinds` by commas; the secret is made anew from the broker's key each time.
webhooks = Table(
    "webhooks", metadata,
    _id("tenant"), _id("id"), _id("person"), _text("role"), _text("address"), _text("kinds"), _text("state"),
    _at("opened"), _int("generation"), _at("rotated", nullable=True), _int("cursor"), _int("tries"), _at("due"),
    _at("troubled", nullable=True),
    PrimaryKeyConstraint("tenant", "id"),
    Index("webhooks_due", "state", "due"),
)  # fmt: skip

# The last tries of each, the oldest going as new ones come.
webhook_deliveries = Table(
    "webhook_deliveries", metadata,
    _id("tenant"), _id("webhook"), _int("number"), _at("at"), _int("n", nullable=True), _text("kind"), _int("status"),
    _text("said"),
    PrimaryKeyConstraint("tenant", "webhook", "number"),
)  # fmt: skip

# The secret addresses of people's calendars, as digests.
calendars = Table(
    "calendars", metadata,
    Column("person", String(64), primary_key=True), _id("tenant"), _id("digest"), _at("opened"),
    Index("calendars_digest", "digest"),
)  # fmt: skip
