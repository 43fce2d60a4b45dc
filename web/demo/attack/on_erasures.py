"""Erasures: claimed without right, and a real one that comes too late for what was stolen before."""

from __future__ import annotations

from web.demo.attack import erasing
from web.demo.attack.books import stolen_books
from web.demo.attack.forgeries import signed
from web.demo.attack.outcome import Attempt, Happened, Ledger, Outcome, Words
from web.demo.attack.papers import Paper, desk_of, judge_all
from web.demo.attack.scene import Scene
from web.demo.attack.story import tell
from web.demo.processes import Failed

LIFTED = Words(
    "chi ha tolto una sospensione lo scrive il solo broker, come un accesso. Serve a poco: prima del termine, o senza "
    "la firma del titolare, non si cancella comunque",
    "who lifted a hold only the broker writes, as it does a log-in. It is of little use: before its term, or without "
    "the titolare's signature, nothing may be erased all the same",
)
COPIED = Words(
    "una cancellazione distrugge ciò che il broker ha: la copia che il ladro si è portato via prima resta sua",
    "an erasure destroys what the broker holds: the copy that the thief took away before remains his",
)
PAPERS = (
    Paper("erased_early", Words(
        "testi cancellati prima del termine, e il registro dice che era passato",
        "texts erased before their term, and the log says that it had passed"), signed(erasing.too_early)),
    Paper("erased_on_hold", Words(
        "testi cancellati mentre la loro cancellazione è sospesa per una contestazione",
        "texts erased while their erasure is on hold for a dispute"), signed(erasing.on_hold)),
    Paper("erased_undecided", Words(
        "testi cancellati per una decisione del titolare che ha firmato il ladro",
        "texts erased on a decision of the titolare's that the thief signed"), signed(erasing.undecided)),
    Paper("recording_erased_early", Words(
        "una registrazione cancellata prima del termine", "a recording erased before its term"),
        signed(erasing.recording_too_early)),
    Paper("hold_lifted_by_vendor", Words(
        "la sospensione chiesta dal titolare, tolta dal fornitore", "the titolare's hold, lifted by the vendor"),
        signed(erasing.lifted_by_vendor)),
    Paper("hold_lifted_in_his_name", Words(
        "la stessa, tolta dal broker in nome del titolare", "the same, lifted by the broker in the titolare's name"),
        signed(erasing.lifted_in_his_name), "witness", LIFTED),
)  # fmt: skip


async def all_erasures(scene: Scene, ledger: Ledger) -> None:
    await judge_all(scene, ledger, PAPERS)
    what = Words(
        "testi che il titolare fa cancellare dopo il furto, letti nella copia rubata",
        "texts that the titolare has erased after the theft, read in the stolen copy",
    )
    tell(ledger, Attempt("erased_too_late", what, COPIED), await _erased_too_late(scene))


async def _erased_too_late(scene: Scene) -> Outcome:
    """The stolen broker obeys him; what it no longer has, the copy has still."""
    desk = await desk_of(scene)
    asked = erasing.asked(desk.true, held=False)
    await scene.titolare.sign(
        "erasure", request=getattr(asked.record, "request", ""), reason="asked_by_person"
    )
    now = await stolen_books(scene.running.broker_state, scene.loot.tenant)
    if asked.n in now.openings:
        raise Failed("i testi non sono stati cancellati")
    words = desk.true.openings[asked.n].data
    assert isinstance(words, dict)
    return Happened(f"n={asked.n}, «{words['incident_text']}»")
