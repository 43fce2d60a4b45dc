"""What is said of a row that cannot be imported: Italian, English. Each says what is wrong and who mends it."""

from __future__ import annotations

from broker.domain.import_table import Wrong

WORDS: dict[str, tuple[str, str]] = {
    "too_large": (
        "È troppo grande: al massimo {limit}. Lo divida in più file.",
        "It is too large: {limit} at most. Divide it into several files.",
    ),
    "too_many_rows": (
        "Ha troppe righe: al massimo {limit}. Lo divida in più file.",
        "It has too many rows: {limit} at most. Divide it into several files.",
    ),
    "encoding": (
        "Non è in UTF-8 (forse Windows-1252). Lo salvi come «CSV UTF-8».",
        "It is not UTF-8 (perhaps Windows-1252). Save it as “CSV UTF-8”.",
    ),
    "empty": (
        "È vuoto: manca la riga delle intestazioni. Scelga il file giusto.",
        "It is empty: the row of headings is missing. Choose the right file.",
    ),
    "quotes": (
        "Le virgolette non si chiudono. Le corregga nel foglio di calcolo.",
        "The quotes do not close. Mend them in the spreadsheet.",
    ),
    "no_kind": (
        "Nessuna intestazione è di una tabella che si importa. Le prenda dall’elenco.",
        "No heading is that of a table that is imported. Take them from the list.",
    ),
    "kind_twice": (
        "Un’altra tabella dello stesso tipo è già fra queste. Le importi una alla volta.",
        "Another table of the same kind is among these. Import one at a time.",
    ),
    "heading_unknown": (
        "Questa colonna non c’è fra quelle della tabella. La tolga o ne corregga il nome.",
        "This column is none of the table’s. Remove it or mend its name.",
    ),
    "heading_missing": ("Manca questa colonna. La aggiunga.", "This column is missing. Add it."),
    "heading_twice": (
        "Questa colonna c’è due volte. Ne tolga una.",
        "This column is there twice. Remove one.",
    ),
    "cells": (
        "Ha {found} celle, le intestazioni sono {wanted}. Metta fra virgolette ciò che contiene il separatore.",
        "It has {found} cells, there are {wanted} headings. Quote what holds the separator.",
    ),
    "missing": ("Qui serve un valore. Lo scriva.", "A value is needed here. Enter it."),
    "too_long": (
        "È più lungo di {limit} caratteri. Lo accorci.",
        "It is longer than {limit} signs. Shorten it.",
    ),
    "hidden_signs": (
        "Contiene segni che non si vedono. Lo riscriva a mano.",
        "It holds signs that are not seen. Type it anew.",
    ),
    "code": (
        "Non è una partita IVA né un codice fiscale: il controllo non torna. Lo chieda al cliente.",
        "It is neither a partita IVA nor a codice fiscale: the check does not hold. Ask the customer.",
    ),
    "email": ("Non è un indirizzo di posta. Lo corregga.", "It is no e-mail address. Mend it."),
    "role": (
        "Il ruolo è «titolare» o «ads». Un revisore lo ammette il titolare.",
        "The role is “titolare” or “ads”. An auditor is admitted by the titolare.",
    ),
    "plan": (
        "Il piano è «basic», «professional», «enterprise» o «senza piano».",
        "The plan is “basic”, “professional”, “enterprise” or “senza piano”.",
    ),
    "day": ("Una data è gg/mm/aaaa, come 01/03/2026.", "A date is dd/mm/yyyy, as 01/03/2026."),
    "patron": ("Il patrono è gg/mm, come 03/11.", "The patron saint’s day is dd/mm, as 03/11."),
    "yes": ("Qui si scrive «sì» o «no».", "Write “sì” or “no” here."),
    "postal_code": ("Un CAP ha cinque cifre. Lo corregga.", "A postal code has five digits. Mend it."),
    "province": ("La provincia è di due lettere, come RM.", "A province is two letters, as RM."),
    "recipient": (
        "Il codice destinatario ha sette segni, quello di un ufficio pubblico sei. Lo chieda al cliente.",
        "A recipient’s code has seven signs, a public office’s six. Ask the customer.",
    ),
    "cig": ("Un CIG ha dieci lettere o cifre. Lo corregga.", "A CIG has ten letters or digits. Mend it."),
    "cup": (
        "Un CUP ha quindici lettere e cifre. Lo corregga.",
        "A CUP has fifteen letters and digits. Mend it.",
    ),
    "names": (
        "I nomi si dividono con «|», senza ripeterli.",
        "Names are divided by “|”, and none comes twice.",
    ),
    "twice": (
        "È già alla riga {first}. Tenga una sola delle due.",
        "It is in row {first} already. Keep one of the two.",
    ),
    "customer_unknown": (
        "Nessun cliente ha questo codice. Lo aggiunga alla tabella dei clienti.",
        "No customer has this code. Add him to the table of customers.",
    ),
    "differs": (
        "C’è già, e qui è diverso: «{there}». Lo corregga nel file; ciò che è registrato non si cambia importando.",
        "It is there already, and differs here: “{there}”. Mend the file; importing changes nothing entered.",
    ),
    "contract_differs": (
        "Un contratto da questo giorno c’è già, con altri termini. Ne stipuli uno nuovo dalla pagina del cliente.",
        "There is a contract from this day, with other terms. Agree a new one on the customer’s page.",
    ),
    "of_the_house": (
        "È l’indirizzo di una persona del fornitore: non può autorizzare le proprie richieste. Ne chieda un altro.",
        "It is the address of one of the vendor’s people, who cannot authorise his own requests. Ask for another.",
    ),
    "titolare_admits": (
        "Il titolare di questo cliente entra già: da allora le persone le ammette lui.",
        "This customer’s titolare comes in already: from then on he admits people himself.",
    ),
    "product_unknown": (
        "«{name}» non è fra i prodotti. Lo aggiunga alla tabella dei prodotti.",
        "“{name}” is none of the products. Add it to the table of products.",
    ),
    "contract_last": (
        "Un contratto dura almeno un anno. Corregga il giorno della fine.",
        "A contract lasts a year at least. Mend its last day.",
    ),
    "contract_paid": (
        "Il giorno del pagamento vale per un contratto anticipato. Lo tolga, o scriva «sì» in «anticipato».",
        "A day of payment belongs to a contract paid in advance. Remove it, or enter “sì” in “anticipato”.",
    ),
    "full": ("Sono più di {limit}. Ne importi meno.", "There are more than {limit}. Import fewer."),
}


def words(wrong: Wrong) -> tuple[str, str]:
    italian, english = WORDS[wrong.code]
    facts = dict(wrong.facts)
    return italian.format(**facts), english.format(**facts)
