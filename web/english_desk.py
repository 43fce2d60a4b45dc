"""English beside the Italian of the desk, the search and the keys, one line each."""

from __future__ import annotations

from typing import Final

DESK: Final[dict[str, str]] = {
    "Cerca": "Search",
    "Che cosa si è trovato": "What was found",
    "Chi ha telefonato, dal più recente. Una telefonata di un cliente di categoria 2 non autorizza nulla.": (
        "Who rang, newest first. A call of a customer of category 2 authorises nothing."
    ),
    "Cliente, macchina, persona, numero o pagina": "Customer, host, person, number or page",
    "Contatti": "Contacts",
    "I tasti singoli sono spenti in questo browser.": "Single keys are off in this browser.",
    "Incidenti aperti": "Open incidents",
    "Messaggi pronti": "Ready messages",
    "Ne apra uno dalla coda, o prenda il prossimo: si vede qui accanto.": (
        "Open one from the queue, or take the next one: it shows here beside it."
    ),
    "Nessun incidente aperto": "No open incident",
    "Nessun incidente aperto qui": "No incident opened here",
    "Nessuna macchina": "No hosts",
    "Nessuna telefonata registrata": "No calls logged",
    "Registro": "Log",
    "Si registra da ogni pagina, in alto, o con il tasto T.": "Log one from any page, at the top, or with the T key.",
    "Spegnere o accendere i tasti singoli": "Turn single keys off or on",
    "Stesso cliente": "Same customer",
    "Tasti": "Keys",
    "Tutti i tasti": "All keys",
    "Valgono quando nessun campo è attivo. Dentro un terminale o uno schermo i tasti vanno alla macchina.": (
        "They act while no field is active. Inside a terminal or a screen, keys go to the host."
    ),
    "tutti i tasti": "all keys",
    "Controllo in questo browser": "Checked in this browser",
    "Prima volta": "First time",
    "Integro": "Intact",
    "Non integro": "Not intact",
    "Da oggi questo browser tiene la testa del registro:": "From today this browser keeps the head of the log:",
    "La prossima volta controlla che nulla di prima sia stato tolto o cambiato.": (
        "Next time it checks that nothing of before was removed or changed."
    ),
    "Il registro di oggi contiene per intero quello che questo browser teneva da:": (
        "Today’s log holds the whole of what this browser has kept since:"
    ),
    "Voci allora e adesso:": "Records then and now:",
    "Il registro contiene per intero quello tenuto da:": "The log holds the whole of what was kept since:",
    "È firmato con la chiave dell’anno nuovo: che sia quella giusta lo dice il verificatore.": (
        "It is signed with the new year’s key: whether that is the right one, the verifier tells."
    ),
    "Il registro di oggi non contiene quello che questo browser teneva da:": (
        "Today’s log does not hold what this browser has kept since:"
    ),
    "Può essere stato riscritto, o riportato a una copia vecchia. Non firmi nulla. Chieda conto al fornitore, e dia questa testa a chi verifica:": (
        "It may have been rewritten, or set back to an old copy. Sign nothing. Ask the vendor to account for it, and give this head to whoever verifies:"
    ),
    "La testa del registro non è firmata con la sua chiave.": "The head of the log is not signed with its key.",
    "Non firmi nulla. Chieda conto al fornitore, e dia a chi verifica l’ultima testa buona:": (
        "Sign nothing. Ask the vendor to account for it, and give whoever verifies the last good head:"
    ),
    "Adesso il registro pubblicato non si può leggere: nulla è stato controllato. Ciò che questo browser teneva resta.": (
        "The published log cannot be read now: nothing was checked. What this browser kept stays."
    ),
    "Questo browser non sa controllare le firme del registro: serve una versione aggiornata.": (
        "This browser cannot check the log’s signatures: it takes a newer version."
    ),
    'Anche questo controllo è uno script che le dà il fornitore, e chi lo dà può farlo mentire. Quello che non dipende da lui è <a href="/verifica.html" download>verifica.html</a>, tenuta da parte dal primo giorno.': (
        'This check too is a script that the vendor gives you, and whoever gives it can make it lie. The one that does not depend on him is <a href="/verifica.html" download>verifica.html</a>, kept apart from the first day.'
    ),
    "Risposte per settimana": "Answers by week",
    "entro il termine": "in time",
    "in ritardo": "late",
    "Come tabella": "As a table",
    "Settimana dal": "Week from",
    "Nessuna risposta dovuta nelle ultime 12 settimane": "No answer was due in the last 12 weeks",
    "Ore e fatture": "Hours and invoices",
    "mese chiuso": "closed month",
    "a oggi": "to date",
    "Per cliente, con i totali del mese, IVA e FatturaPA.": "By customer, with the month’s totals, VAT and FatturaPA.",
    "Usate e rimaste, e che cosa si addebita questo mese.": "Hours used and left, and what is charged this month.",
    "Rivenditori, per programma": "Resellers, by program",
    "Gratuito fino a quando, e addebito dopo.": "Free until when, and what is charged after.",
    "Esporta": "Export",
    "Primi passi": "First steps",
    "Passi": "Steps",
    "Passo 1 di {n}": "Step 1 of {n}",
    "adesso": "now",
    "dopo": "later",
    "Torna alla gestione": "Back to management",
    "Nessuna sessione è ancora partita da questo server.": "No session has started from this server yet.",
    "Una guida porta fin lì.": "A guide leads there.",
    "Firma dal telefono": "Sign from the telephone",
    "Codice QR con l’indirizzo di questa pagina": "QR code with the address of this page",
    "Inquadri il codice con il telefono che ha la sua passkey. L’indirizzo è questa stessa pagina: da solo non autorizza nulla.": (
        "Point the telephone that has your passkey at the code. The address is this very page: by itself it authorises nothing."
    ),
    "Non trovato": "Not found",
    "Guasto nostro": "Our fault",
    "Cerchi per nome o numero": "Search by name or number",
}
