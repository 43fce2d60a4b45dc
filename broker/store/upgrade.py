"""The steps from an earlier version of the tables to today's, run by Alembic. `schema` says when."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from broker.store.schema_version import HEAD, VERSIONS, SchemaUnknown
from broker.store.tables import metadata

REVISIONS = Path(__file__).parent / "revisions"
_log = logging.getLogger("verbale.database")


def differences(connection: Connection) -> list[Any]:
    """What the tables there lack, have too much or have otherwise than `tables` says, as Alembic tells it."""
    context = MigrationContext.configure(connection, opts={"include_name": _ours})
    return list(compare_metadata(context, metadata))


def _ours(name: str | None, kind: str, _parents: Any) -> bool:
    return not (kind == "table" and name == VERSIONS)


def climb(connection: Connection, version: str) -> None:
    """Every step from that version on. `SchemaUnknown` where no step begins at it."""
    script = ScriptDirectory(REVISIONS, version_locations=[REVISIONS])

    def steps(revision: Any, _context: Any) -> Any:
        try:
            return script._upgrade_revs("head", revision)  # noqa: SLF001  as Alembic's own `upgrade` does
        except CommandError as unknown:
            raise SchemaUnknown(_NEWER.format(version=version)) from unknown

    with EnvironmentContext(Config(), script, fn=steps) as environment:
        # SQLite's changes of tables are undone with their transaction, whatever Alembic takes for granted.
        environment.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
        environment.run_migrations()
    _log.info("the tables were of version %s and are of version %s now", version, HEAD)


def complete(connection: Connection) -> None:
    """Tables, columns and indexes that are missing; columns only where rows that are there may lack a value."""
    found = differences(connection)
    wrong = [one for one in found if not _addable(one)]
    if wrong:
        raise SchemaUnknown(_OTHERWISE.format(what=", ".join(sorted({_named(one) for one in wrong}))))
    operations = Operations(MigrationContext.configure(connection))
    for one in found:
        match one:
            case ("add_table", table):
                table.create(connection)
            case ("add_column", _, table, column):
                operations.add_column(table, column)
            case ("add_index", index):
                index.create(connection)
            case _:
                raise AssertionError(one)  # `wrong` above
    _log.info("the tables had no version; %d differences were added", len(found))


def _addable(one: Any) -> bool:
    match one:
        case ("add_table", _) | ("add_index", _):
            return True
        case ("add_column", _, _, column):
            return bool(column.nullable or column.server_default is not None)
        case _:
            return False


def _named(one: Any) -> str:
    """What a difference is about, for whoever has to mend it."""
    if isinstance(one, list):  # of one column, several
        return f"{one[0][2]}.{one[0][3]}"
    match one:
        case ("add_column" | "remove_column", _, table, column):
            return f"{table}.{column.name}"
        case (_, thing):
            return str(thing.name)
        case _:
            return str(one[0])


_NEWER = (
    "Il database è della versione {version}, che questo programma non conosce: installi quello con cui è stato usato "
    "l’ultima volta, o uno più recente. / The database is of version {version}, which this program does not know: "
    "install the one it was last used with, or a newer one."
)
_OTHERWISE = (
    "Il database viene da una versione provvisoria e non si può completare da solo ({what}): lo apra con il programma "
    "che lo ha fatto. / The database comes from a version of the making and cannot be completed by itself ({what}): "
    "open it with the program that made it."
)
