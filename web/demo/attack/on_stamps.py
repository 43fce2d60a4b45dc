"""Timestamps. The demo's broker has no authority: one is made here, and the log goes on as if it had asked it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from audit.instant import whole_ms
from broker.out.clock import SystemClock
from web.demo.attack import stamping
from web.demo.attack.authority import open_authority, possible
from web.demo.attack.books import Books
from web.demo.attack.forgeries import Desk, Forge, signed
from web.demo.attack.judge import STAMPS, Reader
from web.demo.attack.outcome import Attempt, Ledger, Untried, Words
from web.demo.attack.papers import Paper, control, desk_of, judge_by
from web.demo.attack.scene import Scene
from web.demo.attack.stamping import Tokens
from web.demo.attack.story import tell

MISSING = Words("qui manca il programma openssl", "the program openssl is missing here")
NEVER_STAMPED = Words(
    "di teste mai marcate nessun’autorità sa nulla: verbale-verify dice che il passo 13 non si può sapere, e chi ha "
    "scelto un’autorità sa che avrebbe dovuto esserci una marca al giorno",
    "of heads never stamped no authority knows anything: verbale-verify says that step 13 cannot be known, and who "
    "chose an authority knows that there should have been a token a day",
)
PLAYS: tuple[tuple[str, Words, Callable[[Desk, Tokens], Books], Words | None], ...] = (
    ("token_moved", Words(
        "la marca temporale di una testa data per quella di un’altra",
        "the timestamp of one head given as that of another"), stamping.moved, None),
    ("token_by_thief", Words(
        "una marca temporale di un’autorità del ladro", "a timestamp of an authority of the thief's"),
        stamping.by_the_thief, None),
    ("token_missing", Words(
        "il registro dice che una testa è marcata, e la marca non c’è",
        "the log says that a head is stamped, and the token is not there"), stamping.missing, None),
    ("stamped_rewritten", Words(
        "l’ultimo accesso cambiato sotto una testa marcata; chi legge non ha tenuto nulla",
        "the last log-in altered below a stamped head; the reader kept nothing"), stamping.rewritten, None),
    ("never_stamped", Words(
        "lo stesso, in un registro senza marche", "the same, in a log without timestamps"),
        stamping.unstamped, NEVER_STAMPED),
)  # fmt: skip


async def all_stamps(scene: Scene, ledger: Ledger) -> None:
    if not possible():
        for name, what, _, limit in PLAYS:
            tell(ledger, Attempt(name, what, limit), Untried(MISSING))
        return
    desk = await desk_of(scene)
    theirs, his = await asyncio.gather(
        open_authority(scene.folder / "marche", "Marche temporali dimostrative"),
        open_authority(scene.folder / "marche-del-ladro", "Marche del ladro"),
    )
    earlier, last = (stamping.digest(desk.true, size) for size in (desk.before, len(desk.true.leaves)))
    tokens = Tokens(
        await theirs.token(earlier),
        await theirs.token(last),
        await his.token(last),
        whole_ms(SystemClock().now()),
    )
    trust = scene.folder / "trust-marche.json"
    trust.write_bytes(replace(scene.trust, tsa_ca=theirs.root).encode())
    by = Reader(trust, minds=(STAMPS,))
    await control(scene, desk.sign(stamping.stamped(desk, tokens)), by)
    papers = [
        Paper(name, what, signed(_with(tokens, forge)), limit=limit) for name, what, forge, limit in PLAYS
    ]
    await judge_by(scene, ledger, papers, desk, {"keys": by})


def _with(tokens: Tokens, forge: Callable[[Desk, Tokens], Books]) -> Forge:
    return lambda desk: forge(desk, tokens)
