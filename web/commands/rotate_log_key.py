"""`verbale rotate-log-key TENANT`: the log goes on under a new key at once, for the old one may be known."""

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
    """0 done, 1 refused with a sentence. Through the running broker alone: hosts are to follow now."""
    try:
        said = asyncio.run(door.command(broker_in(args.state), "rotate_log_key", tenant=args.tenant))
    except door.Unanswered:
        said = {
            "it": "Il broker si è fermato prima di rispondere: lo riavvii e guardi che cosa è stato fatto."
        }
    except OSError:
        said = {"it": "Nessun broker è in funzione: lo avvii e ripeta."}
    if "origin" not in said:
        print(said["it"])
        return 1
    print(f"Il registro continua come {said['origin']}, sotto una chiave nuova.")
    print("Le macchine la seguono da sole; ai testimoni esterni il titolare dia il nuovo trust.json.")
    return 0
