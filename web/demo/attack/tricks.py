"""The forged orders, each in one sentence for whoever reads what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from agent.wire.frames import Open
from web.demo.attack import orders
from web.demo.attack.loot import Loot
from web.demo.attack.outcome import Words


@dataclass(frozen=True, slots=True)
class Trick:
    name: str
    what: Words
    forge: Callable[[Loot, Open], Open]


TRICKS = (
    Trick("in_his_name", Words(
        "ordine con l’autorizzazione falsificata in nome dell’ADS, con una chiave del ladro",
        "order with an approval forged in the approver's name, by a key of the thief's"), orders.in_his_name),
    Trick("by_a_stranger", Words(
        "autorizzazione firmata da una passkey che nessun titolare ha nominato",
        "approval signed by a passkey that no titolare appointed"), orders.by_a_stranger),
    Trick("nobody_approved", Words(
        "permesso firmato con la chiave rubata, senza alcuna autorizzazione",
        "grant signed with the stolen key, without any approval"), orders.nobody_approved),
    Trick("of_another_request", Words(
        "autorizzazione autentica, ma di un’altra richiesta",
        "a genuine approval of another request"), orders.of_another_request),
    Trick("approval_reworded", Words(
        "autorizzazione autentica riscritta: «nessuno guarda»",
        "a genuine approval reworded: “nobody watches”"), orders.approval_reworded),
    Trick("login_as_approval", Words(
        "pagina bugiarda: l’ADS crede di entrare, e la sua passkey di accesso firma l’autorizzazione",
        "lying page: the approver thinks he logs in, and his login passkey signs the approval"),
        orders.login_as_approval),
    Trick("signed_elsewhere", Words(
        "autorizzazione firmata dalla passkey dell’ADS, ma sulla pagina del broker",
        "approval signed by the approver's own passkey, but on the broker's page"), orders.signed_elsewhere),
    Trick("technician_as_approver", Words(
        "attivazione del tecnico al posto dell’autorizzazione",
        "the technician's activation in the approval's place"), orders.technician_as_approver),
    Trick("longer", Words(
        "permesso di un giorno più lungo di quanto firmato",
        "grant a day longer than what was signed"), orders.longer),
    Trick("longer_request", Words(
        "richiesta e permesso allungati dopo la firma",
        "request and grant prolonged after the signature"), orders.longer_request),
    Trick("wider", Words(
        "permesso con un canale in più", "grant with one more channel"), orders.wider),
    Trick("wider_request", Words(
        "richiesta e permesso con un canale in più, dopo la firma",
        "request and grant with one more channel, after the signature"), orders.wider_request),
    Trick("wider_unsigned", Words(
        "permesso autentico con un canale aggiunto", "genuine grant with a channel added"), orders.wider_unsigned),
    Trick("elsewhere", Words(
        "richiesta firmata per una macchina, spostata su un’altra",
        "request signed for one host, moved to another"), orders.elsewhere),
    Trick("administrator", Words(
        "altro utente della macchina, amministratore",
        "another local account, an administrator"), orders.administrator),
    Trick("other_rules", Words(
        "richiesta fatta sotto regole che il titolare non ha firmato",
        "request made under rules that the titolare did not sign"), orders.other_rules),
    Trick("other_words", Words(
        "testo dell’intervento diverso da quello letto da chi ha firmato",
        "other words for the incident than the approver read"), orders.other_words),
    Trick("not_activated", Words(
        "attivazione falsificata in nome del tecnico",
        "activation forged in the technician's name"), orders.not_activated),
    Trick("unwatched", Words(
        "sessione da guardare, senza chi guarda", "session to be watched, and nobody watching"), orders.unwatched),
    Trick("watched_by_the_thief", Words(
        "presa in carico falsificata: guarda una pagina del ladro",
        "check-in forged: a page of the thief's watches"), orders.watched_by_the_thief),
    Trick("waived", Words(
        "permesso con «nessuno guarda» contro la scelta di chi ha firmato",
        "grant with “nobody watches” against the approver's choice"), orders.waived),
    Trick("unlogged", Words(
        "apertura che il registro non prova", "an opening that the log does not prove"), orders.unlogged),
)  # fmt: skip
AGAIN = Trick("again", Words(
    "ordine già eseguito, ripetuto tale e quale", "an order obeyed before, sent once more"), orders.again)  # fmt: skip
TWO_LOGS = Trick("two_logs", Words(
    "due storie del registro alla stessa macchina, firmate con la chiave rubata",
    "two histories of the log for one host, signed with the stolen key"), orders.two_logs)  # fmt: skip
