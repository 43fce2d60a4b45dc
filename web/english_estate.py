"""English of the pages on which a customer, his people, machines and rules are seen to."""

from __future__ import annotations

from typing import Final

ESTATE: Final[dict[str, str]] = {
    "Copia di lettura in inglese di {month}, PDF": "Reading copy of {month} in English, PDF",
    "Inglese": "English",
    "Macchine senza agente": "Hosts without an agent",
    "Su questa macchina non c’è un agente di Verbale, e nulla vi è attestato. La nominano le regole del titolare, con il "
    "solo strumento con licenza da cui si può passare.": (
        "There is no agent of Verbale on this host, and nothing on it is attested. The titolare’s rules name it, with the "
        "one licensed tool that may be used."
    ),
    "Una per riga: nome | sede | sistema | nome breve di uno strumento elencato sopra. Lì gli interventi sono dichiarati dal tecnico, non "
    "attestati: nessuno li vede, li registra o li ferma, e stanno sempre fra le eccezioni del rapporto. Vuoto: non si "
    "ammettono.": (
        "One on each line: name | place | system | short name of a tool listed above. Sessions there are declared by the technician, not "
        "attested: nobody sees, records or stops them, and they always stand among the report’s exceptions. Empty: none "
        "is allowed."
    ),
    "Posta": "Post",
    "Una mail è una prova e non apre nulla: chi autorizza firma sempre con la sua passkey.": (
        "A mail is evidence and opens nothing: whoever authorises always signs with a passkey."
    ),
    "Arrivata": "Received",
    "Partita con ricevuta": "Sent with receipts",
    "Che cosa deve provare una mail": "What a mail must prove",
    "Livello minimo perché valga come sua parola": "Least level at which it counts as your word",
    "Sotto, la richiesta resta in attesa finché non conferma dal collegamento.": (
        "Below it, the request waits until you confirm by the link."
    ),
    "Che cosa prova": "What it proves",
    "A quale richiesta si riferisce": "Which request it is about",
    "Richiesta in attesa": "Request that waits",
    "La mail si lega alla richiesta e non la approva: a chi ha scritto, se è registrato, arriva il collegamento per confermare.": (
        "The mail is bound to the request and does not approve it: whoever wrote, if registered, gets the link to confirm."
    ),
    "Nessuna richiesta aspetta: ne apra una nuova, poi torni qui.": (
        "No request waits: open a new one, then come back here."
    ),
    "Allegati": "Attachments",
    "Torna alla posta": "Back to the post",
    "Chi scrive per lei": "Who writes for you",
    "Contattateci senza impegno": "Contact us without obligation",
    "Ricevuto, grazie.": "Received, thank you.",
    "Le rispondiamo all’indirizzo che ha scritto. Non è una segnalazione di guasto: per quella entri, o telefoni.": (
        "We answer to the address you wrote. This is no report of a fault: for that sign in, or ring."
    ),
    "Per sapere dei piani di assistenza. Non è una segnalazione di guasto e non la impegna a nulla.": (
        "To learn about the assistance plans. It is no report of a fault and commits you to nothing."
    ),
    "Azienda o ente, se vuole": "Company or body, if you like",
    "Telefono, se vuole": "Telephone, if you like",
    "Che cosa vuole sapere": "What you would like to know",
    "Lasci vuoto questo campo": "Leave this field empty",
    "Che cosa facciamo dei suoi dati": "What we do with your data",
    "Invia": "Send",
    "Richieste di contatto": "Requests for contact",
    "La pagina per tutti:": "The page for everybody:",
    "Nessuno ha chiesto.": "Nobody asked.",
    "Torna alla gestione": "Back to management",
    "Piani di assistenza: contattateci": "Assistance plans: contact us",
    "Da questi indirizzi una mail può provare chi l’ha scritta. Un altro dominio, una casella PEC o il codice fiscale di una firma qualificata si aggiungono qui.": (
        "From these addresses a mail can prove who wrote it. Another domain, a certified box or the codice fiscale of a qualified signature are added here."
    ),
    "Indirizzo con cui è stato ammesso:": "Address of the admission:",
    "Un altro dominio che può firmare": "Another domain that may sign",
    "Quello del gestore della posta, se firma con il suo. Chiunque possa far firmare una mail da quel dominio scrive come questa persona: di solito si lascia vuoto.": (
        "That of the mail provider, if it signs with its own. Whoever can have a mail signed by that domain writes as this person: usually it is left empty."
    ),
    "Casella PEC": "Certified box (PEC)",
    "La sua, certificata. Una PEC che parte da lì, firmata dal gestore, vale E3.": (
        "This person’s own, certified. A PEC sent from there, signed by its provider, counts as E3."
    ),
    "Codice fiscale": "Codice fiscale",
    "Un allegato con la sua firma qualificata, che lo porta, vale E4. Negli elenchi se ne vede solo l’inizio; nel registro è sigillato e si cancella alla scadenza.": (
        "An attachment with this person’s qualified signature, which bears it, counts as E4. Lists show its beginning alone; in the log it is sealed, and erased at its term."
    ),
    "Vale dalla prossima mail. Quelle già arrivate restano giudicate com’erano.": (
        "It counts from the next mail on. Those that came stay judged as they were."
    ),
    "Segnala un incidente": "Reports an incident",
    "L’anomalia, con le parole del cliente": "The anomaly, in the customer’s words",
    "Il tempo di risposta corre da quando la mail è arrivata. Nessuno può intervenire finché chi autorizza non firma.": (
        "The response time runs from when the mail came. Nobody can intervene until an approver signs."
    ),
    "Torna alle sessioni": "Back to the sessions",
    "Permessi e richieste": "Leaves and requests",
    "Permetti a un ADS di guardarle": "Let an ADS play them",
    "Perché": "Why",
    "Permetti": "Allow",
    "Richiesta di un interessato (art. 15)": "Request of a data subject (art. 15)",
    "Se una persona che la sessione riguarda chiede i suoi dati, la segni qui: riceve un numero, senza il nome, e può scaricare l’estratto da consegnarle.": (
        "If a person whom the session concerns asks for their data, note it here: you get a number, without the name, and can download the extract to hand over."
    ),
    "Ricevuta il": "Received on",
    "Segna la richiesta": "Note the request",
    "Deleghe e mandati": "Delegations and mandates",
    "Chiave di recupero su carta": "Recovery key on paper",
    "Se perde la passkey con cui firma, può cambiare questo elenco con una chiave stampata: vale dopo 72 ore, e chi può autorizzare oggi può opporsi. Impronta di quella che questo elenco nomina:": (
        "If you lose the passkey you sign with, you can change this list with a printed key: it counts after 72 hours, and whoever may authorise today can object. Fingerprint of the one this list names:"
    ),
    "Ho perso la passkey: firmo con la chiave su carta": "I lost the passkey: I sign with the key on paper",
    "Prima crei una passkey nuova alla pagina Persone: l’elenco deve nominarla.": (
        "First create a new passkey on the page People: the list has to name it."
    ),
    "Con una delega i suoi ADS, con un mandato persone del fornitore, autorizzano al suo posto entro limiti e fino a un giorno che sceglie lei. Non aprono nulla da soli: ogni volta firma una di quelle persone, e ogni macchina lo controlla.": (
        "Under a delegation your ADS, under a mandate people of the vendor, authorise in your place, within limits and until a day that you choose. They open nothing by themselves: each time one of those people signs, and every host checks it."
    ),
    "Date finora": "Given so far",
    "Nessuna.": "None.",
    "A chi": "To whom",
    "Macchine: nessuna scelta vuol dire tutte": "Hosts: none chosen means all of them",
    "Attività: nessuna scelta vuol dire tutte": "Activities: none chosen means all of them",
    "Anche come amministratore della macchina": "Also as an administrator of the host",
    "Anche richieste proprie": "Also requests of their own",
    "Chi ha chiesto autorizza da sé: il rapporto lo elenca come «autoapprovata in mandato».": (
        "Whoever asked authorises himself: the report lists it as «autoapprovata in mandato»."
    ),
    "Chi autorizza solo con una delega o un mandato si sceglie nell’elenco.": (
        "Who authorises under a delegation or a mandate only is chosen on the list."
    ),
    "Solo con una delega": "Under a delegation only",
    "Senza una delega in corso che comprenda la richiesta, la sua firma non apre nulla.": (
        "Without a delegation in force that covers the request, his signature opens nothing."
    ),
    "Per quanti mesi si conserva": "For how many months it is kept",
    "Cancellazioni": "Erasures",
    "Pacchetto sigillato di {month}": "Sealed bundle of {month}",
    "Sigillato": "Sealed",
    "Pacchetto di versamento di {month}": "Package for preservation of {month}",
    "Versamento": "Preservation",
    "Accetta e crea la passkey": "Accept and create the passkey",
    "Adempimenti": "Duties",
    "Fascicolo": "Dossier",
    "Scuola": "School",
    "Scuole": "Schools",
    "Riesame delle utenze": "Review of accounts",
    "Agente": "Agent",
    "Aggiungi una passkey per entrare": "Add a passkey to log in with",
    "Ancora nessun mese chiuso. Il primo rapporto arriva all’inizio del mese prossimo.": (
        "No month closed yet. The first report comes at the start of next month."
    ),
    "Ancora nessuna macchina": "No host yet",
    "Aspetta la firma del titolare": "Awaiting the titolare’s signature",
    "Assistenza remota di {vendor}": "Remote assistance by {vendor}",
    "Avanti: la passkey": "Next: the passkey",
    "Azione": "Action",
    "Chi firma e chi guarda": "Who signs and who watches",
    "Che cosa si può chiedere": "What may be asked for",
    "Per quanto": "For how long",
    "Testimoni del registro": "Witnesses of the log",
    "Strumento {n}": "Tool {n}",
    "Che cosa firma": "What you sign",
    "Chi autorizza lo nomina il titolare, con la sua firma: da qui si può solo invitare.": (
        "Who may authorise is named by the titolare, with his signature: from here one can only invite."
    ),
    "Chi le tiene d’occhio il registro lo legge a questo indirizzo, mostrando questo codice. Il codice non si vedrà più; quello di prima non vale più.": (
        "Whoever keeps an eye on your log reads it at this address, showing this code. The code will not be shown again; the one before counts no more."
    ),
    "Chi può autorizzare": "Who may authorise",
    "Chi è alla macchina la legge dal dispositivo del titolare e la digita. Non la copi da posta, "
    "telefono o da questa pagina: qui non c’è.": (
        "Whoever is at the host reads it from the titolare’s device and types it. Do not copy it from "
        "mail, phone or this page: it is not here."
    ),
    "Chi è alla postazione": "Whoever is at the desk",
    "Chiave pubblica ssh": "Public ssh key",
    "Chiavi": "Keys",
    "Codice di primo avvio": "First-run code",
    "Comando che lo avvia": "Command that starts it",
    "Come vuole essere indicato nei registri": "How you wish to be named in the records",
    "Copia il collegamento": "Copy the link",
    "Crea un codice di lettura": "Make a reading code",
    "C’è dopo la firma.": "It is here after the signature.",
    "C’è dopo le regole.": "It is here after the rules.",
    "Dati del rapporto di {month}, JSON": "Data of the report of {month}, JSON",
    "Interventi di {month}, CSV": "Sessions of {month}, CSV",
    "Digiti l’impronta letta dal titolare": "Type the fingerprint the titolare reads",
    "Dove": "Where",
    "Dove sta": "Where it stands",
    "Eccezioni": "Exceptions",
    "Elenco": "List",
    "Finestra più lunga": "Longest window",
    "Fino al": "Until",
    "Firma l’elenco intero: chi non c’è, da quel momento non può più autorizzare. Ogni macchina lo "
    "controlla da sola.": (
        "You sign the whole list: whoever is not in it can authorise no longer from then on. Every host "
        "checks it by itself."
    ),
    "Firmata": "Signed",
    "Firme necessarie": "Signatures needed",
    "Fra queste, almeno del titolare": "Among them, at least of the titolare",
    "Fra queste, almeno di ADS": "Among them, at least of ADS",
    "Funzione, come nella nomina": "Function, as in the appointment",
    "Il loro contenuto non è visto da Verbale; inizio, fine e processi sì.": (
        "Verbale does not see their content; it does see start, end and processes."
    ),
    "Il registro esce in file firmati che altri programmi sanno controllare. Può darne lettura a chi vuole: vi stanno pseudonimi, nessun nome.": (
        "The log is published as signed files that other programs can check. You may let anybody read it: it holds pseudonyms and no names."
    ),
    "Il suo registro, per chi lo sorveglia": "Your log, for whoever keeps an eye on it",
    "Il titolare firma l’iscrizione": "The titolare signs the enrolment",
    "In coda": "In the queue",
    "Invita una persona": "Invite a person",
    "Invito": "Invitation",
    "Invito di <b>{who}</b> per {name}, valido fino a {until}.": (
        "Invitation from <b>{who}</b> for {name}, good until {until}."
    ),
    "Invito pronto.": "Invitation ready.",
    "Iscrivi una macchina": "Enrol a host",
    "La passkey nasce sul suo dispositivo: da qui nessuno la vede o la può usare.": (
        "The passkey is made on your device: nobody here can see or use it."
    ),
    "La prima la prepara il fornitore, o lei alla pagina Macchine.": (
        "The vendor prepares the first one, or you do on the page Hosts."
    ),
    "La prima si iscrive da qui sotto: serve la firma del titolare.": (
        "Enrol the first one below: it takes the titolare’s signature."
    ),
    "Le chiavi di cui si fida lei: lo tenga da parte dal primo giorno, non lo prenda da un pacchetto.": (
        "The keys you trust: keep it apart from the first day on, never take it from a bundle."
    ),
    "Le mie chiavi": "My keys",
    "Le regole nominano l’utente delle sessioni": "The rules name the account of the sessions",
    "Le sue macchine": "Your hosts",
    "Le sue regole": "Your rules",
    "Leggi e cambia le regole": "Read and change the rules",
    "Lo consegni di persona o per un canale che conosce. Vale una volta.": (
        "Hand it over in person or by a channel you know. It is good for one use."
    ),
    "Lo legge chi firma: potrà modificare anche Verbale.": (
        "The signer reads it: he could change Verbale too."
    ),
    "L’agente su {label}, {tenant}": "The agent on {label}, {tenant}",
    "L’azienda che dà assistenza, come nei contratti.": (
        "The company that gives assistance, as in its contracts."
    ),
    "L’ha stampato il comando di avvio, sulla console del server. Vale una volta.": (
        "The start command printed it on the server’s console. It is good for one use."
    ),
    "L’installa una persona del cliente. Apre solo connessioni in uscita e obbedisce alle chiavi che "
    "gli vengono date adesso, non al nostro server.": (
        "A person of the customer installs it. It only opens outgoing connections and obeys the keys it "
        "is given now, not our server."
    ),
    "L’utente locale delle sessioni lo nomina il titolare, nelle sue regole.": (
        "The local account of the sessions is named by the titolare, in his rules."
    ),
    "Macchine sue che tengono copia della testa del registro.": (
        "Hosts of yours that keep a copy of the log’s head."
    ),
    "Nella pagina che segue il dispositivo le chiederà impronta, volto o PIN. Ne crei poi una "
    "seconda: è il solo modo di rientrare se perde la prima.": (
        "On the next page your device will ask for fingerprint, face or PIN. Then create a second one: it"
        " is the only way back in if you lose the first."
    ),
    "Nessuna eccezione": "No exceptions",
    "Niente da fare": "Nothing to do",
    "Nome": "Name",
    "Nome breve": "Short name",
    "Nome del cliente": "Customer’s name",
    "Nome del fornitore": "Vendor’s name",
    "Nome della macchina": "Host name",
    "Nome e funzione, come nella sua nomina.": "Name and function, as in your appointment.",
    'Non deve fidarsi di noi: il pacchetto si controlla senza rete con <span class="mono">verbale-'
    "verify</span>. Lo può dare a chi vuole.": (
        'You need not trust us: the bundle is checked offline with <span class="mono">verbale-'
        "verify</span>. Give it to whom you like."
    ),
    "Nuovo cliente": "New customer",
    "Ogni macchina le tiene con sé e le fa valere da sola, anche contro il nostro server. Le cambia "
    "solo la sua firma.": (
        "Every host keeps them and enforces them by itself, even against our server. Only your signature "
        "changes them."
    ),
    "Ora la passkey con cui firmerà": "Now the passkey you will sign with",
    "Pacchetto": "Bundle",
    "Pacchetto di {month}": "Bundle of {month}",
    "Passkey": "Passkeys",
    "Passo 1 di {n}: la passkey per entrare": "Step 1 of {n}: the passkey to log in",
    "Passo 2 di 2: la passkey per firmare": "Step 2 of 2: the passkey to sign",
    "Porti il file di iscrizione sulla macchina": "Carry the enrolment file to the host",
    "Primo avvio": "First run",
    "Processi da sorvegliare": "Processes to watch",
    "Quello di prima non varrà più.": "The one before will count no more.",
    "Questa pagina si apre una sola volta. Inviato il codice, non vale più e la pagina non c’è più.": (
        "This page opens once. With the code sent, it is spent and the page is gone."
    ),
    "Questo server è vuoto. Cominci da lei.": "This server is empty. Start with yourself.",
    "Rapporti firmati": "Signed reports",
    "Rapporto di {month}, PDF": "Report of {month}, PDF",
    "Rapporto di {month}, PDF firmato P7M": "Report of {month}, PDF signed as P7M",
    "Registro pubblicato": "Published log",
    "Ruolo": "Role",
    "Scarica": "Download",
    "Scarica trust.json": "Download trust.json",
    "Scarica verifica.html": "Download verifica.html",
    "Lo stesso controllo in un browser, a rete spenta: la tenga da parte anche lei. Si fidi di una copia solo se la sua impronta SHA-256 è questa:": "The same check in a browser, with the network off: keep a copy of your own. Trust a copy only if its SHA-256 is this:",
    "Scarica il file di iscrizione": "Download the enrolment file",
    "Se il nostro server non risponde": "If our server does not answer",
    "Secondi per chiudersi da solo": "Seconds to close by itself",
    "Programma": "Program",
    "Può restare acceso": "May keep running",
    "Senza --root la macchina funziona, ma resta «non confermata» e ogni pagina lo dice.": (
        "Without --root the host works, but stays “not confirmed”, and every page says so."
    ),
    "Sessioni aperte": "Open sessions",
    "Solo testi che quella pagina le mostra per intero.": "Only texts that page shows you in full.",
    "Strumenti con licenza": "Licensed tools",
    "Sul suo dispositivo, alla pagina di firma. Lì legge anche l’impronta da digitare sulla macchina;"
    " poi qui riceve il codice, una volta sola.": (
        "On your device, at the signing page. There you also read the fingerprint to type at the host; "
        "then you get the code here, once only."
    ),
    "Sulla pagina di firma, che il fornitore non può cambiare da qui.": (
        "On the signing page, which the vendor cannot change from here."
    ),
    "Testa del registro al {when}": "Log head on {when}",
    "Testimoni necessari al registro": "Witnesses the log needs",
    "Percorsi interi, uno per riga; valgono anche per ciò che contengono.": (
        "Whole paths, one on each line; they hold for what is below them too."
    ),
    "Altri testimoni, fuori dalle sue macchine": "More witnesses, beside your hosts",
    "Uno per riga: indirizzo https e chiave (vkey), separati da uno spazio. Li sceglie lei, mai il fornitore: solo così sono indipendenti.": (
        "One a line: https address and key (vkey), with a blank between. You choose them, never the vendor: only "
        "so are they independent."
    ),
    "Una riga, come nel file .pub. Vale dalla prossima richiesta.": (
        "One line, as in the .pub file. It counts from the next request on."
    ),
    "Tratteggiati: questa versione non li offre ancora.": "Dashed: this version does not offer them yet.",
    "Utente": "Account",
    "Utente locale delle sessioni": "Local account of sessions",
    "Utente locale di ogni macchina": "Local account of each host",
    "Vedi i fatti": "See the facts",
    "Verbale non usa password. La sua passkey sta nel telefono, nel computer o in una chiave di "
    "sicurezza: qui arriva solo la parte pubblica.": (
        "Verbale uses no passwords. Your passkey lives in your phone, your computer or a security key: "
        "only its public part comes here."
    ),
    "Visto": "Seen",
    "Zero: basta chiunque possa autorizzare.": "Zero: anybody who may authorise will do.",
    "Porte che un tecnico può chiedere di raggiungere": "Ports a technician may ask to reach",
    "Una per riga: nome breve, nome o indirizzo di rete, numero, separati da uno spazio. «rdp localhost 3389» è lo schermo della macchina stessa.": (
        "One a line: short name, network name or address, number, a blank between them. “rdp localhost 3389” is the host’s own screen."
    ),
    "Variabili che il suo ssh può inviare": "Variables his ssh may send",
    "Separate da uno spazio, per esempio LANG LC_ALL.": "A blank between them, for example LANG LC_ALL.",
    "{name}, il suo accesso a Verbale": "{name}, your access to Verbale",
    "{tenant} le chiede di poter autorizzare gli interventi": "{tenant} asks you to authorise sessions",
    "È un amministratore della macchina": "It is an administrator of the host",
    "È un’altra, e nasce su un altro indirizzo: quella per entrare non può mai valere come autorizzazione.": (
        "It is another one, made at another address: the one to log in can never count as an authorisation."
    ),
    "Oppure, per una sola sessione e senza installare nulla: alla fine la macchina esce dall’uso e non vi resta niente.": (
        "Or, for one session and without installing anything: in the end the host goes out of use and nothing is left on it."
    ),
    "Scarica l’agente": "Download the agent",
    "È lo stesso per tutti: di questo cliente non contiene nulla.": (
        "It is the same for everybody: nothing of this customer is in it."
    ),
    "L’agente": "The agent",
    "L’agente, da scaricare": "The agent, to download",
    "È lo stesso per tutti: non contiene nulla di un cliente e, finché il titolare non firma l’iscrizione della macchina, non fa nulla.": (
        "It is the same for everybody: nothing of a customer is in it, and until the titolare signs the host’s enrolment it does nothing."
    ),
    "Prima di avviarlo": "Before you start it",
    "Calcoli l’impronta del file scaricato e la confronti, tutta, con quella qui sopra:": (
        "Compute the digest of the file you downloaded, and compare all of it with the one above:"
    ),
    "Chi potesse cambiare il file cambierebbe anche questa pagina. Se può, la confronti anche con quella che le dà il fornitore per un’altra via.": (
        "Whoever could change the file would change this page, too. If you can, compare it with the one the vendor gives you by another way as well."
    ),
    "Qui non c’è ancora nessun file": "There is no file here yet",
    "Chi gestisce questo servizio non li ha ancora messi a disposizione: li chieda al fornitore.": (
        "Whoever runs this service has not put them here yet: ask the vendor for them."
    ),
}
