"""Every table. The log's tables are append-only; the others are today's state, derived facts aside.

Names of people stand in `people` and `tenants`; texts stand only in `openings`, sealed. Instants are
the fixed-width UTC text of evidence, so they sort as text and read the same on every database.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    text,
)  # fmt: skip

metadata = MetaData()


def _id(name: str, **kwargs: object) -> Column[str]:
    return Column(name, String(64), nullable=bool(kwargs.get("nullable", False)))


def _at(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, String(24), nullable=nullable)


def _int(name: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, Integer, nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, String, nullable=nullable)


def _blob(name: str, *, nullable: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=nullable)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False)


# One value each: the first-run secret's digest, the broker's own identity, schema version.
facts = Table("facts", metadata, Column("key", String(64), primary_key=True), _text("value"))

# ------------------------------------------------------------------------------- tenants and people

tenants = Table(
    "tenants", metadata,
    Column("id", String(64), primary_key=True),
    _text("kind"),  # house: the vendor itself | customer
    _text("name"),
    _text("details"),  # JSON: street, town, vat, e-mail, pec, phone, contract, legal texts
    _text("zone"),
    _flag("demo"),
    _at("opened"),
    Column("rest_s", Integer, nullable=True),  # that its signed rules allow at most (broker.domain.presets)
)  # fmt: skip

people = Table(
    "people", metadata,
    Column("id", String(64), primary_key=True),
    _id("tenant"),
    _text("role"),  # technician | owner (house); titolare | ads (customer)
    _text("name"),
    _text("function"),
    _text("email"),
    _flag("active"),
    _at("admitted"),
    _at("left", nullable=True),
    UniqueConstraint("tenant", "email"),
)  # fmt: skip

# Companies whose people work for the vendor. What each customer was told of them stands in its log.
subprocessors = Table(
    "subprocessors", metadata,
    Column("id", String(64), primary_key=True), _text("name"), _text("place"),
)  # fmt: skip

# What a tenant's log still needs the name of somebody for who has left it, or the house: instants of the
# last records that speak of him, as far as it was `read`; then since when the name is erased there.
name_terms = Table(
    "name_terms", metadata,
    _id("tenant"), _id("person"), _int("read"),
    _at("last", nullable=True), _at("access", nullable=True), _at("authorisation", nullable=True),
    _at("erased", nullable=True),
    PrimaryKeyConstraint("tenant", "person"),
)  # fmt: skip

credentials = Table(
    "credentials", metadata,
    Column("id", String(1364), primary_key=True),  # WebAuthn credential id: 1,023 bytes as base64url
    _id("person"),
    _text("kind"),  # login | signing
    _text("public_key"),  # COSE, base64url
    Column("sign_count", BigInteger, nullable=False),  # 32 bits without a sign
    _flag("demo_software"),
    _at("added"),
    _at("removed", nullable=True),
    Index("credentials_person", "person"),
)  # fmt: skip

passwords = Table(
    "passwords", metadata,
    Column("person", String(64), primary_key=True),
    _text("argon2"),
    _blob("totp"),  # secret, sealed with the wrapping key
    _int("totp_last"),  # last accepted time step: a code counts once
)  # fmt: skip

ssh_keys = Table(
    "ssh_keys", metadata,
    Column("fingerprint", String(64), primary_key=True),  # SHA256:…
    _id("person"),
    _text("public_key"),
    _at("added"),
    Index("ssh_keys_person", "person"),
)  # fmt: skip

invitations = Table(
    "invitations", metadata,
    Column("token", String(64), primary_key=True),  # SHA-256 hex; the token itself is never kept
    _id("person"),
    _id("invited_by", nullable=True),  # a person; none for the first administrator
    _at("expires"),
    _at("used", nullable=True),
)  # fmt: skip

web_sessions = Table(
    "web_sessions", metadata,
    Column("token", String(64), primary_key=True),  # SHA-256 hex
    _id("person"),
    _text("method"),
    _text("terminal"),
    _at("created"),
    _at("expires"),
    _at("proved"),  # when he last showed who he is; what he did since is in memory (broker.live.acts)
    Column("browser", String(200), nullable=False),  # what it says it is, bounded
    Column("acr", String(256), nullable=False),  # the level a provider said, and which provider
    _id("provider", nullable=True),
    Column("rest_s", Integer, nullable=True),  # shorter than the house's own: a customer's rules ask for it
    Index("web_sessions_person", "person"),
)  # fmt: skip

# What the broker asked a browser to sign, until it comes back: once, and not for long.
ceremonies = Table(
    "ceremonies", metadata,
    Column("id", String(64), primary_key=True),  # SHA-256 hex of the state given out
    _text("purpose"),
    _id("person", nullable=True),
    _id("tenant", nullable=True),
    _text("data"),  # JSON
    _at("expires"),
)  # fmt: skip

failures = Table(
    "failures", metadata,  # throttling of guesses, by source or person
    Column("subject", String(128), primary_key=True),
    _int("count"),
    _at("since"),
)  # fmt: skip

# ------------------------------------------------------------------------------------------ the log

shards = Table(
    "shards", metadata,
    Column("tenant", String(64), primary_key=True),
    _text("origin"),
    _int("size"),
    _blob("root"),
    _blob("checkpoint"),  # signed note over (origin, size, root)
    _int("since"),  # the size of the log before, whose tree this one goes on with
    _at("ends", nullable=True),  # the end of its local year
    _text("successor", nullable=True),  # the origin of the next, once its key is announced
)  # fmt: skip

# Logs that are closed for good: another went on with the tree.
closed_shards = Table(
    "closed_shards", metadata,
    _id("tenant"),
    Column("origin", String(512), nullable=False),
    _int("since"), _int("size"), _blob("root"), _blob("checkpoint"),  # its last head
    _int("cosigned"),  # more than `size`: what its witnesses hold of it and nobody else has
    PrimaryKeyConstraint("tenant", "origin"),
)  # fmt: skip

# Most records name no session: each saves a write.
_IN_SESSIONS: dict[str, Any] = {
    f"{dialect}_where": text("session IS NOT NULL") for dialect in ("sqlite", "postgresql")
}
entries = Table(
    "entries", metadata,
    _id("tenant"), _int("n"), _blob("leaf"),
    _text("kind"), _id("session", nullable=True), _id("host", nullable=True), _at("time"),
    PrimaryKeyConstraint("tenant", "n"),
    Index("entries_session", "tenant", "session", "n", **_IN_SESSIONS),
    Index("entries_time", "tenant", "time"),
    Index("entries_kind", "tenant", "kind", "n"),
)  # fmt: skip

nodes = Table(
    "nodes", metadata,
    _id("tenant"), _int("level"), _int("place"), _blob("hash"),
    PrimaryKeyConstraint("tenant", "level", "place"),
    sqlite_with_rowid=False,  # one tree on the disk for two: every record writes here twice
)  # fmt: skip

# What a monitor shows to read one tenant's published log.
log_tokens = Table(
    "log_tokens", metadata,
    Column("tenant", String(64), primary_key=True),
    _text("token"),  # SHA-256 hex; the token itself is never kept
    _at("made"),
)  # fmt: skip

# Who looked at which records in an hour (UTC, ``2026-11-10T09``): a record of it was made.
readings = Table(
    "readings", metadata,
    _id("tenant"), _id("person"), Column("subject", String(128), nullable=False), _text("hour"),
    PrimaryKeyConstraint("tenant", "person", "subject", "hour"),
)  # fmt: skip

session_counters = Table(
    "session_counters", metadata,
    _id("tenant"), _id("session"), _int("next"),
    PrimaryKeyConstraint("tenant", "session"),
)  # fmt: skip

evidence = Table(
    "evidence", metadata,
    _id("tenant"), _id("sha256"), _text("kind"), _blob("data"),
    PrimaryKeyConstraint("tenant", "sha256"),
)  # fmt: skip

# Openings are sealed with the key of their subject (a session's request, or the tenant).
openings = Table(
    "openings", metadata,
    _id("tenant"), _int("n"), _id("subject"), _blob("sealed"),
    PrimaryKeyConstraint("tenant", "n"),
)  # fmt: skip

subject_keys = Table(
    "subject_keys", metadata,
    _id("tenant"), _id("subject"), _blob("wrapped"),
    _blob("titolare", nullable=True),  # the same key as an age file for the recipient of his rules
    PrimaryKeyConstraint("tenant", "subject"),
)  # fmt: skip

cosignatures = Table(
    "cosignatures", metadata,
    _id("tenant"), _id("host"), _int("size"), _text("line"), _at("received"),
    PrimaryKeyConstraint("tenant", "host", "size"),
)  # fmt: skip

# ----------------------------------------------------------------------------- statements and hosts

statements = Table(
    "statements", metadata,
    _id("tenant"), _id("digest"), _text("type"), _int("number"),
    _blob("statement"), _blob("assertion"), _at("signed"),
    _blob("paper", nullable=True),  # of a set that the key on paper signed
    PrimaryKeyConstraint("tenant", "digest"),
    Index("statements_type", "tenant", "type", "number"),
)  # fmt: skip

hosts = Table(
    "hosts", metadata,
    Column("id", String(64), primary_key=True),
    _id("tenant"),
    _text("label"),
    _text("place"),
    _text("state"),  # prepared | signed | enrolled | revoked
    _text("enrolment", nullable=True),  # digest of the enrolment statement
    _text("code", nullable=True),  # one-time code until used (its SHA-256 stands in the statement)
    _text("agent_key", nullable=True),
    _text("witness_key", nullable=True),
    _text("recorder_key", nullable=True),
    _flag("confirmed"),
    _int("next_host_n"),
    _int("witnessed"),
    _at("last_seen", nullable=True),
    _at("silent_since", nullable=True),
    _at("enrolled", nullable=True),
    _at("listed", nullable=True),  # its last list of sessions
    Index("hosts_tenant", "tenant"),
)  # fmt: skip

# ------------------------------------------------------------------------- requests and sessions

requests = Table(
    "requests", metadata,
    _id("tenant"), _id("id"),
    _text("state"),
    _id("host"), _id("technician"), _id("incident"),
    _id("digest"), _blob("statement"),
    _int("opened_n"),  # leaf whose opening holds the texts
    _at("asked"), _at("not_before"), _at("not_after"), _int("longest_s"),
    _text("supervision", nullable=True), _id("watcher", nullable=True), _id("supervised_by", nullable=True),
    _int("supervised_n", nullable=True), _id("answered_by", nullable=True), _at("answered", nullable=True),
    _int("note_n", nullable=True),  # leaf whose opening holds the reason of a refusal or withdrawal
    PrimaryKeyConstraint("tenant", "id"),
    UniqueConstraint("tenant", "digest"),
    Index("requests_state", "tenant", "state"),
)  # fmt: skip

approvals = Table(
    "approvals", metadata,
    _id("tenant"), _id("request"), _id("approver"), _id("digest"),
    _blob("statement"), _blob("assertion"), _at("given"), _int("n"),
    PrimaryKeyConstraint("tenant", "request", "approver"),
    ForeignKeyConstraint(["tenant", "request"], ["requests.tenant", "requests.id"]),
)  # fmt: skip

sessions = Table(
    "sessions", metadata,
    _id("tenant"), Column("id", String(64), nullable=False, unique=True),
    _id("request"), _id("host"), _id("technician"),
    _text("state"),  # granted | opening | active | paused | ended | presumed_ended | refused | revoked | expired
    _blob("grant"), _blob("signature"), _id("grant_digest"),
    _blob("activation", nullable=True), _blob("salt"),
    _int("granted_n"), _int("opened_n", nullable=True),
    _at("not_before"), _at("not_after"), _at("issued"),
    _at("opened", nullable=True), _at("started", nullable=True), _at("ends", nullable=True),
    _at("paused", nullable=True),
    _at("ended", nullable=True), _text("reason", nullable=True), _at("last_seen", nullable=True),
    _text("outcome", nullable=True), _text("stop_by", nullable=True), _text("stop_reason", nullable=True),
    _int("closed_n", nullable=True),  # leaf whose opening holds the technician's closing note
    PrimaryKeyConstraint("tenant", "id"),
    UniqueConstraint("tenant", "request"),
    Index("sessions_host", "host", "state"),
)  # fmt: skip

channels = Table(
    "channels", metadata,
    _id("tenant"), _id("session"), _id("id"), _text("kind"), _text("via"), _text("terminal"),
    _at("opened"), _at("closed", nullable=True),
    Column("broker_out_bytes", BigInteger, nullable=True), _text("broker_out_digest", nullable=True),
    _blob("command", nullable=True),  # opening of an exec command, sealed, until the agent's note takes it
    PrimaryKeyConstraint("tenant", "session", "id"),
)  # fmt: skip

# What is kept of a recorded channel beside its folder: the key of its segments, wrapped, and their salt.
recordings = Table(
    "recordings", metadata,
    _id("tenant"), _id("id"), _id("session"), _id("host"), _int("n"),  # n: its recording.opened
    _text("origin"), _flag("closed"), _int("segments"),  # as the last record says
    _blob("identity", nullable=True), _blob("salt", nullable=True),
    PrimaryKeyConstraint("tenant", "id"),
    Index("recordings_session", "tenant", "session"),
)  # fmt: skip

# --------------------------------------------------------------------------- telling and reporting

outbox = Table(
    "outbox", metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _id("tenant"), _text("kind"), _text("payload"),  # JSON
    _at("due"), _int("tries"), _at("done", nullable=True),
    Index("outbox_due", "done", "due"),
)  # fmt: skip

# Timestamp tokens over heads.
stamps = Table(
    "stamps", metadata,
    _id("tenant"), _int("size"), _blob("token"), _at("at"),
    PrimaryKeyConstraint("tenant", "size"),
)  # fmt: skip

reports = Table(
    "reports", metadata,
    _id("tenant"), _text("period"), _text("number"), _flag("partial"), _at("issued"),
    _blob("pdf"), _blob("json"), _blob("twin"), _blob("bundle", nullable=True), _int("n"), _int("size"),
    _int("sessions", nullable=True), _int("minutes", nullable=True),  # as `json` says; none once that is erased
    PrimaryKeyConstraint("tenant", "number"),
)  # fmt: skip

# Who is appointed administrator at a customer's, as its log says; texts are openings of record `n`.
appointments = Table(
    "appointments", metadata,
    _id("tenant"), _id("id"), _id("person"), _int("n"),
    _text("areas"), _text("hosts"),  # JSON lists; no host: all
    _text("first"), _text("last"),  # local days
    _at("appointed"), _at("ended", nullable=True),
    PrimaryKeyConstraint("tenant", "id"),
)  # fmt: skip
