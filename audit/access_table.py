"""The access log as files: a table for a spreadsheet and lines of JSON, each entry once, in the log's order."""

from __future__ import annotations

from collections.abc import Sequence

from audit import instant, spreadsheet
from audit.access_log import Entry
from audit.canonical import encode

HEAD = (
    "Registro", "Voce", "Istante UTC", "Ora locale", "Fuso", "Ricevuto", "Evento", "Esito", "Motivo", "Persona", "Nome",
    "Ruolo", "Amministratore di sistema", "Autenticazione", "Macchina", "Nome della macchina", "Account", "Privilegi",
    "Terminale", "Programma", "Che cosa", "Intervento", "Richiesta", "Autorizzazione", "Incidente", "Ultimo segno di vita",
    "Impronta della voce", "Descrizione",
)  # fmt: skip
_PRIVILEGES = {True: "amministratore", False: "utente", None: ""}


def as_csv(entries: Sequence[Entry], *, bom: bool = True) -> bytes:
    return spreadsheet.table(HEAD, (_row(one) for one in entries), bom=bom)


def as_jsonl(entries: Sequence[Entry]) -> bytes:
    """Canonical JSON, one line each; what is empty is left out."""
    return b"".join(encode(one.value()) + b"\n" for one in entries)


def _row(one: Entry) -> Sequence[object]:
    return (
        one.chain, one.seq, instant.to_text(one.time), one.local, one.zone, instant.to_text(one.received), one.event,
        one.outcome, one.reason, one.person, one.name, one.role, "sì" if one.administrator else "no", one.auth, one.host,
        one.host_name, one.account, _PRIVILEGES[one.privileged], one.terminal, one.tool, one.what, one.session, one.request,
        one.grant, one.incident, one.last_seen, one.leaf, one.text,
    )  # fmt: skip
