"""What a person whom a session concerns is given of it (GDPR, art. 15): files, pure.

Accesses come by time, kind and the role of whoever did it; names of others are not his to have (art. 15.4).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date

from audit import instant
from audit.leaf import Leaf
from audit.playable import Playable

README, ACCESSES = "LEGGIMI.txt", "accessi.json"


def recording_name(recording: str, suffix: str) -> str:
    return f"registrazioni/{recording}.{suffix}"


def files(
    asked: str,
    received: date,
    session: str,
    host: str,
    leaves: Iterable[Leaf],
    recordings: Mapping[str, Playable | None],
) -> dict[str, bytes]:
    """`recordings` are the session's; None where one was erased."""
    there = [(one, kept) for one, kept in recordings.items() if kept is not None]
    found = {recording_name(one, kept.suffix): kept.data for one, kept in there}
    lines = [_access(leaf) for leaf in leaves if leaf.session == session and leaf.record.RETAIN == "access"]
    found[ACCESSES] = json.dumps(lines, ensure_ascii=False, indent=1).encode() + b"\n"
    erased = sorted(one for one, kept in recordings.items() if kept is None)
    found[README] = _readme(asked, received, session, host, erased).encode()
    return found


def _access(leaf: Leaf) -> dict[str, object]:
    return {
        "time": instant.to_text(leaf.time),
        "kind": leaf.record.KIND,
        "it": leaf.record.IT,
        "en": leaf.record.EN,
        "role": leaf.actor.role,
        "record": leaf.n,
    }


def _readme(asked: str, received: date, session: str, host: str, erased: list[str]) -> str:
    gone_it = f"\nCancellate, e quindi non qui: {', '.join(erased)}.\n" if erased else ""
    gone_en = f"\nErased, and so not here: {', '.join(erased)}.\n" if erased else ""
    return (
        f"Estratto per la richiesta {asked}, ricevuta il {received.isoformat()} (art. 15 Reg. UE 2016/679).\n\n"
        f"Sessione {session} su {host}.\n"
        f"{ACCESSES}: gli accessi di questa sessione, con data e ora UTC, fatto e ruolo di chi lo ha compiuto. I "
        "nomi di altre persone non ci sono.\n"
        "registrazioni/: ciò che i comandi hanno risposto, con i segreti coperti (.cast, asciicast v2: «asciinema "
        "play FILE»), e ciò che lo schermo mostrava, coperte soltanto le finestre che le regole lasciavano fuori (.fbs, per lettori di sessioni VNC). I "
        "tasti non si registrano mai.\n"
        f"{gone_it}\n--\n\n"
        f"Extract for request {asked}, received on {received.isoformat()} (art. 15 GDPR).\n\n"
        f"Session {session} on {host}.\n"
        f"{ACCESSES}: the accesses of this session, with date and time in UTC, fact and role of whoever did it. "
        "Names of other people are not in it.\n"
        "registrazioni/: what commands answered, secrets covered (.cast, asciicast v2: “asciinema play FILE”), and "
        "what the screen showed, covered only the windows that the rules left out (.fbs, for players of VNC sessions). "
        "Keys are never recorded.\n"
        f"{gone_en}"
    )
