"""The vendor's owner imports tables: looked at first, then confirmed. Files come as a browser sends them."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.datastructures import UploadFile

from broker.api.import_words import words
from broker.api.who import Caller, FreshCaller, PartsOf
from broker.cases.deny import allow
from broker.cases.import_tables import MAX_TABLES, import_tables
from broker.domain.import_set import Table
from broker.domain.import_table import MAX_BYTES, Wrong, decoded
from broker.domain.people import Action, Who
from broker.domain.refusal import Refused, Why
from broker.parts import Parts
from web.pages.page import Reading, show
from web.present import imports as say
from web.present.reader import Reader

router = APIRouter(prefix="/importazione")


@router.get("")
async def blank(request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    await allow(parts, who, Action.OPEN_TENANT, who.tenant, "tenant")
    return await show(request, parts, who, "import.html", say.blank(reader), nav="owner")


@router.post("")
async def look(request: Request, reader: Reading, who: Caller, parts: PartsOf) -> Response:
    return await _run(request, parts, who, reader, dry=True)


@router.post("/conferma")
async def confirm(request: Request, reader: Reading, who: FreshCaller, parts: PartsOf) -> Response:
    return await _run(request, parts, who, reader, dry=False)


async def _run(request: Request, parts: Parts, who: Who, reader: Reader, *, dry: bool) -> Response:
    await allow(parts, who, Action.OPEN_TENANT, who.tenant, "tenant")
    tables, unread = await _tables(request)
    if unread is not None:
        name, wrong = unread
        sentence = f"{name}: {reader.say(*words(wrong))}"
        return await show(
            request, parts, who, "import.html", say.blank(reader, sentence), nav="owner", status=422
        )
    if not tables:
        raise Refused(Why.BAD_INPUT, field="file")
    found = await import_tables(parts, who, tables, dry_run=dry)
    view = say.outcome(found, [one.text for one in tables], reader, dry=dry)
    status = 200 if dry or found.done else 409
    return await show(request, parts, who, "import.html", view, nav="owner", status=status)


async def _tables(request: Request) -> tuple[list[Table], tuple[str, Wrong] | None]:
    """Files just chosen, or the names and texts of those looked at before; or which cannot be read, and why."""
    tables: list[Table] = []
    async with request.form(max_files=MAX_TABLES, max_fields=2 * MAX_TABLES, max_part_size=MAX_BYTES) as form:
        for file in form.getlist("file"):
            if not isinstance(file, UploadFile) or not file.filename:
                continue
            name = _name(file.filename)
            text = decoded(await file.read(MAX_BYTES + 1))
            if isinstance(text, Wrong):
                return [], (name, text)
            tables.append(Table(name, text))
        names, texts = form.getlist("name"), form.getlist("text")
        tables += [
            Table(_name(name), text)
            for name, text in zip(names, texts, strict=False)
            if isinstance(name, str) and isinstance(text, str)
        ]
    return tables, None


def _name(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable())[:120] or "tabella"
