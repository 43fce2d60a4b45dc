"""A report's sessions and what was done in them as a table for a spreadsheet: made from its JSON, which counts.

UTF-8 with a byte order mark, semicolons, every cell quoted, CRLF (RFC 4180): as a spreadsheet set to Italian opens it.
Instants are UTC, ISO 8601.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from audit import spreadsheet
from audit.month_doings import SORTS

HEAD = (
    "Intervento", "Registrazione", "Che cosa", "Inizio", "Fine", "Secondi", "Macchina", "Persona", "Direzione", "Esito",
    "Nome", "SHA-256", "Byte verso la macchina", "Byte dalla macchina",
)  # fmt: skip
_WHAT = {
    "session": "intervento", "files": "file", "refused": "file rifiutato", "ports": "porta di rete",
    "screens": "schermo", "clipboard": "appunti", "tools": "programma con licenza",
}  # fmt: skip


def table(report: bytes) -> bytes:
    """Of a report's JSON, one row for each session, for each line of its `doings`, and for what is not listed."""
    told = json.loads(report)
    names = {one["id"]: one.get("name", one["id"]) for one in (*told["people"], *told["hosts"])}
    rows = (row for session in told["sessions"] for row in _rows(session, names))
    return spreadsheet.table(HEAD, ([row.get(column, "") for column in HEAD] for row in rows))


def _rows(session: dict[str, Any], names: dict[str, str]) -> Iterator[dict[str, object]]:
    common = {"Intervento": session["n"], "Macchina": names.get(session["host"], session["host"])}
    technician = names.get(session["technician"], session["technician"])
    yield common | {
        "Registrazione": session["leaf"], "Che cosa": _WHAT["session"], "Inizio": session["start"],
        "Fine": session["end"], "Persona": technician, "Esito": session["outcome"], "Nome": session["id"],
    }  # fmt: skip
    doings = session.get("doings", {})
    for name in (name for name in SORTS if name in doings):
        sort = doings[name]
        for line in sort["lines"]:
            yield common | {"Che cosa": _WHAT[name]} | _line(line, technician, names)
        if more := sort["count"] - len(sort["lines"]):
            yield common | {"Che cosa": _WHAT[name], "Esito": f"{more} non elencati: stanno nel registro"}


def _line(line: dict[str, Any], technician: str, names: dict[str, str]) -> dict[str, object]:
    """Of a screen, who had it; of all else the technician was the one who did it."""
    octets = {line["direction"]: line["bytes"]} if "direction" in line else {}
    if "in_bytes" in line:
        octets = {"to_host": line["in_bytes"], "from_host": line["out_bytes"]}
    known = (line.get(key) for key in ("result", "reason"))
    ended = ["chiuso a forza"] if line.get("forced") else []
    ended += [f"{line['still']} processi rimasti"] if "still" in line else []
    seen = [] if "control" not in line else ["usato" if line["control"] else "visto"]
    differ = ["conti diversi alle due estremità"] if line.get("agrees") is False else []
    whose = names.get(line.get("by", ""), line.get("by", "")) if seen else technician
    return {
        "Registrazione": line["leaf"], "Secondi": line.get("seconds", ""), "Persona": whose,
        "Direzione": line.get("direction", ""),
        "Esito": ", ".join([*filter(None, known), *seen, *ended, *differ]),
        "Nome": _name(line), "SHA-256": line.get("sha256", ""),
        "Byte verso la macchina": octets.get("to_host", ""), "Byte dalla macchina": octets.get("from_host", ""),
    }  # fmt: skip


def _name(line: dict[str, Any]) -> str:
    """Of a file, its path, the name asked for below it, and what it was renamed to; of a port, its name and number."""
    if "tool" in line:
        return str(line["tool"])
    if "port" in line or "number" in line:
        return " ".join(str(line[key]) for key in ("port", "number") if key in line)
    return " → ".join(str(line[key]) for key in ("path", "name", "to") if key in line)
