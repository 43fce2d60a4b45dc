"""The closed list of what can be said of a mail, with one sentence each in Italian and English.

A judgement has one `code`, the first of these that decided, and `reasons`: everything that was seen.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import NamedTuple


class Level(IntEnum):
    """How much a mail proves (requirements C-07). E2 is never reached by a mail alone: it is E1 and a
    confirmation with a passkey, which whoever runs the confirm link adds."""

    E0 = 0
    E1 = 1
    E2 = 2
    E3 = 3
    E4 = 4

    @property
    def code(self) -> str:
        return f"e{self.value}"


class Transport(StrEnum):
    """What the bytes are, not what their headers say."""

    ORDINARY = "ordinary"
    PEC = "pec"  # an envelope of a configured provider that carries a message
    RECEIPT = "receipt"  # a receipt or notice of a configured provider
    ANOMALY = "anomaly"  # a provider's envelope around ordinary mail


class Said(NamedTuple):
    it: str
    en: str


# What makes a level; everything else leaves a mail at E0 or is a remark.
PROVING = ("dkim_aligned", "arc_forwarded", "pec_valid", "qualified_signature")

CODES: dict[str, Said] = {
    # ------------------------------------------------------------ what makes a level
    "dkim_aligned": Said(
        "La firma DKIM del dominio del mittente è valida.",
        "The DKIM signature of the sender’s domain is valid.",
    ),
    "arc_forwarded": Said(
        "La firma DKIM era valida quando il messaggio è arrivato a un inoltro configurato, che lo attesta (ARC).",
        "The DKIM signature was valid when the message reached a configured forwarder, which vouches for it (ARC).",
    ),
    "pec_valid": Said(
        "La busta di trasporto PEC è firmata dal gestore e il mittente è una PEC registrata.",
        "The PEC transport envelope is signed by the provider and the sender is a registered PEC.",
    ),
    "qualified_signature": Said(
        "L’allegato porta la firma qualificata della persona registrata.",
        "The attachment bears the qualified signature of the registered person.",
    ),
    "pec_receipt": Said(
        "È una ricevuta o un avviso firmato dal gestore PEC: non autorizza nulla.",
        "It is a receipt or notice signed by the PEC provider: it authorises nothing.",
    ),
    # ------------------------------------------------------------ the message itself
    "too_large": Said(
        "Il messaggio è più grande di quanto si esamini.", "The message is larger than what is examined."
    ),
    "malformed": Said(
        "Il messaggio non ha la forma di una mail.", "The message does not have the form of a mail."
    ),
    "too_complex": Said(
        "Il messaggio ha più parti, intestazioni o livelli di quanti se ne esaminino.",
        "The message has more parts, headers or levels than are examined.",
    ),
    "unreadable": Said(
        "Una parte del messaggio non si lascia leggere.", "A part of the message cannot be read."
    ),
    "header_repeated": Said(
        "Un’intestazione che può stare una volta sola è ripetuta.",
        "A header that may stand only once is repeated.",
    ),
    "duplicate": Said(
        "Lo stesso messaggio è già arrivato: vale il primo.",
        "The same message came before: the first one counts.",
    ),
    "too_old": Said(
        "Il messaggio è stato scritto più di 24 ore prima di arrivare.",
        "The message was written more than 24 hours before it came.",
    ),
    "date_ahead": Said(
        "Il messaggio porta una data che deve ancora venire.",
        "The message bears a date that is still to come.",
    ),
    "date_missing": Said("Il messaggio non porta una data leggibile.", "The message bears no readable date."),
    # ------------------------------------------------------------ who wrote
    "no_from": Said("Il messaggio non dice da chi viene.", "The message does not say whom it is from."),
    "many_from": Said(
        "Il messaggio nomina più di un mittente.", "The message names more than one sender."
    ),
    "unknown_sender": Said(
        "L’indirizzo del mittente non è fra quelli registrati del titolare o dell’ADS.",
        "The sender’s address is none of those registered for the titolare or the ADS.",
    ),
    "delegation_missing": Said(
        "L’ADS che scrive non ha una delega del titolare.",
        "The ADS who writes has no delegation from the titolare.",
    ),
    "delegation_expired": Said(
        "La delega dell’ADS che scrive non vale in questo giorno.",
        "The delegation of the ADS who writes does not hold on this day.",
    ),
    "lookalike_address": Said(
        "L’indirizzo imita uno registrato, senza esserlo.",
        "The address imitates a registered one without being it.",
    ),
    "display_name_address": Said(
        "Il nome mostrato contiene un indirizzo diverso da quello del mittente.",
        "The name shown contains an address other than the sender’s.",
    ),
    "display_name_hidden": Said(
        "Il nome mostrato contiene segni invisibili o che cambiano il verso del testo.",
        "The name shown contains signs that are invisible or turn the direction of the text.",
    ),
    "reply_to_differs": Said(
        "Le risposte andrebbero a un indirizzo diverso da quello del mittente.",
        "Answers would go to an address other than the sender’s.",
    ),
    # ------------------------------------------------------------ DKIM and ARC
    "dkim_none": Said("Il messaggio non porta una firma DKIM.", "The message bears no DKIM signature."),
    "dkim_failed": Said(
        "La firma DKIM non torna: testo o intestazioni sono cambiati.",
        "The DKIM signature does not match: text or headers were changed.",
    ),
    "dkim_unaligned": Said(
        "La firma DKIM è di un dominio che non è quello del mittente.",
        "The DKIM signature is of a domain that is not the sender’s.",
    ),
    "dkim_expired": Said("La firma DKIM è scaduta.", "The DKIM signature has expired."),
    "dkim_ahead": Said(
        "La firma DKIM porta un’ora che deve ancora venire.",
        "The DKIM signature bears a time that is still to come.",
    ),
    "dkim_form": Said(
        "La firma DKIM non ha la forma prescritta.", "The DKIM signature does not have its form."
    ),
    "dkim_length": Said(
        "La firma DKIM copre solo una parte del testo (l=): è debole.",
        "The DKIM signature covers only part of the text (l=): it is weak.",
    ),
    "dkim_headers": Said(
        "La firma DKIM non copre oggetto, data o identificativo del messaggio: è debole.",
        "The DKIM signature does not cover subject, date or id of the message: it is weak.",
    ),
    "dkim_algorithm": Said(
        "La firma DKIM usa un algoritmo che non si accetta.",
        "The DKIM signature uses an algorithm that is not accepted.",
    ),
    "dkim_weak_key": Said(
        "La chiave DKIM ha meno di 1024 bit.", "The DKIM key has fewer than 1024 bits."
    ),
    "dkim_short_key": Said(
        "La chiave DKIM ha meno di 2048 bit: vale, ma sarebbe da cambiare.",
        "The DKIM key has fewer than 2048 bits: it counts, but should be changed.",
    ),
    "dkim_no_key": Said(
        "La chiave DKIM non è pubblicata, o non si lascia leggere.",
        "The DKIM key is not published, or cannot be read.",
    ),
    "dns_unanswered": Said(
        "Il DNS non ha risposto: la firma DKIM non si è potuta controllare.",
        "The DNS did not answer: the DKIM signature could not be checked.",
    ),
    "arc_unknown": Said(
        "Chi attesta l’inoltro (ARC) non è fra quelli configurati.",
        "Whoever vouches for the forwarding (ARC) is none of those configured.",
    ),
    "arc_failed": Said(
        "L’attestazione dell’inoltro (ARC) non torna.", "The vouching for the forwarding (ARC) does not match."
    ),
    # ------------------------------------------------------------ PEC
    "pec_envelope_invalid": Said(
        "Si presenta come busta PEC ma non è firmata da un gestore configurato.",
        "It presents itself as a PEC envelope but is not signed by a configured provider.",
    ),
    "pec_daticert_rejected": Said(
        "I dati di certificazione (daticert.xml) mancano o non sono accettabili.",
        "The certification data (daticert.xml) are missing or not acceptable.",
    ),
    "pec_partial": Said(
        "I dati di certificazione si leggono solo in parte: l’identificativo non è scritto come si deve.",
        "The certification data can be read only in part: the id is not written as it must be.",
    ),
    "pec_message_missing": Said(
        "La busta non contiene il messaggio originale (postacert.eml).",
        "The envelope does not contain the original message (postacert.eml).",
    ),
    "pec_sender_unregistered": Said(
        "Il mittente certificato non è una PEC registrata del titolare o dell’ADS.",
        "The certified sender is no registered PEC of the titolare or the ADS.",
    ),
    "pec_sender_differs": Said(
        "Il mittente certificato non è quello del messaggio originale.",
        "The certified sender is not that of the original message.",
    ),
    "pec_id_differs": Said(
        "L’identificativo certificato non è quello del messaggio originale.",
        "The certified id is not that of the original message.",
    ),
    "pec_time_outside": Said(
        "L’ora certificata non torna con quella della firma o dell’arrivo.",
        "The certified time does not agree with that of the signature or of the arrival.",
    ),
    "pec_outside_circuit": Said(
        "Il messaggio viene da posta ordinaria, non dal circuito PEC.",
        "The message comes from ordinary mail, not from the PEC circuit.",
    ),
    # ------------------------------------------------------------ attachments
    "signed_intact": Said(
        "Un allegato firmato è integro; il certificato non è di un’autorità conosciuta.",
        "A signed attachment is intact; its certificate is of no known authority.",
    ),
    "signed_valid": Said(
        "Un allegato firmato è integro e il certificato è valido; la firma non risulta qualificata.",
        "A signed attachment is intact and its certificate valid; the signature is not shown to be qualified.",
    ),
    "signed_qualified": Said(
        "Un allegato porta una firma qualificata.", "An attachment bears a qualified signature."
    ),
    "signed_unchecked": Said(
        "Un allegato firmato è integro; qualifica non verificata, perché manca l’elenco europeo.",
        "A signed attachment is intact; qualification not checked, because the European list is missing.",
    ),
    "signed_expired": Said(
        "Il certificato di un allegato firmato non valeva al momento della firma.",
        "The certificate of a signed attachment did not hold when it was signed.",
    ),
    "signed_revoked": Said(
        "Il certificato di un allegato firmato è revocato.",
        "The certificate of a signed attachment is revoked.",
    ),
    "signed_broken": Said(
        "Un allegato firmato non è integro.", "A signed attachment is not intact."
    ),
    "signed_unreadable": Said(
        "Un allegato che si presenta come firmato non si può verificare.",
        "An attachment that presents itself as signed cannot be checked.",
    ),
    "trusted_list_old": Said(
        "L’elenco europeo dei prestatori ha più di 30 giorni.",
        "The European list of providers is older than 30 days.",
    ),
    # ------------------------------------------------------------ the customer's rule
    "below_minimum": Said(
        "Il livello di prova è sotto il minimo scelto dal cliente: si resta in attesa.",
        "The level of evidence is below the minimum the customer chose: it stays pending.",
    ),
}  # fmt: skip
