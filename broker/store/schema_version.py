"""The version of the tables in `tables`: a change of them is a step in `revisions`, and its number stands here."""

from __future__ import annotations

HEAD = "0002"
VERSIONS = "alembic_version"  # Alembic's own name and shape for it


class SchemaUnknown(Exception):
    """This program cannot work on that database; its text says why and who mends it, in two languages."""
