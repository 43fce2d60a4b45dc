"""`verbale queue`: what waits, of all customers, in the order in which it is handed out; no text and no name."""

from __future__ import annotations

import argparse
import json

from audit import instant
from web.commands.reach import add_state, ask
from web.present.reader import Reader
from web.present.times import clock_time, date_of


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON value, instants in UTC")
    add_state(parser)


def run(args: argparse.Namespace) -> int:
    """0 printed, 1 not, with a sentence. Only a running broker knows what presses now."""
    silent = "Il broker non risponde: la coda la conosce solo un broker in funzione."
    said = ask(args.state, "queue", stopped=silent, nobody=silent)
    if "queue" not in said:
        print(said["it"])
        return 1
    if args.json:
        print(json.dumps(said["queue"]))
        return 0
    if not said["queue"]:
        print("Coda vuota. Nessuno aspetta.")
    for one in said["queue"]:
        print(_line(one))
    return 0


def _line(one: dict[str, str | None]) -> str:
    severity = "senza gravità" if one["severity"] is None else f"gravità {one['severity']}"
    due = "nessuna scadenza" if one["due"] is None else f"scade {_when(one['due'])}"
    first = " · prossimo" if one["next"] else ""
    return f"{one['tenant']} {one['incident']} · lavorabile {_when(str(one['workable']))} · {severity} · {due}{first}"


def _when(text: str) -> str:
    at = instant.parse(text)
    return f"{date_of(at, Reader('it', at))} {clock_time(at)}"
