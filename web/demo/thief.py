"""DEMO: a stolen broker. Same database, same keys, and one change: the approval in its orders is forged.

Shows what the claim of trust.md says: whoever holds the broker and all its keys still opens nothing
that nobody at the customer signed. Started in the broker's place by the headless demo and by tests,
as `python -m web.demo.thief` with the options of `verbale serve`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from agent.wire.frames import Head, Open
from audit.signed import SignedStatement
from audit.statement import Approval
from broker.live.hub import Hub, Turn
from broker.ports import Chance
from web.commands import run_broker, serve
from web.demo.authenticator import SoftwareAuthenticator
from web.demo.client import site


@dataclass(slots=True)
class ForgedTurn(Turn):
    """A turn whose orders bear an approval that the thief signed in the approver's name."""

    pen: SoftwareAuthenticator

    async def send(self, frame: Open | Head, new_size: int) -> None:
        if isinstance(frame, Open):
            frame = replace(frame, approvals=tuple(self._forged(a) for a in frame.approvals))
        # The parent's method by name: slots make a new class, which `super()` without names misses.
        await Turn.send(self, frame, new_size)

    def _forged(self, approval: dict[str, object]) -> dict[str, object]:
        true = SignedStatement.from_value(approval)
        said = self.pen.assertion(Approval.parse(true.statement).digest)
        # In the approver's name: his credential's id stands on it, the thief's key is behind it.
        forged = replace(said, credential=true.assertion.credential)
        value: dict[str, object] = SignedStatement(true.statement, forged).to_value()
        return value


class StolenHub(Hub):
    def __init__(self, chance: Chance, pen: SoftwareAuthenticator) -> None:
        super().__init__(chance)
        self._pen = pen

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[Turn]:
        async with super().turn(host) as real:
            yield ForgedTurn(real.old_size, real.agent, self._pen)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    serve.add_options(parser)
    args = parser.parse_args(argv)

    def stolen(chance: Chance) -> Hub:
        pen = SoftwareAuthenticator(chance.octets(32), site(args.signing_origin))
        return StolenHub(chance, pen)

    return run_broker.run(args, make_hub=stolen)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
