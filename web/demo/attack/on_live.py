"""What the stolen broker wrote while it attacked: the log as it is, and as the thief would rather have it."""

from __future__ import annotations

from dataclasses import replace

from audit.leaf import Leaf
from web.demo.attack.books import Books, stolen_books
from web.demo.attack.forgeries import Desk, signed
from web.demo.attack.judge import judged
from web.demo.attack.outcome import Attempt, Ledger, Words
from web.demo.attack.papers import Paper, desk_of, judge_by, reader, written
from web.demo.attack.scene import Scene
from web.demo.attack.story import tell

TRUE = Words(
    "non c’è nulla da scoprire: ciò che la macchina ha rifiutato è nel registro con la firma della macchina, ciò che ha "
    "eseguito anche, e chi sedeva al posto del tecnico non lo sa nessun registro",
    "there is nothing to detect: what the host refused is in the log under the host's signature, and so is what it "
    "carried out; who sat in the technician's seat no log can know",
)
NEWEST = Words(
    "che mancano note si vede da quella che viene dopo, dall’elenco che la macchina firma, o dalla testa che la macchina "
    "stessa tiene: qui chi legge non ha nulla di tutto ciò",
    "that notes are missing shows by the one that comes after, by the list that the host signs, or by the head that the "
    "host itself holds: here the reader has none of them",
)


async def so_far(scene: Scene, ledger: Ledger) -> None:
    """One forged order for each session, and to its own host."""
    before, books = await desk_of(scene), await _now(scene)
    refused = len(_since(books, before, "session.refused"))
    what = Words(
        f"il registro degli attacchi fin qui, così com’è, con {refused} rifiuti della macchina",
        f"the log of the attacks so far, as it is, with {refused} refusals of the host's",
    )
    found = await judged(written(scene, "fin-qui", books.pack()), reader(scene))
    tell(ledger, Attempt("live_so_far", what, TRUE), found)
    newest = _newest(books, scene.running.stage.host)
    papers = (
        Paper("refusals_hidden", Words(
            "i rifiuti della macchina tolti dal registro", "the host's refusals removed from the log"),
            signed(lambda desk: _without(desk, *_since(desk.true, before, "session.refused")))),
        Paper("command_hidden", Words(
            "il comando battuto dal ladro tolto dal registro", "the command that the thief typed removed from the log"),
            signed(lambda desk: _without(desk, _since(desk.true, before, "command.executed")[0]))),
        Paper("newest_hidden", Words(
            "l’ultima nota della macchina tolta; chi legge non ha altro che le chiavi",
            "the host's newest note removed; the reader has nothing but the keys"),
            signed(lambda desk: _without(desk, newest)), limit=NEWEST),
    )  # fmt: skip
    await judge_by(scene, ledger, papers, replace(before, true=books), {"keys": reader(scene)})


async def at_the_end(scene: Scene, ledger: Ledger) -> None:
    """By now there are many forged orders for one session, one sent again, and some to another host than theirs."""
    books = await _now(scene)
    what = Words(
        "il registro degli attacchi alla fine, così com’è: gli ordini ripetuti per una stessa sessione e quelli dati alla "
        "macchina sbagliata vi stanno con la firma delle macchine",
        "the log of the attacks at the end, as it is: orders repeated for one session, and those given to the wrong host, "
        "are in it under the hosts' signatures",
    )
    tell(
        ledger,
        Attempt("live_at_the_end", what),
        await judged(written(scene, "alla-fine", books.pack()), reader(scene)),
    )


async def _now(scene: Scene) -> Books:
    """As the stolen broker would hand it out at this moment."""
    return await stolen_books(scene.running.broker_state, scene.loot.tenant)


def _since(books: Books, before: Desk, *kinds: str) -> list[Leaf]:
    """Of after the theft."""
    return [leaf for leaf in books.find(*kinds) if leaf.n >= len(before.true.leaves)]


def _without(desk: Desk, *gone: Leaf) -> Books:
    return desk.true.without([leaf.n for leaf in gone])


def _newest(books: Books, host: str) -> Leaf:
    return next(leaf for leaf in reversed(books.leaves) if leaf.host == host and leaf.host_n is not None)
