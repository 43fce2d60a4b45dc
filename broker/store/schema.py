"""Bringing a database's tables to the program's own version, before anything is read.

A database without any table gets them all; one of an earlier version goes through the steps in `revisions`
(Alembic's, one file a version); one from before versions were counted is completed with what it lacks. All of it
in the transaction that the caller began, so a step that fails leaves what was there.
"""

from __future__ import annotations

from sqlalchemy import Column, Connection, MetaData, String, Table, insert, inspect, select

from broker.store.schema_version import HEAD, VERSIONS
from broker.store.tables import metadata

_versions = Table(VERSIONS, MetaData(), Column("version_num", String(32), primary_key=True))


def bring_up(connection: Connection) -> None:
    """Tables of version `HEAD`, whatever was there.

    `SchemaUnknown`: the database is of a newer program, or of one from before versions were counted that differs
    by more than what can be added.
    """
    there = set(inspect(connection).get_table_names())
    version = version_of(connection)
    if version == HEAD:
        return
    # Alembic is loaded by whoever has something to upgrade: not at every start.
    if version is not None:
        from broker.store.upgrade import climb

        climb(connection, version)
        return
    if there & set(metadata.tables):
        from broker.store.upgrade import complete

        complete(connection)
    else:
        metadata.create_all(connection)
    _versions.create(connection, checkfirst=True)
    connection.execute(insert(_versions).values(version_num=HEAD))


def version_of(connection: Connection) -> str | None:
    """The version of the tables there; None where none was noted."""
    if not inspect(connection).has_table(VERSIONS):
        return None
    return connection.scalar(select(_versions.c.version_num))
