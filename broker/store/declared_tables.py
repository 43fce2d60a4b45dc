"""The table of sessions on hosts without an agent, as their technician declares them."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, String, Table, UniqueConstraint

from broker.store.tables import metadata

declared_sessions = Table(
    "declared_sessions", metadata,
    Column("tenant", String(64), nullable=False),
    Column("id", String(64), nullable=False, unique=True),
    Column("request", String(64), nullable=False),
    Column("state", String(32), nullable=False),  # allowed | underway | ended | presumed_ended
    Column("allowed_n", Integer, nullable=False),
    Column("began", String(24), nullable=True), Column("ends", String(24), nullable=True),
    Column("ended", String(24), nullable=True), Column("outcome", String(32), nullable=True),
    Column("closed_n", Integer, nullable=True),  # leaf whose opening holds the technician's closing note
    PrimaryKeyConstraint("tenant", "id"),
    UniqueConstraint("tenant", "request"),
    Index("declared_sessions_state", "tenant", "state"),
)  # fmt: skip
