"""DEMO: a stolen broker. Same database, same keys, and its lines to the hosts in the thief's hands.

Shows what the claim of trust.md says: whoever holds the broker and all its keys still opens nothing
that nobody at the customer signed. Started in the broker's place by the headless demo, by
`verbale demo --attack` and by tests, as `python -m web.demo.thief` with the options of `verbale serve`.

Left alone it forges the approval in every order. By commands over the broker's control socket it works
by hand: `thief_hold` keeps frames of these types back, `thief_heard` tells what was kept back and what
the hosts said, `thief_send` says anything to a host, `thief_type` types a command into an open session.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from agent.wire.frames import Frame, Head, Open, encode
from audit.approval import Approval
from audit.signed import SignedStatement
from broker.cases.join_session import join_session
from broker.cases.open_channel import open_channel
from broker.live.hub import AgentLink, Hub, Turn
from broker.parts import Parts
from broker.ports import Chance
from web.commands import run_broker, serve
from web.demo.authenticator import SoftwareAuthenticator
from web.demo.client import site

MAX_HEARD = 20_000  # frames of one demonstration; its control socket reads them by pieces
PIECE = 50


class StolenHub(Hub):
    def __init__(self, chance: Chance, pen: SoftwareAuthenticator) -> None:
        super().__init__(chance)
        self.pen = pen
        self.holds: frozenset[str] | None = None  # None: nobody is at the line, every approval is forged
        self.heard: list[tuple[str, str]] = []  # (host on the line, frame)

    def keep(self, host: str, frame: Frame) -> bool:
        """Whether it stays with the thief."""
        if self.holds is None or frame.TYPE not in self.holds:
            return False
        self.hear(host, encode(frame))
        return True

    def hear(self, host: str, text: str) -> None:
        if self.holds is not None and len(self.heard) < MAX_HEARD:
            self.heard.append((host, text))

    def add(self, agent: AgentLink) -> None:
        honest = agent.link.receive

        def receive(text: str | bytes, at: float) -> None:
            if isinstance(text, str):
                self.hear(agent.host, text)
            honest(text, at)

        agent.link.receive = receive  # type: ignore[method-assign]
        super().add(agent)

    async def push(self, host: str, frame: Frame) -> bool:
        return True if self.keep(host, frame) else await super().push(host, frame)

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[Turn]:
        async with super().turn(host) as real:
            yield StolenTurn(real.old_size, real.agent, self)


@dataclass(slots=True)
class StolenTurn(Turn):
    """A turn whose orders stay with the thief, or bear an approval that he signed in the approver's name."""

    hub: StolenHub

    async def send(self, frame: Open | Head, new_size: int) -> None:
        if self.hub.keep(self.agent.host, frame):
            if isinstance(frame, Open):
                self.agent.head_sent = (
                    new_size  # what he makes of it brings the head along; a head kept back never goes
                )
            return
        if isinstance(frame, Open) and self.hub.holds is None:
            frame = replace(frame, approvals=tuple(forged(a, self.hub.pen) for a in frame.approvals))
        # The parent's method by name: slots make a new class, which `super()` without names misses.
        await Turn.send(self, frame, new_size)


def forged(approval: Mapping[str, object], pen: SoftwareAuthenticator) -> dict[str, Any]:
    """The same approval, in the approver's name: his credential's id stands on it, the thief's key is behind it."""
    true = SignedStatement.from_value(dict(approval))
    said = pen.assertion(Approval.parse(true.statement).digest)
    value: dict[str, Any] = SignedStatement(
        true.statement, replace(said, credential=true.assertion.credential)
    ).to_value()
    return value


# ------------------------------------------------------------------------------- the thief's commands


def _hub(parts: Parts) -> StolenHub:
    assert isinstance(parts.hub, StolenHub)
    return parts.hub


async def _hold(parts: Parts, asked: Mapping[str, Any]) -> dict[str, Any]:
    _hub(parts).holds = frozenset(asked["types"])
    return {}


async def _heard(parts: Parts, asked: Mapping[str, Any]) -> dict[str, Any]:
    """A piece of the frames since `since`, each with its host, and how many there are."""
    heard, since = _hub(parts).heard, int(asked["since"])
    return {"frames": heard[since : since + PIECE], "count": len(heard)}


async def _send(parts: Parts, asked: Mapping[str, Any]) -> dict[str, Any]:
    """To that host, whatever the broker's own rules say; true where it is linked."""
    links = [agent for agent in parts.hub.links() if agent.host == asked["host"]]
    for agent in links:
        async with agent.writing:
            await agent.send(str(asked["text"]))
    return {"sent": bool(links)}


async def _type(parts: Parts, asked: Mapping[str, Any]) -> dict[str, Any]:
    """What a command says that the thief types into an open session, as if its technician had.

    The broker ends the technician's SSH: whoever has the broker needs none of his keys. Where the session is to be
    recorded he records it: the host gives no channel otherwise.
    """
    found = await join_session(
        parts,
        str(asked["session"]),
        via="ssh",
        kind="exec",
        terminal="127.0.0.1",
        ssh_fingerprint=str(asked["technician"]),
        command=str(asked["line"]),
    )
    pipe = await open_channel(parts, found, "exec", {})
    said = b""
    try:
        while (message := await pipe.read()) is not None:
            said += message[1]
    finally:
        pipe.finish()
    return {"said": said.decode("utf-8", "replace")}


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    serve.add_options(parser)
    args = parser.parse_args(argv)

    def stolen(chance: Chance) -> Hub:
        pen = SoftwareAuthenticator(chance.octets(32), site(args.signing_origin))
        return StolenHub(chance, pen)

    by_hand = {"thief_hold": _hold, "thief_heard": _heard, "thief_send": _send, "thief_type": _type}
    run_broker.COMMANDS.update(by_hand)
    return run_broker.run(args, make_hub=stolen)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
