"""English of the pages of duties: papers, category, responsibility matrix, sub-processors."""

from __future__ import annotations

from typing import Final

DUTIES: Final[dict[str, str]] = {
    "Non manca nulla.": "Nothing is missing.",
    "Agli atti": "On file",
    "Ancora nessun documento.": "No papers yet.",
    "Categoria": "Category",
    "1: il fornitore è l’amministratore di sistema, nominato dal titolare. 2: il cliente ha il suo. Una sessione tiene la categoria che vale quando comincia.": (
        "1: the vendor is the system administrator, appointed by the titolare. 2: the customer has its own. A session keeps the category that holds when it begins."
    ),
    "Mai stabilita: vale la 2.": "Never set: it is 2.",
    "Da quando": "Since when",
    "Scegli il documento": "Choose the document",
    "Vuoto: da adesso.": "Leave empty for from now on.",
    "Nomina, per la categoria 1": "Appointment, for category 1",
    "Matrice delle responsabilità": "Responsibility matrix",
    "Sub-responsabili": "Sub-processors",
    "Aziende le cui persone lavorano per il fornitore. Chi non è ammesso qui non può essere assegnato.": (
        "Companies whose people work for the vendor. Whoever is not let in here cannot be assigned."
    ),
    "Nessuno.": "None.",
    "Azienda": "Company",
    "Autorizzazione nel contratto": "Authorisation in the contract",
    "Generale: vale se il titolare non si oppone": "General: it counts unless the titolare objects",
    "Specifica: vale se il titolare acconsente": "Specific: it counts if the titolare agrees",
    "Giorni di preavviso": "Days of notice",
    "Da quando ciò che manca blocca": "From when what is missing blocks",
    "Giorno": "Day",
    "Estremi": "Reference",
    "Numero o protocollo, senza nomi di persone.": "A number or protocol, no names of people.",
    "Data del documento": "Date of the paper",
    "Ultimo giorno": "Last day",
    "Vuoto: senza scadenza.": "Leave empty if it does not expire.",
    "SHA-256 del file": "SHA-256 of the file",
    "Facoltativa: il file resta a chi lo ha firmato.": "Optional: the file stays with whoever signed it.",
    "Clienti": "Customers",
    "Ancora nessun cliente.": "No customers yet.",
    "Tecnici": "Technicians",
    "Lavora per {employer}": "Works for {employer}",
    "Lavora per": "Works for",
    "Documento": "Paper",
    "Paese da cui lavora": "Country it works from",
    "Poi la comunichi ai titolari, dalla pagina di ogni cliente.": "Then announce it to each titolare, on the customer’s page.",
}
