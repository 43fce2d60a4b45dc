"""The tables of the post: letters with receipts, mails that came, and where reading each mailbox goes on.

Addresses and texts of known people's mail stand in the log's evidence; a stranger's mail belongs to no
customer and is kept here, bounded, until its time is over.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
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
    Column("about", String(128), nullable=True),  # a report's number
    _text("handed"), _text("receipts"),  # codes by commas, in their order
    _at("made"), _at("due"), Column("tries", Integer, nullable=False), _at("sent", nullable=True),
    Column("overdue", Boolean, nullable=False), Column("ended", Boolean, nullable=False),
    Column("message", LargeBinary, nullable=False),  # as handed over: a short receipt holds digests only
    PrimaryKeyConstraint("tenant", "id"),
    UniqueConstraint("message_id"),
    Index("dispatches_handed", "handed", "due"),
    Index("dispatches_about", "tenant", "about"),
)  # fmt: skip

# Mails that came: of a customer's, its record, opening and evidence are in his log; a stranger's lies here whole.
mails = Table(
    "mails", metadata,
    _id("tenant"), _id("id"), Column("n", Integer, nullable=True),  # its leaf; none of a stranger's
    _at("came"), _at("recorded"), _text("way"),
    _id("digest"), _id("replay"), Column("size", Integer, nullable=False),
    _text("transport"), _text("level"), _text("code"), _text("reasons"),  # by commas
    _id("person", nullable=True), _id("request", nullable=True), _id("incident", nullable=True), _id("done_by", nullable=True),
    # A stranger's whole, with the two lines a list shows of it.
    Column("raw", LargeBinary, nullable=True), _text("sender", nullable=True), _text("subject", nullable=True),
    PrimaryKeyConstraint("tenant", "id"),
    Index("mails_came", "tenant", "came"),
    Index("mails_replay", "replay"),
    Index("mails_digest", "digest"),
)  # fmt: skip

# How far each mailbox was read.
mailboxes = Table(
    "mailboxes", metadata,
    Column("mailbox", String(320), primary_key=True),
    Column("validity", BigInteger, nullable=False), Column("uid", BigInteger, nullable=False),
    Column("again", BigInteger, nullable=False),
)  # fmt: skip

# Mails that could not be recorded, and lie on their server.
left_mails = Table(
    "left_mails", metadata,
    Column("mailbox", String(320), nullable=False), Column("validity", BigInteger, nullable=False),
    Column("uid", BigInteger, nullable=False), _text("why"), Column("tries", Integer, nullable=False), _at("due"),
    PrimaryKeyConstraint("mailbox", "validity", "uid"),
)  # fmt: skip

# What a customer asks of mail; without a line the defaults hold.
mail_rules = Table(
    "mail_rules", metadata,
    Column("tenant", String(64), primary_key=True), _text("least"),
)  # fmt: skip

# By what mail of a person is known beside his address: as he is admitted, in clear, until he leaves.
mail_senders = Table(
    "mail_senders", metadata,
    _id("tenant"), _id("person"), _text("domain"), _text("box"), _text("fiscal_code"),
    PrimaryKeyConstraint("tenant", "person"),
)  # fmt: skip
