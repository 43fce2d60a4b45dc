"""English beside the Italian of the templates, one line each; a test holds the two lists together."""

from __future__ import annotations

from typing import Final

from web.english_access import ACCESS
from web.english_desk import DESK
from web.english_duties import DUTIES
from web.english_estate import ESTATE
from web.english_import import IMPORT
from web.english_incidents import INCIDENTS
from web.english_live import LIVE
from web.english_owner import OWNER
from web.english_plugs import PLUGS
from web.english_programs import PROGRAMS
from web.english_protection import PROTECTION
from web.english_reports import REPORTS
from web.english_resale import RESALE
from web.english_signin import SIGNIN
from web.english_work import WORK

ENGLISH: Final[dict[str, str]] = {
    **ESTATE,
    **DESK,
    **DUTIES,
    **IMPORT,
    **OWNER,
    **LIVE,
    **PROGRAMS,
    **INCIDENTS,
    **ACCESS,
    **PLUGS,
    **PROTECTION,
    **REPORTS,
    "Dichiarazione del tecnico": "The technician’s declaration",
    "Per firmare con passkey serve JavaScript.": "Signing by passkey takes JavaScript.",
    **WORK,
    **RESALE,
    **SIGNIN,
    "1. Per quale anomalia, su quale macchina": "1. For which fault, on which host",
    "2. Che cosa le serve poter fare": "2. What you need to be able to do",
    "3. Quando e per quanto": "3. When and for how long",
    "4. Attività previste": "4. Expected activities",
    "5. Chi approva": "5. Who approves",
    "Riga di comando": "Command line",
    "Con questo comando entra da un terminale, con il suo nome e i suoi permessi. Firmare resta nel browser.": (
        "With this command you come in from a terminal, under your name and with your rights. Signing stays in the browser."
    ),
    "Il codice da scrivere quando lo chiede": "The code to type when it asks",
    "Vale una volta, fino alle {expires}. Non lo dia a nessuno: chi lo usa entra come lei, fino alle {until}.": (
        "It counts once, until {expires}. Give it to nobody: whoever uses it comes in as you, until {until}."
    ),
    "Mostra un altro codice": "Show another code",
    "Mostra un codice": "Show a code",
    "Entrare da un terminale": "Come in from a terminal",
    "Qui nessuno fa nulla da un po’": "Nobody has done anything here for a while",
    "Perciò la pagina è coperta. Ciò che ha scritto è ancora qui sotto, e le sessioni aperte continuano: si faccia riconoscere di nuovo.": (
        "So the page is covered. What you wrote is still under it, and open sessions go on: show again who you are."
    ),
    "Continua a vedere questa sessione, e «Pausa» e «Termina» funzionano. Per il resto si faccia riconoscere di nuovo.": (
        "You go on seeing this session, and “Pause” and “Terminate” work. For all else, show again who you are."
    ),
    "Sono io: uso la passkey": "It is me: use the passkey",
    "Entra in un altro modo, in una nuova scheda": "Log in another way, in a new tab",
    "<kbd>Ctrl</kbd> <kbd>Alt</kbd> <kbd>Esc</kbd> esce dal terminale.": (
        "<kbd>Ctrl</kbd> <kbd>Alt</kbd> <kbd>Esc</kbd> leaves the terminal."
    ),
    "<kbd>J</kbd> <kbd>K</kbd> scorri · <kbd>Invio</kbd> apri": (
        "<kbd>J</kbd> <kbd>K</kbd> move · <kbd>Enter</kbd> open"
    ),
    "Aggiornata alle {time}.": "As of {time}.",
    "Al": "To",
    "Senza agente, alla scadenza chiude chi è collegato.": "Without an agent, whoever is connected closes when it ends.",
    "Alla scadenza l’agente chiude tutto da solo, anche se il nostro server non risponde.": (
        "At the end the agent closes everything by itself, even if our server does not answer."
    ),
    "Almeno 12 caratteri.": "At least 12 characters.",
    "Altre sessioni aperte": "Other open sessions",
    "Ancora nessun fatto.": "No facts yet.",
    "Anomalia, in una riga": "The fault, in one line",
    "Aperte": "Open",
    "Apro il terminale…": "Opening the terminal…",
    "Il canale dei file è chiuso.": "The channel for files is closed.",
    "Interrotto: si può riprendere da qui.": "Cut off: it can be taken up again from here.",
    "Sono elencati i primi 10.000 nomi di questa cartella.": "The first 10,000 names of this folder are listed.",
    "La macchina non l’ha fatto.": "The host did not do it.",
    "Riprendi": "Take it up again",
    "Preleva": "Take",
    "Mostra i file": "Show the files",
    "Trascini qui i file da inviare in questa cartella, o li scelga": "Drop files here to send them to this folder, or choose them",
    "Fatto": "Done",
    "Se il tempo non basta": "If the time is too short",
    "Parte una richiesta nuova per le stesse cose: questa sessione finisce quando era firmato, e chi autorizza firma di nuovo.": (
        "A new request for the same things goes out: this session ends when it was signed to, and an approver signs again."
    ),
    "File": "Files",
    "Nome": "Name",
    "Dimensione": "Size",
    "Apro la pagina di firma…": "Opening the signing page…",
    "Arriva per posta a chi può autorizzare. Nella posta non c’è il pulsante che autorizza: porta "
    "alla pagina dove si firma.": (
        "It goes by mail to those who can authorise. The mail holds no button that authorises: it leads "
        "to the page where one signs."
    ),
    "Aspetta chi può autorizzare nella sua pagina. Questo server non invia posta: lo avvisi lei.": (
        "It waits on the page of those who can authorise. This server sends no mail: tell them yourself."
    ),
    "Attività svolte": "Work done",
    "Avvia sessione": "Start session",
    "Cambia cliente": "Change customer",
    "Canale {n}": "Channel {n}",
    "Canali": "Channels",
    "Che cosa intende fare": "What you intend to do",
    "Che cosa leggerà chi approva": "What the approver will read",
    "Che cosa si intende fare": "What is to be done",
    "Che cosa si può fare": "What can be done",
    "Chi fa che cosa": "Who does what",
    "Chi guarda": "Who watches",
    "Chi guarda durante la sessione?": "Who watches during the session?",
    "Chiave del server": "Server key",
    "Chieda solo ciò che serve a questa anomalia. Aggiungere un canale dopo richiede una nuova firma.": (
        "Ask only for what this fault needs. Adding a channel later takes a new signature."
    ),
    "Chiudi e registra": "Close and record",
    "Chiudi la sessione": "Close the session",
    "Chiudi sessione": "Close session",
    "Questo browser non risponde alla macchina per lei.": "This browser does not answer the host for you.",
    "Se questa pagina la guarda per tutti, dopo due minuti la macchina mette la sessione in pausa; «Interrompi» alla postazione la chiude.": (
        "If this page is the one that watches, after two minutes the host pauses the session; Stop at the desk closes it."
    ),
    "chiusa": "closed",
    "chiuso": "closed",
    "Ciò che lascia può restare attivo dopo la sessione, senza altre firme.": (
        "What he leaves there can stay active after the session, without another signature."
    ),
    "Cliente": "Customer",
    "Coda": "Queue",
    "Richieste di accesso": "Requests for access",
    "Coda vuota. Nessuno aspetta.": "The queue is empty. Nobody is waiting.",
    "Codice a sei cifre": "Six-digit code",
    "Codice, vale una volta:": "Code, good for one use:",
    "Colori": "Colours",
    "Comandi sulla sessione": "Session commands",
    "Come finisce": "How it ends",
    "Con i suoi strumenti": "With your own tools",
    "Con la sua passkey: impronta, volto o PIN del suo dispositivo. Entrare non firma nulla.": (
        "With your passkey: your device’s fingerprint, face or PIN. Logging in signs nothing."
    ),
    "Consegno la sua firma": "Delivering your signature",
    "Contesto": "Context",
    "Continua a guardare": "Keep watching",
    "Copia": "Copy",
    "Copia comando ssh": "Copy ssh command",
    "Copiato.": "Copied.",
    "Da qui non è arrivata nessuna firma. Nulla è cambiato.": (
        "No signature arrived here. Nothing has changed."
    ),
    "Dal": "From",
    "dal più recente": "latest first",
    "Dall’applicazione sul telefono.": "From the app on your phone.",
    "di <b>{vendor}</b>, suo responsabile del trattamento. {asked}": (
        "of <b>{vendor}</b>, your data processor. {asked}"
    ),
    "Di prima": "Earlier",
    "Entra": "Log in",
    "Entra con passkey": "Log in with passkey",
    "Entra con password e codice": "Log in with password and code",
    "Entra in un’altra scheda": "Log in in another tab",
    "Entra in Verbale": "Log in to Verbale",
    "Esci": "Log out",
    "Esito": "Outcome",
    "Facoltativo. Lo legge il tecnico.": "Optional. The technician reads it.",
    "Fatti": "Facts",
    "Fatto.": "Done.",
    "Fermo alle {time}": "Frozen at {time}",
    "ritardo fino a {t} s": "up to {t} s behind",
    "Fine": "End",
    "Firma": "Signature",
    "Firmata. Ecco il codice per la macchina.": "Signed. Here is the code for the host.",
    "Fuori da questa firma": "Outside this signature",
    "Gestione": "Management",
    "Ha cambiato idea? La revoca chiude anche una sessione già aperta.": (
        "Changed your mind? Revoking also ends a session already open."
    ),
    "Il browser non permette passkey su questo indirizzo. Serve https e l’indirizzo giusto.": (
        "The browser allows no passkey at this address. It takes https and the right address."
    ),
    "Il contenuto dello strumento non è visto da Verbale; inizio, fine e processi sì.": (
        "Verbale does not see the tool’s content; it does see start, end and processes."
    ),
    "Il dispositivo le chiede impronta, volto o PIN.": "Your device asks for fingerprint, face or PIN.",
    "Il mese": "The month",
    "Il mio browser non offre passkey": "My browser offers no passkeys",
    "Il registro esce in file firmati che altri programmi sanno controllare. Può darne lettura a chi vuole: vi stanno pseudonimi, nessun nome.": (
        "The log is published as signed files that other programs can check. You may let anybody read it: it holds pseudonyms and no names."
    ),
    "Il server non risponde. Nulla è cambiato: riprovi tra poco.": (
        "The server does not answer. Nothing has changed: try again shortly."
    ),
    "Il suo registro, per chi lo sorveglia": "Your log, for whoever keeps an eye on it",
    "Il terminale nel browser ha bisogno di JavaScript. Il comando ssh qui sotto fa lo stesso.": (
        "The terminal in the browser needs JavaScript. The ssh command below does the same."
    ),
    "Il terminale è chiuso.": "The terminal is closed.",
    "Impronta": "Digest",
    "In diretta": "Live",
    "In questo momento": "Right now",
    "Indirizzo di posta": "E-mail address",
    "Invia di nuovo": "Send again",
    "Invia la richiesta": "Send request",
    "Invio l’ordine di terminare…": "Sending the order to terminate…",
    "J e K scorrono una coda, X apre Termina. Nei campi e nel terminale non valgono mai.": (
        "J and K move through a queue, X opens Terminate. In fields and in the terminal they never act."
    ),
    "La firma non è stata accettata.": "The signature was not accepted.",
    "La sessione si chiude tra {n} minuti.": "The session closes in {n} minutes.",
    "La sessione è autorizzata. Comincia quando la avvia.": (
        "The session is authorised. It begins when you start it."
    ),
    "La sua connessione è caduta alle {time}.": "Your connection dropped at {time}.",
    "La sua firma vale solo per questa richiesta.": "Your signature is for this request only.",
    "La sua passkey la attiva, una volta sola: da qui parte l’orologio.": (
        "Your passkey activates it, once: the clock starts then."
    ),
    "La vista finisce con la sessione: qui non si può tornare indietro.": (
        "The view ends with the session: there is no going back here."
    ),
    "La vista è finita.": "The view is over.",
    "Lavoro": "Work",
    "Le passkey hanno bisogno di JavaScript.": "Passkeys need JavaScript.",
    "Leggi la dichiarazione intera che firma": "Read the whole statement you sign",
    "Lingua": "Language",
    "Lo apra nell’applicazione dei codici": "Open it in the code app",
    "L’abbiamo coperta.": "We have covered it.",
    "L’accesso è scaduto. Entri di nuovo in un’altra scheda: ciò che ha scritto resta qui.": (
        "Your log-in has run out. Log in again in another tab: what you wrote stays here."
    ),
    "L’ho annotato: avanti": "I have noted it: next",
    "L’orologio di questo dispositivo è sbagliato: qui conta quello del server.": (
        "This device’s clock is wrong: here the server’s counts."
    ),
    "Macchina": "Host",
    "Macchine": "Hosts",
    "Metta questo segreto nell’applicazione dei codici sul suo telefono. Salvata la password, non lo "
    "vedrà più.": (
        "Put this secret into the code app on your phone. Once the password is saved you will not see it "
        "again."
    ),
    "Motivo scritto: «{text}»": "Reason given: “{text}”",
    "Ne scelga una dalla coda, oppure ne faccia una nuova.": "Choose one from the queue, or make a new one.",
    "Nessuna registrazione": "Not recorded",
    "Nessuna richiesta aspetta": "No request is waiting",
    "Nessuna richiesta scelta": "No request chosen",
    "Nessuna sessione aperta": "No open session",
    "No": "No",
    "Non ancora": "Not yet",
    "Non ancora inviato": "Not sent yet",
    "non autorizzato": "not authorised",
    "Non ha firmato. Nulla è cambiato.": "You have not signed. Nothing has changed.",
    "Non ha usato la passkey. Nulla è cambiato.": "You did not use the passkey. Nothing has changed.",
    "Non lo vedrà più: lo annoti o lo consegni ora a chi va alla macchina, insieme al file di iscrizione.": (
        "You will not see it again: note it, or give it now to whoever goes to the host, with the "
        "enrolment file."
    ),
    "Non per i tecnici: la loro passkey attiva la sessione.": (
        "Not for technicians: their passkey activates the session."
    ),
    "Non potrà": "Will not be able to",
    "non registrata": "not recorded",
    "Non si può": "Not possible",
    "Nuova richiesta": "New request",
    "Nuova richiesta di accesso": "New access request",
    "Ora legale o solare": "Summer or winter time",
    "Ordine inviato. Aspetto la conferma della macchina.": "Order sent. Waiting for the host to confirm.",
    "Password": "Password",
    "Password e codice": "Password and code",
    "Password e codice, quando manca la passkey": "Password and code, when no passkey is at hand",
    "Password nuova": "New password",
    "per": "for",
    "Per attivare con passkey serve JavaScript. Dopo l’attivazione può lavorare con ssh.": (
        "Activating with a passkey needs JavaScript. Once activated you can work with ssh."
    ),
    "Per consegnare la firma serve JavaScript.": "Delivering the signature needs JavaScript.",
    "Per firmare con passkey serve JavaScript. Può firmare da un altro dispositivo con questo stesso "
    "collegamento, o rispondere per PEC.": (
        "Signing with a passkey needs JavaScript. You can sign from another device with this same link, "
        "or answer by certified mail."
    ),
    "Persone": "People",
    "Posso intervenire?": "May I start?",
    "Potrà": "Will be able to",
    "Preferenze": "Preferences",
    "Questa pagina non è più com’era. Ciò che ha scritto resta qui: quando ha finito, la ricarichi.": (
        "This page is no longer as it was. What you wrote stays here: when you have finished, reload it."
    ),
    "Questo browser non offre passkey. Serve un browser aggiornato.": (
        "This browser offers no passkeys. An up-to-date one is needed."
    ),
    "Questo dispositivo ha già una sua passkey qui.": "This device already has a passkey of yours here.",
    "registrata": "recorded",
    "Registrazione attiva": "Recording on",
    "Registro pubblicato": "Published log",
    "Registro": "Log",
    "Copia comando connect": "Copy connect command",
    "Oppure": "Or",
    "Si apre sul suo computer, finché dura la sessione.": "It opens on your own computer, as long as the session lasts.",
    "Terminali": "Terminals",
    "Altro terminale": "Another terminal",
    "Chiudi questo terminale": "Close this terminal",
    "Collegamento interrotto: riprovo…": "Connection cut: trying again…",
    "Riapri il terminale": "Reopen the terminal",
    "Ricarica": "Reload",
    "Richiesta di accesso": "Access request",
    "Richiesta di accesso per {tenant}": "Access request for {tenant}",
    "Richiesta scelta": "Chosen request",
    "Richieste": "Requests",
    "Riprova": "Try again",
    "Riprova ora": "Try again now",
    "Ritorno dalla firma": "Back from signing",
    "Salva": "Save",
    "Scheda della sessione": "Session card",
    "Scrivi l’esito": "Write the outcome",
    "Sembra una password: non la scriva qui.": "This looks like a password: do not write it here.",
    "Senza rete. Ciò che vede è delle {time}.": "Offline. What you see is from {time}.",
    "Senza rete: la firma non è ancora arrivata. Resti su questa pagina e riprovi.": (
        "Offline: the signature has not arrived yet. Stay on this page and try again."
    ),
    "Senza rete: riprovo finché l’ordine arriva. «Interrompi» alla postazione funziona senza server.": (
        "Offline: trying until the order arrives. “Stop” at the desk works without any server."
    ),
    "Serve un browser aggiornato e un indirizzo https. Da una macchina senza lettore può usare il "
    "telefono: il browser mostra un codice da inquadrare.": (
        "It takes an up-to-date browser and an https address. On a computer without a reader you can use "
        "your phone: the browser shows a code to scan."
    ),
    "Sessione": "Session",
    "Sessione più lunga": "Longest session",
    "Sessione {code}": "Session {code}",
    "Sessioni": "Sessions",
    "Sezioni": "Sections",
    "si chiude da sola": "closes by itself",
    "Segmenti registrati e firmati: {n}": "Segments recorded and signed: {n}",
    "Solo visione. Parti riservate coperte prima di arrivare qui: {n}": (
        "View only. Private parts covered before they got here: {n}"
    ),
    "ssh passa dagli stessi controlli.": "ssh passes the same checks.",
    "Stato": "State",
    "Strumento": "Tool",
    "Sì": "Yes",
    "Tasti singoli": "Single keys",
    "Tecnico": "Technician",
    "Termina": "Terminate",
    "Termina chiude subito tutto. La sessione non si può riaprire.": (
        "Terminate closes everything at once. The session cannot be reopened."
    ),
    "Termina ora": "Terminate now",
    "Perché l’ha terminata?": "Why did you terminate it?",
    "Facoltativo. Resta nel registro; non scriva password.": "Optional. It stays in the log; write no passwords.",
    "Terminale": "Terminal",
    "Terminale e processi si chiudono entro pochi secondi; le diremo quando la macchina lo ha "
    "confermato. L’autorizzazione decade: per riprendere serve una nuova firma.": (
        "Terminal and processes close within seconds; we will tell you when the host has confirmed it. "
        "The authorisation lapses: going on takes a new signature."
    ),
    "Terminare la sessione di {name}?": "Terminate the session of {name}?",
    "Testo delle ultime 50 righe": "Text of the last 50 lines",
    "testo dell’autorizzazione": "text of the authorisation",
    "Tipo: assistenza. Un’attività fuori da questo elenco richiede una nuova richiesta.": (
        "Type: assistance. An activity outside this list takes a new request."
    ),
    "Torna alla coda": "Back to the queue",
    "Torna alla pagina di prima": "Back to the page before",
    "Torna alla pagina iniziale": "Back to the first page",
    "Torna alla sessione": "Back to the session",
    "Torna indietro": "Go back",
    "Un momento: il registro la controlla e la iscrive.": "A moment: the log checks it and enters it.",
    "Una cosa da correggere prima di inviare": "One thing to correct before sending",
    "Una o due frasi. Chi approva le leggerà così come sono.": (
        "One or two sentences. The approver will read them as they are."
    ),
    "Una richiesta nuova compare qui da sola, e le arriva per posta.": (
        "A new request appears here by itself, and comes to you by mail."
    ),
    "Una richiesta nuova compare qui da sola.": "A new request appears here by itself.",
    "Una riga per il titolare": "A line for the titolare",
    "Una sessione compare qui quando l’agente la conferma.": (
        "A session appears here when the agent confirms it."
    ),
    "Uscita del terminale, sola lettura": "Terminal output, read only",
    "Vai al contenuto": "Skip to content",
    "Valgono in questo browser soltanto.": "They hold in this browser only.",
    "Vista in diretta": "Live view",
    "Vuole dire perché?": "Would you say why?",
    "{n} cose da correggere prima di inviare": "{n} things to correct before sending",
    "{n} novità": "{n} new",
    "Chi decide chiede un chiarimento": "Whoever decides asks a question",
    "Chiarimenti": "Questions and answers",
    "La sua domanda": "Your question",
    "Le risposte restano nel registro e non fanno parte di ciò che si firma. Se la richiesta deve cambiare, il tecnico la ritira e ne fa un’altra.": (
        "The answers stay in the log and are not part of what is signed. If the request must change, the technician "
        "withdraws it and makes another one."
    ),
    "chiede": "asks",
    "risponde": "answers",
    "È un amministratore della macchina: potrà modificare anche Verbale.": (
        "It is an administrator of the host: he could change Verbale too."
    ),
    "… una parte non è più disponibile …": "… a part is no longer available …",
    "Appunti": "Clipboard",
    "Apro lo schermo…": "Opening the screen…",
    "Che cosa dello schermo": "What of the screen",
    "Gli appunti no.": "The clipboard does not.",
    "Il tecnico non ha lo schermo aperto.": "The technician does not have the screen open.",
    "Lo schermo nel browser ha bisogno di JavaScript.": "The screen in the browser needs JavaScript.",
    "Lo schermo non arriva. Riprovo da sola.": "The screen does not arrive. Trying again by itself.",
    "Lo schermo è chiuso.": "The screen is closed.",
    "Manda alla macchina": "Send to the host",
    "Mouse e tastiera vanno alla macchina.": "Mouse and keyboard go to the host.",
    "Mouse, tastiera e appunti non passano: l’autorizzazione non li comprende.": "Mouse, keyboard and clipboard do not pass: the authorisation does not cover them.",
    "Ogni passaggio è nel registro: verso dove, quanti caratteri, l’impronta. Il testo no.": "Each passage is in the log: which way, how long, its digest. The text is not.",
    "Riapri lo schermo": "Open the screen again",
    "Schermo della macchina": "The host’s screen",
    "Schermo della macchina, sola visione": "The host’s screen, seen only",
    "Schermo intero": "Full screen",
    "Solo visione.": "Seen only.",
    "Tasti speciali": "Special keys",
    "Tasto Windows": "Windows key",
    "Testo degli appunti": "Text of the clipboard",
    "<kbd>Ctrl</kbd> <kbd>Alt</kbd> <kbd>Esc</kbd> esce dallo schermo.": "<kbd>Ctrl</kbd> <kbd>Alt</kbd> <kbd>Esc</kbd> leaves the screen.",
    "Dello schermo non si copre nulla: lei vede ciò che vede il tecnico.": (
        "Nothing of the screen is covered: you see what the technician sees."
    ),
}
