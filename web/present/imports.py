"""Imports in words: what each table would make, what is wrong in it, what was made."""

from __future__ import annotations

from collections.abc import Sequence

from broker.api.import_words import words as said
from broker.api.refusals import sentences
from broker.cases.import_tables import Imported
from broker.domain.import_set import Outcome
from broker.domain.import_table import ORDER, SHEETS, Kind
from web import views as v
from web import views_import as m
from web.present import words
from web.present.reader import Pair, Reader
from web.present.times import moment

KINDS: dict[Kind, Pair] = {
    "customers": ("Clienti", "Customers"),
    "people": ("Persone", "People"),
    "hosts": ("Macchine", "Hosts"),
    "products": ("Prodotti", "Products"),
    "contracts": ("Contratti", "Contracts"),
}
POST = "/importazione"


def blank(reader: Reader, sentence: str = "") -> m.Import:
    return m.Import(POST, _columns(reader), sentence=sentence)


def outcome(found: Imported, texts: Sequence[str], reader: Reader, *, dry: bool) -> m.Import:
    """`texts`: of the tables as they came, in the same order."""
    tables = tuple(
        _table(one, text if dry else "", reader, dry=dry)
        for one, text in zip(found.tables, texts, strict=True)
    )
    right = not any(one.wrong for one in found.tables)
    made = sum(one.made for one in found.tables)
    return m.Import(
        POST,
        _columns(reader),
        tables,
        confirm=f"{POST}/conferma" if dry and right and made else "",
        sentence=_sentence(found, made, reader, dry=dry, right=right),
        stopped="" if found.stopped is None else reader.say(*sentences(found.stopped)),
        links=tuple(m.ImportLink(words.clean(one.name), one.email, one.link) for one in found.links),
        links_until=moment(found.links[0].expires, reader) if found.links else "",
    )


def _sentence(found: Imported, made: int, reader: Reader, *, dry: bool, right: bool) -> str:
    say = reader.say
    if not right:
        return say(
            "Non è stato importato nulla: corregga le righe indicate e ricarichi i file.",
            "Nothing was imported: mend the rows that are named and load the files again.",
        )
    if dry:
        if not made:
            return say("C’è già tutto: importare non cambierebbe nulla.", "All is there already: importing would change nothing.")  # fmt: skip
        return say(
            "Nulla è ancora cambiato. Controlli, poi confermi.",
            "Nothing has changed yet. Check, then confirm.",
        )
    return say("Importato.", "Imported.") if found.done else ""


def _table(one: Outcome, text: str, reader: Reader, *, dry: bool) -> m.ImportTable:
    say = reader.say
    made, same, wrong = one.made, one.unchanged, len(one.wrong)
    if wrong:
        state = v.State("stop", say("Da correggere", "To be mended"))
    else:
        state = v.State("ok", say("In ordine", "In order"))
    would = (
        say(f"{made} da creare", f"{made} to make") if dry or wrong else say(f"{made} create", f"{made} made")
    )
    line = f"{would} · " + say(f"{same} già presenti, invariate", f"{same} there already, unchanged")
    if wrong:
        line += " · " + say(f"{wrong} da correggere", f"{wrong} to mend")
    return m.ImportTable(
        words.clean(one.name),
        "" if one.kind is None else say(*KINDS[one.kind]),
        state,
        line if one.kind else "",
        tuple(
            m.WrongRow(str(each.row or ""), each.column, words.clean(each.value), say(*said(each)))
            for each in one.wrong
        ),
        text,
    )


def _columns(reader: Reader) -> tuple[tuple[str, str, str], ...]:
    """Kind, headings, and those of them that may be left out."""
    return tuple(
        (
            reader.say(*KINDS[kind]),
            ";".join(one.name for one in SHEETS[kind]),
            ", ".join(one.name for one in SHEETS[kind] if not one.needed),
        )
        for kind in ORDER
    )
