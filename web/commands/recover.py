"""`verbale recover TENANT`: a restored copy lacks records that hosts know of; the log goes on without them."""

from __future__ import annotations

import argparse

from web.commands.reach import LOOK, add_json, add_state, answered, ask


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("tenant", help="id of the customer, t-…")
    add_state(parser)
    add_json(parser)
    parser.add_argument("--now", action="store_true", help="without waiting for hosts that are off")


def run(args: argparse.Namespace) -> int:
    """0 done, 1 refused with a sentence. Through the running broker: it is the one that heard the hosts."""
    nobody = "Nessun broker è in funzione: lo avvii, aspetti le macchine e ripeta."
    said = ask(args.state, "recover", stopped=LOOK, nobody=nobody, tenant=args.tenant, now=args.now)
    if (code := answered(args, said, "origin")) is not None:
        return code
    print(
        f"Perdute le registrazioni da {said['first']} a {said['last']}: il registro continua come {said['origin']}."
    )
    print("Le macchine non aprono nulla finché il titolare non lo firma, sulla sua pagina.")
    return 0
