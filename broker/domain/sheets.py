"""Lists and letters of administrators to be printed and signed by hand (L-02, L-03): what stands on them. Pure.

A sheet is an object of texts: `title`, `vendor`, `customer`, `date`, `foot`; `facts` of (what, answer), `text` paragraphs,
a table of `head`, `widths` (shares of the page) and `rows`, and `signatures`, a line for each.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date

from broker.domain.appointments import Appointment, Listed

AREAS = {
    "GEST": "programma gestionale", "PROC": "procedure a corollario", "OFFICE": "applicativi Office",
    "CRED": "policy di accesso e credenziali", "LAN": "rete LAN", "CLOUD": "ibridazione con il cloud",
    "SERV": "servizi da abilitare o disabilitare", "BKP": "backup", "RST": "restore",
    "IMG": "immagini disco e dischi di ripristino", "AGG": "aggiornamenti", "SCAN": "scansioni periodiche",
    "POL": "nuovi criteri dopo aggiornamenti",
}  # fmt: skip


_TERMS = (
    "La nomina è individuale. La persona nominata opera solo negli ambiti e sui sistemi indicati, con un accesso proprio "
    "che non cede a nessuno; i suoi accessi sono registrati e conservati almeno sei mesi, e il suo operato è verificato "
    "almeno una volta l’anno."
)


def register(lines: Sequence[Listed], customer: str, vendor: str, day: date) -> bytes:
    """ "Elenco amministratori di sistema" as of that day."""
    said = (
        "Persone fisiche che erano amministratori di sistema in questo giorno, dal registro firmato."
        if lines
        else "In questo giorno nessuna persona era amministratore di sistema."
    )
    return sheet(
        title="Elenco amministratori di sistema",
        customer=customer,
        vendor=vendor,
        facts=[("Cliente", customer), ("Alla data del", _day(day))],
        text=[said],
        head=["Nome", "Funzione", "Ambiti", "Sistemi", "Dal", "Fino al"],
        widths=[3, 3, 5, 3, 2, 2],
        rows=[
            [one.name, one.function, _areas(one.areas), _hosts(one.hosts), _day(one.first), _day(one.last)]
            for one in lines
        ],
        on=day,
        foot=f"Elenco al {_day(day)}",
    )


def letter(
    one: Appointment, texts: dict[str, str], evaluated: str, names: dict[str, str], customer: str, vendor: str
) -> bytes:
    """An appointment to be signed by who appoints and who is appointed. `names` of people and hosts by id, and of who
    appointed (`by`); `texts` is its opening, `evaluated` the day of the evaluation in it."""
    person = names[one.person]
    return sheet(
        title="Nomina ad amministratore di sistema",
        customer=customer,
        vendor=vendor,
        facts=[
            ("Cliente", customer),
            ("Persona nominata", f"{person}, {texts['function']}"),
            ("Ambiti di operatività", _areas(one.areas)),
            ("Sistemi", _hosts([names.get(host, host) for host in one.hosts])),
            ("Dal", _day(one.first)),
            ("Fino al", _day(one.last)),
            ("Valutazione", f"{texts['evaluation']} ({texts['evaluated_by']}, {_day(date.fromisoformat(evaluated))})"),
        ],
        text=[_TERMS],
        signatures=[f"Chi nomina: {names.get('by', '')}", f"Per accettazione: {person}"],
        on=one.first,
        foot=f"Nomina {one.id}, registrazione n. {one.n}",
    )  # fmt: skip


def sheet(*, title: str, customer: str, vendor: str, on: date, foot: str, facts: Sequence[tuple[str, str]], text: Sequence[str],
           head: Sequence[str] = (), widths: Sequence[int] = (), rows: Sequence[Sequence[str]] = (), signatures: Sequence[str] = (),
          parts: Sequence[Mapping[str, object]] = ()) -> bytes:  # fmt: skip
    """`parts`: each with a `title`, and tables or paragraphs of its own."""
    value = {
        "title": title, "vendor": vendor, "customer": customer, "date": on.isoformat(), "foot": foot, "facts": facts, "text": text,
        "head": head, "widths": widths, "rows": rows, "signatures": signatures, "parts": parts,
    }  # fmt: skip
    return json.dumps(value, ensure_ascii=False).encode()


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _areas(codes: Sequence[str]) -> str:
    return ", ".join(f"{AREAS[code]} ({code})" for code in codes) or "non limitati"


def _hosts(labels: Sequence[str]) -> str:
    return ", ".join(labels) or "tutti quelli del cliente"
