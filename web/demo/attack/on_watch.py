"""Live: a session that somebody is to watch, and a broker that wants him to be there when he is not."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace

from agent.wire.frames import Answer, Call, CheckIn, Frame, OrderRefused
from audit import check_in
from audit.canonical import b64, unb64
from audit.keys import SigningKey
from audit.signed import SignedStatement
from audit.watch import Call as Asked
from web.demo.attack.on_sessions import asked
from web.demo.attack.outcome import AGENT, Attempt, Happened, Ledger, Outcome, Refused, Words
from web.demo.attack.scene import WATCH_LOST_S, Scene
from web.demo.attack.story import tell
from web.demo.processes import Failed
from web.demo.watcher import watching

PATIENT_S = 10.0 * WATCH_LOST_S
HOARD = 3


@dataclass(frozen=True, slots=True)
class Watched:
    """`page`: the key of the ADS's page, which he endorsed; `check_in` is that endorsement."""

    session: str
    page: SigningKey
    check_in: SignedStatement


async def all_watching(scene: Scene, ledger: Ledger) -> None:
    _, session, page = await scene.approved("exec")
    frame = await scene.order(session)
    assert page is not None
    assert frame.check_in is not None
    watched = Watched(session, page, SignedStatement.from_value(frame.check_in))
    since = await scene.hand.mark()
    await scene.hand.send(frame)
    if await scene.hand.note(since, "session.started", session=session) is None:
        raise Failed("la sessione da guardare non è cominciata")
    plays = (
        ("watcher_replaced", Words(
            "presa in carico falsa a sessione aperta: da ora guarda una pagina del ladro",
            "a false check-in while the session runs: a page of the thief's watches from now on"), _replaced),
        ("heartbeats_forged", Words(
            "l’ADS chiude la pagina, e il broker risponde al suo posto con un’altra chiave",
            "the watcher closes his page, and the broker answers in his place with another key"), _forged),
        ("heartbeats_hoarded", Words(
            "risposte vere dell’ADS trattenute, e date alla macchina dopo che se n’è andato",
            "true answers of the watcher's held back, and given to the host after he has gone"), _hoarded),
    )  # fmt: skip
    for name, what, play in plays:
        tell(ledger, Attempt(name, what), await play(scene, watched))
    await scene.ended(session)


async def _replaced(scene: Scene, watched: Watched) -> Outcome:
    true = check_in.CheckIn.parse(watched.check_in.statement)
    taken = replace(true, page_key=scene.loot.grant_key.public.text)
    false = replace(scene.loot.pen.assertion(taken.digest), credential=watched.check_in.assertion.credential)
    since = await scene.hand.mark()
    await scene.hand.send(CheckIn(watched.session, SignedStatement(taken.encode(), false).to_value()))

    def answered(frame: Frame) -> bool:
        """A no, or a call to the new page."""
        called = isinstance(frame, Call) and frame.check_in == taken.digest.hex()
        return called or isinstance(frame, OrderRefused)

    said = await scene.hand.heard(since, answered)
    if said is None:
        raise Failed("l’agente non ha risposto alla presa in carico")
    return Refused(AGENT, said.reason) if isinstance(said, OrderRefused) else Happened("check_in")


async def _forged(scene: Scene, watched: Watched) -> Outcome:
    """Every call of the host is answered at once, by the thief."""
    await scene.hand.hold()
    async with watching(scene.ads, watched.session, watched.page):
        await _answers(scene, watched, 1)
    answered, since = 0, await scene.hand.mark()
    until = time.monotonic() + PATIENT_S
    while time.monotonic() < until:
        frames = await scene.hand.every(since)
        calls = [f for f in frames if isinstance(f, Call) and f.session == watched.session]
        for call in calls[answered:]:
            await scene.hand.send(_answer(call, scene.loot.grant_key))
        answered = len(calls)
        if await scene.hand.note(since, "session.paused", session=watched.session, seconds=0.0) is not None:
            return await _shut(scene, watched, f"{answered} risposte / answers")
        await asyncio.sleep(0.1)
    return Happened(f"{watched.session}, {answered} risposte false / forged answers")


def _answer(call: Call, key: SigningKey) -> Answer:
    asked_ = Asked(bytes.fromhex(call.check_in), call.n, unb64(call.nonce))
    return Answer(call.session, call.n, b64(key.sign(asked_.message)))


async def _answers(scene: Scene, watched: Watched, count: int) -> list[Answer]:
    """So many calls that the page answers: the calls are seen going out, the answers only if they are held."""
    since = await scene.hand.mark()
    until = time.monotonic() + PATIENT_S
    while time.monotonic() < until:
        frames = await scene.hand.every(since)
        calls = [f for f in frames if isinstance(f, Call) and f.session == watched.session]
        if len(calls) > count:  # to the one before the last the page has answered
            return [f for f in frames if isinstance(f, Answer)]
        await asyncio.sleep(0.1)
    raise Failed("la macchina non ha chiamato la pagina di chi guarda")


async def _hoarded(scene: Scene, watched: Watched) -> Outcome:
    """Once the session is paused, the true answers to earlier calls must not wake it."""
    since = await scene.hand.mark()
    async with watching(scene.ads, watched.session, watched.page):
        if await scene.hand.note(since, "session.resumed", session=watched.session) is None:
            raise Failed("con la pagina di nuovo aperta la sessione non è ripresa")
        await scene.hand.hold("answer")
        hoard = await _answers(scene, watched, HOARD)
    if not hoard:
        raise Failed("la pagina di chi guarda non ha risposto")
    if await scene.hand.note(since, "session.paused", session=watched.session) is None:
        return Happened(f"{watched.session} continua / goes on")
    since = await scene.hand.mark()
    for answer in hoard:
        await scene.hand.send(answer)
    woken = await scene.hand.note(since, "session.resumed", session=watched.session, seconds=3.0)
    if woken is not None:
        return Happened(f"session.resumed, {len(hoard)} risposte / answers")
    return await _shut(scene, watched, f"{len(hoard)} risposte / answers")


async def _shut(scene: Scene, watched: Watched, how: str) -> Outcome:
    """Paused: what the thief asks for now the host does not serve."""
    found = await asked(scene, watched.session)
    return Refused(AGENT, f"session.paused, {found.code} ({how})") if isinstance(found, Refused) else found
