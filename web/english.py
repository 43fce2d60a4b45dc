"""English beside the Italian of the templates, one line each; a test holds the two lists together."""

from __future__ import annotations

from typing import Final

ENGLISH: Final[dict[str, str]] = {
    "1. Per quale anomalia, su quale macchina": "1. For which fault, on which host",
    "2. Che cosa le serve poter fare": "2. What you need to be able to do",
    "3. Quando e per quanto": "3. When and for how long",
    "4. Attività previste": "4. Expected activities",
    "5. Chi approva": "5. Who approves",
    "<kbd>Ctrl</kbd> <kbd>Alt</kbd> <kbd>Esc</kbd> esce dal terminale.": (
        "<kbd>Ctrl</kbd> <kbd>Alt</kbd> <kbd>Esc</kbd> leaves the terminal."
    ),
    "<kbd>J</kbd> <kbd>K</kbd> scorri · <kbd>Invio</kbd> apri": (
        "<kbd>J</kbd> <kbd>K</kbd> move · <kbd>Enter</kbd> open"
    ),
    "Accetta e crea la passkey": "Accept and create the passkey",
    "Adempimenti": "Duties",
    "Agente": "Agent",
    "Aggiornata alle {time}.": "As of {time}.",
    "Aggiungi una passkey per entrare": "Add a passkey to log in with",
    "Al": "To",
    "Alla scadenza l’agente chiude tutto da solo, anche se il nostro server non risponde.": (
        "At the end the agent closes everything by itself, even if our server does not answer."
    ),
    "Almeno 12 caratteri.": "At least 12 characters.",
    "Altre sessioni aperte": "Other open sessions",
    "Ancora nessun fatto.": "No facts yet.",
    "Ancora nessun mese chiuso. Il primo rapporto arriva all’inizio del mese prossimo.": (
        "No month closed yet. The first report comes at the start of next month."
    ),
    "Ancora nessuna macchina": "No host yet",
    "Anomalia, in una riga": "The fault, in one line",
    "Aperte": "Open",
    "Apro il terminale…": "Opening the terminal…",
    "Apro la pagina di firma…": "Opening the signing page…",
    "Arriva per posta a chi può autorizzare. Nella posta non c’è il pulsante che autorizza: porta "
    "alla pagina dove si firma.": (
        "It goes by mail to those who can authorise. The mail holds no button that authorises: it leads "
        "to the page where one signs."
    ),
    "Aspetta la firma del titolare": "Awaiting the titolare’s signature",
    "Assistenza remota di {vendor}": "Remote assistance by {vendor}",
    "Attività svolte": "Work done",
    "Avanti: la passkey": "Next: the passkey",
    "Avvia sessione": "Start session",
    "Azione": "Action",
    "Cambia cliente": "Change customer",
    "Canale {n}": "Channel {n}",
    "Canali": "Channels",
    "Canali che si possono chiedere": "Channels that may be asked for",
    "Che cosa firma": "What you sign",
    "Che cosa intende fare": "What you intend to do",
    "Che cosa leggerà chi approva": "What the approver will read",
    "Che cosa si intende fare": "What is to be done",
    "Che cosa si può fare": "What can be done",
    "Chi autorizza lo nomina il titolare, con la sua firma: da qui si può solo invitare.": (
        "Who may authorise is named by the titolare, with his signature: from here one can only invite."
    ),
    "Chi fa che cosa": "Who does what",
    "Chi guarda": "Who watches",
    "Chi guarda durante la sessione?": "Who watches during the session?",
    "Chi può autorizzare": "Who may authorise",
    "Chi è alla macchina la legge dal dispositivo del titolare e la digita. Non la copi da posta, "
    "telefono o da questa pagina: qui non c’è.": (
        "Whoever is at the host reads it from the titolare’s device and types it. Do not copy it from "
        "mail, phone or this page: it is not here."
    ),
    "Chi è alla postazione": "Whoever is at the desk",
    "Chiave del server": "Server key",
    "Chiave pubblica ssh": "Public ssh key",
    "Chiavi": "Keys",
    "Chieda solo ciò che serve a questa anomalia. Aggiungere un canale dopo richiede una nuova firma.": (
        "Ask only for what this fault needs. Adding a channel later takes a new signature."
    ),
    "Chiudi e registra": "Close and record",
    "Chiudi la sessione": "Close the session",
    "Chiudi sessione": "Close session",
    "Fra queste, almeno del titolare": "Among them, at least of the titolare",
    "Fra queste, almeno di ADS": "Among them, at least of ADS",
    "Questo browser non risponde alla macchina per lei.": "This browser does not answer the host for you.",
    "Se questa pagina la guarda per tutti, dopo due minuti la macchina mette la sessione in pausa; «Interrompi» alla postazione la chiude.": (
        "If this page is the one that watches, after two minutes the host pauses the session; Stop at the desk closes it."
    ),
    "Zero: basta chiunque possa autorizzare.": "Zero: anybody who may authorise will do.",
    "chiusa": "closed",
    "chiuso": "closed",
    "Ciò che lascia può restare attivo dopo la sessione, senza altre firme.": (
        "What he leaves there can stay active after the session, without another signature."
    ),
    "Cliente": "Customer",
    "Coda": "Queue",
    "Coda vuota. Nessuno aspetta.": "The queue is empty. Nobody is waiting.",
    "Codice a sei cifre": "Six-digit code",
    "Codice di primo avvio": "First-run code",
    "Codice, vale una volta:": "Code, good for one use:",
    "Colori": "Colours",
    "Comandi sulla sessione": "Session commands",
    "Comando che lo avvia": "Command that starts it",
    "Come finisce": "How it ends",
    "Come vuole essere indicato nei registri": "How you wish to be named in the records",
    "Con i suoi strumenti": "With your own tools",
    "Con la sua passkey: impronta, volto o PIN del suo dispositivo. Entrare non firma nulla.": (
        "With your passkey: your device’s fingerprint, face or PIN. Logging in signs nothing."
    ),
    "Consegno la sua firma": "Delivering your signature",
    "Contesto": "Context",
    "Continua a guardare": "Keep watching",
    "Copia": "Copy",
    "Copia comando ssh": "Copy ssh command",
    "Copia il collegamento": "Copy the link",
    "Copiato.": "Copied.",
    "C’è dopo la firma.": "It is here after the signature.",
    "C’è dopo le regole.": "It is here after the rules.",
    "Da qui non è arrivata nessuna firma. Nulla è cambiato.": (
        "No signature arrived here. Nothing has changed."
    ),
    "Dal": "From",
    "dal più recente": "latest first",
    "Dall’applicazione sul telefono.": "From the app on your phone.",
    "Dati del rapporto di {month}, JSON": "Data of the report of {month}, JSON",
    "di <b>{vendor}</b>, suo responsabile del trattamento. {asked}": (
        "of <b>{vendor}</b>, your data processor. {asked}"
    ),
    "Di prima": "Earlier",
    "Digiti l’impronta letta dal titolare": "Type the fingerprint the titolare reads",
    "Dove": "Where",
    "Dove sta": "Where it stands",
    "Eccezioni": "Exceptions",
    "Elenco": "List",
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
    "Fine": "End",
    "Finestra più lunga": "Longest window",
    "Fino al": "Until",
    "Firma": "Signature",
    "Firma l’elenco intero: chi non c’è, da quel momento non può più autorizzare. Ogni macchina lo "
    "controlla da sola.": (
        "You sign the whole list: whoever is not in it can authorise no longer from then on. Every host "
        "checks it by itself."
    ),
    "Firmata": "Signed",
    "Firmata. Ecco il codice per la macchina.": "Signed. Here is the code for the host.",
    "Firme necessarie": "Signatures needed",
    "Funzione, come nella nomina": "Function, as in the appointment",
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
    "Il loro contenuto non è visto da Verbale; inizio, fine e processi sì.": (
        "Verbale does not see their content; it does see start, end and processes."
    ),
    "Il mese": "The month",
    "Il mio browser non offre passkey": "My browser offers no passkeys",
    "Il server non risponde. Nulla è cambiato: riprovi tra poco.": (
        "The server does not answer. Nothing has changed: try again shortly."
    ),
    "Il terminale nel browser ha bisogno di JavaScript. Il comando ssh qui sotto fa lo stesso.": (
        "The terminal in the browser needs JavaScript. The ssh command below does the same."
    ),
    "Il terminale è chiuso.": "The terminal is closed.",
    "Il titolare firma l’iscrizione": "The titolare signs the enrolment",
    "Impronta": "Digest",
    "In coda": "In the queue",
    "In diretta": "Live",
    "In questo momento": "Right now",
    "Indirizzo di posta": "E-mail address",
    "Invia di nuovo": "Send again",
    "Invia la richiesta": "Send request",
    "Invio l’ordine di terminare…": "Sending the order to terminate…",
    "Invita una persona": "Invite a person",
    "Invito": "Invitation",
    "Invito di <b>{who}</b> per {name}, valido fino a {until}.": (
        "Invitation from <b>{who}</b> for {name}, good until {until}."
    ),
    "Invito pronto.": "Invitation ready.",
    "Iscrivi una macchina": "Enrol a host",
    "J e K scorrono una coda, X apre Termina. Nei campi e nel terminale non valgono mai.": (
        "J and K move through a queue, X opens Terminate. In fields and in the terminal they never act."
    ),
    "La firma non è stata accettata.": "The signature was not accepted.",
    "La passkey nasce sul suo dispositivo: da qui nessuno la vede o la può usare.": (
        "The passkey is made on your device: nobody here can see or use it."
    ),
    "La prima la prepara il fornitore, o lei alla pagina Macchine.": (
        "The vendor prepares the first one, or you do on the page Hosts."
    ),
    "La prima si iscrive da qui sotto: serve la firma del titolare.": (
        "Enrol the first one below: it takes the titolare’s signature."
    ),
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
    "Le chiavi di cui si fida lei: lo tenga da parte dal primo giorno, non lo prenda da un pacchetto.": (
        "The keys you trust: keep it apart from the first day on, never take it from a bundle."
    ),
    "Le mie chiavi": "My keys",
    "Le passkey hanno bisogno di JavaScript.": "Passkeys need JavaScript.",
    "Le regole nominano l’utente delle sessioni": "The rules name the account of the sessions",
    "Le sue macchine": "Your hosts",
    "Le sue regole": "Your rules",
    "Leggi e cambia le regole": "Read and change the rules",
    "Leggi la dichiarazione intera che firma": "Read the whole statement you sign",
    "Lingua": "Language",
    "Lo apra nell’applicazione dei codici": "Open it in the code app",
    "Lo consegni di persona o per un canale che conosce. Vale una volta.": (
        "Hand it over in person or by a channel you know. It is good for one use."
    ),
    "Lo legge chi firma: potrà modificare anche Verbale.": (
        "The signer reads it: he could change Verbale too."
    ),
    "L’abbiamo coperta.": "We have covered it.",
    "L’accesso è scaduto. Entri di nuovo in un’altra scheda: ciò che ha scritto resta qui.": (
        "Your log-in has run out. Log in again in another tab: what you wrote stays here."
    ),
    "L’agente su {label}, {tenant}": "The agent on {label}, {tenant}",
    "L’azienda che dà assistenza, come nei contratti.": (
        "The company that gives assistance, as in its contracts."
    ),
    "L’ha stampato il comando di avvio, sulla console del server. Vale una volta.": (
        "The start command printed it on the server’s console. It is good for one use."
    ),
    "L’ho annotato: avanti": "I have noted it: next",
    "L’installa una persona del cliente. Apre solo connessioni in uscita e obbedisce alle chiavi che "
    "gli vengono date adesso, non al nostro server.": (
        "A person of the customer installs it. It only opens outgoing connections and obeys the keys it "
        "is given now, not our server."
    ),
    "L’orologio di questo dispositivo è sbagliato: qui conta quello del server.": (
        "This device’s clock is wrong: here the server’s counts."
    ),
    "L’utente locale delle sessioni lo nomina il titolare, nelle sue regole.": (
        "The local account of the sessions is named by the titolare, in his rules."
    ),
    "Macchina": "Host",
    "Macchine": "Hosts",
    "Macchine sue che tengono copia della testa del registro.": (
        "Hosts of yours that keep a copy of the log’s head."
    ),
    "Mese": "Month",
    "Metta questo segreto nell’applicazione dei codici sul suo telefono. Salvata la password, non lo "
    "vedrà più.": (
        "Put this secret into the code app on your phone. Once the password is saved you will not see it "
        "again."
    ),
    "Motivo scritto: «{text}»": "Reason given: “{text}”",
    "Ne scelga una dalla coda, oppure ne faccia una nuova.": "Choose one from the queue, or make a new one.",
    "Nella pagina che segue il dispositivo le chiederà impronta, volto o PIN. Ne crei poi una "
    "seconda: è il solo modo di rientrare se perde la prima.": (
        "On the next page your device will ask for fingerprint, face or PIN. Then create a second one: it"
        " is the only way back in if you lose the first."
    ),
    "Nessuna eccezione": "No exceptions",
    "Nessuna registrazione": "Not recorded",
    "Nessuna richiesta aspetta": "No request is waiting",
    "Nessuna richiesta scelta": "No request chosen",
    "Nessuna sessione aperta": "No open session",
    "Niente da fare": "Nothing to do",
    "No": "No",
    "Nome": "Name",
    "Nome breve": "Short name",
    "Nome del cliente": "Customer’s name",
    "Nome del fornitore": "Vendor’s name",
    "Nome della macchina": "Host name",
    "Nome e funzione, come nella sua nomina.": "Name and function, as in your appointment.",
    "Non ancora": "Not yet",
    "Non ancora inviato": "Not sent yet",
    "non autorizzato": "not authorised",
    'Non deve fidarsi di noi: il pacchetto si controlla senza rete con <span class="mono">verbale-'
    "verify</span>. Lo può dare a chi vuole.": (
        'You need not trust us: the bundle is checked offline with <span class="mono">verbale-'
        "verify</span>. Give it to whom you like."
    ),
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
    "Non può approvarla nessuno di {vendor}.": "Nobody of {vendor} can approve it.",
    "non registrata": "not recorded",
    "Non si può": "Not possible",
    "Nuova richiesta": "New request",
    "Nuova richiesta di accesso": "New access request",
    "Nuovo cliente": "New customer",
    "Ogni macchina le tiene con sé e le fa valere da sola, anche contro il nostro server. Le cambia "
    "solo la sua firma.": (
        "Every host keeps them and enforces them by itself, even against our server. Only your signature "
        "changes them."
    ),
    "Ora la passkey con cui firmerà": "Now the passkey you will sign with",
    "Ora legale o solare": "Summer or winter time",
    "Ordine inviato. Aspetto la conferma della macchina.": "Order sent. Waiting for the host to confirm.",
    "Pacchetto": "Bundle",
    "Pacchetto di {month}": "Bundle of {month}",
    "Passkey": "Passkeys",
    "Passo 1 di {n}: la passkey per entrare": "Step 1 of {n}: the passkey to log in",
    "Passo 2 di 2: la passkey per firmare": "Step 2 of 2: the passkey to sign",
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
    "Porti il file di iscrizione sulla macchina": "Carry the enrolment file to the host",
    "Posso intervenire?": "May I start?",
    "Potrà": "Will be able to",
    "Preferenze": "Preferences",
    "Primo avvio": "First run",
    "Processi da sorvegliare": "Processes to watch",
    "Questa pagina non è più com’era. Ciò che ha scritto resta qui: quando ha finito, la ricarichi.": (
        "This page is no longer as it was. What you wrote stays here: when you have finished, reload it."
    ),
    "Questa pagina si apre una sola volta. Inviato il codice, non vale più e la pagina non c’è più.": (
        "This page opens once. With the code sent, it is spent and the page is gone."
    ),
    "Questo browser non offre passkey. Serve un browser aggiornato.": (
        "This browser offers no passkeys. An up-to-date one is needed."
    ),
    "Questo dispositivo ha già una sua passkey qui.": "This device already has a passkey of yours here.",
    "Questo server è vuoto. Cominci da lei.": "This server is empty. Start with yourself.",
    "Rapporti firmati": "Signed reports",
    "Rapporto di {month}, PDF": "Report of {month}, PDF",
    "registrata": "recorded",
    "Registrazione attiva": "Recording on",
    "Registro": "Log",
    "Riapri il terminale": "Reopen the terminal",
    "Ricarica": "Reload",
    "Richiesta di accesso": "Access request",
    "Richiesta di accesso per {tenant}": "Access request for {tenant}",
    "Richiesta scelta": "Chosen request",
    "Richieste": "Requests",
    "Riprova": "Try again",
    "Riprova ora": "Try again now",
    "Ritorno dalla firma": "Back from signing",
    "Ruolo": "Role",
    "Salva": "Save",
    "Scarica": "Download",
    "Scarica trust.json": "Download trust.json",
    "Scarica il file di iscrizione": "Download the enrolment file",
    "Scheda della sessione": "Session card",
    "Scrivi l’esito": "Write the outcome",
    "Se il nostro server non risponde": "If our server does not answer",
    "Secondi per chiudersi da solo": "Seconds to close by itself",
    "Sembra una password: non la scriva qui.": "This looks like a password: do not write it here.",
    "Senza --root la macchina funziona, ma resta «non confermata» e ogni pagina lo dice.": (
        "Without --root the host works, but stays “not confirmed”, and every page says so."
    ),
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
    "Sessioni aperte": "Open sessions",
    "Sezioni": "Sections",
    "si chiude da sola": "closes by itself",
    "Solo testi che quella pagina le mostra per intero.": "Only texts that page shows you in full.",
    "Solo visione. Parti riservate coperte prima di arrivare qui: {n}": (
        "View only. Private parts covered before they got here: {n}"
    ),
    "ssh passa dagli stessi controlli.": "ssh passes the same checks.",
    "Stato": "State",
    "Strumenti con licenza": "Licensed tools",
    "Strumento": "Tool",
    "Sul suo dispositivo, alla pagina di firma. Lì legge anche l’impronta da digitare sulla macchina;"
    " poi qui riceve il codice, una volta sola.": (
        "On your device, at the signing page. There you also read the fingerprint to type at the host; "
        "then you get the code here, once only."
    ),
    "Sulla pagina di firma, che il fornitore non può cambiare da qui.": (
        "On the signing page, which the vendor cannot change from here."
    ),
    "Sì": "Yes",
    "Tasti singoli": "Single keys",
    "Tecnico": "Technician",
    "Termina": "Terminate",
    "Termina chiude subito tutto. La sessione non si può riaprire.": (
        "Terminate closes everything at once. The session cannot be reopened."
    ),
    "Termina ora": "Terminate now",
    "Terminale": "Terminal",
    "Terminale e processi si chiudono entro pochi secondi; le diremo quando la macchina lo ha "
    "confermato. L’autorizzazione decade: per riprendere serve una nuova firma.": (
        "Terminal and processes close within seconds; we will tell you when the host has confirmed it. "
        "The authorisation lapses: going on takes a new signature."
    ),
    "Terminare la sessione di {name}?": "Terminate the session of {name}?",
    "Testa del registro al {when}": "Log head on {when}",
    "Testimoni necessari al registro": "Witnesses the log needs",
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
    "Una riga, come nel file .pub. Vale dalla prossima richiesta.": (
        "One line, as in the .pub file. It counts from the next request on."
    ),
    "Una sessione compare qui quando l’agente la conferma.": (
        "A session appears here when the agent confirms it."
    ),
    "Tratteggiati: questa versione non li offre ancora.": "Dashed: this version does not offer them yet.",
    "Uscita del terminale, sola lettura": "Terminal output, read only",
    "Utente": "Account",
    "Utente locale delle sessioni": "Local account of sessions",
    "Utente locale di ogni macchina": "Local account of each host",
    "Vai al contenuto": "Skip to content",
    "Valgono in questo browser soltanto.": "They hold in this browser only.",
    "Vedi i fatti": "See the facts",
    "Verbale non usa password. La sua passkey sta nel telefono, nel computer o in una chiave di "
    "sicurezza: qui arriva solo la parte pubblica.": (
        "Verbale uses no passwords. Your passkey lives in your phone, your computer or a security key: "
        "only its public part comes here."
    ),
    "Verdetto": "Verdict",
    "Vista in diretta": "Live view",
    "Visto": "Seen",
    "Vuole dire perché?": "Would you say why?",
    "{name}, il suo accesso a Verbale": "{name}, your access to Verbale",
    "{n} cose da correggere prima di inviare": "{n} things to correct before sending",
    "{n} novità": "{n} new",
    "{tenant} le chiede di poter autorizzare gli interventi": "{tenant} asks you to authorise sessions",
    "È un amministratore della macchina": "It is an administrator of the host",
    "È un amministratore della macchina: potrà modificare anche Verbale.": (
        "It is an administrator of the host: he could change Verbale too."
    ),
    "È un’altra, e nasce su un altro indirizzo: quella per entrare non può mai valere come autorizzazione.": (
        "It is another one, made at another address: the one to log in can never count as an authorisation."
    ),
    "… una parte non è più disponibile …": "… a part is no longer available …",
}
