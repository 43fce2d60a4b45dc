"""Forged orders, sent to the real agent over its own link; its signed note is what became of each."""

from __future__ import annotations

from agent.wire.frames import Open
from web.demo.attack.outcome import AGENT, Attempt, Happened, Ledger, Outcome, Refused
from web.demo.attack.scene import Scene
from web.demo.attack.story import tell
from web.demo.attack.tricks import TRICKS, TWO_LOGS, Trick
from web.demo.processes import Failed


async def all_orders(scene: Scene, ledger: Ledger) -> None:
    for trick in TRICKS:
        tell(ledger, Attempt(trick.name, trick.what), await _tried(scene, trick))


async def two_logs(scene: Scene, ledger: Ledger) -> None:
    """Last of all that is tried on this host: it opens nothing more afterwards."""
    tell(ledger, Attempt(TWO_LOGS.name, TWO_LOGS.what), await _tried(scene, TWO_LOGS))


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
