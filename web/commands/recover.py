"""`verbale recover TENANT`: a restored copy lacks records that hosts know of; the log goes on without them."""

from __future__ import annotations

import argparse
import asyncio

from broker import door
from web.commands import rotate_log_key
from web.commands.close_month import broker_in


def add_options(parser: argparse.ArgumentParser) -> None:
    rotate_log_key.add_options(parser)
    parser.add_argument("--now", action="store_true", help="without waiting for hosts that are off")


def run(args: argparse.Namespace) -> int:
    """0 done, 1 refused with a sentence. Through the running broker: it is the one that heard the hosts."""
    try:
        said = asyncio.run(door.command(broker_in(args.state), "recover", tenant=args.tenant, now=args.now))
    except door.Unanswered:
        said = {
            "it": "Il broker si è fermato prima di rispondere: lo riavvii e guardi che cosa è stato fatto."
        }
    except OSError:
        said = {"it": "Nessun broker è in funzione: lo avvii, aspetti le macchine e ripeta."}
    if "origin" not in said:
        print(said["it"])
        return 1
    print(
        f"Perdute le registrazioni da {said['first']} a {said['last']}: il registro continua come {said['origin']}."
    )
    print("Le macchine non aprono nulla finché il titolare non lo firma, sulla sua pagina.")
    return 0
