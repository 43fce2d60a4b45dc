"""A stolen broker with all its keys, that sends genuine orders with one thing changed.

Run as `python -m tests.e2e.tampered` with the options of `verbale serve`. Which thing is read from the
file that VERBALE_TAMPER names, anew for each order; empty: nothing. What can be changed is the forging
kit of `verbale demo --attack`.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from agent.wire.frames import Head, Open
from broker.live.hub import Hub, Turn
from broker.ports import Chance
from web.commands import run_broker, serve
from web.demo.attack import loot, tricks
from web.demo.attack.loot import Loot
from web.demo.stage import load

CODES = {
    "in_his_name": "signature_invalid",
    "by_a_stranger": "not_recognised",
    "nobody_approved": "authorisation_missing",
    "of_another_request": "envelope_invalid",
    "approval_reworded": "signature_invalid",
    "login_as_approval": "not_recognised",
    "signed_elsewhere": "signature_invalid",
    "technician_as_approver": "not_recognised",
    "longer": "envelope_invalid",
    "longer_request": "envelope_invalid",
    "wider": "envelope_invalid",
    "wider_request": "envelope_invalid",
    "wider_unsigned": "pins_differ",
    "elsewhere": "host_differs",
    "administrator": "policy_differs",
    "other_rules": "policy_differs",
    "other_words": "texts_differ",
    "not_activated": "activation_missing",
    "unwatched": "supervision_missing",
    "watched_by_the_thief": "signature_invalid",
    "waived": "envelope_invalid",
    "again": "replayed",
    "unlogged": "log_unproven",
    "two_logs": "log_forked",  # the last: an agent that saw two histories opens no more
}
"""What the agent says of each."""

TRICKS = {one.name: one.forge for one in (*tricks.TRICKS, tricks.AGAIN, tricks.TWO_LOGS)}


@dataclass(slots=True)
class TamperedTurn(Turn):
    loot: Loot

    async def send(self, frame: Open | Head, new_size: int) -> None:
        if isinstance(frame, Open):
            trick = Path(os.environ["VERBALE_TAMPER"]).read_text().strip()
            if self.loot.earlier is None:
                self.loot.earlier = frame
            if trick:
                frame = TRICKS[trick](self.loot, frame)
        await Turn.send(self, frame, new_size)


class TamperedHub(Hub):
    def __init__(self, chance: Chance, stolen: Loot) -> None:
        super().__init__(chance)
        self._loot = stolen

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[Turn]:
        async with super().turn(host) as real:
            yield TamperedTurn(real.old_size, real.agent, self._loot)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    serve.add_options(parser)
    args = parser.parse_args(argv)
    stage = load(args.state.parent)
    assert stage is not None
    stolen = loot.loot_of(args.state, stage)
    return run_broker.run(args, make_hub=lambda chance: TamperedHub(chance, stolen))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
