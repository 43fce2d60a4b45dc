"""A session's recordings in words."""

from __future__ import annotations

from broker.cases.read_recording import REASONS, Seen
from web import views as v
from web import views_session as vs
from web.present import words
from web.present.reader import Pair, Reader
from web.present.times import length

_REASONS: dict[str, Pair] = {
    "incident": ("Incidente di sicurezza", "Security incident"),
    "dispute": ("Contestazione", "Dispute"),
    "control": ("Controllo sul fornitore", "Check on the vendor"),
    "access_request": ("Richiesta dell’interessato (art. 15)", "Data subject’s request (art. 15)"),
}


def page(session: str, found: list[Seen], reader: Reader) -> vs.Recordings:
    say = reader.say
    return vs.Recordings(
        code=session,
        title=say("Registrazioni della sessione", "Recordings of the session"),
        hint=say(
            "Scelga perché guarda: resta scritto nel registro, prima che si veda qualcosa.",
            "Choose why you look: the log keeps it, before anything is shown.",
        ),
        none=say("Questa sessione non ha registrazioni.", "This session has no recordings."),
        lines=tuple(_line(session, one, reader) for one in found),
        reason_label=say("Perché guarda", "Why you look"),
        reasons=tuple(v.Option(one, say(*_REASONS[one])) for one in REASONS),
        play=say("Guarda", "Watch"),
        pause=say("Pausa", "Pause"),
        resume=say("Riprendi", "Go on"),
        place=say("Punto della registrazione", "Place in the recording"),
        search=say("Cerca un testo", "Search for a text"),
        following=say("Successivo", "Next"),
        nothing=say("Non c’è.", "Not there."),
        loading=say("Apro e controllo i segmenti…", "Opening and checking the segments…"),
        screen=say("Registrazione", "Recording"),
        back=v.Act(say("Torna alla sessione", "Back to the session"), href=f"/sessioni/{session}"),
    )


def _line(session: str, one: Seen, reader: Reader) -> vs.RecordingLine:
    say, told = reader.say, one.told
    state = (
        say("cancellata", "erased") if told.erased else "" if told.closed else say("in corso", "under way")
    )
    size = words.octets(one.out_bytes, reader)
    return vs.RecordingLine(
        told.id,
        say(f"{length(one.seconds)}, {size}", f"{length(one.seconds)}, {size}"),
        state,
        "" if told.erased or not one.out_bytes else f"/api/sessions/{session}/recordings/{told.id}",
    )
