"""All keys, by the page they act on (screens §5)."""

from __future__ import annotations

from broker.domain.people import Who
from web import views_finding as f
from web.present.reader import Reader


def keys(who: Who, reader: Reader, *, on: bool) -> f.Keys:
    say = reader.say

    def one(does: tuple[str, str], *pressed: str) -> f.KeyLine:
        return f.KeyLine(pressed, say(*does))

    enter = say("Invio", "Enter")
    everywhere = [
        one(("Cerca e vai", "Search and go"), "Ctrl", "K"),
        one(("Questa pagina", "This page"), "?"),
    ]
    if who.house:
        everywhere.insert(1, one(("Registra telefonata", "Log a call"), "T"))
    groups = [f.KeyGroup(say("In ogni pagina", "On every page"), tuple(everywhere))]
    rows = [
        one(("Avanti e indietro nell’elenco", "Down and up the list"), "J", "K"),
        one(("Apri", "Open"), enter),
    ]
    if who.role == "technician":
        rows += [
            one(("Prendi il prossimo", "Take the next one"), "P"),
            one(("Chiedi l’autorizzazione", "Ask for authorisation"), "A"),
            one(("Vai alla supervisione che manca", "Go to the supervision that is missing"), "S"),
            one(("Chiedi un’estensione", "Ask for more time"), "E"),
            one(("Spiega perché non può intervenire", "Explain why you cannot start"), "I"),
        ]
    groups.append(f.KeyGroup(say("Nelle code", "In queues"), tuple(rows)))
    if who.role == "technician":
        session = [
            one(("Pausa, o riprendi", "Pause, or resume"), "P"),
            one(("Chiedi estensione", "Ask for more time"), "E"),
            one(("Chiudi sessione (apre la domanda)", "Close session (opens the question)"), "X"),
            one(
                ("Esci dal terminale o dallo schermo", "Leave the terminal or the screen"),
                "Ctrl",
                "Alt",
                "Esc",
            ),
        ]
        groups.append(f.KeyGroup(say("In una sessione", "In a session"), tuple(session)))
    if who.role in ("titolare", "ads"):
        watch = [
            one(("Pausa, o riprendi", "Pause, or resume"), "P"),
            one(("Estendi", "Extend"), "E"),
            one(("Segnala", "Flag"), "S"),
            one(("Termina (apre la domanda)", "Terminate (opens the question)"), "X"),
        ]
        groups.append(f.KeyGroup(say("Nella vista in diretta", "In the live view"), tuple(watch)))
    return f.Keys(tuple(groups), on)
