"""The words of the access log: which records are events of it, their codes and outcomes, and sentences for people.

Codes follow requirements §2.1 in English. Sentences are Italian; the only facts in them are a person's name and a
host's. Codes never change; sentences may.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Event(NamedTuple):
    """`outcome`: ok | denied | failed | presumed | outside (no authorisation allowed it) | declared (nobody attests
    it)."""

    code: str
    outcome: str
    it: str


# By kind of record. What is an access and what is not is decided here alone.
EVENTS: Mapping[str, Event] = {
    "login.succeeded": Event("access.succeeded", "ok", "Accesso al portale: {who}."),
    "login.failed": Event("access.failed", "failed", "Accesso al portale fallito: {who}."),
    "login.ended": Event("access.ended", "ok", "Uscita dal portale: {who}."),
    "access.denied": Event("access.denied", "denied", "Tentativo negato: {who}."),
    "record.read": Event("log.read", "ok", "Lettura di dati registrati: {who}."),
    "session.opened": Event("grant.activated", "ok", "Autorizzazione attivata: {who}, macchina {host}."),
    "session.started": Event("session.started", "ok", "Inizio intervento: {who}, macchina {host}."),
    "session.refused": Event("session.refused", "denied", "Avvio rifiutato dalla macchina {host}: {who}."),
    "session.ended": Event("session.ended", "ok", "Fine intervento: {who}, macchina {host}."),
    "session.presumed_ended": Event(
        "session.presumed_ended", "presumed", "Fine presunta: {who}, la macchina {host} tace."
    ),
    "declared.began": Event(
        "declared.began", "declared", "Inizio dichiarato dal tecnico, non attestato: {who}, macchina {host}."
    ),
    "declared.ended": Event(
        "declared.ended", "declared", "Fine dichiarata dal tecnico, non attestata: {who}, macchina {host}."
    ),
    "declared.presumed_ended": Event(
        "declared.presumed_ended", "presumed", "Fine non dichiarata, presunta: {who}, macchina {host}."
    ),
    "supervision.taken": Event("supervision.taken", "ok", "Supervisione presa in carico: {who}."),
    "watch.joined": Event("supervision.joined", "ok", "Supervisione, ingresso: {who}."),
    "watch.left": Event("supervision.left", "ok", "Supervisione, uscita: {who}."),
    "channel.opened": Event("channel.opened", "ok", "Canale aperto: {who}, macchina {host}."),
    "channel.refused": Event("channel.refused", "denied", "Canale rifiutato: {who}, macchina {host}."),
    "channel.closed": Event("channel.closed", "ok", "Canale chiuso: {who}, macchina {host}."),
    "tool.started": Event("tool.started", "ok", "Programma con licenza avviato: {who}, macchina {host}."),
    "tool.stopped": Event("tool.stopped", "ok", "Programma con licenza fermato: {who}, macchina {host}."),
    "tool.seen_outside_grant": Event(
        "tool.outside", "outside", "Programma con licenza senza autorizzazione sulla macchina {host}."
    ),
}
_UNKNOWN = "persona non riconosciuta"


def sentence(kind: str, names: Mapping[str, str]) -> str:
    """`names` has `who` (empty: nobody was recognised) and `host`."""
    return EVENTS[kind].it.format(who=names["who"] or _UNKNOWN, host=names["host"])
