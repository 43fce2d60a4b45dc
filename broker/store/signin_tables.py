"""The tables of signing in elsewhere: providers, and who is who there."""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary, String, Table, UniqueConstraint

from broker.store.tables import metadata

providers = Table(
    "providers", metadata,
    Column("id", String(64), primary_key=True),
    Column("tenant", String(64), nullable=False),
    Column("kind", String(8), nullable=False),  # oidc | spid | cie
    Column("name", String, nullable=False),
    Column("issuer", String(256), nullable=False),
    Column("client", String(256), nullable=False),
    Column("acr", String(256), nullable=False),
    Column("secret", LargeBinary, nullable=True),  # sealed with the wrapping key; none for a public client
    Column("added", String(24), nullable=False),
    Index("providers_tenant", "tenant"),
)  # fmt: skip

# By a keyed digest of what the provider calls him (of SPID and CIE, of his codice fiscale): never by itself.
identities = Table(
    "identities", metadata,
    Column("provider", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("person", String(64), nullable=False),
    Column("added", String(24), nullable=False),
    UniqueConstraint("provider", "digest"),
    UniqueConstraint("provider", "person"),
    Index("identities_person", "person"),
)  # fmt: skip
