"""A stolen broker with all its keys, that sends genuine orders with one thing changed.

Run as `python -m tests.e2e.tampered` with the options of `verbale serve`. Which thing is read from the
file that VERBALE_TAMPER names, anew for each order; empty: nothing.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from agent.wire.frames import Head, Open
from audit import checkpoint
from audit.canonical import b64, unb64
from audit.commitment import Opening
from audit.grant import Grant, SignedGrant
from audit.passkey import Assertion
from audit.signed import SignedStatement
from audit.statement import Channel, CheckIn, HostKey, Request
from broker.live.hub import Hub, Turn
from broker.out.key_file import KeyFiles
from broker.ports import Chance
from web.commands import run_broker, serve
from web.demo.authenticator import SoftwareAuthenticator
from web.demo.client import site


@dataclass
class Thief:
    """What was stolen, and what was kept of earlier orders."""

    keys: KeyFiles
    pen: SoftwareAuthenticator
    first: Open | None = None

    def regrant(self, frame: Open, **change: Any) -> Open:
        """Another grant, signed with the stolen grant key as if it were meant so."""
        true = Grant.parse(SignedGrant.from_value(frame.grant).data)
        signed = SignedGrant.sign(replace(true, **change), self.keys.grant_key(true.tenant))
        return replace(frame, grant=signed.to_value())

    def rewrite(self, frame: Open, **change: Any) -> Open:
        """Another request than the customer saw, and a grant that follows it."""
        forged = replace(Request.parse(unb64(frame.request, max_bytes=1 << 20)), **change)
        frame = replace(frame, request=b64(forged.encode()))
        both = {name: value for name, value in change.items() if name in {"host", "channels", "longest_s"}}
        return self.regrant(frame, request=forged.digest.hex(), **both)


def _wider(thief: Thief, frame: Open) -> Open:
    return thief.regrant(frame, channels=(Channel("exec"), Channel("terminal")))


def _wider_unsigned(thief: Thief, frame: Open) -> Open:
    signed = SignedGrant.from_value(frame.grant)
    wide = replace(Grant.parse(signed.data), channels=(Channel("exec"), Channel("terminal")))
    return replace(frame, grant=SignedGrant(wide.encode(), signed.signature).to_value())


def _longer(thief: Thief, frame: Open) -> Open:
    true = Grant.parse(SignedGrant.from_value(frame.grant).data)
    return thief.regrant(frame, not_after=true.not_after + timedelta(days=1))


def _elsewhere(thief: Thief, frame: Open) -> Open:
    return thief.rewrite(frame, host=HostKey("h-00000000", thief.keys.grant_key("t-0").public.text))


def _other_request(thief: Thief, frame: Open) -> Open:
    """A request the customer never saw, under the approval of the one he saw."""
    return thief.rewrite(frame, channels=(Channel("exec"), Channel("terminal")))


def _other_rules(thief: Thief, frame: Open) -> Open:
    return thief.rewrite(frame, policy="0" * 64)


def _again(thief: Thief, frame: Open) -> Open:
    assert thief.first is not None
    return replace(thief.first, head=frame.head)


def _nobody_approved(thief: Thief, frame: Open) -> Open:
    return replace(frame, approvals=())


def _log_in_for_approval(thief: Thief, frame: Open) -> Open:
    """The technician's own passkey in the approver's place."""
    statement = SignedStatement.from_value(frame.approvals[0]).statement
    signed = SignedStatement(statement, Assertion.from_value(frame.activation))
    return replace(frame, approvals=(signed.to_value(),))


def _not_activated(thief: Thief, frame: Open) -> Open:
    true = Assertion.from_value(frame.activation)
    grant = Grant.parse(SignedGrant.from_value(frame.grant).data)
    forged = replace(thief.pen.assertion(grant.activation_challenge), credential=true.credential)
    return replace(frame, activation=forged.to_value())


def _unwatched(thief: Thief, frame: Open) -> Open:
    return replace(frame, supervision=None, check_in=None)


def _watched_by_the_thief(thief: Thief, frame: Open) -> Open:
    """A page of the thief's own, endorsed in the watcher's name."""
    assert frame.check_in is not None
    true = SignedStatement.from_value(frame.check_in)
    taken = replace(CheckIn.parse(true.statement), page_key=thief.keys.grant_key("t-0").public.text)
    forged = replace(thief.pen.assertion(taken.digest), credential=true.assertion.credential)
    return replace(frame, check_in=SignedStatement(taken.encode(), forged).to_value())


def _waived(thief: Thief, frame: Open) -> Open:
    return thief.regrant(replace(frame, supervision=None, check_in=None), supervision="waived", watcher=None)


def _other_words(thief: Thief, frame: Open) -> Open:
    true = Opening.from_value(frame.texts)
    words = {**true.data, "incident_text": "Nulla di particolare."}  # type: ignore[dict-item]
    return replace(frame, texts=Opening(true.salt, words).to_value())


def _unlogged(thief: Thief, frame: Open) -> Open:
    return replace(frame, opened=replace(frame.opened, proof=frame.opened.proof[:-1]))


def _two_logs(thief: Thief, frame: Open) -> Open:
    """A head of the size the agent holds, over another history, signed with the stolen log key."""
    origin = frame.head.checkpoint.split("\n")[0]
    other = checkpoint.Checkpoint(origin, frame.head.old_size, bytes(32))
    note = checkpoint.sign(other, thief.keys.log_key(origin)).decode()
    return replace(frame, head=replace(frame.head, checkpoint=note, proof=()))


TRICKS: dict[str, tuple[Callable[[Thief, Open], Open], str]] = {
    "wider": (_wider, "envelope_invalid"),
    "wider_unsigned": (_wider_unsigned, "pins_differ"),
    "longer": (_longer, "envelope_invalid"),
    "elsewhere": (_elsewhere, "host_differs"),
    "other_request": (_other_request, "envelope_invalid"),
    "other_rules": (_other_rules, "policy_differs"),
    "nobody_approved": (_nobody_approved, "authorisation_missing"),
    "log_in_for_approval": (_log_in_for_approval, "not_recognised"),
    "not_activated": (_not_activated, "activation_missing"),
    "unwatched": (_unwatched, "supervision_missing"),
    "watched_by_the_thief": (_watched_by_the_thief, "signature_invalid"),
    "waived": (_waived, "envelope_invalid"),
    "other_words": (_other_words, "texts_differ"),
    "unlogged": (_unlogged, "log_unproven"),
    "again": (_again, "replayed"),
    "two_logs": (_two_logs, "log_forked"),  # the last: an agent that saw two histories opens no more
}


@dataclass(slots=True)
class TamperedTurn(Turn):
    thief: Thief

    async def send(self, frame: Open | Head, new_size: int) -> None:
        if isinstance(frame, Open):
            trick = Path(os.environ["VERBALE_TAMPER"]).read_text().strip()
            if self.thief.first is None:
                self.thief.first = frame
            if trick:
                frame = TRICKS[trick][0](self.thief, frame)
        await Turn.send(self, frame, new_size)


class TamperedHub(Hub):
    def __init__(self, chance: Chance, thief: Thief) -> None:
        super().__init__(chance)
        self._thief = thief

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[Turn]:
        async with super().turn(host) as real:
            yield TamperedTurn(real.old_size, real.agent, self._thief)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    serve.add_options(parser)
    args = parser.parse_args(argv)

    def stolen(chance: Chance) -> Hub:
        keys = KeyFiles(args.state / "keys", chance)
        return TamperedHub(
            chance,
            Thief(
                keys,
                SoftwareAuthenticator(
                    chance.octets(32), site(args.origin or f"http://localhost:{args.port}")
                ),
            ),
        )

    return run_broker.run(args, make_hub=stolen)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
