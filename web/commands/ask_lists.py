"""`verbale ask-lists TENANT`: every connected host signs the list of its sessions now, for a month by hand."""

from __future__ import annotations

import argparse

from web.commands.reach import add_json, add_state, answered, ask


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("tenant", help="id of the customer, t-…")
    add_state(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """0 asked, 1 not, with a sentence. Only a running broker reaches hosts."""
    silent = "Il broker non risponde: gli elenchi li chiede solo un broker in funzione."
    said = ask(args.state, "ask_lists", stopped=silent, nobody=silent, tenant=args.tenant)
    if (code := answered(args, said, "asked")) is not None:
        return code
    for label in said["asked"]:
        print(f"Chiesto l’elenco delle sessioni a {label}.")
    for label in said["away"]:
        print(f"{label} non è collegata: l’elenco verrà chiesto quando lo sarà.")
    return 0
