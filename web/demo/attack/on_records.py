"""Log and report, forged and given to readers who have kept more or less."""

from __future__ import annotations

from collections.abc import Sequence

from web.demo.attack import forged_report
from web.demo.attack import forgeries as f
from web.demo.attack.books import Books
from web.demo.attack.forgeries import Desk
from web.demo.attack.judge import Reader, judged
from web.demo.attack.on_witness import all_witnessing
from web.demo.attack.outcome import Attempt, Happened, Ledger, Words
from web.demo.attack.papers import Paper, control, desk_of, judge_all, reader, written
from web.demo.attack.scene import Scene
from web.demo.attack.story import tell
from web.demo.processes import Failed

LATEST = Words(
    "il fatto l’ha scritto il solo broker, e nessuna testa tenuta né firma del cliente viene dopo; le regole "
    "di questa demo non chiedono testimoni",
    "only the broker wrote that fact, and no kept head and no signature of the customer's comes after it; "
    "this demo's rules ask for no witnesses",
)
LIE = Words(
    "ciò che il broker scrive da solo (accessi, orari, gravità) può essere falso già quando lo scrive",
    "what the broker alone writes (log-ins, times, severities) may be false when it is written",
)


PAPERS = (
    Paper("record_altered", Words(
        "una registrazione cambiata, la testa lasciata com’era",
        "a record altered, the head left as it was"), f.altered),
    Paper("record_altered_signed", Words(
        "una registrazione cambiata e la testa firmata di nuovo; chi legge ha una testa di allora",
        "a record altered and the head signed anew; the reader kept a head of that day"),
        f.signed(f.altered), "head"),
    Paper("record_altered_nothing_kept", Words(
        "la stessa, per chi non ha tenuto teste: le autorizzazioni firmate dopo ne portano una",
        "the same, for a reader who kept no head: approvals signed later carry one"), f.signed(f.altered)),
    Paper("record_removed", Words(
        "una registrazione tolta, il resto rinumerato e firmato", "a record removed, the rest renumbered and signed"),
        f.signed(f.removed), "head"),
    Paper("record_inserted", Words(
        "una registrazione inserita nel passato", "a record inserted into the past"), f.signed(f.inserted), "head"),
    Paper("records_reordered", Words(
        "due registrazioni scambiate", "two records swapped"), f.signed(f.reordered), "head"),
    Paper("record_back_dated", Words(
        "una registrazione retrodatata", "a record back-dated"), f.signed(f.back_dated), "head"),
    Paper("other_log_key", Words(
        "tutto il registro sotto un’altra chiave, che il pacchetto porta con sé",
        "the whole log under another key, which the bundle brings along"), f.other_key),
    Paper("session_omitted", Words(
        "un intervento intero fatto sparire, note della macchina comprese; chi legge non ha teste",
        "a whole session omitted, the host's notes included; the reader kept no head"),
        f.signed(f.session_omitted)),
    Paper("approval_forged", Words(
        "dietro un’autorizzazione una firma del ladro", "the thief's signature behind an approval"),
        f.signed(f.approval_forged)),
    Paper("approval_omitted", Words(
        "una sessione senza la sua autorizzazione", "a session without its approval"),
        f.signed(f.approval_omitted)),
    Paper("note_reworded", Words(
        "la nota della macchina sulla fine riscritta", "the host's note of an end reworded"),
        f.signed(f.note_reworded)),
    Paper("note_by_other_host", Words(
        "la stessa nota, firmata con la chiave dell’altra macchina, rubata anch’essa",
        "the same note, signed with the key of the other host, stolen as well"),
        f.signed(f.note_by_other_host)),
    Paper("list_by_other_host", Words(
        "nell’elenco che la macchina firma delle sue sessioni ne manca una: firma l’altra macchina",
        "the host's own signed list of its sessions lacks one: the other host signs"),
        f.signed(f.list_by_other_host)),
    Paper("approver_added", Words(
        "il ladro tra chi autorizza, con la firma falsa del titolare",
        "the thief among the approvers, by a forged signature of the titolare"), f.signed(f.approver_added)),
    Paper("policy_loosened", Words(
        "regole allentate, con la firma falsa del titolare",
        "rules loosened, by a forged signature of the titolare"), f.signed(f.policy_loosened)),
    Paper("text_altered", Words(
        "testo di una richiesta sostituito", "the words of a request replaced"), f.text_altered),
    Paper("text_withheld", Words(
        "testo di una richiesta fatto sparire", "the words of a request withheld"), f.text_withheld),
    Paper("last_record_one_reader", Words(
        "l’ultimo accesso cambiato, per un solo lettore: ma la macchina, testimone, ha la testa vera",
        "the last log-in altered, for one reader: but the host, a witness, holds the true head"),
        f.signed(f.last_altered), "witness"),
    Paper("last_record_nothing_kept", Words(
        "lo stesso pacchetto, per chi non ha tenuto nulla dopo quel fatto",
        "the same bundle, for a reader who kept nothing after that fact"),
        f.signed(f.last_altered), "head", LATEST),
    Paper("broker_lied", Words(
        "un accesso mai avvenuto, scritto dal broker alla fine del registro",
        "a log-in that never was, written by the broker at the end of the log"),
        f.signed(f.lied), "witness", LIE),
)  # fmt: skip
"""In the order told. Rolled back, reissued, and forked for a witness are told after them."""

