"""`verbale ask-lists TENANT`: every connected host signs the list of its sessions now, for a month by hand."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from broker import door
from web.commands.close_month import broker_in, usual_state


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("tenant", help="id of the customer, t-…")
    parser.add_argument(
        "--state",
        type=Path,
        default=usual_state(),
        help="the broker's folder, or a demo's; default $VERBALE_BROKER_STATE, else .demo",
    )


def run(args: argparse.Namespace) -> int:
    """0 asked, 1 not, with a sentence. Only a running broker reaches hosts."""
    try:
        said = asyncio.run(door.command(broker_in(args.state), "ask_lists", tenant=args.tenant))
    except OSError:  # `Unanswered` among them
        said = {"it": "Il broker non risponde: gli elenchi li chiede solo un broker in funzione."}
    if "asked" not in said:
        print(said["it"])
        return 1
    for label in said["asked"]:
        print(f"Chiesto l’elenco delle sessioni a {label}.")
    for label in said["away"]:
        print(f"{label} non è collegata: l’elenco verrà chiesto quando lo sarà.")
    return 0
