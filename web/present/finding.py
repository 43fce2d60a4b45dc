"""What a search found, in words: each hit says what it is and leads to its page."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from broker.cases.find import LEAST, Found, Kind
from broker.domain.people import Who
from web import views_finding as f
from web.present import places, words
from web.present.reader import Pair, Reader

_KINDS: dict[Kind, Pair] = {
    "customer": ("Cliente", "Customer"),
    "host": ("Macchina", "Host"),
    "person": ("Persona", "Person"),
    "incident": ("Incidente", "Incident"),
    "request": ("Richiesta", "Request"),
    "session": ("Sessione", "Session"),
}
_ICONS: dict[Kind, str] = {
    "customer": "folder", "host": "screen", "person": "person", "incident": "alert", "request": "pen",
    "session": "terminal",
}  # fmt: skip
MAX_PLACES = 6


def search(asked: str, found: Sequence[Found], who: Who, reader: Reader) -> f.Search:
    typed = bool(asked.strip())
    pages = places.found(asked, who.role, reader)
    ways = tuple(
        f.Hit(
            reader.say("Azione", "Act") if one.act else reader.say("Pagina", "Page"),
            reader.say(*one.name),
            one.href,
            icon="right" if one.act else "link",
        )
        for one in (pages[:MAX_PLACES] if typed else pages)
    )
    hits = (*ways, *(_hit(one, who, reader) for one in found))
    return f.Search(words.clean(asked), hits, _line(asked, len(hits), reader))


def _line(asked: str, count: int, reader: Reader) -> str:
    if not asked.strip():
        return reader.say(
            "Scriva un cliente, una macchina, una persona o un numero.",
            "Type a customer, a host, a person or a number.",
        )
    if count == 0 and len(asked.strip()) < LEAST:
        return reader.say("Ancora una lettera.", "One more letter.")
    if count == 0:
        return reader.say("Niente con queste lettere, fra ciò che può vedere.", "Nothing with these letters, of what you may see.")  # fmt: skip
    if count == 1:
        return reader.say("Una voce.", "One result.")
    return reader.say(f"{count} voci.", f"{count} results.")


def _hit(one: Found, who: Who, reader: Reader) -> f.Hit:
    code = one.kind in ("incident", "request", "session")
    name = " · ".join(part for part in (one.id if code else "", words.clean(one.name)) if part)
    beside = words.clean(one.beside) if who.house else ""
    if one.role:
        role = words.coded(words.ROLES, one.role, reader)
        beside = f"{role}, {beside}" if beside else role
    return f.Hit(reader.say(*_KINDS[one.kind]), name, _address(one, who), beside, _ICONS[one.kind])


def _address(one: Found, who: Who) -> str:
    tenant, id_ = quote(one.tenant), quote(one.id)
    match one.kind:
        case "customer":
            return f"/cliente/{tenant}"
        case "host":
            return f"/postazioni/{id_}"
        case "incident":
            return f"/incidenti/{tenant}/{id_}"
        case "request":
            return f"/richieste/{id_}"
        case "session":
            return f"/sessioni/{id_}"
        case _:
            return f"/persone#{id_}" if who.tenant == one.tenant else f"/persone?cliente={tenant}#{id_}"
