"""Forged orders, sent to the real agent over its own link; its signed note is what became of each."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace

from agent.wire.frames import Cosignature, Frame, Head, HeadRefused, Open
from audit import checkpoint
from audit.canonical import unb64
from audit.checkpoint import Checkpoint
from audit.keys import SigningKey
from audit.note import VerifierKey, parse_note
from audit.recovery import HeadLine, Recovery
from audit.signed import SignedStatement
from broker.out.clock import SystemChance, SystemClock
from web.demo.attack.hand import Hand
from web.demo.attack.outcome import AGENT, Attempt, Happened, Ledger, Outcome, Refused, Words
from web.demo.attack.scene import Scene
from web.demo.attack.story import tell
from web.demo.attack.tricks import AGAIN, TRICKS, TWO_LOGS, Trick
from web.demo.processes import Failed

AFTER = Words(
    "poi un ordine autentico, a una macchina che ha visto due storie",
    "then a genuine order, to a host that has seen two histories",
)
LOSS = Words(
    "un recupero con la firma falsa del titolare: registrazioni «perse», e un altro registro che prosegue",
    "a recovery with a forged signature of the titolare: records “lost”, and another log that goes on",
)
SET_BACK = Words(
    "database riportato a prima del furto: la testa di allora, autentica, data di nuovo alla macchina",
    "database set back to before the theft: the genuine head of then, given to the host once more",
)

SETTLED_S = 4.0  # heads go out every second


async def all_orders(scene: Scene, ledger: Ledger, tricks: Sequence[Trick] = TRICKS) -> None:
    for trick in tricks:
        tell(ledger, Attempt(trick.name, trick.what), await _tried(scene, trick))


async def set_back(scene: Scene, ledger: Ledger) -> None:
    """The database of before the theft, as the host sees it: an earlier head of the same log, well signed."""
    head = Head(scene.kept.head.read_text(), _held(scene).size, ())
    tell(ledger, Attempt("set_back_live", SET_BACK), await _cosigned(scene, head))


async def recovery_forged(scene: Scene, ledger: Ledger) -> None:
    """As if the titolare had signed that records are lost, and that another log goes on without them."""
    kept, held = _head(scene.kept.head.read_text()), _held(scene)
    key = SigningKey(SystemChance().octets(32))
    following = f"{held.origin}b"
    said = Recovery(
        scene.loot.tenant,
        scene.trust.log_vkeys[-1].text,
        HeadLine(kept.size, kept.root.hex()),
        HeadLine(held.size, held.root.hex()),
        VerifierKey.log(following, key.public).text,
        SystemClock().now(),
    )
    titolare = next(one.credential for one in scene.trust.credentials if one.role == "titolare")
    false = replace(scene.loot.pen.assertion(said.digest), credential=unb64(titolare))
    note = checkpoint.sign(Checkpoint(following, kept.size, kept.root), key).decode()
    signed = SignedStatement(said.encode(), false).to_value()
    head = Head(note, kept.size, (), recovered=signed)
    tell(ledger, Attempt("recovery_forged", LOSS), await _cosigned(scene, head))


async def settled(scene: Scene) -> None:
    """Return when the host holds a head and gets no newer one: an order is made for the head it holds."""
    since, held = asyncio.get_running_loop().time(), _held(scene).size
    while asyncio.get_running_loop().time() - since < SETTLED_S:
        await asyncio.sleep(0.2)
        size = _held(scene).size
        if size != held:
            since, held = asyncio.get_running_loop().time(), size


def _held(scene: Scene) -> Checkpoint:
    """The head that the host holds: the thief's broker was told of each."""
    return _head(json.loads((scene.running.agent_state / "witness.json").read_text())["note"])


def _head(note: str) -> Checkpoint:
    return checkpoint.parse(parse_note(note.encode()).text)


async def _cosigned(scene: Scene, head: Head) -> Outcome:
    size, since = _head(head.checkpoint).size, await scene.hand.mark()

    def answer(frame: Frame) -> bool:
        """Heads of the broker's own may be on their way: those are longer."""
        cosigned = isinstance(frame, Cosignature) and frame.size == size
        return cosigned or isinstance(frame, HeadRefused)

    await scene.hand.send(head)
    said = await scene.hand.heard(since, answer)
    if said is None:
        raise Failed("l’agente non ha risposto alla testa")
    return (
        Refused(AGENT, f"head_refused {said.reason}")
        if isinstance(said, HeadRefused)
        else Happened("cosigned")
    )


async def two_logs(scene: Scene, ledger: Ledger) -> None:
    """Last of all that is tried on this host: it opens nothing more afterwards."""
    tell(ledger, Attempt(AGAIN.name, AGAIN.what), await _tried(scene, AGAIN))
    await set_back(scene, ledger)
    await recovery_forged(scene, ledger)
    tell(ledger, Attempt(TWO_LOGS.name, TWO_LOGS.what), await _tried(scene, TWO_LOGS))
    _, session, _ = await scene.approved("exec")
    tell(ledger, Attempt("after_two_logs", AFTER), await answered(scene.hand, await scene.order(session)))


async def _tried(scene: Scene, trick: Trick) -> Outcome:
    _, session, _ = await scene.approved("exec")
    frame = await scene.order(session)
    return await answered(scene.hand, trick.forge(scene.loot, frame))


async def answered(hand: Hand, frame: Open) -> Outcome:
    """What the agent on that line makes of an order: its own signed word, read from the line."""
    since = await hand.mark()
    await hand.send(frame)
    note = await hand.note(since, "session.refused", "session.started")
    if note is None:
        raise Failed("l’agente non ha risposto all’ordine")
    if note.kind == "session.refused":
        return Refused(AGENT, str(note.body["reason"]))
    return Happened(f"{note.kind} {note.session}")
