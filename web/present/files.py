"""Files of a session: where they may be, in the technician's page, and what became of each, in the feed."""

from __future__ import annotations

import json

from audit.channel_records import FileTransferred
from broker.api.refusals import FILE_REASONS
from broker.cases.see_sessions import SessionView
from web import views_session as vs
from web.present import words
from web.present.reader import Pair, Reader

_REFUSED: dict[str, Pair] = {
    "outside_folder": ("È fuori dalle cartelle autorizzate", "It is outside the approved folders"),
    "direction": ("In quella direzione non è autorizzato", "That direction is not approved"),
    "link": ("È un collegamento: non si segue", "It is a link: links are not followed"),
    "not_plain": ("Non è un file semplice", "It is not a plain file"),
    "not_allowed": ("Un canale per file non lo fa", "A channel for files does not do this"),
    "denied": ("L’utente della macchina non può", "The host’s account may not"),
    "read_only": ("Il disco è in sola lettura", "The disk is read-only"),
    "no_space": ("Il disco è pieno", "The disk is full"),
    "name_too_long": ("Il nome è troppo lungo", "The name is too long"),
    "too_many": ("Troppi file in un canale solo", "Too many files in one channel"),
    "failed": ("La macchina non ci è riuscita", "The host could not do it"),
}
_RESULTS: dict[str, Pair] = {
    "whole": ("intero", "whole"),
    "partial": ("interrotto", "cut off"),
    "refused": ("rifiutato", "refused"),
    "made": ("cartella creata", "folder made"),
    "renamed": ("rinominato", "renamed"),
}
_WAYS: dict[str, Pair] = {
    "to_host": ("verso la macchina", "to the host"),
    "from_host": ("dalla macchina", "from the host"),
}


def panel(view: SessionView, socket: str, reader: Reader) -> vs.FilesView | None:
    """None where the session carries no files."""
    places = [one.place for one in view.found.permit.grant.channels if one.place is not None]
    if not places or not socket:
        return None
    sentences = {sentence: reader.say(*_REFUSED[word]) for word, sentence in FILE_REASONS.items()}
    return vs.FilesView(
        socket, tuple(words.place(one, reader) for one in places), json.dumps(sentences, ensure_ascii=False)
    )


def fact(record: FileTransferred, reader: Reader) -> tuple[str, str]:
    """(text, small print) of the feed; which file it was stands in the session's texts."""
    text = words.coded(_WAYS, record.direction, reader) + ", " + words.coded(_RESULTS, record.result, reader)
    if record.reason is not None:
        text += f": {words.lower(words.coded(_REFUSED, record.reason, reader))}"
    if record.agrees is False:
        return text, reader.say(
            "il conto dell’agente e il nostro non coincidono", "the agent’s count and ours differ"
        )
    return text, words.octets(record.bytes, reader) if record.result in ("whole", "partial") else ""
