"""`verbale check-log [TENANT]`: every record of a log against its signed head, or of all logs."""

from __future__ import annotations

import argparse
import asyncio
from contextlib import AsyncExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from broker import door
from web.commands.close_month import broker_in, usual_state


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("tenant", nargs="?", help="id of the customer, t-…; all, if left out")
    parser.add_argument(
        "--state",
        type=Path,
        default=usual_state(),
        help="the broker's folder, or a demo's; default $VERBALE_BROKER_STATE, else .demo",
    )


def run(args: argparse.Namespace) -> int:
    """0 sound, 1 a log is not, or it could not be looked at."""
    args.state = broker_in(args.state)
    try:
        said = asyncio.run(door.command(args.state, "check_log", tenant=args.tenant))
    except door.Unanswered:
        said = {"it": "Il broker si è fermato prima di rispondere: lo riavvii e ripeta."}
    except OSError:
        said = _alone(args)
    if "logs" not in said:
        print(said["it"])
        return 1
    for one in said["logs"]:
        print(one["wrong"] or f"{one['tenant']}: in ordine, {one['size']} registrazioni.")
    return int(any(one["wrong"] for one in said["logs"]))


def _alone(args: argparse.Namespace) -> dict[str, Any]:
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
    from broker.cases.check_logs import check_completely
    from broker.domain.refusal import Refused
    from web.commands.run_broker import kept_settings, make_parts

    async with AsyncExitStack() as stack:
        parts = await make_parts(kept_settings(args.state), stack)
        try:
            return {"logs": [asdict(one) for one in await check_completely(parts, args.tenant)]}
        except Refused as no:
            return {"it": sentence(no)}
