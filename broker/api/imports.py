"""Importing tables over HTTP: what would be made, and, without `dry_run`, the making of it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from audit import instant
from broker.api.forms import Form
from broker.api.import_words import words
from broker.api.refusals import sentences
from broker.api.who import FreshCaller, PartsOf
from broker.cases.import_tables import MAX_TABLES, Imported, import_tables
from broker.domain.import_set import Outcome, Table
from broker.domain.import_table import MAX_BYTES

router = APIRouter(prefix="/api")


class TableForm(Form):
    """`text`: the file, decoded from UTF-8."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    text: Annotated[str, StringConstraints(max_length=MAX_BYTES)]


class ImportForm(Form):
    tables: list[TableForm] = Field(min_length=1, max_length=MAX_TABLES)
    dry_run: bool = True


@router.post("/imports")
async def run(form: ImportForm, who: FreshCaller, parts: PartsOf) -> dict[str, Any]:
    """Nothing is made while anything is wrong; `links` are shown this once."""
    tables = [Table(one.name, one.text) for one in form.tables]
    return value(await import_tables(parts, who, tables, dry_run=form.dry_run))


def value(found: Imported) -> dict[str, Any]:
    stopped = (
        None if found.stopped is None else dict(zip(("it", "en"), sentences(found.stopped), strict=True))
    )
    return {
        "done": found.done,
        "tables": [_outcome(one) for one in found.tables],
        "links": [
            {"customer": one.code, "name": one.name, "email": one.email, "link": one.link,
             "expires": instant.to_text(instant.whole_ms(one.expires))}
            for one in found.links
        ],
        "stopped": stopped,
    }  # fmt: skip


def _outcome(one: Outcome) -> dict[str, Any]:
    return {
        "name": one.name, "kind": one.kind, "made": one.made, "unchanged": one.unchanged,
        "wrong": [
            {"row": each.row, "column": each.column, "code": each.code, "value": each.value,
             **dict(zip(("it", "en"), words(each), strict=True))}
            for each in one.wrong
        ],
    }  # fmt: skip
