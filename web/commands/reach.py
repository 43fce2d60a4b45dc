"""How commands reach the broker of a folder: the one that runs on it, else, for some, its store alone."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from broker import door

RESUMES = "Il broker si è fermato prima di rispondere: lo riavvii e ripeta, riprende da dov’era."
LOOK = "Il broker si è fermato prima di rispondere: lo riavvii e guardi che cosa è stato fatto."
Answer = dict[str, Any]
"""What a broker answers; where it did not do what it was asked, `it` is the sentence that says why."""


def add_state(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--state",
        type=Path,
        default=usual_state(),
        help="the broker's folder, or a demo's; default $VERBALE_BROKER_STATE, else .demo",
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON value, also where it was refused")


def answered(args: argparse.Namespace, said: Answer, key: str) -> int | None:
    """The exit status where nothing is left to say: it was refused, or wanted as JSON. `key` is in what was done."""
    done = key in said
    if args.json:
        print(json.dumps(said))
    elif not done:
        print(said["it"])
    return None if done and not args.json else int(not done)


def usual_state() -> Path:
    """Where a broker of this machine keeps itself, if nothing else is said."""
    return Path(os.environ.get("VERBALE_BROKER_STATE") or ".demo")


def broker_in(state: Path) -> Path:
    """A demo keeps its broker in a folder of its own, inside the one that people name."""
    return state / "broker" if (state / "broker").is_dir() else state


def ask(state: Path, verb: str, *, stopped: str, nobody: str | None, **asked: Any) -> Answer:
    """The running broker's answer. `stopped` is said where it ended before it gave one, `nobody` where none
    runs; with no such sentence its command is then done on the store alone."""
    state = broker_in(state)
    try:
        return asyncio.run(door.command(state, verb, **asked))
    except door.Unanswered:
        return {"it": stopped}
    except OSError:
        return {"it": nobody} if nobody is not None else _alone(state, verb, asked)


def _alone(state: Path, verb: str, asked: Mapping[str, Any]) -> Answer:
    """Under the lock that a broker would hold."""
    if not (state / door.SETTINGS).is_file():  # looked at before the lock, which would make the folder
        return {"it": f"In {state} non ha mai lavorato un broker: controlli --state."}
    try:
        with door.sole_owner(state):
            return asyncio.run(_on_store(state, verb, asked))
    except door.AlreadyRunning:
        return {"it": "Il broker è in funzione e non risponde: lo riavvii e ripeta."}


async def _on_store(state: Path, verb: str, asked: Mapping[str, Any]) -> Answer:
    # Imported here: asking a running broker needs none of what a broker is made of.
    from broker.api.refusals import sentence
    from broker.domain.refusal import Refused
    from web.commands.run_broker import COMMANDS, kept_settings, make_parts

    async with AsyncExitStack() as stack:
        parts = await make_parts(kept_settings(state), stack)
        try:
            return await COMMANDS[verb](parts, asked)
        except Refused as no:
            return {"it": sentence(no)}
