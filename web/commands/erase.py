"""`verbale erase`: erase now what terms have ended for; through the running broker, else on the store alone."""

from __future__ import annotations

import argparse

from web.commands.reach import RESUMES, add_json, add_state, answered, ask


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("tenant", nargs="?", help="id of one customer, t-…; else every customer")
    add_state(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """0 done, also where nothing was due; 1 refused with a sentence."""
    said = ask(args.state, "erase", stopped=RESUMES, nobody=None, tenant=args.tenant)
    if (code := answered(args, said, "erased")) is not None:
        return code
    for tenant, (texts, reports) in said["erased"].items():
        print(f"{tenant}: cancellati testi e nomi {texts}, rapporti {reports}.")
    return 0
