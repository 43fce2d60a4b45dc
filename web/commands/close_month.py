"""`verbale close-month TENANT 2026-11`: through the running broker, else on the store alone."""

from __future__ import annotations

import argparse

from web.commands.reach import RESUMES, add_json, add_state, answered, ask


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("tenant", help="id of the customer, t-…")
    parser.add_argument("period", help="YYYY-MM")
    add_state(parser)
    add_json(parser)
    parser.add_argument("--partial", action="store_true", help="a demo's month so far, marked as such")


def run(args: argparse.Namespace) -> int:
    """0 issued, 1 refused with a sentence."""
    month = {"tenant": args.tenant, "period": args.period, "partial": args.partial}
    said = ask(args.state, "close_month", stopped=RESUMES, nobody=None, **month)
    if (code := answered(args, said, "number")) is not None:
        return code
    print(f"Emesso il rapporto {said['number']}.")
    for label in said["missing"]:
        print(f"Manca l’elenco delle sessioni della macchina {label}.")
    return 0
