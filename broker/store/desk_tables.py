"""Tables of the service desk: contracts and incidents as they stand. What was said lies in openings."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, PrimaryKeyConstraint, String, Table

from broker.store.tables import metadata


def _id(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, String(64), nullable=nullable)


def _at(name: str) -> Column[str]:
    return Column(name, String(24), nullable=True)


def _code(name: str, *, nullable: bool = True) -> Column[str]:
    return Column(name, String(64), nullable=nullable)


contracts = Table(
    "contracts", metadata,
    _id("tenant"), Column("number", Integer, nullable=False),
    _code("plan"),
    Column("first", String(10), nullable=False), Column("last", String(10), nullable=False),
    Column("prepaid", Boolean, nullable=False), Column("paid", String(10), nullable=True),
    _code("patron"), Column("closures", String, nullable=False),  # days, a blank between them
    Column("half_shifts", Boolean, nullable=False),
    Column("products", String, nullable=True),  # ids, a blank between them; all where there is none
    *(Column(name, Integer, nullable=True) for name in ("included", "step", "least")),  # minutes
    PrimaryKeyConstraint("tenant", "number"),
)  # fmt: skip

products = Table(
    "products", metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(120), nullable=False), Column("listed", Boolean, nullable=False),
)  # fmt: skip

# From which reseller a customer has which of the vendor's programs; as the customer's log says last.
resold = Table(
    "resold", metadata,
    _id("tenant"), _id("product"), _id("reseller"),
    PrimaryKeyConstraint("tenant", "product"),
)  # fmt: skip

# A jump in the queue that the log of this customer, or of the vendor, has still to tell of.
jumps_owed = Table(
    "jumps_owed", metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _id("tenant"), _id("actor"), Column("record", String, nullable=False),  # the body, as JSON
)  # fmt: skip

# A customer's log that has something to tell of versions or defects from then on.
programs_due = Table(
    "programs_due", metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _id("tenant"), Column("due", String(24), nullable=False),
)  # fmt: skip

incidents = Table(
    "incidents", metadata,
    _id("tenant"), _id("id"),
    _code("state", nullable=False),  # contact | routed | open | workable | taken | closed
    Column("category", Integer, nullable=False),
    Column("logged", String(24), nullable=False),
    Column("n", Integer, nullable=False),  # leaf whose opening holds the texts
    _code("origin"), _at("reported"), _code("proposed"), _code("product"),
    _code("severity"), _id("rated_by", nullable=True), _at("rated"), _code("plan"), _at("due"),
    _code("how"), _id("answered_by", nullable=True), _at("answered"),
    _at("workable"), _id("taken_by", nullable=True),
    _code("outcome"), _at("closed"),
    _code("awaited"), _at("waits_since"), Column("waited_s", Integer, nullable=True),  # seconds, of waits that are over
    _id("testing", nullable=True),  # the customisation on test that it reports on in full
    _id("reseller", nullable=True),  # who treats it first while it is routed, and on whose account it is later
    PrimaryKeyConstraint("tenant", "id"),
    Index("incidents_state", "state", "workable"),
)  # fmt: skip
