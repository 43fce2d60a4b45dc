"""What somebody who asks under art. 15 is given of himself: every record that names him, others as roles. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from audit import instant
from audit.leaf import Leaf
from broker.domain.document import day, part

README, ACCESSES, SHEET = "LEGGIMI.txt", "registrazioni.json", "estratto.pdf"
MAX_PRINTED = 600


def lines(about: Sequence[dict[str, Any]], subject: str) -> list[dict[str, Any]]:
    """One for each record; `by` is ``self`` or the role of whoever else did it, never a name or pseudonym."""
    found = []
    for one in about:
        leaf: Leaf = one["leaf"]
        line = {
            "record": leaf.n, "time": instant.to_text(leaf.time), "kind": leaf.record.KIND,
            "it": leaf.record.IT, "en": leaf.record.EN,
            "by": "self" if leaf.actor.id == subject else leaf.actor.role,
        }  # fmt: skip
        found.append(line | ({} if leaf.session is None else {"session": leaf.session}))
    return found


def printed(
    right: str,
    received: date,
    customer: str,
    vendor: str,
    rows: Sequence[dict[str, Any]],
    on: date,
    zone: str,
) -> bytes:
    """As a sheet. Beyond so many the JSON beside it has the rest."""
    table = [
        [
            f"{instant.parse(one['time']).astimezone(ZoneInfo(zone)):%d/%m/%Y %H:%M}", one["it"],
            "la persona stessa" if one["by"] == "self" else one["by"], str(one["record"]),
        ]
        for one in rows
    ]  # fmt: skip
    head, widths = ["Quando", "Fatto", "Da chi", "Registrazione"], [3, 5, 3, 2]
    value = {
        "title": "Estratto dei dati di una persona (art. 15 GDPR)", "vendor": vendor, "customer": customer,
        "date": on.isoformat(), "foot": f"Richiesta {right}", "signatures": [], "head": [], "widths": [], "rows": [],
        "facts": [["Richiesta", f"{right}, ricevuta il {day(received)}"], ["Cliente", customer], ["Registrazioni", str(len(rows))]],
        "text": ["Le altre persone sono indicate per ruolo (art. 15, par. 4)."],
        "parts": [part("Registrazioni", head=head, widths=widths, rows=table[:MAX_PRINTED])],
    }  # fmt: skip
    return json.dumps(value, ensure_ascii=False).encode()


def readme(right: str, received: date) -> str:
    return (
        f"Estratto per la richiesta {right}, ricevuta il {received.isoformat()} (art. 15 Reg. UE 2016/679).\n\n"
        f"{ACCESSES}: tutte le registrazioni che nominano la persona; le altre persone sono indicate per ruolo.\n"
        f"{SHEET}: lo stesso, da leggere.\n\n--\n\n"
        f"Extract for request {right}, received on {received.isoformat()} (art. 15 GDPR).\n\n"
        f"{ACCESSES}: every record that names the person; others stand by their role.\n{SHEET}: the same, to read.\n"
    )
