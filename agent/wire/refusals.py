"""Why an agent says no: the codes that travel in notes and frames, with a sentence each.

One table for both ends: the broker shows the sentence, the agent prints it on its own terminal.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sentence:
    """What people read; each says what is wrong and who can mend it."""

    it: str
    en: str


REFUSALS: dict[str, Sentence] = {
    "envelope_invalid": Sentence(
        "L’ordine di apertura è rovinato o le sue parti non vanno insieme: il tecnico ripeta la richiesta.",
        "The order to open is damaged or its parts do not belong together: the technician should ask again.",
    ),
    "pins_differ": Sentence(
        "Il permesso non è firmato con la chiave che questa macchina conosce: "
        "il titolare verifichi con il fornitore.",
        "The grant is not signed with the key this host knows: the customer should check with the vendor.",
    ),
    "host_differs": Sentence(
        "Il permesso vale per un’altra macchina: il tecnico ripeta la richiesta per questa.",
        "The grant is for another host: the technician should ask for this one.",
    ),
    "policy_differs": Sentence(
        "La richiesta non sta nelle regole del cliente in vigore su questa macchina: "
        "il tecnico ripeta la richiesta.",
        "The request is outside the customer's rules in force on this host: the technician should ask again.",
    ),
    "tool_missing": Sentence(
        "Il programma richiesto non è tra quelli ammessi dalle regole del cliente: "
        "il titolare può aggiungerlo.",
        "The tool asked for is not among those the customer's rules allow: the customer can add it.",
    ),
    "environment_not_allowed": Sentence(
        "Le regole del cliente non ammettono una variabile che il tecnico ha inviato: la tolga.",
        "The customer's rules do not allow a variable that the technician sent: he should leave it out.",
    ),
    "port_missing": Sentence(
        "La porta richiesta non è tra quelle nominate dalle regole del cliente: il titolare può aggiungerla.",
        "The port asked for is not among those the customer's rules name: the customer can add it.",
    ),
    "port_unreachable": Sentence(
        "La macchina non raggiunge quella porta: nessuno vi risponde, o il suo nome porta altrove. "
        "Il tecnico verifichi che il servizio sia acceso.",
        "The host does not reach that port: nobody answers there, or its name leads elsewhere. "
        "The technician should check that the service is running.",
    ),
    "account_not_possible": Sentence(
        "L’agente di questa macchina non può lavorare con l’utente previsto dalle regole: "
        "chi amministra la macchina lo installi come servizio di sistema.",
        "The agent of this host cannot work as the account of the rules: "
        "the host's administrator should install it as a system service.",
    ),
    "replayed": Sentence(
        "Questa autorizzazione è già stata usata: il tecnico ne chieda una nuova.",
        "This authorisation was used before: the technician should ask for a new one.",
    ),
    "window_closed": Sentence(
        "L’intervallo autorizzato non è ancora cominciato: il tecnico attenda l’orario.",
        "The authorised window has not begun: the technician should wait for it.",
    ),
    "expired": Sentence(
        "L’intervallo autorizzato è finito: il tecnico ripeta la richiesta.",
        "The authorised window is over: the technician should ask again.",
    ),
    "authorisation_missing": Sentence(
        "Mancano autorizzazioni: chi autorizza per il cliente deve firmare la richiesta.",
        "Approvals are missing: the customer's approvers must sign the request.",
    ),
    "not_recognised": Sentence(
        "L’autorizzazione non viene da nessuno che questa macchina riconosca: "
        "il titolare può nominare chi autorizza.",
        "The approval comes from nobody this host recognises: the customer can appoint approvers.",
    ),
    "signature_invalid": Sentence(
        "La firma sull’autorizzazione non è di chi dice di averla data: "
        "nessuno ha autorizzato questa richiesta; il titolare va avvisato.",
        "The signature on the approval is not of the person named: "
        "nobody approved this request; the customer should be told.",
    ),
    "ads_delegation_missing": Sentence(
        "Chi ha autorizzato può farlo solo con una delega o un mandato che comprenda questa richiesta, e non c’è: "
        "il titolare può darlo, o autorizzare lui.",
        "Whoever approved may do so only under a delegation or mandate that covers this request, and there is none: "
        "the customer can give one, or approve himself.",
    ),
    "delegation_expired": Sentence(
        "L’incarico, la delega o il mandato di chi ha autorizzato non è in corso: il titolare può rinnovarlo.",
        "The approver's appointment, delegation or mandate is not in force: the customer can renew it.",
    ),
    "own_request": Sentence(
        "Nessuno autorizza ciò che chiede egli stesso: serve la firma di un’altra persona.",
        "Nobody approves what he asked for himself: another person must sign.",
    ),
    "demo_not_allowed": Sentence(
        "Una chiave dimostrativa non vale su una macchina vera: serve una chiave di sicurezza.",
        "A demo key does not count on a real host: a security key is needed.",
    ),
    "activation_missing": Sentence(
        "Il tecnico nominato non ha attivato il permesso con la propria chiave: lo attivi dal portale.",
        "The named technician did not activate the grant with his own key: he should do so in the dashboard.",
    ),
    "texts_differ": Sentence(
        "Il testo mostrato non è quello autorizzato: il tecnico ripeta la richiesta.",
        "The text shown is not the one approved: the technician should ask again.",
    ),
    "supervision_missing": Sentence(
        "Nessuno ha preso in carico la supervisione: chi deve guardare la prenda dal portale.",
        "Nobody has taken supervision: the watcher should take it in the dashboard.",
    ),
    "check_in_differs": Sentence(
        "La presa in carico della supervisione è di un’altra sessione o di un altro momento: "
        "chi guarda la firmi di nuovo dalla pagina della sessione.",
        "The check-in of the watcher is of another session or another time: "
        "the watcher should sign it again on the session's page.",
    ),
    "stop_differs": Sentence(
        "L’ordine di fine firmato è di un’altra sessione: chi lo ha firmato usi «Termina», "
        "o lo firmi di nuovo dalla pagina della sessione.",
        "The signed order to stop is of another session: whoever signed it should use “Terminate”, "
        "or sign again on the session's page.",
    ),
    "session_paused": Sentence(
        "La sessione è in pausa: riprende quando chi guarda riapre la sua pagina o preme «Riprendi».",
        "The session is paused: it resumes when the watcher opens the page again or presses “Resume”.",
    ),
    "recording_differs": Sentence(
        "L’ordine e la richiesta autorizzata non dicono lo stesso sulla registrazione: il fornitore verifichi il servizio.",
        "The order and the approved request disagree on recording: the vendor should check the service.",
    ),
    "log_unproven": Sentence(
        "Il registro non prova che l’apertura sia stata scritta: il fornitore verifichi il servizio.",
        "The log does not prove that the opening was written: the vendor should check the service.",
    ),
    "log_forked": Sentence(
        "Il registro mostra due storie diverse: nessuna sessione finché il titolare non firma il recupero.",
        "The log shows two different histories: no session until the customer signs a recovery.",
    ),
    "host_revoked": Sentence(
        "Questa macchina è stata tolta dal servizio da chi la amministra: serve una nuova iscrizione.",
        "This host was taken out of service by its administrator: it must be enrolled again.",
    ),
    "revoked_at_host": Sentence(
        "Chi amministra questa macchina ha revocato qui la chiave di chi ha firmato, o il permesso: "
        "il tecnico chieda una nuova autorizzazione, a un’altra persona se la chiave è persa.",
        "Whoever administers this host revoked here the key of who signed, or the grant: the technician "
        "should ask for a new approval, from another person if the key is lost.",
    ),
    "desk_denied": Sentence(
        "La persona alla postazione non ha acconsentito: il tecnico la contatti prima di chiedere di nuovo.",
        "The person at the host did not consent: the technician should speak to them before asking again.",
    ),
    "session_ended": Sentence(
        "La sessione è già finita: il tecnico ne chieda una nuova.",
        "The session is over: the technician should ask for a new one.",
    ),
    "too_many_sessions": Sentence(
        "Su questa macchina ci sono già troppe sessioni aperte: se ne chiuda una.",
        "There are too many sessions on this host already: one should be closed.",
    ),
    "too_many_channels": Sentence(
        "La sessione ha già troppi canali aperti: il tecnico ne chiuda uno.",
        "The session has too many channels open: the technician should close one.",
    ),
    "desktop_missing": Sentence(
        "L’utente previsto dalle regole non ha ora uno schermo aperto su questa macchina: "
        "qualcuno acceda con quell’utente, poi il tecnico riprovi.",
        "The account of the rules has no screen open on this host now: somebody should log in as it, "
        "then the technician tries again.",
    ),
    "desktop_server_missing": Sentence(
        "Su questa macchina manca il programma che mostra lo schermo: chi la amministra installi "
        "tigervnc-scraping-server o x11vnc (con Wayland, wayvnc); su Windows UltraVNC o TightVNC Server; "
        "su macOS macVNC, perché la sua Condivisione schermo non si apre per una sola sessione.",
        "This host lacks the program that shows its screen: its administrator should install "
        "tigervnc-scraping-server or x11vnc (with Wayland, wayvnc); on Windows UltraVNC or TightVNC Server; "
        "on macOS macVNC, for its own Screen Sharing cannot be opened for one session alone.",
    ),
    "desktop_server_failed": Sentence(
        "Il programma che mostra lo schermo non è partito: chi amministra la macchina lo provi.",
        "The program that shows the screen did not start: the host's administrator should try it.",
    ),
    "desktop_server_exposed": Sentence(
        "Il programma che mostra lo schermo si faceva raggiungere da più che da questa macchina: è stato "
        "fermato. Chi amministra la macchina ne controlli la versione e la configurazione.",
        "The program that shows the screen could be reached from more than this host: it was stopped. "
        "The host's administrator should check its version and configuration.",
    ),
    "windows_unread": Sentence(
        "Le regole lasciano fuori dalla registrazione alcune finestre, e su questo schermo l’agente non può sapere dove "
        "siano: lo schermo non si apre. Chi amministra la macchina apra un desktop X11 con quell’utente; altrimenti il "
        "titolare cambi le regole.",
        "The rules leave some windows out of the recording, and the agent cannot know where they are on this screen: it "
        "is not opened. The host’s administrator should open an X11 desktop under that account; else the titolare changes "
        "the rules.",
    ),
    "desktop_not_open": Sentence(
        "Il tecnico non ha aperto lo schermo: non c’è ancora nulla da guardare.",
        "The technician has not opened the screen: there is nothing to watch yet.",
    ),
    "desktop_breach": Sentence(
        "La pagina o il programma dello schermo ha detto ciò che il protocollo non prevede: "
        "il canale è stato chiuso. Il tecnico lo riapra; se si ripete, il fornitore risponda.",
        "The page or the screen's program said what the protocol does not know: the channel was closed. "
        "The technician opens it again; if it happens again, the vendor owes an answer.",
    ),
    "notes_waiting": Sentence(
        "La macchina attende che il registro confermi ciò che ha già scritto e intanto non apre altro: "
        "il fornitore verifichi il servizio.",
        "The host waits for the log to acknowledge what it wrote and opens nothing meanwhile: "
        "the vendor should check the service.",
    ),
    "broker_not_reached": Sentence(
        "La macchina non ha raggiunto il servizio per aprire il canale: si riprovi; se non basta, "
        "chi amministra la rete verifichi.",
        "The host could not reach the service to open the channel: try again; if that is not enough, "
        "the network's administrator should check.",
    ),
    "process_not_started": Sentence(
        "La macchina non ha potuto avviare il programma: chi la amministra verifichi utente e programma.",
        "The host could not start the program: its administrator should check account and program.",
    ),
}
