"""What the window says by itself, in Italian and in English."""

from __future__ import annotations

from agent.desk_words import DESK, chosen
from agent.language import Language
from agent.wire.refusals import Sentence

WINDOW: dict[str, Sentence] = {
    # on buttons and in titles
    "allow": DESK["allow"],  # and the next: of equal size and weight, neither is the wished answer
    "deny": DESK["deny"],
    "interrupt": DESK["interrupt"],
    "inform": Sentence("Informativa", "Privacy notice"),
    "close": Sentence("Chiudi", "Close"),
    "done": Sentence("Va bene", "All right"),
    "leave": Sentence("Annulla", "Cancel"),
    "report": Sentence("Segnala", "Report"),
    "report_something": Sentence("Segnala qualcosa", "Report something"),
    "explain": Sentence("Dica perché", "Say why"),
    "asked_title": Sentence("Richiesta di collegamento: {who}", "Request to connect: {who}"),
    "strip_title": Sentence("Collegamento in corso", "Connection under way"),
    "interrupted_title": Sentence("Collegamento interrotto", "Connection stopped"),
    "ended_title": Sentence("Collegamento terminato", "Connection ended"),
    "not_yet_title": Sentence("Non ancora interrotto", "Not stopped yet"),
    # what is written here
    "report_asks": Sentence(
        "Ha visto qualcosa di strano? Lo dica a titolare e ADS. Una riga, se vuole; non scriva password né dati di altri.",
        "Have you seen something odd? Please tell the titolare and the ADS. One line, if you like; please write no passwords "
        "and nothing about other people.",
    ),
    "report_sends": Sentence("Invia la segnalazione", "Send the report"),
    "why_title": Sentence("Perché ha interrotto?", "Why did you stop it?"),
    "why_asks": Sentence(
        "Il collegamento è chiuso. Se vuole, dica perché in una riga: resta nel registro. Non scriva password.",
        "The connection is closed. If you like, say why in one line: it stays on record. Please write no password.",
    ),
    "why_sends": Sentence("Scrivi nel registro", "Put it on record"),
    # before
    "asks": Sentence(" chiede di collegarsi a questo computer", " asks to connect to this computer"),
    "why": Sentence(" per: ", " for: "),
    "of": Sentence(" di ", " of "),
    "authorised": Sentence(" Autorizzato da ", " Authorised by "),
    "until": Sentence(" fino alle ", " until "),
    "until_day": Sentence("{at:%H:%M} del {at:%d/%m/%Y}", "{at:%H:%M} on {at:%d/%m/%Y}"),
    "close_documents": Sentence(
        " Chiuda i documenti personali prima di continuare.",
        " Please close personal documents before you go on.",
    ),
    "more": Sentence(
        "{count} altre cose: sono nell’informativa", "{count} more things: they are in the privacy notice"
    ),
    "one_more": Sentence("Altro: è nell’informativa", "One more: it is in the privacy notice"),
    "left": Sentence(
        "Senza risposta, la richiesta si chiude tra {left}", "Without an answer, the request closes in {left}"
    ),
    "locked": Sentence(
        "Lo schermo è bloccato: nessuno può consentire.", "The screen is locked: nobody can allow it."
    ),
    # during
    "is_connected": Sentence(" è collegato", " is connected"),
    "uses": Sentence("Usa adesso: {open}", "In use now: {open}"),
    "and_more": Sentence(", e altro", ", and more"),
    "paused": Sentence("In pausa.", "Paused."),
    "sees_nothing": Sentence(" {technician} non vede e non fa nulla", " {technician} sees and does nothing"),
    "since": Sentence("dalle {at}, {how}", "since {at}, {how}"),
    "paused_by_watcher": Sentence("per ordine di chi guarda", "by order of whoever watches"),
    "supervision_lost": Sentence("nessuno sta guardando", "nobody is watching"),
    "watched": Sentence("con supervisione", "supervised"),
    "unwatched": Sentence("senza supervisione", "not supervised"),
    "no_agent": Sentence(
        "l’agente non risponde: se resta così, riavvii il computer",
        "the agent does not answer: if it stays so, please restart the computer",
    ),
    "no_server": Sentence(
        "il server non risponde: Interrompi funziona lo stesso", "the server does not answer: Stop still works"
    ),
    "recorded": Sentence("Registrazione attiva", "Recording on"),
    "unrecorded": Sentence("Non registrato", "Not recorded"),
    "interrupting": Sentence("Interrompo…", "Stopping…"),
    # after
    "ended": Sentence("Il collegamento è terminato.", "The connection has ended."),
    "nobody_left": DESK["nobody_left"],
    "by_you": Sentence("Interrotto da lei. {first}", "Stopped by you. {first}"),
}  # fmt: skip


def say(code: str, language: Language, **facts: object) -> str:
    return chosen(WINDOW[code], language).format(**facts)
