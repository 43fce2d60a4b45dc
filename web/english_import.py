"""English beside the Italian of the page of imports."""

from __future__ import annotations

from typing import Final

IMPORT: Final[dict[str, str]] = {
    "Importazione": "Import",
    "Contratti": "Contracts",
    "Importa da file": "Import from files",
    "Clienti, persone, macchine, prodotti e contratti da file CSV. Prima si guarda, poi si conferma.": (
        "Customers, people, hosts, products and contracts from CSV files. Look first, then confirm."
    ),
    "Ciò che precede è importato: ricarichi gli stessi file per il resto.": (
        "What went before is imported: load the same files again for the rest."
    ),
    "Non è una tabella": "No table",
    "Riga": "Row",
    "Colonna": "Column",
    "Valore": "Value",
    "Che cosa non va, e chi lo corregge": "What is wrong, and who mends it",
    "tutto": "all of it",
    "Importa": "Import",
    "Inviti, mostrati questa volta soltanto": "Invitations, shown this once",
    "Ciascuno apre il suo nel proprio browser e registra lì la sua passkey. Valgono fino a {until}.": (
        "Each opens his own in his own browser and registers his passkey there. They count until {until}."
    ),
    "Posta": "Post",
    "Invito": "Invitation",
    "File CSV in UTF-8": "CSV files in UTF-8",
    "Anche più d’uno: clienti prima, poi ciò che li nomina.": "Several at once: customers first, then what names them.",
    "Guarda che cosa farebbe": "See what it would do",
    "Intestazioni": "Headings",
    "Un file per tipo; date gg/mm/aaaa; separatore punto e virgola o virgola. «cliente» è la partita IVA o il codice fiscale. Le persone ricevono un invito e si iscrivono da sole; le macchine le iscrive il titolare con la sua firma.": (
        "One file of each kind; dates dd/mm/yyyy; semicolon or comma between. “cliente” is the partita IVA or the codice fiscale. People get an invitation and register themselves; hosts are enrolled by the titolare’s signature."
    ),
    "si possono omettere:": "may be left out:",
}
