"""The tables of the post: letters with receipts, mails that came, and where reading each mailbox goes on.

Addresses and texts of known people's mail stand in the log's evidence; a stranger's mail belongs to no
customer and is kept here, bounded, until its time is over.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
)

from broker.store.tables import metadata


def _id(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, String(64), nullable=nullable)


def _at(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, String(24), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, String, nullable=nullable)


# Letters that go out by a channel that gives receipts.
dispatches = Table(
    "dispatches", metadata,
    _id("tenant"), _id("id"), _text("channel"), _text("purpose"),
    Column("message_id", String(256), nullable=False), _text("recipient"), _id("person", nullable=True),
    _text("handed"), _text("receipts"),  # codes by commas, in their order
    _at("made"), _at("due"), Column("tries", Integer, nullable=False), _at("sent", nullable=True),
    Column("overdue", Boolean, nullable=False), Column("ended", Boolean, nullable=False),
    Column("message", LargeBinary, nullable=False),  # as handed over: a short receipt holds digests only
    PrimaryKeyConstraint("tenant", "id"),
    UniqueConstraint("message_id"),
    Index("dispatches_handed", "handed", "due"),
)  # fmt: skip
