"""Live: what one host of the customer is signed for, tried on another. Its own agent judges."""

from __future__ import annotations

from collections.abc import Callable

from agent.wire.frames import Open
from audit.statement_parts import HostKey
from web.demo.attack import orders, second_host
from web.demo.attack.on_orders import answered
from web.demo.attack.outcome import Attempt, Ledger, Words
from web.demo.attack.scene import Scene
from web.demo.attack.story import tell


async def all_hosts(scene: Scene, ledger: Ledger) -> None:
    await second_host.switched_on(scene.running, scene.processes, scene.titolare, scene.second)
    plays: tuple[tuple[str, Words, Callable[[Scene, Open], Open]], ...] = (
        ("order_to_other_host", Words(
            "un ordine autentico per una macchina, mandato tale e quale all’altra",
            "a genuine order for one host, sent to the other as it is"), lambda _, frame: frame),
        ("grant_moved", Words(
            "lo stesso, con il permesso firmato di nuovo per l’altra macchina",
            "the same, the grant signed anew for the other host"), _granted),
        ("request_moved", Words(
            "lo stesso, con richiesta e permesso per l’altra macchina e l’autorizzazione data per la prima",
            "the same, request and grant for the other host, the approval given for the first"), _asked),
    )  # fmt: skip
    for name, what, move in plays:
        _, session, _ = await scene.approved("exec", supervision="waived")
        frame = move(scene, await scene.order(session))
        tell(ledger, Attempt(name, what), await answered(scene.second_hand, frame))
    scene.processes.end(second_host.NAME)


def _there(scene: Scene) -> HostKey:
    pinned = scene.trust.host(scene.second.host)
    assert pinned is not None
    return HostKey(pinned.host, pinned.agent.public.text)


def _granted(scene: Scene, frame: Open) -> Open:
    return orders.regrant(scene.loot, frame, host=_there(scene))


def _asked(scene: Scene, frame: Open) -> Open:
    return orders.rewrite(scene.loot, frame, host=_there(scene))
