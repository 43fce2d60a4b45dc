"""Forged orders, sent to the real agent over its own link; its signed note is what became of each."""

from __future__ import annotations

import json
from collections.abc import Sequence

from agent.wire.frames import Head, HeadRefused, Open
from web.demo.attack.outcome import AGENT, Attempt, Happened, Ledger, Outcome, Refused, Words
from web.demo.attack.scene import Scene
from web.demo.attack.story import tell
from web.demo.attack.tricks import TRICKS, TWO_LOGS, Trick
from web.demo.processes import Failed

AFTER = Words(
    "poi un ordine autentico, a una macchina che ha visto due storie",
    "then a genuine order, to a host that has seen two histories",
)
SET_BACK = Words(
    "database riportato a prima del furto: la testa di allora, autentica, data di nuovo alla macchina",
    "database set back to before the theft: the genuine head of then, given to the host once more",
)


async def all_orders(scene: Scene, ledger: Ledger, tricks: Sequence[Trick] = TRICKS) -> None:
    for trick in tricks:
        tell(ledger, Attempt(trick.name, trick.what), await _tried(scene, trick))


async def set_back(scene: Scene, ledger: Ledger) -> None:
    """The database of before the theft, as the host sees it: an earlier head of the same log, well signed."""
    since = await scene.hand.mark()
    held = json.loads((scene.running.agent_state / "witness.json").read_text())["note"]
    await scene.hand.send(Head(scene.kept.head.read_text(), int(held.split("\n")[1]), ()))
    said = await scene.hand.heard(since, lambda frame: isinstance(frame, HeadRefused))
    outcome = (
        Refused(AGENT, f"head_refused {said.reason}") if isinstance(said, HeadRefused) else Happened("head")
    )
    tell(ledger, Attempt("set_back_live", SET_BACK), outcome)


async def two_logs(scene: Scene, ledger: Ledger) -> None:
    """Last of all that is tried on this host: it opens nothing more afterwards."""
    await set_back(scene, ledger)
    tell(ledger, Attempt(TWO_LOGS.name, TWO_LOGS.what), await _tried(scene, TWO_LOGS))
    _, session, _ = await scene.approved("exec")
    tell(ledger, Attempt("after_two_logs", AFTER), await answered(scene, await scene.order(session)))


async def _tried(scene: Scene, trick: Trick) -> Outcome:
    _, session, _ = await scene.approved("exec")
    frame = await scene.order(session)
    return await answered(scene, trick.forge(scene.loot, frame))


async def answered(scene: Scene, frame: Open) -> Outcome:
    """What the agent makes of an order: its own signed word, read from the line."""
    since = await scene.hand.mark()
    await scene.hand.send(frame)
    note = await scene.hand.note(since, "session.refused", "session.started")
    if note is None:
        raise Failed("l’agente non ha risposto all’ordine")
    if note.kind == "session.refused":
        return Refused(AGENT, str(note.body["reason"]))
    return Happened(f"{note.kind} {note.session}")
