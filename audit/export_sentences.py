"""What the verifier says of accesses taken out of a log (FORMAT.md §17), Italian beside English."""

from __future__ import annotations

WHYS: dict[str, tuple[str, str]] = {
    "export_part": (
        "un estratto del registro non basta a dirlo: lo dice il pacchetto", "a part of a log cannot tell: a bundle does"),
    "export_log": (
        "la chiave di questo registro non è nel file delle chiavi: la lega al precedente il pacchetto",
        "this log's key is not in the file of pinned keys: a bundle links it to the log before"),
}  # fmt: skip

FINDINGS: dict[str, tuple[str, str]] = {
    "not_bundle": (
        "è un estratto del registro degli accessi, non un pacchetto: lo controlla il comando verbale-verify",
        "accesses taken out of a log, and no bundle: the command verbale-verify checks it"),
    "export_claim": (
        "ciò che il fornitore firma dell’estratto non si legge o non è firmato con la chiave del registro",
        "what the vendor signs of the accesses cannot be read, or not with the log's key: {why}"),
    "inclusion": (
        "la prova non porta dalla registrazione {n} alla testa firmata",
        "the proof does not lead from record {n} to the signed head"),
    "export_claimed": (
        "non è il file che il fornitore ha firmato", "it is not the file that the vendor signed"),
    "export_unread": (
        "dalle registrazioni estratte la tabella non si può rifare", "the table cannot be made from these records: {why}"),
    "export_differs": (
        "la tabella non dice ciò che dicono le registrazioni", "the table does not say what the records say"),
    "metadata_missing": (
        "al documento manca il metadato {key}, che il profilo chiede", "the document lacks the metadata {key}, which the profile demands"),
    "incident_unfounded": (
        "la registrazione {n} non è del periodo né di una sua sessione", "record {n} is neither of the time nor of a session of it"),
}  # fmt: skip

NOTES: dict[str, tuple[str, str]] = {
    "preservation": (
        ("Pacchetto di versamento, profilo {profile}: {count} documenti con le impronte dell’indice. Che il registro sia integro "
         "lo dice il pacchetto di verifica."),
        ("Package for preservation, profile {profile}: {count} documents with the digests of the index. That the log is intact "
         "a bundle shows.")),
    "incident": (
        ("Evidenze di incidente: {count} registrazioni, da {since} a {until}. Che non ne manchi nessuna lo dichiara e lo "
         "firma il fornitore; lo mostra solo il pacchetto, che ha il registro intero."),
        ("Evidence of an incident: {count} records, {since} to {until}. That none is missing the vendor declares and signs; "
         "only a bundle, which has the whole log, shows it.")),
    "export": (
        ("Accessi estratti: {count}, fra le registrazioni da {first} a {last}. Che non ne manchi nessuno lo dichiara e lo "
         "firma il fornitore; lo mostra solo il pacchetto, che ha il registro intero."),
        ("Accesses taken out: {count}, of records {first} to {last}. That none is missing the vendor declares and signs; "
         "only a bundle, which has the whole log, shows it.")),
}  # fmt: skip
