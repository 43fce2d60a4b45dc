"""What `verbale-agent` says on a terminal: one clear sentence each, in Italian and in English."""

from __future__ import annotations

from agent.language import Language
from agent.wire.refusals import Sentence

MISUSE = 2
FAILED = 1

SENTENCES: dict[str, Sentence] = {
    "file_unreadable": Sentence(
        "Il file di iscrizione {path} non si può leggere: verifica il percorso e i permessi.",
        "The enrolment file {path} cannot be read: check the path and its permissions.",
    ),
    "stop_unreadable": Sentence(
        "L’ordine di fine {path} non si può leggere: verifica il percorso e i permessi.",
        "The order to stop {path} cannot be read: check the path and its permissions.",
    ),
    "file_invalid": Sentence(
        "Il file {path} non è un file di iscrizione integro: fattelo dare di nuovo dal titolare.",
        "The file {path} is not an intact enrolment file: ask the customer for it again.",
    ),
    "file_expired": Sentence(
        "Il file di iscrizione non è valido in questo momento (scade il {expires}): "
        "il titolare ne firmi uno nuovo, oppure si corregga l’orologio di questa macchina.",
        "The enrolment file is not valid now (it expires on {expires}): "
        "the customer should sign a new one, or this host's clock should be set right.",
    ),
    "chain_invalid": Sentence(
        "Le firme nel file di iscrizione non tornano: non iscrivere la macchina, avvisa il titolare.",
        "The signatures in the enrolment file do not hold: do not enrol, tell the customer.",
    ),
    "root_mistyped": Sentence(
        "L’impronta è stata digitata male (il carattere di controllo non torna): ricopiala dallo schermo "
        "del titolare.",
        "The fingerprint was mistyped (its check sign does not fit): copy it again from the customer's screen.",
    ),
    "root_differs": Sentence(
        "L’impronta digitata non è quella di questo file: il file non è quello firmato dal titolare; "
        "non iscrivere la macchina.",
        "The fingerprint typed is not this file's: the file is not the one the customer signed; do not enrol.",
    ),
    "root_missing": Sentence(
        "Nessuna impronta digitata: la macchina sarà iscritta come NON CONFERMATA dal cliente.",
        "No fingerprint typed: the host will be enrolled as NOT CONFIRMED by the customer.",
    ),
    "code_missing": Sentence(
        "Manca il codice monouso: aggiungi --code CODICE, lo dà il titolare.",
        "The one-time code is missing: add --code CODE, the customer has it.",
    ),
    "code_wrong": Sentence(
        "Il codice monouso non è quello di questo file: ricopialo, o fattene dare uno nuovo dal titolare.",
        "The one-time code is not this file's: copy it again, or ask the customer for a new one.",
    ),
    "account_not_named": Sentence(
        "Le regole firmate non dicono con quale utente si lavora su questa macchina: "
        "il titolare le completi.",
        "The signed policy names no account for this host: the customer should complete it.",
    ),
    "account_not_mine": Sentence(
        "Le regole firmate vogliono l’utente «{account}», ma l’agente gira come «{user}» e non è root: "
        "iscrivi la macchina come root o come quell’utente.",
        "The signed policy wants the account “{account}”, but the agent runs as “{user}” and is not root: "
        "enrol as root or as that account.",
    ),
    "account_unknown": Sentence(
        "L’utente «{account}» delle regole firmate non esiste su questa macchina: "
        "crealo, o il titolare ne indichi un altro.",
        "The account “{account}” of the signed policy does not exist here: "
        "create it, or the customer should name another.",
    ),
    "broker_not_allowed": Sentence(
        "L’indirizzo del servizio ({broker}) non è ammesso: serve https, salvo su questa stessa macchina.",
        "The service's address ({broker}) is not allowed: it needs https, except on this very machine.",
    ),
    "proxy_not_usable": Sentence(
        "«{proxy}» non è un proxy HTTP (http://nome:porta): correggi VERBALE_PROXY o https_proxy; "
        "lo sa chi amministra la rete.",
        "“{proxy}” is no HTTP proxy (http://name:port): correct VERBALE_PROXY or https_proxy; "
        "the network's administrator knows it.",
    ),
    "ca_file_not_usable": Sentence(
        "Il file delle autorità {path} (VERBALE_CA_FILE) manca, non si può leggere o non contiene certificati: "
        "chiedilo a chi amministra la rete.",
        "The file of authorities {path} (VERBALE_CA_FILE) is missing, unreadable or holds no certificate: "
        "ask the network's administrator for it.",
    ),
    "broker_unreachable": Sentence(
        "Il servizio {broker} non risponde ({why}): verifica la rete o il proxy e ripeti il comando.",
        "The service {broker} does not answer ({why}): check the network or the proxy and try again.",
    ),
    "broker_untrusted": Sentence(
        "Il certificato del servizio {broker} non è valido: qualcuno è in mezzo, o serve VERBALE_CA_FILE; "
        "chiedi a chi amministra la rete.",
        "The certificate of {broker} is not valid: somebody is in between, or VERBALE_CA_FILE is needed; "
        "ask the network's administrator.",
    ),
    "broker_confused": Sentence(
        "Il servizio {broker} ha dato una risposta che non si capisce (stato {status}): avvisa il fornitore.",
        "The service {broker} gave an answer that makes no sense (status {status}): tell the vendor.",
    ),
    "already_enrolled": Sentence(
        "Questa macchina è già iscritta (stato in {state}): per rifarlo, prima verbale-agent revoke.",
        "This host is enrolled already (state in {state}): to do it anew, verbale-agent revoke first.",
    ),
    "not_enrolled": Sentence(
        "Questa macchina non è iscritta (stato in {state}): usa verbale-agent enroll FILE.",
        "This host is not enrolled (state in {state}): use verbale-agent enroll FILE.",
    ),
    "revoked": Sentence(
        "La macchina è stata revocata qui il {at}: per riusarla sposta la cartella {state} "
        "e iscrivila con un file nuovo.",
        "The host was revoked here on {at}: to use it again move the folder {state} "
        "away and enrol with a new file.",
    ),
    "other_machine": Sentence(
        "Lo stato in {state} appartiene a un’altra macchina (disco clonato?): "
        "iscrivi questa con un file proprio.",
        "The state in {state} belongs to another machine (a cloned disk?): enrol this one with its own file.",
    ),
    "state_damaged": Sentence(
        "Lo stato dell’agente è rovinato ({path}): ripristina la macchina o iscrivila di nuovo.",
        "The agent's state is damaged ({path}): repair the machine or enrol it again.",
    ),
    "system_refuses": Sentence(
        "L’agente si ferma: il sistema non gli lascia scrivere {path} ({why}). "
        "Chi amministra la macchina liberi spazio o controlli il disco.",
        "The agent stops: the system does not let it write {path} ({why}). "
        "The machine's administrator should make room or check the disk.",
    ),
    "state_not_allowed": Sentence(
        "Non ho i permessi per {state}: usa un utente che li ha, o --state CARTELLA.",
        "I may not use {state}: use an account that may, or --state FOLDER.",
    ),
    "broker_set_back": Sentence(
        "Il servizio è tornato a uno stato precedente: gli mancano le note da {first} a {last}, che aveva "
        "confermato. Finché il titolare non firma il recupero la macchina non gli scrive: avvisa il fornitore.",
        "The service went back to an earlier state: it lacks notes {first} to {last}, which it had "
        "acknowledged. Until the customer signs a recovery the host tells it nothing: tell the vendor.",
    ),
    "already_running": Sentence(
        "Un altro agente sta già lavorando con lo stato in {state}: fermalo prima.",
        "Another agent is already working with the state in {state}: stop it first.",
    ),
    "keys_missing": Sentence(
        "Mancano le chiavi della macchina in {state}: iscrivila di nuovo con un file nuovo.",
        "The host's keys are missing from {state}: enrol it again with a new file.",
    ),
    "enrolled": Sentence(
        "Macchina «{label}» iscritta al servizio {broker}. Avvia l’agente con: verbale-agent run",
        "Host “{label}” enrolled with {broker}. Start the agent with: verbale-agent run",
    ),
    "confirmed": Sentence("Chiavi confermate dal cliente.", "Keys confirmed by the customer."),
    "not_confirmed": Sentence(
        "Chiavi NON confermate dal cliente: nessuno ha digitato l’impronta.",
        "Keys NOT confirmed by the customer: nobody typed the fingerprint.",
    ),
    "demo": Sentence(
        "Macchina dimostrativa: accetta chiavi software della demo.",
        "Demo host: it accepts the demo's software keys.",
    ),
    "no_machine_id": Sentence(
        "Questa macchina non ha un identificativo (/etc/machine-id): una copia del disco non verrà riconosciuta.",
        "This machine has no id (/etc/machine-id): a copy of its disk will not be recognised.",
    ),
    "type_root": Sentence(
        "Digita l’impronta che il titolare vede sul proprio dispositivo (vuoto: non confermata): ",
        "Type the fingerprint the customer sees on his own device (empty: not confirmed): ",
    ),
    "revoked_now": Sentence(
        "Macchina revocata: le chiavi del cliente sono tolte e nessuna sessione potrà aprirsi.",
        "Host revoked: the customer's pins are removed and no session can open.",
    ),
    "revocation_told": Sentence("Il registro lo sa.", "The log knows."),
    "revocation_untold": Sentence(
        "Il registro non è stato raggiunto: ripeti verbale-agent revoke quando c’è rete.",
        "The log was not reached: repeat verbale-agent revoke when there is a network.",
    ),
    "revocation_running": Sentence(
        "L’agente in esecuzione chiude le sessioni e lo scrive nel registro, se lo raggiunge: "
        "per saperlo, ripeti verbale-agent revoke.",
        "The running agent ends its sessions and tells the log, if it reaches it: "
        "to know, repeat verbale-agent revoke.",
    ),
    "paper_waits": Sentence(
        "Un elenco nuovo firmato con la chiave su carta attende dal {at}: {hours} ore su 72. "
        "Chi può autorizzare oggi può opporsi.",
        "A new list signed by the key on paper has waited since {at}: {hours} of 72 hours. "
        "Whoever may authorise today can object.",
    ),
    "barred_keys": Sentence(
        "Da ora su questa macchina le chiavi di quella persona non valgono più nulla (chiavi: {count}).",
        "From now on that person's keys count for nothing on this host (keys: {count}).",
    ),
    "barred_grant": Sentence(
        "Da ora su questa macchina quel permesso non vale più.",
        "From now on that grant counts for nothing on this host.",
    ),
    "barring_runs": Sentence(
        "L’agente in esecuzione chiude subito ciò che ne dipende e lo scrive nel registro appena lo raggiunge.",
        "The running agent ends at once what rests on it and tells the log as soon as it reaches it.",
    ),
    "barring_waits": Sentence(
        "L’agente è fermo: lo scriverà nel registro quando ripartirà.",
        "The agent is stopped: it will tell the log when it runs again.",
    ),
    "approver_unknown": Sentence(
        "«{said}» non indica una persona sola tra quelle fissate qui: vedi verbale-agent revoke --list.",
        "“{said}” names no single person among those pinned here: see verbale-agent revoke --list.",
    ),
    "grant_unknown": Sentence(
        "«{said}» non è l’impronta di un permesso né una sessione che è in corso qui.",
        "“{said}” is neither a grant's digest nor a session that is under way here.",
    ),
    "logs_unreadable": Sentence(
        "L’elenco dei registri {path} non si può leggere ({why}): verifica il percorso e i permessi.",
        "The list of logs {path} cannot be read ({why}): check the path and its permissions.",
    ),
    "logs_invalid": Sentence(
        "{path} non è un elenco di registri ({why}): serve un trust.json, o un vkey per riga.",
        "{path} is no list of logs ({why}): it takes a trust.json, or one vkey a line.",
    ),
    "witness_nameless": Sentence(
        "Al primo avvio il testimone ha bisogno di un nome: aggiungi --name testimone.esempio.it.",
        "At its first start the witness needs a name: add --name witness.example.com.",
    ),
    "witness_name_unfit": Sentence(
        "«{name}» non può essere il nome di un testimone: niente spazi, niente «+», al massimo 256 caratteri.",
        "“{name}” cannot name a witness: no blanks, no “+”, at most 256 characters.",
    ),
    "witness_renamed": Sentence(
        "Questo testimone si chiama «{name}» e non cambia nome: per un altro serve un’altra cartella.",
        "This witness is called “{name}” and keeps its name: another one needs a folder of its own.",
    ),
    "witness_running": Sentence(
        "Un altro processo è già testimone con lo stato in {state}: due insieme firmerebbero due storie.",
        "Another process already witnesses with the state in {state}: two together would sign two histories.",
    ),
    "witness_damaged": Sentence(
        "Lo stato del testimone è rovinato ({path}) e il testimone resta fermo: ripristina la cartella, "
        "oppure ricomincia in una nuova, con un nome nuovo.",
        "The witness's state is damaged ({path}) and the witness stays off: restore the folder, or begin "
        "anew in another one, under a new name.",
    ),
    "once_serves": Sentence(
        "Questa macchina aspetta una sola sessione. Chi chiede di collegarsi lo si legge qui: se serve il suo "
        "sì, scriva «sì» o «no» e Invio. Ctrl-C interrompe tutto.",
        "This host waits for one session. Who asks to come in is told here: where your yes is needed, type "
        "“yes” or “no” and Enter. Ctrl-C ends everything.",
    ),
    "once_over": Sentence(
        "Finito: il registro sa che questa macchina non è più in uso, e qui non resta nulla. "
        "Il programma scaricato si può cancellare.",
        "Over: the log knows that this host is out of use, and nothing is left here. "
        "The program can be deleted.",
    ),
    "once_untold": Sentence(
        "Finito, e qui non resta nulla; ma il registro non è stato raggiunto: avvisi il fornitore, che tolga "
        "questa macchina dal servizio.",
        "Over, and nothing is left here; but the log was not reached: tell the vendor, who takes this host "
        "out of use.",
    ),
    "once_left": Sentence(
        "Un uso precedente era stato interrotto: le sue chiavi sono tolte, e il registro lo sa.",
        "An earlier run had been cut off: its keys are removed, and the log knows.",
    ),
    "once_left_untold": Sentence(
        "Un uso precedente era stato interrotto: le sue chiavi sono tolte, ma il registro non è stato "
        "raggiunto; avvisi il fornitore.",
        "An earlier run had been cut off: its keys are removed, but the log was not reached; tell the vendor.",
    ),
    "once_not_here": Sentence(
        "Per una sola sessione l’agente non funziona ancora su questo sistema: iscrivi la macchina.",
        "For one session alone the agent does not work on this system yet: enrol the host.",
    ),
    "no_screen": Sentence(
        "Non c’è uno schermo su cui aprire la finestra: senza desktop gli avvisi arrivano sui terminali.",
        "There is no screen to open the window on: without a desktop the notices come to the terminals.",
    ),
    "cannot_listen": Sentence(
        "Non posso ascoltare su {host}, porta {port} ({why}): scegline un’altra con --port.",
        "Cannot listen on {host}, port {port} ({why}): choose another one with --port.",
    ),
}


class Failure(Exception):
    """Why a command stops: one sentence and an exit code."""

    def __init__(self, code: str, exit_code: int = FAILED, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.exit_code = exit_code
        self.facts = facts

    def sentence(self, language: Language) -> str:
        return say(self.code, language, **self.facts)


class BrokerRefused(Failure):
    """The broker's own no, in its own sentence."""

    def __init__(self, code: str, sentence: Sentence) -> None:
        super().__init__(code)
        self._sentence = sentence

    def sentence(self, language: Language) -> str:
        return shown(self._sentence.it if language == "it" else self._sentence.en)


MAX_SHOWN = 500


def shown(text: str) -> str:
    """What somebody else wrote, fit for a terminal or a log: one line, no control signs."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[:MAX_SHOWN])


def say(code: str, language: Language, **facts: object) -> str:
    found = SENTENCES[code]
    return (found.it if language == "it" else found.en).format(**facts)
