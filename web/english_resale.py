"""English beside the Italian of the pages about resellers."""

from __future__ import annotations

from typing import Final

RESALE: Final[dict[str, str]] = {
    "Addebito, senza IVA": "Charge, without VAT",
    "Aggiungi una tariffa": "Add a rate",
    "Apri": "Open",
    "Argomento svolto": "Topic taught",
    "Assistenza gratuita del primo anno:": "Free help in the first year:",
    "Attiva un programma": "Activate a program",
    "Avete già tentato?": "Have you already tried?",
    "Chieda aiuto per un cliente": "Ask for help for a customer",
    "Cliente di questo rivenditore": "Customer of this reseller",
    "Cliente e programma": "Customer and program",
    "Clienti di questo rivenditore": "Customers of this reseller",
    "Condizione": "Condition",
    "Dal giorno della prima attivazione un anno di assistenza è gratuito; dall’anniversario le ore si addebitano.": (
        "From the day of the first activation a year of help is free; from the anniversary on hours are charged."
    ),
    "I vostri clienti": "Your customers",
    "Incidenti dei clienti": "Customers’ incidents",
    "Nessun programma attivato.": "No programs activated.",
    "Nessun rivenditore": "No reseller",
    "Nessuna formazione su un programma: la scrive il tecnico, con il programma.": (
        "No training on a program: the technician types it, with the program."
    ),
    "Non lo è più: da ora lo assiste il fornitore": "No longer: from now on the vendor serves it",
    "Ore": "Hours",
    "Ore del mese": "Hours of the month",
    "Passa al fornitore": "Pass to the vendor",
    "Piano di formazione": "Training plan",
    "Prima attivazione": "First activation",
    "Registra": "Record",
    "Riga del registro della formazione": "Line of the training register",
    "Risolto da noi": "Solved by us",
    "Rivenditore": "Reseller",
    "Rivenditori": "Resellers",
    "Rivenditori, per programma": "Resellers, by program",
    "Scriva che cosa, senza password.": "Say what you tried. No passwords.",
    "Se ne occupa il rivenditore": "The reseller is dealing with it",
    "So che le ore del fornitore si addebitano a noi.": "I know that the vendor’s hours are charged to us.",
    "Tariffe di rivendita": "Resale rates",
    "Un cliente diventa rivenditore con la sua prima tariffa": "A customer becomes a reseller with its first rate",
    "attivato il": "activated on",
}
