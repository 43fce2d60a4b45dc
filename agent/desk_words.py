"""What the person at the desk is told by the agent, in Italian and in English. No record holds these words."""

from __future__ import annotations

from agent.language import Language
from agent.wire.refusals import Sentence

DESK: dict[str, Sentence] = {
    # of a session
    "technician": Sentence("Un tecnico", "A technician"),
    "who": Sentence("{technician} di {organisation}", "{technician} of {organisation}"),
    "and": Sentence(" e ", " and "),
    "one_more": Sentence("un’altra persona", "another person"),
    "more_people": Sentence("altre {count} persone", "{count} more people"),
    "titolare": Sentence("titolare", "titolare"),
    "ads": Sentence("ADS", "ADS"),
    "vendor_ads": Sentence("ADS del fornitore, in mandato", "ADS of the vendor, under a mandate"),
    "unrecorded": Sentence("Nessuna registrazione.", "Not recorded."),
    "text_recorded": Sentence(
        "Ciò che i comandi rispondono viene registrato; tasti e schermo no.",
        "What commands answer is recorded; keys and screen are not.",
    ),
    "screen_recorded": Sentence(
        "Lo schermo viene registrato; i tasti no.", "The screen is recorded; keys are not."
    ),
    "see": Sentence("Vede questo schermo.", "This screen is seen."),
    "control": Sentence("Vede e usa questo schermo.", "This screen is seen and used."),
    "may": Sentence("Può:", "Allowed:"),
    "may_as": Sentence("Può, come utente {account}:", "Allowed, as account {account}:"),
    "more_things": Sentence(
        "- altre {count} cose: verbale-agent information", "- {count} more things: verbale-agent information"
    ),
    "why": Sentence(" per: {why}", " for: {why}"),
    "asks": Sentence(
        "Verbale: {who} chiede di collegarsi a questo computer{why}.",
        "Verbale: {who} asks to connect to this computer{why}.",
    ),
    "connects": Sentence(
        "Verbale: {who} si collega a questo computer{why}.",
        "Verbale: {who} connects to this computer{why}.",
    ),
    "is_connected": Sentence(
        "Verbale: {who} è collegato a questo computer dalle {at}{why}.",
        "Verbale: {who} has been connected to this computer since {at}{why}.",
    ),
    "authorised": Sentence("Autorizzato da {by} fino alle {until}.", "Authorised by {by} until {until}."),
    "allow": Sentence("Consenti collegamento", "Allow connection"),
    "deny": Sentence("Non ora", "Not now"),
    "interrupt": Sentence("Interrompi", "Stop"),
    "uses": Sentence("Verbale: {who} usa dalle {at} {word}.", "Verbale: {who} has been using since {at}: {word}."),
    "paused": Sentence(
        "Verbale: il collegamento di {who} è in pausa dalle {at}: {why}. Intanto non vede e non fa nulla.",
        "Verbale: the connection of {who} has been paused since {at}: {why}. Meanwhile nothing is seen or done.",
    ),
    "paused_by_watcher": Sentence("lo ha chiesto chi guarda", "whoever watches asked for it"),
    "supervision_lost": Sentence("nessuno lo guarda", "nobody is watching"),
    "resumed": Sentence(
        "Verbale: il collegamento di {who} riprende alle {at}.",
        "Verbale: the connection of {who} goes on at {at}.",
    ),
    "not_begun": Sentence(
        "Verbale: il collegamento di {who} non è cominciato.",
        "Verbale: the connection of {who} has not begun.",
    ),
    "ended": Sentence(
        "Verbale: collegamento terminato alle {at}. Durata {length}.",
        "Verbale: connection ended at {at}. It lasted {length}.",
    ),
    "left_some": Sentence(
        "ATTENZIONE: qualche programma del collegamento non si è potuto chiudere. "
        "Riavvii il computer o chiami chi lo amministra.",
        "ATTENTION: some program of the connection could not be ended. "
        "Please restart the computer or call its administrator.",
    ),
    "left_unknown": Sentence(
        "Non è certo che ogni programma del collegamento sia chiuso: per esserlo, riavvii il computer.",
        "It is not certain that every program of the connection has ended: to be sure, please restart the computer.",
    ),
    # answers to orders
    "none_live": Sentence(
        "Nessuna sessione è in corso su questo computer.", "No session is under way on this computer."
    ),
    "one_live": Sentence(
        "Una sessione è in corso su questo computer.", "One session is under way on this computer."
    ),
    "many_live": Sentence(
        "{count} sessioni sono in corso su questo computer.",
        "{count} sessions are under way on this computer.",
    ),
    "not_live": Sentence("La sessione {session} non è in corso.", "Session {session} is not under way."),
    "not_ended": Sentence(
        "Il collegamento non è ancora chiuso: ripeta l’ordine.",
        "The connection is not closed yet: please repeat the order.",
    ),
    "interrupted": Sentence("Collegamento interrotto.", "Connection stopped."),
    "interrupted_many": Sentence("{count} collegamenti interrotti.", "{count} connections stopped."),
    "nobody_left": Sentence(
        "Nessuno è più collegato a questo computer.", "Nobody is connected to this computer any more."
    ),
    "no_signed_stop": Sentence(
        "Il file non è un ordine di fine firmato.", "The file is no signed order to stop."
    ),
    "stop_taken": Sentence(
        "Ordine accettato: la sessione {session} si chiude.",
        "Order accepted: session {session} is being closed.",
    ),
    "nobody_asks": Sentence(
        "Nessuno chiede adesso di collegarsi con quella sessione.",
        "Nobody is asking now to connect with that session.",
    ),
    "allowed": Sentence("Collegamento consentito.", "Connection allowed."),
    "denied": Sentence(
        "Collegamento rifiutato: nessuno si collega.", "Connection refused: nobody connects."
    ),
    "nothing_to_tell": Sentence(
        "Nessuno è collegato o chiede di collegarsi: non c’è di che informare.",
        "Nobody is connected or asks to connect: there is nothing to inform of.",
    ),
    "not_understood": Sentence("Questo ordine non si capisce.", "This order is not understood."),
    "not_logged_in": Sentence(
        "Può farlo solo chi ha fatto accesso a questo computer.",
        "Only somebody who is logged in to this computer can do that.",
    ),
    "from_inside": Sentence(
        "Da dentro una sessione non si danno ordini alla macchina.",
        "Nobody gives this computer orders from inside a session.",
    ),
    "too_many_orders": Sentence("Troppi ordini insieme: ripeta.", "Too many orders at once: please repeat."),
    "out_of_reach": Sentence(
        "Questo utente non arriva all’agente: chieda a chi amministra il computer.",
        "This account does not reach the agent: please ask the computer’s administrator.",
    ),
    "no_agent": Sentence(
        "L’agente non è in funzione in {tried}; se lavora con un’altra cartella: --state CARTELLA.",
        "The agent is not running in {tried}; if it works with another folder: --state FOLDER.",
    ),
    "nor_in": Sentence(" né in ", " nor in "),
    "unconfirmed": Sentence(
        "L’agente non ha ancora confermato: ripeta l’ordine.",
        "The agent has not confirmed yet: please repeat the order.",
    ),
    # reports from the desk
    "reported": Sentence(
        "Segnalato: resta scritto nel registro, e titolare e ADS ricevono un avviso appena c’è rete.",
        "Reported: it stays on record, and the titolare and the ADS are notified as soon as there is a network.",
    ),
    "explained": Sentence(
        "Scritto nel registro, accanto alla fine del collegamento.",
        "Written down, beside the end of the connection.",
    ),
    "too_many_reports": Sentence(
        "Ci sono già molte segnalazioni in quest’ora: telefoni al titolare o all’ADS.",
        "There are many reports within this hour already: please telephone the titolare or the ADS.",
    ),
    "not_kept": Sentence(
        "Non si è potuto scrivere: telefoni al titolare o all’ADS.",
        "It could not be written down: please telephone the titolare or the ADS.",
    ),
    "not_interrupted": Sentence(
        "Di quel collegamento non c’è da dire perché: non è stato interrotto da qui, o è già scritto.",
        "There is no reason to give for that connection: it was not stopped from here, or it is written down.",
    ),
    "nothing_said": Sentence(
        "Non ha scritto nulla: va bene così.", "You wrote nothing: that is quite all right."
    ),
    "unknown_session": Sentence(
        "La sessione {session} non è nota qui: segnali senza indicarla.",
        "Session {session} is not known here: please report without naming it.",
    ),
}  # fmt: skip


def both(code: str, **facts: object) -> Sentence:
    found = DESK[code]
    return Sentence(found.it.format(**facts), found.en.format(**facts))


def said(code: str, language: Language, **facts: object) -> str:
    return chosen(DESK[code], language).format(**facts)


def chosen(found: Sentence, language: Language) -> str:
    return found.en if language == "en" else found.it
