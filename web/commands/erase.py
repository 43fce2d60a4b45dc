"""`verbale erase`: erase now what terms have ended for; through the running broker, else on the store alone."""

from __future__ import annotations

import argparse
import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from broker import door
from web.commands.close_month import broker_in, usual_state


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("tenant", nargs="?", help="id of one customer, t-…; else every customer")
    parser.add_argument(
        "--state",
        type=Path,
        default=usual_state(),
        help="the broker's folder, or a demo's; default $VERBALE_BROKER_STATE, else .demo",
    )


def run(args: argparse.Namespace) -> int:
    """0 done, also where nothing was due; 1 refused with a sentence."""
    args.state = broker_in(args.state)
    try:
        said = asyncio.run(door.command(args.state, "erase", tenant=args.tenant))
    except door.Unanswered:
        said = {"it": "Il broker si è fermato prima di rispondere: lo riavvii e ripeta, riprende da dov’era."}
    except OSError:
        said = _alone(args)
    if "erased" not in said:
        print(said["it"])
        return 1
    for tenant, (texts, reports) in said["erased"].items():
        print(f"{tenant}: cancellati testi e nomi {texts}, rapporti {reports}.")
    return 0


def _alone(args: argparse.Namespace) -> dict[str, Any]:
    """No broker answers: the store is opened directly, under the lock that a broker would hold."""
    if not (args.state / door.SETTINGS).is_file():  # looked at before the lock, which would make the folder
        return {"it": f"In {args.state} non ha mai lavorato un broker: controlli --state."}
    try:
        with door.sole_owner(args.state):
            return asyncio.run(_on_store(args))
    except door.AlreadyRunning:
        return {"it": "Il broker è in funzione e non risponde: lo riavvii e ripeta."}


async def _on_store(args: argparse.Namespace) -> dict[str, Any]:
    # Imported here: asking a running broker needs none of what a broker is made of.
    from broker.api.refusals import sentence
    from broker.domain.refusal import Refused
    from web.commands.run_broker import erase_now, kept_settings, make_parts

    async with AsyncExitStack() as stack:
        parts = await make_parts(kept_settings(args.state), stack)
        try:
            return await erase_now(parts, {"tenant": args.tenant})
        except Refused as no:
            return {"it": sentence(no)}
