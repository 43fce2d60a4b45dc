"""The service desk's records, forged and given to readers who have kept more or less: the broker alone writes them."""

from __future__ import annotations

from web.demo.attack import desk_books
from web.demo.attack.forgeries import signed
from web.demo.attack.on_records import LIE
from web.demo.attack.outcome import Ledger, Words
from web.demo.attack.papers import Paper, judge_all
from web.demo.attack.scene import Scene

MAIL = Words(
    "passo 15: una mail è giudicata dai byte, dalle risposte del DNS e dagli indirizzi noti che il broker ha conservato, "
    "e chi lo ruba li inventa tutti e tre. È una prova in più, e non apre nulla: autorizza solo una passkey",
    "step 15: a mail is judged by its bytes, the answers of the DNS and the known addresses that the broker kept, and "
    "whoever steals it invents all three. It is evidence beside, and opens nothing: only a passkey authorises",
)
APPOINTED = Words(
    "passo 8: una nomina la scrive il solo broker, come un accesso. Non apre nulla: chi può autorizzare lo dice "
    "l’elenco firmato dal titolare, che la macchina ha",
    "step 8: an appointment only the broker writes, as it does a log-in. It opens nothing: who may authorise says the "
    "list that the titolare signed, which the host holds",
)
FILED = Words(
    "passo 8: che un documento è agli atti lo scrive il solo broker; il documento l’ha chi lo ha firmato",
    "step 8: that a paper is on file only the broker writes; the paper is with whoever signed it",
)
PAPERS = (
    Paper("incident_by_customer", Words(
        "un incidente trovato dal fornitore passa per segnalato dal cliente",
        "an incident that the vendor found becomes one that the customer reported"),
        signed(desk_books.incident_by_customer), "head"),
    Paper("incident_reworded", Words(
        "testo di un incidente sostituito", "the words of an incident replaced"), desk_books.incident_reworded),
    Paper("request_elsewhere", Words(
        "una richiesta appesa a un altro incidente; chi legge ha le sole chiavi",
        "a request hung on another incident; the reader has the keys alone"), signed(desk_books.request_elsewhere)),
    Paper("incident_invented", Words(
        "un incidente mai segnalato, e la sua prima risposta in orario, alla fine del registro",
        "an incident that nobody reported, and its first answer in time, at the end of the log"),
        signed(desk_books.incident_invented), "witness", LIE),
    Paper("mail_overrated", Words(
        "una mail senza firma in nome del titolare, registrata come firmata (E2)",
        "an unsigned mail in the titolare's name, recorded as signed (E2)"), signed(desk_books.mail_overrated)),
    Paper("mail_signed_by_thief", Words(
        "la stessa, firmata con una chiave del ladro che un DNS di sua invenzione pubblica",
        "the same, signed with a key of the thief's that a DNS of his invention publishes"),
        signed(desk_books.mail_signed_by_thief), "witness", MAIL),
    Paper("paper_invented", Words(
        "un accordo sul trattamento dei dati mai firmato, agli atti",
        "a data processing agreement never signed, on file"), signed(desk_books.paper_invented), "witness", FILED),
    Paper("appointment_invented", Words(
        "il tecnico nominato amministratore di sistema in nome del titolare",
        "the technician appointed system administrator in the titolare's name"),
        signed(desk_books.appointment_invented), "witness", APPOINTED),
)  # fmt: skip


async def all_desk_work(scene: Scene, ledger: Ledger) -> None:
    await judge_all(scene, ledger, PAPERS)
