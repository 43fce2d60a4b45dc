"""`verbale close-month TENANT 2026-11`: through the running broker, else on the store alone."""

from __future__ import annotations

import argparse
import asyncio
import os
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from broker import door


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("tenant", help="id of the customer, t-…")
    parser.add_argument("period", help="YYYY-MM")
    parser.add_argument(
        "--state",
        type=Path,
        default=usual_state(),
        help="the broker's folder, or a demo's; default $VERBALE_BROKER_STATE, else .demo",
    )
    parser.add_argument("--partial", action="store_true", help="a demo's month so far, marked as such")


def usual_state() -> Path:
    """Where a broker of this machine keeps itself, if nothing else is said."""
    return Path(os.environ.get("VERBALE_BROKER_STATE") or ".demo")


def broker_in(state: Path) -> Path:
    """A demo keeps its broker in a folder of its own, inside the one that people name."""
    return state / "broker" if (state / "broker").is_dir() else state


def run(args: argparse.Namespace) -> int:
    """0 issued, 1 refused with a sentence."""
    args.state = broker_in(args.state)
    try:
        said = asyncio.run(_through_broker(args))
    except door.Unanswered:
        said = {"it": "Il broker si è fermato prima di rispondere: lo riavvii e ripeta, riprende da dov’era."}
    except OSError:
        said = _alone(args)
    if "number" not in said:
        print(said["it"])
        return 1
    print(f"Emesso il rapporto {said['number']}.")
    for label in said["missing"]:
        print(f"Manca l’elenco delle sessioni della macchina {label}.")
    return 0


async def _through_broker(args: argparse.Namespace) -> dict[str, Any]:
    return await door.command(
        args.state, "close_month", tenant=args.tenant, period=args.period, partial=args.partial
    )


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
    from broker.cases.close_month import close_month
    from broker.cases.missing_lists import missing_lists
    from broker.domain.refusal import Refused
    from web.commands.run_broker import kept_settings, make_parts

    settings = kept_settings(args.state)
    async with AsyncExitStack() as stack:
        parts = await make_parts(settings, stack)
        try:
            issued = await close_month(parts, args.tenant, args.period, partial=args.partial)
        except Refused as no:
            return {"it": sentence(no)}
        missing = await missing_lists(parts, issued)
    return {"number": issued.number, "missing": missing}
