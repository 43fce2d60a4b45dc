"""Importing tables over HTTP: what would be made, and, without `dry_run`, the making of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StringConstraints
from typing_extensions import TypedDict

from audit import instant
from broker.api.answers import Instant
from broker.api.forms import Form
from broker.api.import_words import words
from broker.api.refusals import sentences
from broker.api.who import FreshCaller, PartsOf
from broker.cases.import_tables import MAX_TABLES, Imported, import_tables
from broker.domain.import_set import Outcome, Table
from broker.domain.import_table import MAX_BYTES, Kind

router = APIRouter(prefix="/api")


class TableForm(Form):
    """`text`: the file, decoded from UTF-8."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    text: Annotated[str, StringConstraints(max_length=MAX_BYTES)]


class ImportForm(Form):
    tables: list[TableForm] = Field(min_length=1, max_length=MAX_TABLES)
    dry_run: bool = True


class Sentences(TypedDict):
    it: str
    en: str


class WrongCell(Sentences):
    row: Annotated[int, Field(description="As a spreadsheet numbers it: the heading is 1; 0: the file.")]
    column: Annotated[str, Field(description="Empty: all of the row.")]
    code: str
    value: str


class TableOutcome(TypedDict):
    name: Annotated[str, Field(description="The file's.")]
    kind: Annotated[Kind | None, Field(description="Null: no table of ours.")]
    made: Annotated[int, Field(description="Rows that were made; in a dry run those that would be.")]
    unchanged: int
    wrong: list[WrongCell]


class InvitationLink(TypedDict):
    """Of a person who was admitted: shown this once."""

    customer: Annotated[str, Field(description="The customer's code in the tables.")]
    name: str
    email: str
    link: str
    expires: Instant


class ImportAnswer(TypedDict):
    done: Annotated[bool, Field(description="False of a dry run, and where anything is wrong.")]
    tables: list[TableOutcome]
    links: list[InvitationLink]
    stopped: Annotated[Sentences | None, Field(description="What stopped it halfway; it may be repeated.")]


@router.post("/imports")
async def run(form: ImportForm, who: FreshCaller, parts: PartsOf) -> ImportAnswer:
    """Nothing is made while anything is wrong; `links` are shown this once."""
    tables = [Table(one.name, one.text) for one in form.tables]
    return value(await import_tables(parts, who, tables, dry_run=form.dry_run))


def value(found: Imported) -> ImportAnswer:
    return {
        "done": found.done,
        "tables": [_outcome(one) for one in found.tables],
        "links": [
            {"customer": one.code, "name": one.name, "email": one.email, "link": one.link,
             "expires": instant.to_text(instant.whole_ms(one.expires))}
            for one in found.links
        ],
        "stopped": None if found.stopped is None else both(sentences(found.stopped)),
    }  # fmt: skip


def both(said: tuple[str, str]) -> Sentences:
    return {"it": said[0], "en": said[1]}


def _outcome(one: Outcome) -> TableOutcome:
    return {
        "name": one.name, "kind": one.kind, "made": one.made, "unchanged": one.unchanged,
        "wrong": [
            {"row": each.row, "column": each.column, "code": each.code, "value": each.value,
             **both(words(each))}
            for each in one.wrong
        ],
    }  # fmt: skip
