"""What a form's field is called on the page, in Italian and in English; a field no page has keeps its code."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "account": ("l’utente locale", "the local account"),
    "accounts": ("gli utenti locali", "the local accounts"),
    "activities": ("le attività", "the activities"),
    "approvals": ("le firme necessarie", "the signatures needed"),
    "channel": ("i canali", "the channels"),
    "channels": ("i canali", "the channels"),
    "code": ("il codice", "the code"),
    "email": ("l’indirizzo di posta", "the e-mail address"),
    "form": ("il modulo", "the form"),
    "function": ("la funzione", "the function"),
    "house": ("il nome del fornitore", "the vendor’s name"),
    "incident": ("il numero dell’anomalia", "the incident’s number"),
    "incident_text": ("l’anomalia", "the fault"),
    "key": ("la chiave pubblica ssh", "the public ssh key"),
    "label": ("il nome della macchina", "the host’s name"),
    "longest_s": ("la sessione più lunga", "the longest session"),
    "name": ("il nome", "the name"),
    "not_after": ("la fine della finestra", "the end of the window"),
    "not_before": ("l’inizio della finestra", "the start of the window"),
    "note": ("la riga per il titolare", "the line for the titolare"),
    "offline": ("che cosa fare senza rete", "what to do offline"),
    "desk": ("chi è alla postazione", "whoever is at the desk"),
    "outcome": ("l’esito", "the outcome"),
    "password": ("la password", "the password"),
    "place": ("dove sta", "where it stands"),
    "reason": ("il motivo", "the reason"),
    "role": ("il ruolo", "the role"),
    "ssh_key": ("la chiave pubblica ssh", "the public ssh key"),
    "supervision": ("chi guarda", "who watches"),
    "tenant": ("il cliente", "the customer"),
    "tenant_name": ("il nome del cliente", "the customer’s name"),
    "titolare": ("il titolare", "the titolare"),
    "tool": ("lo strumento", "the tool"),
    "tool-grace": ("i secondi per chiudersi da solo", "the seconds to close by itself"),
    "tool-start": ("il comando che avvia lo strumento", "the command that starts the tool"),
    "tools": ("gli strumenti", "the tools"),
    "until": ("la data di fine", "the date of its end"),
    "watcher": ("chi guarda", "who watches"),
    "window_s": ("la finestra più lunga", "the longest window"),
    "witnesses": ("i testimoni", "the witnesses"),
    "zone": ("il fuso orario", "the time zone"),
}


def field_words(field: str) -> tuple[str, str]:
    return WORDS.get(field, (field, field))