OLD = Words(
    "un pacchetto di ieri è autentico e finisce ieri: chi non ricorda di averne visto uno più nuovo non lo vede",
    "yesterday's bundle is genuine and ends yesterday: who does not remember a newer one cannot see it",
)


async def all_papers(scene: Scene, ledger: Ledger, papers: Sequence[Paper] = PAPERS) -> None:
    desk = await desk_of(scene)
    await control(scene, desk.true, reader(scene, "witness"))
    await control(scene, desk.sign(desk.true), reader(scene, "head"))
    await judge_all(scene, ledger, papers)
    await _reports(scene, ledger, desk, reader(scene))
    await _rolled_back(scene, ledger, desk.true)
    await all_witnessing(scene, ledger, desk)


async def _reports(scene: Scene, ledger: Ledger, desk: Desk, reader: Reader) -> None:
    books = await forged_report.reissued(desk.true, scene.stolen / "keys")
    papers = (
        ("report_reissued", books, Words(
            "rapporto con un’ora in più, ricomposto e sigillato con il certificato rubato",
            "report with an hour more, typeset anew and sealed with the stolen certificate")),
        ("report_reissued_recorded", desk.sign(forged_report.recorded(books)), Words(
            "lo stesso, e la registrazione del rapporto riscritta perché combaci",
            "the same, and the record of the report rewritten to fit")),
    )  # fmt: skip
    for name, forged, what in papers:
        tell(ledger, Attempt(name, what), await judged(written(scene, name, forged.pack()), reader))


async def _rolled_back(scene: Scene, ledger: Ledger, true: Books) -> None:
    """The bundle from before the theft, handed out as today's."""
    state = scene.folder / "visto.json"
    remembers = Reader(scene.kept.trust, state=state)
    if not isinstance(await judged(written(scene, "oggi", true.pack()), remembers), Happened):
        raise Failed("il pacchetto autentico di oggi non è integro")
    what = Words(
        "database riportato indietro: il pacchetto di prima del furto dato per quello di oggi, a chi ricorda (--state)",
        "database set back: the bundle from before the theft given as today's, to who remembers (--state)",
    )
    tell(ledger, Attempt("rolled_back", what), await judged(scene.kept.bundle, remembers))
    what = Words("lo stesso, a chi non ricorda nulla", "the same, to who remembers nothing")
    attempt = Attempt("rolled_back_nothing_kept", what, OLD)
    tell(ledger, attempt, await judged(scene.kept.bundle, Reader(scene.kept.trust)))
