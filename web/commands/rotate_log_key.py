"""`verbale rotate-log-key TENANT`: the log goes on under a new key at once, for the old one may be known."""

from __future__ import annotations

import argparse

from web.commands.reach import LOOK, add_json, add_state, answered, ask


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("tenant", help="id of the customer, t-…")
    add_state(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """0 done, 1 refused with a sentence. Through the running broker alone: hosts are to follow now."""
    nobody = "Nessun broker è in funzione: lo avvii e ripeta."
    said = ask(args.state, "rotate_log_key", stopped=LOOK, nobody=nobody, tenant=args.tenant)
    if (code := answered(args, said, "origin")) is not None:
        return code
    print(f"Il registro continua come {said['origin']}, sotto una chiave nuova.")
    print("Le macchine la seguono da sole; ai testimoni esterni il titolare dia il nuovo trust.json.")
    return 0
